package index

import (
	"slices"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// tolerance is how far two times may be apart, in ticks, and still be the same: encoders
// round to their timescale, and JavaScript players to multiples of 4.
const tolerance = 8

// patience is by how much, in halves of a fragment's length, the furthest track of a
// stream may be ahead of one that is missing before the timeline goes on without it.
const patience = 3

// stream is a timeline and the tracks that share it.
type stream struct {
	name      string
	kind      engine.MediaType
	language  string
	timescale uint32
	tracks    []*track
	spans     []presentation.Span
	breaks    []engine.Ticks // starts at which a clock began again, ascending, not yet in spans
	snapshot  *presentation.Stream
}

// track is one encoding; fragments[next:] are not in the stream's timeline yet.
type track struct {
	bitrate   int
	source    string
	header    *fmp4.Init
	init      *fmp4.TrackInit
	fragments []presentation.Fragment
	next      int
	active    bool
	ended     bool
}

func (s *stream) has(bitrate int) bool {
	return slices.ContainsFunc(s.tracks, func(t *track) bool { return t.bitrate == bitrate })
}

func (s *stream) edge() engine.Ticks {
	if len(s.spans) == 0 {
		return 0
	}
	return s.spans[len(s.spans)-1].End()
}

// join lets a track take part in the timeline from the given time on.
func (t *track) join(from engine.Ticks) {
	for t.next < len(t.fragments) && t.fragments[t.next].Start < from-tolerance {
		t.next++
	}
}

// head is the track's first fragment that is not in the timeline yet, or nil.
func (t *track) head() *presentation.Fragment {
	if t.next < len(t.fragments) {
		return &t.fragments[t.next]
	}
	return nil
}

// advance appends to the timeline what has become complete: the earliest start that no
// track still owes. With all it does not wait for anyone.
func (s *stream) advance(all bool) {
	for {
		if len(s.spans) > 0 {
			// A track that came late, or was waited for in vain, brings what the timeline has.
			for _, t := range s.tracks {
				t.join(s.edge())
			}
		}
		first := s.earliest()
		if first == nil || !all && s.owed(first) {
			return
		}
		span := presentation.Span{Start: first.Start, Duration: first.Duration, Discontinuity: s.breaksAt(first.Start)}
		if n := len(s.spans); n > 0 && span.Start < s.spans[n-1].End() {
			// Within tolerance: the timeline must not overlap by a rounding error.
			span.Duration -= s.spans[n-1].End() - span.Start
			span.Start = s.spans[n-1].End()
		}
		s.spans = append(s.spans, span)
	}
}

// earliest is the fragment with the lowest start among those not in the timeline yet.
func (s *stream) earliest() *presentation.Fragment {
	var first *presentation.Fragment
	for _, t := range s.tracks {
		if f := t.head(); f != nil && (first == nil || f.Start < first.Start-tolerance) {
			first = f
		}
	}
	return first
}

// owed reports whether some track that is still sending may yet bring a fragment that
// starts where first does, and is worth waiting for.
func (s *stream) owed(first *presentation.Fragment) bool {
	missing := false
	var ahead engine.Ticks
	for _, t := range s.tracks {
		if n := len(t.fragments); n > 0 {
			ahead = max(ahead, t.fragments[n-1].End())
		}
		missing = missing || t.head() == nil && t.active && !t.ended
	}
	return missing && ahead-first.End() < first.Duration*patience/2
}

func (s *stream) breaksAt(start engine.Ticks) bool {
	found := false
	for len(s.breaks) > 0 && s.breaks[0] <= start+tolerance {
		s.breaks = s.breaks[1:]
		found = true
	}
	return found
}

// oldest is the start of the oldest fragment that some track still has.
func (s *stream) oldest() engine.Ticks {
	oldest := engine.Ticks(1<<63 - 1)
	for _, t := range s.tracks {
		if len(t.fragments) > 0 {
			oldest = min(oldest, t.fragments[0].Start)
		}
	}
	return oldest
}

// find is the index of the first span that ends after the given time.
func (s *stream) find(at engine.Ticks) (int, bool) {
	return slices.BinarySearchFunc(s.spans, at, func(p presentation.Span, want engine.Ticks) int {
		if p.End() <= want {
			return -1
		}
		return 1
	})
}

// view returns the stream as readers see it; it is built once per change.
func (s *stream) view() *presentation.Stream {
	if s.snapshot != nil {
		return s.snapshot
	}
	v := &presentation.Stream{
		Name: s.name, Type: s.kind, Language: s.language, Timescale: s.timescale,
		Tracks: make([]*presentation.Track, len(s.tracks)),
		Spans:  s.spans[:len(s.spans):len(s.spans)],
	}
	for i, t := range s.tracks {
		v.Tracks[i] = &presentation.Track{
			Bitrate: t.bitrate, Source: t.source, Header: t.header, Init: t.init, Ended: t.ended,
			Fragments: t.fragments[:len(t.fragments):len(t.fragments)],
		}
	}
	s.snapshot = v
	return v
}
