package index

import (
	"slices"

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
	// A copy, so that the array does not hold on to what was dropped; readers keep the old one.
	h.t.fragments = slices.Clone(h.t.fragments[n:])
	h.t.next = max(0, h.t.next-n)
	h.s.forgetBefore()
	x.touch(h.s)
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
		s.spans = slices.Clone(s.spans[n:])
	}
}
