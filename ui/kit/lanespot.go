package kit

import "math"

// plotEnds are where the plot begins and ends, in units.
func (l *Lanes) plotEnds() (left, right float32) {
	return min(lanesGutter, l.Size().Width/2), l.Size().Width - lanesPadding
}

// perUnit is how many milliseconds a unit of the plot is wide.
func (l *Lanes) perUnit() float64 {
	left, right := l.plotEnds()
	return l.span() / math.Max(1, float64(right-left))
}

// timeAt is the moment at a place, and placeOf the place of a moment.
func (l *Lanes) timeAt(x float32) float64 {
	left, right := l.plotEnds()
	return l.from + float64(max(left, min(right, x))-left)*l.perUnit()
}

func (l *Lanes) placeOf(at float64) float32 {
	left, _ := l.plotEnds()
	return left + float32(max(-1e6, min(1e6, (at-l.from)/l.perUnit())))
}

// handleAt is the handle of the selection at a place.
func (l *Lanes) handleAt(x float32) grab {
	if !l.selected.there {
		return grabNothing
	}
	from, to := l.placeOf(l.selected.from)-x, l.placeOf(l.selected.to)-x
	switch {
	case max(to, -to) <= reach && max(to, -to) <= max(from, -from):
		return grabTo
	case max(from, -from) <= reach:
		return grabFrom
	}
	return grabNothing
}

// spot finds what is under the pointer.
func (l *Lanes) spot() (Spot, bool) {
	left, right := l.plotEnds()
	if !l.hovered || l.pointer.X < left || l.pointer.X > right || l.span() <= 0 || len(l.data.Lanes) == 0 {
		return Spot{}, false
	}
	at := l.timeAt(l.pointer.X)
	s := Spot{At: int64(at), Lane: -1, Mark: -1, Note: -1}
	if l.pointer.Y < flagsHeight {
		s.Note = l.noteAt(l.pointer.X)
		return s, true
	}
	r := l.render
	for i := range l.data.Lanes {
		if r == nil || i >= len(r.bands) || l.pointer.Y < r.bands[i].top || l.pointer.Y > r.bands[i].end {
			continue
		}
		s.Lane = i
		s.Mark = markAt(l.data.Lanes[i].Marks, s.At)
	}
	return s, true
}

// markAt is the mark at a moment, or -1.
func markAt(marks []LaneMark, at int64) int {
	for i := len(marks) - 1; i >= 0; i-- {
		if marks[i].From <= at && at < marks[i].To {
			return i
		}
	}
	return -1
}

// noteAt is the flag nearest to a place, or -1.
func (l *Lanes) noteAt(x float32) int {
	best, distance := -1, reach
	for i := range l.data.Notes {
		d := l.placeOf(float64(l.data.Notes[i].At)) - x
		if d = max(d, -d); d <= distance {
			best, distance = i, d
		}
	}
	return best
}
