package ui

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/page"
	"pubpoint/ui/page/choosefile"
)

// ShowEncoders shows every supervised encoder, and with an id that one whole.
func (w *Window) ShowEncoders(id string) {
	w.encoders.Show(id)
	w.turnTo(w.encoders, pageEncoders, "")
}

// EditEncoder shows the form of an encoder.
func (w *Window) EditEncoder(id string) {
	w.ShowEncoders(id)
	w.encoders.Edit(id)
}

// NewEncoder shows the form of a new encoder for a publishing point, which may be empty.
func (w *Window) NewEncoder(point string) {
	w.turnTo(w.encoders, pageEncoders, "")
	w.encoders.Create(point)
}

// encodersKey offers a key to the Encoders page while it is shown, and reports whether it took it.
func (w *Window) encodersKey(e *fyne.KeyEvent) bool {
	return w.modal == nil && w.page == page.Page(w.encoders) && w.encoders.TypedKey(e)
}

// fileChoice is the dialog that asks for a file; it lies over another dialog, which it returns to.
type fileChoice struct {
	modal   page.Modal
	overlay *widget.PopUp
	before  fyne.Focusable // what had the keyboard
}

// chooseFile asks for a file of this machine; chosen is told its path, unless nothing is chosen.
func (w *Window) chooseFile(chosen func(path string)) {
	w.closeFiles()
	d := choosefile.New(w.host(), choosefile.Config{Dir: w.filesDir, Close: w.closeFiles, Chosen: func(path string) {
		w.filesDir = filepath.Dir(path)
		chosen(path)
	}})
	c := w.win.Canvas()
	w.files = &fileChoice{modal: d.Modal(), before: c.Focused()}
	w.files.overlay = widget.NewModalPopUp(w.files.modal.Card(), c)
	w.files.overlay.Show()
	c.Focus(w.files.modal.Focus)
}

func (w *Window) closeFiles() {
	if w.files == nil {
		return
	}
	before := w.files.before
	w.files.overlay.Hide()
	w.files = nil
	if before != nil {
		w.win.Canvas().Focus(before)
	}
}
