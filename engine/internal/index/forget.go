package index

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// ForgetBefore drops the fragments of a track that start before a time, because their media
// is about to be deleted, and what the timeline shows of them when no other track has it. Views
// that were handed out before keep theirs.
func (x *Index) ForgetBefore(h *Handle, at engine.Ticks) {
	n, _ := slices.BinarySearchFunc(h.t.fragments, at, func(f presentation.Fragment, at engine.Ticks) int {
		if f.Start < at {
			return -1
		}
		return 1
	})
	if n == 0 {
		return
	}
	h.s.remember(at, x.zero)
	// A copy, so that the array does not hold on to what was dropped; readers keep the old one.
	h.t.fragments = slices.Clone(h.t.fragments[n:])
	h.t.next = max(0, h.t.next-n)
	h.s.forgetBefore()
	x.touch(h.s)
}

// remember keeps what is to be known of discontinuities that may leave the timeline: when its
// spans go, the fragments that tell the time are gone.
func (s *stream) remember(before engine.Ticks, zero time.Time) {
	if s.sparse() || !slices.ContainsFunc(s.spans, func(p presentation.Span) bool { return p.Discontinuity && p.Start < before }) {
		return
	}
	s.leaving = s.view().Drop(before, zero)
}

// forgetBefore takes the spans out of the timeline that lie before all fragments.
func (s *stream) forgetBefore() {
	var oldest engine.Ticks
	found := false
	for _, t := range s.tracks {
		if len(t.fragments) > 0 && (!found || t.fragments[0].Start < oldest) {
			oldest, found = t.fragments[0].Start, true
		}
	}
	n := 0
	for n < len(s.spans) && (!found || s.spans[n].Start < oldest-tolerance) {
		n++
	}
	if n > 0 {
		if s.leaving.Start <= s.spans[n-1].Start {
			s.past = s.leaving
		}
		s.spans = slices.Clone(s.spans[n:])
	}
}

// CountFrom says how many spans of a track's stream were dropped before those that are about to
// be read back, and how many of them jumped: the numbers of the others stay what they were.
func (x *Index) CountFrom(h *Handle, spans uint32, jumps uint16) {
	if len(h.s.spans) == 0 {
		h.s.counted, h.s.jumps = spans, jumps
	}
}
