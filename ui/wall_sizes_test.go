//go:build !race

package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
)

// One goroutine lays out these walls, slowly: under the race detector there is nothing to see.
func TestWallsAtManySizes(t *testing.T) {
	for _, n := range []int{1, 2, 4, 16, 60} {
		for _, size := range []fyne.Size{{Width: 1280, Height: 720}, {Width: 1600, Height: 900}, {Width: 3840, Height: 2160}} {
			t.Run(fmt.Sprintf("%d-%d", n, int(size.Width)), func(t *testing.T) {
				b := gallery(t, crowd(t, n), Options{}, size.Width, size.Height)
				b.look(fmt.Sprintf("crowd-%d-%d", n, int(size.Width)))
				for _, p := range b.win.places() {
					if p.X < 0 || p.X+p.W > int(size.Width)+1 || p.Y < 0 || n <= 16 && p.Y+p.H > int(size.Height) {
						t.Errorf("%s stands outside of the window: %+v", p.Name, p)
					}
				}
			})
		}
	}
	b := gallery(t, crowd(t, 16), Options{}, 1280, 720)
	b.win.win.Canvas().(software.WindowlessCanvas).SetScale(2)
	b.settle()
	b.look("crowd-16-scale2")
}
