package index

import (
	"fmt"
	"math"
	"slices"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// sparse reports whether the stream's fragments are points on the timeline of another.
func (s *stream) sparse() bool { return s.text != nil && s.text.Parent != "" }

// insert puts a fragment of a sparse stream where it belongs among the others.
func (h *Handle) insert(f presentation.Fragment) error {
	if f.Duration <= 0 {
		return fmt.Errorf("fragment at %d has no duration", f.Start)
	}
	i, found := slices.BinarySearchFunc(h.t.fragments, f.Start, byStart)
	if found {
		return fmt.Errorf("there is a fragment at %d already", f.Start)
	}
	if i == len(h.t.fragments) {
		h.t.fragments = append(h.t.fragments, f)
	} else {
		// Readers hold views of the same array: nothing in it may move.
		h.t.fragments = slices.Concat(h.t.fragments[:i], []presentation.Fragment{f}, h.t.fragments[i:])
	}
	if f.Start < h.s.shown { // late: what is shown is put together anew
		h.s.shown, h.s.spans = 0, nil
	}
	return nil
}

func byStart(f presentation.Fragment, want engine.Ticks) int {
	switch {
	case f.Start < want:
		return -1
	case f.Start > want:
		return 1
	}
	return 0
}

// At returns the track's fragment that starts exactly at the given time.
func (h *Handle) At(start engine.Ticks) (*presentation.Fragment, bool) {
	i, found := slices.BinarySearchFunc(h.t.fragments, start, byStart)
	if !found {
		return nil, false
	}
	return &h.t.fragments[i], true
}

// reveal shows of the sparse streams what has become visible when s changed: of s itself
// when it is sparse, else of all, which may be its children. A fragment is visible once its
// parent has a span that begins at the same time or later; with all, each one is.
func (x *Index) reveal(s *stream, all bool) {
	for _, child := range x.streams {
		if !child.sparse() || s.sparse() && child != s {
			continue
		}
		until := engine.Ticks(math.MaxInt64)
		if !all && x.live {
			parent := x.parent(child)
			if parent == nil || len(parent.spans) == 0 {
				continue
			}
			// Rounded up, so that a marker on the very tick counts.
			newest := parent.spans[len(parent.spans)-1].Start
			until = newest.Rescale(parent.timescale, child.timescale) + 1
		}
		child.show(until)
	}
}

// parent is the stream on whose timeline a sparse stream lies, as presentation.View.Parent
// finds it.
func (x *Index) parent(child *stream) *stream {
	var other *stream
	for _, s := range x.streams {
		switch {
		case s.sparse() || s.kind == engine.Text:
		case s.name == child.text.Parent:
			return s
		case other == nil:
			other = s
		}
	}
	return other
}

// show appends to a sparse stream's timeline what begins before the given time and is not
// there yet. A start that several tracks have counts once.
func (s *stream) show(until engine.Ticks) {
	if until <= s.shown {
		return
	}
	for _, t := range s.tracks {
		first, _ := slices.BinarySearchFunc(t.fragments, s.shown, byStart)
		for _, f := range t.fragments[first:] {
			if f.Start >= until {
				break
			}
			at, found := slices.BinarySearchFunc(s.spans, f.Start, func(p presentation.Span, want engine.Ticks) int {
				return byStart(presentation.Fragment{Start: p.Start}, want)
			})
			span := presentation.Span{Start: f.Start, Duration: f.Duration}
			switch {
			case found:
				continue
			case at == len(s.spans):
				s.spans = append(s.spans, span)
			default:
				s.spans = slices.Concat(s.spans[:at], []presentation.Span{span}, s.spans[at:])
			}
			s.snapshot = nil
		}
	}
	s.shown = until
}
