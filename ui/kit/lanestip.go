package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"pubpoint/ui/look"
)

// selection places the selected stretch, its handles and its length.
func (r *lanesRenderer) selection(filled bool) {
	l := r.lanes
	there := l.selected.there && filled
	left, right := l.plotEnds()
	from, to := l.placeOf(min(l.selected.from, l.selected.to)), l.placeOf(max(l.selected.from, l.selected.to))
	there = there && to >= left && from <= right
	for _, o := range r.picked {
		o.Hidden = !there
	}
	r.length.Hidden, r.under.Hidden = !there, !there
	if !there {
		return
	}
	a, b := max(left, from), min(right, to)
	top, high := flagsHeight, max(0, l.Size().Height-flagsHeight-lanesPadding)
	if l.config.Media != nil {
		high = max(0, high-rulerHeight+lanesPadding)
	}
	r.picked[0].FillColor = r.inks.picked
	r.picked[0].Move(fyne.NewPos(a, top))
	r.picked[0].Resize(fyne.NewSize(max(look.Hair, b-a), high))
	for i, x := range [...]float32{from, to} {
		h := r.picked[i+1]
		h.FillColor, h.CornerRadius = r.inks.accent, 2
		h.Hidden = x < left || x > right
		h.Move(fyne.NewPos(x-handleWidth/2, top))
		h.Resize(fyne.NewSize(handleWidth, high))
	}
	start, end, _ := l.Selection()
	r.length.Text, r.length.TextSize, r.length.TextStyle, r.length.Color = l.config.Length(end.Sub(start)), look.Caption.Size(), look.Strong.Style(), r.inks.over
	size := r.length.MinSize()
	x := max(left, min(right-size.Width-look.Space2, (a+b-size.Width)/2))
	r.under.FillColor, r.under.CornerRadius = r.inks.accent, 3
	r.under.Move(fyne.NewPos(x-look.Space1, top+1))
	r.under.Resize(size.AddWidthHeight(look.Space2, 0))
	r.length.Move(fyne.NewPos(x, top+1))
	r.length.Resize(size)
}

// tip is the readout beside the pointer.
type tip struct {
	ground *canvas.Rectangle
	names  textPool
	values textPool
	facts  []Fact
	spot   Spot
	of     int // version of the data that the facts are of
	shown  bool
}

func (t *tip) update(l *Lanes, inks *laneInks, spot Spot, pointing bool) {
	if t.ground == nil {
		t.ground = canvas.NewRectangle(nil)
	}
	if pointing && l.config.Tell != nil {
		if !t.shown || t.spot != spot || t.of != l.version {
			t.facts, t.spot, t.of = l.config.Tell(spot), spot, l.version
		}
	} else {
		t.facts = nil
	}
	t.shown = len(t.facts) > 0
	t.ground.Hidden = !t.shown
	t.names.begin(look.Caption, inks.soft)
	t.values.begin(look.Caption, inks.text)
	if t.shown {
		t.place(l, inks)
	}
	t.names.end()
	t.values.end()
}

// place writes the facts beside the pointer, on the side where there is room.
func (t *tip) place(l *Lanes, inks *laneInks) {
	var names, values, line float32
	for _, f := range t.facts {
		a, b := t.names.next(f.Name).MinSize(), t.values.next(f.Value).MinSize()
		if f.Name != "" {
			names = max(names, a.Width+look.Space3)
		}
		values, line = max(values, b.Width), max(line, b.Height)
	}
	size := fyne.NewSize(names+values+2*look.Space2, float32(len(t.facts))*line+2*look.Space1+2)
	all := l.Size()
	x, y := l.pointer.X+look.Space4, l.pointer.Y+look.Space3
	if x+size.Width > all.Width {
		x = l.pointer.X - look.Space3 - size.Width
	}
	if y+size.Height > all.Height {
		y = all.Height - size.Height
	}
	x, y = max(0, x), max(0, y)
	t.ground.FillColor, t.ground.StrokeColor, t.ground.StrokeWidth, t.ground.CornerRadius = inks.ground, inks.border, look.Hair, look.Radius
	t.ground.Move(fyne.NewPos(x, y))
	t.ground.Resize(size)
	for i := range t.facts {
		row := y + look.Space1 + 1 + float32(i)*line
		name, value := t.names.texts[i], t.values.texts[i]
		name.Move(fyne.NewPos(x+look.Space2, row))
		name.Resize(name.MinSize())
		at := x + look.Space2 + names
		if t.facts[i].Name == "" {
			at = x + look.Space2
		}
		value.Move(fyne.NewPos(at, row))
		value.Resize(value.MinSize())
	}
}

func (t *tip) collect(into []fyne.CanvasObject) []fyne.CanvasObject {
	if t.ground == nil {
		return into
	}
	into = append(into, t.ground)
	for i := range t.names.texts {
		into = append(into, t.names.texts[i])
	}
	for i := range t.values.texts {
		into = append(into, t.values.texts[i])
	}
	return into
}
