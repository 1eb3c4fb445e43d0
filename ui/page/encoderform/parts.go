package encoderform

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	labelWidth float32 = 92
	rowHeight  float32 = 32
	noteHeight float32 = 16
)

// labelled is a row of the form: what it is on the left, in the middle of the first line.
func labelled(label string, o fyne.CanvasObject) *fyne.Container {
	return labelledBy(labelWidth, label, o)
}

func labelledBy(width float32, label string, o fyne.CanvasObject) *fyne.Container {
	high := rowHeight
	if label == "" {
		high = 0
	}
	word := kit.NewText(look.Body, translate(label)).Toned(look.ToneSoft)
	return page.Edges(nil, nil, container.NewVBox(page.Sized(word, fyne.NewSize(width, high))), nil, o)
}

// noted puts a note under an object.
func noted(o fyne.CanvasObject, n *note) *fyne.Container {
	return page.Column(2, o, n.box)
}

// note is a quiet line beside a field, which says what is wrong with it when something is.
type note struct {
	text *kit.Text
	box  *fyne.Container // gives the line its height, and takes no room while there is nothing to say
}

func newNote() *note {
	text := kit.NewText(look.Caption, "").Toned(look.ToneFaint).Cutting(kit.CutEnd)
	return &note{text, page.Sized(text, fyne.NewSize(0, noteHeight))}
}

// show shows a problem, or a hint when there is none.
func (n *note) show(problem, hint string) {
	page.SetHidden(n.box, problem == "" && hint == "")
	if problem != "" {
		n.text.Set(problem, look.ToneBad)
		return
	}
	n.text.Set(hint, look.ToneFaint)
}

// framed draws the border of a field around a Select, which has none.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	edge := canvas.NewRectangle(color.Transparent)
	edge.StrokeColor, edge.StrokeWidth, edge.CornerRadius = theme.Color(theme.ColorNameInputBorder), look.Hair, look.Radius
	return container.NewStack(o, edge)
}

// area is an entry of several lines that lets the keyboard out again with Tab, and passes on Esc.
type area struct {
	widget.Entry

	onEscape func()
}

func newArea(hint string) *area {
	a := &area{}
	a.MultiLine, a.Wrapping, a.PlaceHolder = true, fyne.TextWrapOff, hint
	a.TextStyle = look.Code.Style()
	a.SetMinRowsVisible(3)
	a.ExtendBaseWidget(a)
	return a
}

// AcceptsTab is for Fyne.
func (a *area) AcceptsTab() bool { return false }

// TypedKey is for Fyne.
func (a *area) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape && a.onEscape != nil {
		a.onEscape()
		return
	}
	a.Entry.TypedKey(e)
}

// setText changes what stands in a field without telling anybody.
func setText(e *widget.Entry, text string) {
	if e.Text == text {
		return
	}
	told := e.OnChanged
	e.OnChanged = nil
	e.SetText(text)
	e.OnChanged = told
}

// tick sets a check box without telling anybody.
func tick(c *widget.Check, on bool) {
	if c.Checked != on {
		c.Checked = on
		c.Refresh()
	}
}

// translate is s in the operator's language; nothing stays nothing.
func translate(s string) string {
	if s == "" {
		return ""
	}
	return words.T(s)
}

func translated(all ...string) []string {
	for i, s := range all {
		all[i] = words.T(s)
	}
	return all
}
