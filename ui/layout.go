package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"pubpoint/ui/page"
)

// Place is where a named control stands, in pixels from the upper left corner of the window's own
// area (without the decorations of a window manager).
type Place struct {
	Name     string `json:"name"`
	Text     string `json:"text"`
	X        int    `json:"x"`
	Y        int    `json:"y"`
	W        int    `json:"w"`
	H        int    `json:"h"`
	Disabled bool   `json:"disabled,omitempty"`
	Focused  bool   `json:"focused,omitempty"`
}

// DumpLayout writes a JSON list of Place: every named control that can be reached now. While a
// dialog is open, those are the dialog's. It must be called on the Fyne goroutine.
func (w *Window) DumpLayout(out io.Writer) error {
	raw, err := json.MarshalIndent(w.places(), "", "  ")
	if err != nil {
		return fmt.Errorf("describe the window's layout: %w", err)
	}
	if _, err := out.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("write the window's layout: %w", err)
	}
	return nil
}

// controls are the named objects that can be reached now.
func (w *Window) controls() []page.Control {
	if w.files != nil {
		return w.files.modal.Controls()
	}
	if w.modal != nil {
		return w.modal.Controls()
	}
	all := w.frameControls()
	if w.page != nil && w.below.Visible() {
		all = append(all, w.page.Controls()...)
	}
	return all
}

func (w *Window) places() []Place {
	c := w.win.Canvas()
	focused := c.Focused()
	places := []Place{}
	for _, control := range w.controls() {
		o := control.Object
		if o == nil || !o.Visible() || o.Size().IsZero() || w.driver.CanvasForObject(o) == nil {
			continue
		}
		at := w.driver.AbsolutePositionForObject(o)
		x, y := c.PixelCoordinateForPosition(at)
		right, bottom := c.PixelCoordinateForPosition(at.AddXY(o.Size().Width, o.Size().Height))
		owner, _ := o.(fyne.Focusable)
		places = append(places, Place{Name: control.Name, Text: control.Text, X: x, Y: y, W: right - x, H: bottom - y,
			Disabled: control.Disabled, Focused: owner != nil && owner == focused})
	}
	return places
}

// keepLayout rewrites the layout file when something in it changed. Fyne goroutine.
func (w *Window) keepLayout() {
	if w.options.LayoutFile == "" || w.layoutBusy {
		return
	}
	raw, err := json.MarshalIndent(w.places(), "", "  ")
	if err != nil {
		w.log.Error("the window's layout could not be described", "err", err)
		return
	}
	now := string(raw)
	if now == w.layoutWritten {
		return
	}
	w.layoutBusy = true
	w.pump.Do(w.ctx, func(context.Context) error { return writeAtomically(w.options.LayoutFile, raw) }, func(err error) {
		w.layoutBusy = false
		if err != nil {
			w.log.Error("the window's layout could not be written", "err", err)
			return
		}
		w.layoutWritten = now
	})
}

// writeAtomically replaces the file at path, so that a reader sees the old text or the new one.
func writeAtomically(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		if rerr := os.Remove(f.Name()); rerr != nil && !os.IsNotExist(rerr) {
			return fmt.Errorf("%w (and the temporary file stays: %w)", err, rerr)
		}
		return err
	}
	return nil
}
