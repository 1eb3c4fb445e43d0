package presentation

import (
	"slices"
	"time"

	"pubpoint/engine"
)

// snap is how far, in ticks, a requested time may be from a fragment's start and still
// mean it. Players written in JavaScript round times above 2^53 to multiples of 2 or 4.
const snap = 8

// Find returns the fragment that starts at the given time, within 8 ticks. The pointer
// stays valid as long as its view is used.
func (t *Track) Find(at engine.Ticks) (*Fragment, bool) {
	i, _ := slices.BinarySearchFunc(t.Fragments, at-snap, func(f Fragment, want engine.Ticks) int {
		return compare(f.Start, want)
	})
	best := -1
	for ; i < len(t.Fragments) && t.Fragments[i].Start <= at+snap; i++ {
		if best < 0 || distance(t.Fragments[i].Start, at) < distance(t.Fragments[best].Start, at) {
			best = i
		}
	}
	if best < 0 {
		return nil, false
	}
	return &t.Fragments[best], true
}

// FindSpan returns the index of the span that starts at the given time, within 8 ticks,
// and whether there is one. Without one it is the index of the first span after it.
func (s *Stream) FindSpan(at engine.Ticks) (int, bool) {
	i, _ := slices.BinarySearchFunc(s.Spans, at-snap, func(p Span, want engine.Ticks) int {
		return compare(p.Start, want)
	})
	if i < len(s.Spans) && s.Spans[i].Start <= at+snap {
		return i, true
	}
	return i, false
}

// Listed returns the part of the stream's timeline that manifests show: while live, what
// lies within the DVR window behind the live edge; afterwards all of it.
func (v *View) Listed(s *Stream) []Span {
	if s.Sparse() {
		return v.listedSparse(s)
	}
	if !v.Live || v.Window <= 0 || len(s.Spans) == 0 {
		return s.Spans
	}
	from := s.Edge() - engine.Ticks(v.Window/time.Microsecond).Rescale(1_000_000, s.Timescale)
	i, _ := slices.BinarySearchFunc(s.Spans, from, func(p Span, want engine.Ticks) int {
		return compare(p.Start, want)
	})
	return s.Spans[min(i, len(s.Spans)-1):]
}

// Duration is how long the presentation is: from the first start to the last end over all
// streams that are not sparse.
func (v *View) Duration() time.Duration {
	var longest time.Duration
	for _, s := range v.Streams {
		if s.Type == engine.Text || len(s.Spans) == 0 {
			continue
		}
		longest = max(longest, (s.Edge() - s.Spans[0].Start).Duration(s.Timescale))
	}
	return longest
}

func compare(a, b engine.Ticks) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func distance(a, b engine.Ticks) engine.Ticks {
	if a > b {
		return a - b
	}
	return b - a
}
