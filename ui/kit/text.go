package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// Cut is what a Text does when there is less room than it needs.
type Cut uint8

// The ways to cut.
const (
	CutNone   Cut = iota // never: the text's width is its least width
	CutEnd               // the end gives way to an ellipsis
	CutMiddle            // the middle does: for URLs and paths, whose ends tell them apart
)

const ellipsis = "…"

const (
	textCopied        = "Copied"
	textNothingHere   = "Nothing here yet"
	textNothingToShow = "Nothing to show yet"
	textBroken        = "This chart could not be drawn"
	textLanesFault    = "This timeline could not be drawn"
)

// Text is one line of text in a role and a tone, without the margins of widget.Label.
type Text struct {
	widget.BaseWidget

	text  string
	role  look.Role
	tone  look.Tone
	cut   Cut
	align fyne.TextAlign
}

// NewText makes a line of text in that role. It is never cut and aligned to the left; see Cut and Align.
func NewText(role look.Role, text string) *Text {
	t := &Text{text: text, role: role}
	t.ExtendBaseWidget(t)
	return t
}

// Toned sets the tone and returns t, for composing.
func (t *Text) Toned(tone look.Tone) *Text {
	t.SetTone(tone)
	return t
}

// Cutting sets what gives way when room is short and returns t, for composing.
func (t *Text) Cutting(cut Cut) *Text {
	t.cut = cut
	t.Refresh()
	return t
}

// Aligned sets where the text stands in its width and returns t, for composing.
func (t *Text) Aligned(align fyne.TextAlign) *Text {
	t.align = align
	t.Refresh()
	return t
}

// Text is the whole text, cut or not.
func (t *Text) Text() string { return t.text }

// SetText shows another text. Showing the same again costs nothing.
func (t *Text) SetText(text string) {
	if t.text == text {
		return
	}
	t.text = text
	t.Refresh()
}

// SetTone shows the text in another tone.
func (t *Text) SetTone(tone look.Tone) {
	if t.tone == tone {
		return
	}
	t.tone = tone
	t.Refresh()
}

// Set shows another text in another tone at once.
func (t *Text) Set(text string, tone look.Tone) {
	if t.text == text && t.tone == tone {
		return
	}
	t.text, t.tone = text, tone
	t.Refresh()
}

// CreateRenderer is for Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{text: t, line: canvas.NewText("", nil)}
	r.objects = []fyne.CanvasObject{r.line}
	r.Refresh()
	return r
}

type textRenderer struct {
	text    *Text
	line    *canvas.Text
	objects []fyne.CanvasObject
}

func (r *textRenderer) Destroy()                     {}
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *textRenderer) MinSize() fyne.Size {
	role := r.text.role
	size := fyne.MeasureText(r.text.text, role.Size(), role.Style())
	if r.text.cut != CutNone {
		size.Width = min(size.Width, 3*role.Size())
	}
	return size
}

func (r *textRenderer) Layout(size fyne.Size) {
	role := r.text.role
	shown := fit(r.text.text, size.Width, r.text.cut, role.Size(), role.Style())
	if r.line.Text != shown {
		r.line.Text = shown
		r.line.Refresh()
	}
	height := r.line.MinSize().Height
	r.line.Move(fyne.NewPos(0, (size.Height-height)/2))
	r.line.Resize(fyne.NewSize(size.Width, height))
}

func (r *textRenderer) Refresh() {
	role := r.text.role
	r.line.TextSize, r.line.TextStyle, r.line.Alignment = role.Size(), role.Style(), r.text.align
	r.line.Color = r.text.tone.Colour(look.PaletteOf(r.text.Theme()))
	r.Layout(r.text.Size())
	r.line.Refresh()
}

// fit is text, shortened with an ellipsis to at most width.
func fit(text string, width float32, cut Cut, size float32, style fyne.TextStyle) string {
	if cut == CutNone || width <= 0 || fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	runes := []rune(text)
	shorten := func(keep int) string {
		if cut == CutMiddle {
			// The longer part stays at the end: that is where the file's name is.
			front := keep * 2 / 5
			return string(runes[:front]) + ellipsis + string(runes[len(runes)-(keep-front):])
		}
		return string(runes[:keep]) + ellipsis
	}
	low, high := 0, len(runes)
	for low+1 < high {
		mid := (low + high) / 2
		if fyne.MeasureText(shorten(mid), size, style).Width <= width {
			low = mid
		} else {
			high = mid
		}
	}
	return shorten(low)
}
