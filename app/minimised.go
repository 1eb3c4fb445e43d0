//go:build cgo

package main

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// minimised tells when the window is minimised and when it is back. Fyne passes neither on, but
// draws with the window as GLFW's current one, which can say so: hence an object that is drawn once
// and shows nothing. Where the desktop does not tell, as under Wayland, nothing is told.
func minimised(tell func(bool)) fyne.CanvasObject {
	blank := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	return canvas.NewRaster(func(int, int) image.Image {
		if w := glfw.GetCurrentContext(); w != nil {
			w.SetIconifyCallback(func(_ *glfw.Window, is bool) { tell(is) })
		}
		return blank
	})
}
