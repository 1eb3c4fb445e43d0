package outputtest

import (
	"testing"
	"time"

	"pubpoint/engine/internal/presentation"
)

// compareJoined holds the listing of a format that joins fragments against the view: every
// entry is a run of whole fragments, one begins where the one before ended or behind a gap,
// and nothing is left out but what is held back at the live edge.
func (r *run) compareJoined(t *testing.T, v *presentation.View, s *presentation.Stream, track *presentation.Track, l Listing) {
	t.Helper()
	spans := v.Listed(s)
	if len(l.Entries) == 0 || len(spans) == 0 {
		t.Errorf("%s: %d entries of %d fragments", tag(s, track, s.Edge()), len(l.Entries), len(spans))
		return
	}
	zero, known := r.zeros[s.Name]
	if !known {
		zero = l.Entries[0].Start - spans[0].Start.Duration(s.Timescale)
		r.zeros[s.Name] = zero
	}
	i := 0
	if v.Live && v.Window > 0 {
		// A window may begin in the middle of an entry.
		for i < len(spans) && spans[i].Start.Duration(s.Timescale)+zero < l.Entries[0].Start-r.Tolerance {
			i++
		}
	}
	for n, e := range l.Entries {
		taken := r.join(s.Timescale, zero, spans[i:], e)
		if taken == 0 {
			t.Errorf("%s: entry %d, from %v for %v, is not made of whole fragments", tag(s, track, spans[min(i, len(spans)-1)].Start), n, e.Start, e.Duration)
			return
		}
		i += taken
	}
	held := 0
	if v.Live && r.Hold != nil {
		held = r.Hold(v)
	}
	if left := len(spans) - i; left > held {
		t.Errorf("%s: %d fragments are not listed, and %d may be held back", tag(s, track, s.Edge()), left, held)
	}
}

// join returns how many of the spans make up an entry; 0 when they do not.
func (r *run) join(timescale uint32, zero time.Duration, spans []presentation.Span, e Entry) int {
	for i, span := range spans {
		start, end := span.Start.Duration(timescale)+zero, span.End().Duration(timescale)+zero
		if i == 0 && (start-e.Start).Abs() > r.Tolerance {
			return 0
		}
		if i > 0 && span.Start > spans[i-1].End() {
			return 0
		}
		if off := end - e.Start - e.Duration; off.Abs() <= r.Tolerance {
			return i + 1
		}
	}
	return 0
}

// covered is how many spans from the beginning of the timeline on a listing goes.
func (r *run) covered(s *presentation.Stream, l Listing) int {
	if !r.Joins || len(l.Entries) == 0 {
		return len(l.Entries)
	}
	last := l.Entries[len(l.Entries)-1]
	n := 0
	for n < len(s.Spans) && s.Spans[n].End().Duration(s.Timescale)+r.zeros[s.Name] <= last.Start+last.Duration+r.Tolerance {
		n++
	}
	return n
}
