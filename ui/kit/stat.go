package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// Stat is one number that matters: a small caption over a large figure that keeps its width while it changes.
type Stat struct {
	widget.BaseWidget

	caption *Text
	figure  *Text
	least   float32
}

// NewStat makes a figure under that caption; until SetValue it is unknown.
func NewStat(caption string) *Stat {
	s := &Stat{
		caption: NewText(look.Caption, caption).Toned(look.ToneSoft),
		figure:  NewText(look.Figure, look.Unknown),
	}
	s.ExtendBaseWidget(s)
	return s
}

// Wide reserves room for the widest value to come, such as "00.0 Mbit/s", and returns s.
func (s *Stat) Wide(widest string) *Stat {
	s.least = fyne.MeasureText(widest, look.Figure.Size(), look.Figure.Style()).Width
	return s
}

// SetValue shows another value in that tone.
func (s *Stat) SetValue(value string, tone look.Tone) {
	s.figure.Set(value, tone)
}

// CreateRenderer is for Fyne.
func (s *Stat) CreateRenderer() fyne.WidgetRenderer {
	return &statRenderer{stat: s, objects: []fyne.CanvasObject{s.caption, s.figure}}
}

type statRenderer struct {
	stat    *Stat
	objects []fyne.CanvasObject
}

func (r *statRenderer) Destroy()                     {}
func (r *statRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *statRenderer) MinSize() fyne.Size {
	caption, figure := r.stat.caption.MinSize(), r.stat.figure.MinSize()
	return fyne.NewSize(max(caption.Width, figure.Width, r.stat.least), caption.Height+figure.Height)
}

func (r *statRenderer) Layout(size fyne.Size) {
	caption, figure := r.stat.caption.MinSize().Height, r.stat.figure.MinSize().Height
	top := (size.Height - caption - figure) / 2
	r.stat.caption.Move(fyne.NewPos(0, top))
	r.stat.caption.Resize(fyne.NewSize(size.Width, caption))
	r.stat.figure.Move(fyne.NewPos(0, top+caption))
	r.stat.figure.Resize(fyne.NewSize(size.Width, figure))
}

func (r *statRenderer) Refresh() {
	r.stat.caption.Refresh()
	r.stat.figure.Refresh()
	r.Layout(r.stat.Size())
}
