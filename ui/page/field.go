package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Field is an entry of one line that passes on Esc, which Fyne's keeps to itself. Enter calls
// OnSubmitted, as with Fyne's.
type Field struct {
	widget.Entry

	// OnEscape is told when Esc was pressed. Nil gives the keyboard back to the page.
	OnEscape func()
}

// NewField makes an empty field; hint stands in it while it is empty.
func NewField(hint string) *Field {
	f := &Field{}
	f.PlaceHolder = hint
	f.ExtendBaseWidget(f)
	return f
}

// TypedKey is for Fyne.
func (f *Field) TypedKey(e *fyne.KeyEvent) {
	if e.Name != fyne.KeyEscape {
		f.Entry.TypedKey(e)
		return
	}
	if f.OnEscape != nil {
		f.OnEscape()
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(f); c != nil {
		c.Unfocus()
	}
}
