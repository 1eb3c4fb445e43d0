package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// LampSize is how large a Lamp is drawn.
type LampSize uint8

// The sizes.
const (
	LampNormal LampSize = iota // in rows and tiles
	LampSmall                  // beside captions
	LampLarge                  // one for a page
)

// Lamp shows how a thing is doing: shape, colour and word together.
type Lamp struct {
	widget.BaseWidget

	size LampSize
	lamp look.Lamp
	word string
	cut  bool // the word may be cut short at its end, where space is given
}

// NewLamp makes a lamp of that size that shows lamp and word. An empty word leaves the shape alone; use that only where
// the word stands elsewhere.
func NewLamp(size LampSize, lamp look.Lamp, word string) *Lamp {
	l := &Lamp{size: size, lamp: lamp, word: word}
	l.ExtendBaseWidget(l)
	return l
}

// Set shows another state.
func (l *Lamp) Set(lamp look.Lamp, word string) {
	if l.lamp == lamp && l.word == word {
		return
	}
	l.lamp, l.word = lamp, word
	l.Refresh()
}

// CreateRenderer is for Fyne.
func (l *Lamp) CreateRenderer() fyne.WidgetRenderer {
	role, box := look.Body, float32(13)
	switch l.size {
	case LampSmall:
		role, box = look.Caption, 11
	case LampLarge:
		role, box = look.Heading, 20
	}
	r := &lampRenderer{lamp: l, box: box, shape: canvas.NewImageFromResource(l.lamp.Shape()), word: NewText(role, l.word)}
	if l.cut {
		r.word.Cutting(CutEnd)
	}
	r.shape.FillMode = canvas.ImageFillContain
	r.objects = []fyne.CanvasObject{r.shape, r.word}
	r.Refresh()
	return r
}

type lampRenderer struct {
	lamp    *Lamp
	box     float32
	shape   *canvas.Image
	word    *Text
	objects []fyne.CanvasObject
}

func (r *lampRenderer) Destroy()                     {}
func (r *lampRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *lampRenderer) MinSize() fyne.Size {
	if r.lamp.word == "" {
		return fyne.NewSquareSize(r.box)
	}
	word := r.word.MinSize()
	return fyne.NewSize(r.box+r.gap()+word.Width, max(r.box, word.Height))
}

func (r *lampRenderer) gap() float32 { return r.box * 0.5 }

func (r *lampRenderer) Layout(size fyne.Size) {
	r.shape.Resize(fyne.NewSquareSize(r.box))
	r.shape.Move(fyne.NewPos(0, (size.Height-r.box)/2))
	left := r.box + r.gap()
	r.word.Move(fyne.NewPos(left, 0))
	r.word.Resize(fyne.NewSize(max(0, size.Width-left), size.Height))
}

func (r *lampRenderer) Refresh() {
	r.shape.Resource = r.lamp.lamp.Shape()
	r.shape.Refresh()
	r.word.Set(r.lamp.word, r.lamp.lamp.Tone())
	r.word.Refresh()
	r.Layout(r.lamp.Size())
}
