package kit

import (
	"image/color"
	"math"
	"time"
)

// Sample is one value of a series.
type Sample struct {
	At    int64   // Unix time in milliseconds
	Value float64 // NaN or an infinity breaks the line: nothing is known there
}

// Series is one line of a chart. Points are in order of time.
type Series struct {
	Name   string
	Colour color.NRGBA
	Points []Sample
}

func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// last is the newest sample not after at, and whether there is one.
func (s Series) last(at int64) (Sample, bool) {
	for i := len(s.Points) - 1; i >= 0; i-- {
		if s.Points[i].At <= at {
			return s.Points[i], true
		}
	}
	return Sample{}, false
}

// nearest is the sample closest to at in time, and whether there is one.
func (s Series) nearest(at int64) (Sample, bool) {
	var best Sample
	found := false
	distance := math.Inf(1)
	for _, p := range s.Points {
		// As floats, because the difference of two arbitrary int64 may not fit into one.
		if d := math.Abs(float64(p.At) - float64(at)); d < distance {
			best, distance, found = p, d, true
		}
	}
	return best, found
}

// peak is the greatest known value of all series between from and to, and whether there is any.
func peak(series []Series, from, to int64) (float64, bool) {
	top, found := math.Inf(-1), false
	for _, s := range series {
		for _, p := range s.Points {
			if p.At >= from && p.At <= to && known(p.Value) {
				top, found = max(top, p.Value), true
			}
		}
	}
	return top, found
}

func millis(t time.Time) int64 { return t.UnixMilli() }
