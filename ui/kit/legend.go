package kit

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"pubpoint/ui/look"
)

// textPool hands out canvas texts of one style and keeps them from one refresh to the next.
type textPool struct {
	texts  []*canvas.Text
	used   int
	role   look.Role
	colour color.Color
}

func (p *textPool) begin(role look.Role, colour color.Color) {
	p.used, p.role, p.colour = 0, role, colour
}

// next is a visible text that says s.
func (p *textPool) next(s string) *canvas.Text {
	if p.used == len(p.texts) {
		p.texts = append(p.texts, canvas.NewText("", nil))
	}
	t := p.texts[p.used]
	p.used++
	t.Text, t.Color, t.TextSize, t.TextStyle, t.Hidden = s, p.colour, p.role.Size(), p.role.Style(), false
	return t
}

// end hides what was not needed this time.
func (p *textPool) end() {
	for _, t := range p.texts[p.used:] {
		t.Hide()
	}
}

// legend is the row above a chart: a swatch, the name and the value of each series, and on the right the moment under
// the pointer. What does not fit is counted, not cut.
type legend struct {
	swatches []*canvas.Rectangle
	names    textPool
	values   textPool
	moment   *canvas.Text
	widest   []float32 // value of each series so far, so that the row stands still while values change
}

func (l *legend) update(t *Timeline, p look.Palette, width, left float32, moment int64, pointing bool) {
	if l.moment == nil {
		l.moment = canvas.NewText("", nil)
	}
	room := width - left
	l.moment.Hidden = !pointing
	if pointing {
		l.moment.Text = time.UnixMilli(moment).In(t.config.Location).Format("15:04:05")
		l.moment.Color, l.moment.TextSize = p.Text, look.Caption.Size()
		size := l.moment.MinSize()
		l.moment.Resize(size)
		l.moment.Move(fyne.NewPos(width-size.Width, (legendHeight-size.Height)/2-2))
		room -= size.Width + look.Space3
	}
	l.names.begin(look.Caption, p.Soft)
	l.values.begin(look.Caption, p.Text)
	shown := l.place(t, left, room, moment)
	if rest := len(t.series) - shown; rest > 0 {
		l.more(rest, shown, left, width)
	}
	l.names.end()
	l.values.end()
	for _, s := range l.swatches[shown:] {
		s.Hide()
	}
}

// place lays the series out from the left and answers how many fitted.
func (l *legend) place(t *Timeline, left, room float32, moment int64) int {
	const swatch, gap = 9, 16
	x := left
	for i, s := range t.series {
		value := look.Unknown
		if q, ok := t.at(s, moment); ok && known(q.Value) {
			value = t.config.Value(q.Value)
		}
		name, figure := l.names.next(s.Name), l.values.next(value)
		nameSize, figureSize := name.MinSize(), figure.MinSize()
		if i == len(l.widest) {
			l.widest = append(l.widest, 0)
		}
		l.widest[i] = max(l.widest[i], figureSize.Width)
		wide := l.widest[i]
		need := swatch + 6 + nameSize.Width + 6 + wide
		if x+need > left+room && i > 0 {
			l.names.used--
			l.values.used--
			return i
		}
		if i == len(l.swatches) {
			l.swatches = append(l.swatches, canvas.NewRectangle(nil))
		}
		box := l.swatches[i]
		box.FillColor, box.CornerRadius, box.Hidden = s.Colour, 2, false
		box.Resize(fyne.NewSize(swatch, swatch))
		middle := legendHeight/2 - 2
		box.Move(fyne.NewPos(x, middle-swatch/2))
		name.Resize(nameSize)
		name.Move(fyne.NewPos(x+swatch+6, middle-nameSize.Height/2))
		figure.Resize(figureSize)
		figure.Move(fyne.NewPos(x+swatch+6+nameSize.Width+6, middle-figureSize.Height/2))
		x += need + gap
	}
	return len(t.series)
}

// more says how many series had no room, behind the last that had.
func (l *legend) more(rest, shown int, left, width float32) {
	last := l.values.texts[shown-1]
	text := l.names.next("+" + look.Count(int64(rest)))
	size := text.MinSize()
	text.Resize(size)
	x := min(last.Position().X+last.Size().Width+look.Space2, max(left, width-size.Width))
	text.Move(fyne.NewPos(x, legendHeight/2-2-size.Height/2))
}

func (l *legend) collect(into []fyne.CanvasObject) []fyne.CanvasObject {
	for _, s := range l.swatches {
		into = append(into, s)
	}
	for _, t := range l.names.texts {
		into = append(into, t)
	}
	for _, t := range l.values.texts {
		into = append(into, t)
	}
	return append(into, l.moment)
}
