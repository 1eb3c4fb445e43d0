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
	h.s.forgetBefore(at)
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

// ForgetGone drops the fragments at the beginning of a track whose media is about to be deleted, as
// gone says, and what the timeline shows of them when no other track has it. Of a sparse track they
// may be anywhere.
func (x *Index) ForgetGone(h *Handle, gone func(*presentation.Fragment) bool) {
	var starts []engine.Ticks
	for i := range h.t.fragments {
		if gone(&h.t.fragments[i]) {
			starts = append(starts, h.t.fragments[i].Start)
		} else if !h.s.sparse() {
			break
		}
	}
	if n := len(starts); n > 0 {
		h.s.remember(starts[n-1]+1, x.zero)
	}
	for _, at := range starts {
		x.Forget(h, at)
	}
	if h.s.leaving != (presentation.Break{}) && (len(h.s.spans) == 0 || h.s.spans[0].Start > h.s.leaving.Start) {
		h.s.past = h.s.leaving
	}
}

// forgetBefore takes the spans before a time out of the timeline that no track has any more. One
// whose encoder has left may have some still that are older than what the others have.
func (s *stream) forgetBefore(at engine.Ticks) {
	n, _ := slices.BinarySearchFunc(s.spans, at-tolerance, func(p presentation.Span, at engine.Ticks) int {
		return byStart(presentation.Fragment{Start: p.Start}, at)
	})
	gone := func(p presentation.Span) bool {
		return !slices.ContainsFunc(s.tracks, func(t *track) bool {
			_, found := (&Handle{s: s, t: t}).Find(p.Start)
			return found
		})
	}
	if i := slices.IndexFunc(s.spans[:n], gone); i >= 0 {
		for _, p := range s.spans[i:n] {
			if s.leaving.Start <= p.Start && gone(p) {
				s.past = s.leaving
				break
			}
		}
		s.spans = slices.Concat(slices.DeleteFunc(slices.Clone(s.spans[:n]), gone), s.spans[n:])
	}
}

// Count is the number of a span and how many have jumped up to it, as presentation.Span has them.
type Count struct {
	Start  engine.Ticks
	Number uint32
	Jumps  uint16
}

// CountsOf are the counts that tell the numbers of all spans, with those between them: of the
// first, and of each that does not follow the number of the one before it because what was between
// them is gone; none when nothing is. Of more than most they are the first and the newest. A sparse
// stream has none.
func CountsOf(s *presentation.Stream, most int) []Count {
	if s.Sparse() {
		return nil
	}
	var counts []Count
	for i, p := range s.Spans {
		if i > 0 && p.Number == s.Spans[i-1].Number+1 {
			continue
		}
		counts = append(counts, Count{Start: p.Start, Number: p.Number, Jumps: p.Jumps})
		if len(counts) > most {
			counts = slices.Delete(counts, 1, 2)
		}
	}
	if len(counts) == 1 && counts[0].Number == 0 {
		return nil // nothing is gone
	}
	return counts
}

// CountFrom tells the counts of a track's stream that is about to be read back: its spans get the
// numbers that they had. When the first of them is not that of the event's first span, what
// begins before has been dropped and stays so.
func (x *Index) CountFrom(h *Handle, counts []Count) {
	if len(h.s.spans) > 0 || len(counts) == 0 {
		return
	}
	h.s.counts = counts
	if counts[0].Number > 0 {
		h.s.from = counts[0].Start
	}
}

// count works out the number of a span that is about to be listed, from what is known of it or else
// from the one before.
func (s *stream) count(span *presentation.Span) {
	for len(s.counts) > 0 && s.counts[0].Start <= span.Start+tolerance {
		c := s.counts[0]
		s.counts = s.counts[1:]
		s.counted, s.jumps = max(s.counted, c.Number), c.Jumps
		if c.Start < span.Start-tolerance {
			s.counted++ // that one is gone too
		}
	}
	span.Number, span.Jumps = s.counted, s.jumps
	s.counted++
}
