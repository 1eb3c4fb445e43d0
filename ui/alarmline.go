package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
)

// alarmLine is the worst that is wrong, in one line of the top bar: lamp, word, sentence, and how
// many others there are. It leads to where more is said.
type alarmLine struct {
	widget.BaseWidget

	model            alarmModel
	tapped           func()
	hovered, focused bool
}

var (
	_ fyne.Focusable     = (*alarmLine)(nil)
	_ fyne.Tappable      = (*alarmLine)(nil)
	_ desktop.Hoverable  = (*alarmLine)(nil)
	_ desktop.Cursorable = (*alarmLine)(nil)
)

func newAlarmLine(tapped func()) *alarmLine {
	l := &alarmLine{tapped: tapped}
	l.ExtendBaseWidget(l)
	return l
}

func (l *alarmLine) set(m alarmModel) {
	if l.model != m {
		l.model = m
		l.Refresh()
	}
}

// text is what the line says.
func (l *alarmLine) text() string {
	if l.model.sentence == "" {
		return l.model.word
	}
	return l.model.word + ": " + l.model.sentence
}

// Tapped is for Fyne.
func (l *alarmLine) Tapped(*fyne.PointEvent) { l.tapped() }

// TypedKey is for Fyne.
func (l *alarmLine) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		l.tapped()
		return
	}
	kit.PassKey(l, e)
}

// TypedRune is for Fyne.
func (l *alarmLine) TypedRune(r rune) { kit.PassRune(l, r) }

// FocusGained is for Fyne.
func (l *alarmLine) FocusGained() { l.focused = true; l.Refresh() }

// FocusLost is for Fyne.
func (l *alarmLine) FocusLost() { l.focused = false; l.Refresh() }

// MouseIn is for Fyne.
func (l *alarmLine) MouseIn(*desktop.MouseEvent) { l.hovered = true; l.Refresh() }

// MouseMoved is for Fyne.
func (l *alarmLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (l *alarmLine) MouseOut() { l.hovered = false; l.Refresh() }

// Cursor is for Fyne.
func (l *alarmLine) Cursor() desktop.Cursor { return desktop.PointerCursor }

const (
	alarmHeight float32 = 24
	alarmInset  float32 = look.Space2
	alarmShape  float32 = 13
)

// CreateRenderer is for Fyne.
func (l *alarmLine) CreateRenderer() fyne.WidgetRenderer {
	r := &alarmRenderer{line: l, ground: canvas.NewRectangle(nil), shape: canvas.NewImageFromResource(l.model.lamp.Shape()),
		word:     kit.NewText(look.Strong, ""),
		sentence: kit.NewText(look.Body, "").Cutting(kit.CutEnd),
		more:     kit.NewText(look.Caption, "").Toned(look.ToneSoft)}
	r.shape.FillMode = canvas.ImageFillContain
	r.objects = []fyne.CanvasObject{r.ground, r.shape, r.word, r.sentence, r.more}
	r.Refresh()
	return r
}

type alarmRenderer struct {
	line                 *alarmLine
	ground               *canvas.Rectangle
	shape                *canvas.Image
	word, sentence, more *kit.Text
	objects              []fyne.CanvasObject
}

func (r *alarmRenderer) Destroy()                     {}
func (r *alarmRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *alarmRenderer) MinSize() fyne.Size           { return fyne.NewSize(leastMiddle, alarmHeight) }

func (r *alarmRenderer) Layout(size fyne.Size) {
	word, more := r.word.MinSize().Width, r.more.MinSize().Width
	needs := alarmInset + alarmShape + 6 + word + look.Space2
	sentence := fyne.MeasureText(r.line.model.sentence, look.Body.Size(), look.Body.Style()).Width
	room := max(0, size.Width-needs-alarmInset)
	if more > 0 {
		room = max(0, room-more-look.Space2)
	}
	sentence = min(sentence, room)
	r.shape.Move(fyne.NewPos(alarmInset, (size.Height-alarmShape)/2))
	r.shape.Resize(fyne.NewSquareSize(alarmShape))
	r.word.Move(fyne.NewPos(alarmInset+alarmShape+6, 0))
	r.word.Resize(fyne.NewSize(word, size.Height))
	r.sentence.Move(fyne.NewPos(needs, 0))
	r.sentence.Resize(fyne.NewSize(sentence, size.Height))
	r.more.Move(fyne.NewPos(needs+sentence+look.Space2, 0.5))
	r.more.Resize(fyne.NewSize(more, size.Height))
	wide := needs + sentence + alarmInset
	if more > 0 {
		wide += more + look.Space2
	}
	r.ground.Resize(fyne.NewSize(min(wide, size.Width), size.Height))
}

func (r *alarmRenderer) Refresh() {
	l, p := r.line, look.PaletteOf(r.line.Theme())
	m := l.model
	c := m.lamp.Colour(p)
	r.ground.CornerRadius, r.ground.StrokeWidth = look.Radius, look.Hair
	r.ground.FillColor, r.ground.StrokeColor = look.Fade(p.Raised, 0), look.Fade(c, 0)
	switch {
	case m.lamp == look.Bad || m.lamp == look.Warn:
		share := 0.13
		if l.hovered {
			share = 0.24
		}
		r.ground.FillColor, r.ground.StrokeColor = look.Mix(p.Panel, c, share), look.Mix(p.Panel, c, 0.45)
	case l.hovered:
		r.ground.FillColor = look.Mix(p.Panel, p.Raised, 0.8)
	}
	if l.focused {
		r.ground.StrokeColor, r.ground.StrokeWidth = p.Accent, look.FocusPen
	}
	r.shape.Resource = m.lamp.Shape()
	r.shape.Refresh()
	r.word.Set(m.word, m.lamp.Tone())
	r.sentence.SetText(m.sentence)
	r.more.SetText(m.more)
	r.Layout(l.Size())
	canvas.Refresh(l)
}
