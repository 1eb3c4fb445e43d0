package kit

import (
	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

// label writes the lanes' names, and the value under the pointer or the newest.
func (r *lanesRenderer) label(spot Spot, pointing, filled bool) {
	l := r.lanes
	r.names.begin(look.Caption, r.inks.soft)
	r.values.begin(look.Body, r.inks.text)
	for len(r.written) < len(l.data.Lanes) {
		r.written = append(r.written, figureText{})
	}
	for i := range l.data.Lanes {
		if !filled || i >= len(r.bands) || i >= len(l.tops) {
			break
		}
		lane, b, f := &l.data.Lanes[i], r.bands[i], &r.written[i]
		value, ok := l.valueAt(lane, spot, pointing)
		if !f.known || f.value != value || f.top != l.tops[i] {
			*f = figureText{value, l.tops[i], look.Unknown, l.config.Tick(l.tops[i]), true}
			if ok {
				f.text = l.config.Value(value)
			}
		}
		name := r.names.next(lane.Name)
		size := name.MinSize()
		y, tall := b.top+1, b.end-b.top >= 34
		if !tall {
			y = (b.top + b.end - size.Height) / 2
		}
		name.Move(fyne.NewPos(look.Space1, y))
		name.Resize(size)
		if tall {
			text := r.values.next(f.text)
			text.Move(fyne.NewPos(look.Space1, b.top+size.Height))
			text.Resize(text.MinSize())
			// How high the lane reaches, at its edge.
			top := r.names.next(f.tick)
			top.Color = r.inks.faint
			wide := top.MinSize()
			top.Move(fyne.NewPos(lanesGutter-wide.Width-look.Space1, b.top+size.Height+2))
			top.Resize(wide)
		}
	}
	r.labelClocks(filled)
	r.names.end()
	r.values.end()
}

// labelClocks says what the two clocks are.
func (r *lanesRenderer) labelClocks(filled bool) {
	l := r.lanes
	for i, word := range [...]string{l.config.ClockName, l.config.MediaName} {
		if !filled || word == "" || i == 1 && l.config.Media == nil {
			continue
		}
		text := r.names.next(word)
		text.Color = r.inks.faint
		size := text.MinSize()
		y := flagsHeight
		if i == 1 {
			y = l.Size().Height - rulerHeight
		}
		text.Move(fyne.NewPos(lanesGutter-size.Width-look.Space1, y+(rulerHeight-size.Height)/2))
		text.Resize(size)
	}
}

// valueAt is the height of a lane under the pointer, or its newest.
func (l *Lanes) valueAt(lane *Lane, spot Spot, pointing bool) (float64, bool) {
	at := len(lane.Marks) - 1
	if pointing {
		at = markAt(lane.Marks, spot.At)
	} else {
		for at >= 0 && float64(lane.Marks[at].From) > l.to {
			at--
		}
	}
	if at < 0 || !known(lane.Marks[at].Mean) {
		return -1, false
	}
	return lane.Marks[at].Mean, true
}

// labels are texts along a clock. They are written only when the moments are others.
type labels struct {
	texts textPool
	at    []int64
	step  int64
	of    int // version of the data that the words are of
	words []string
	wide  []fyne.Size
}

// update writes labels for moments, anew when the data of that version has not been asked yet.
func (c *labels) update(at []int64, step int64, of int, write func(int64) string) {
	if step == c.step && of == c.of && sameMoments(at, c.at) {
		return
	}
	c.at, c.step, c.of, c.words, c.wide = append(c.at[:0], at...), step, of, c.words[:0], c.wide[:0]
	for _, m := range at {
		word := write(m)
		c.words = append(c.words, word)
		c.wide = append(c.wide, fyne.MeasureText(word, look.Caption.Size(), look.Caption.Style()))
	}
}

func sameMoments(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// place moves the labels to their moments on a row of the lanes.
func (c *labels) place(r *lanesRenderer, y float32, shown bool) {
	l := r.lanes
	left, right := l.plotEnds()
	c.texts.begin(look.Caption, r.inks.faint)
	for i := range c.at {
		x := l.placeOf(float64(c.at[i])) - c.wide[i].Width/2
		if !shown || x < left || x+c.wide[i].Width > right {
			continue
		}
		t := c.texts.next(c.words[i])
		t.Move(fyne.NewPos(x, y+(rulerHeight-c.wide[i].Height)/2))
		t.Resize(c.wide[i])
	}
	c.texts.end()
}
