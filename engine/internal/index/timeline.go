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
	text      *presentation.Text
	tracks    []*track
	spans     []presentation.Span
	counted   uint32       // spans of the event so far, those that were dropped included
	jumps     uint16       // of those, the ones that did not begin where the last one ended
	behind    engine.Ticks // end of the last one
	longest   engine.Ticks
	breaks    []engine.Ticks     // starts at which a clock began again, ascending, not yet in spans
	leaving   presentation.Break // newest discontinuity that some track has dropped
	past      presentation.Break // and of those that all have
	snapshot  *presentation.Stream
	counts    []Count      // of spans that are still to be read back, ascending
	from      engine.Ticks // what begins before has been dropped; 0 for nothing
	shown     engine.Ticks // of a sparse stream: spans has what begins before it
}

// track is one encoding; fragments[next:] are not in the stream's timeline yet.
type track struct {
	bitrate   int
	source    string
	header    *fmp4.Init
	raw       []byte
	init      *fmp4.TrackInit
	fragments []presentation.Fragment
	next      int
	open      *presentation.Fragment
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
	if s.sparse() {
		return // its parent moves it on
	}
	for {
		first := s.earliest()
		if first == nil || !all && s.owed(first) {
			return
		}
		span := presentation.Span{Start: first.Start, Duration: first.Duration, Discontinuity: s.breaksAt(first.Start)}
		// What has been listed is owed no more, however short it is.
		behind := max(first.End(), first.Start+tolerance+1)
		if edge := s.edge(); len(s.spans) > 0 && span.Start < edge {
			// Within tolerance: the timeline must not overlap by a rounding error.
			span.Duration -= edge - span.Start
			span.Start = edge
		}
		if span.Duration > 0 {
			s.add(span)
		}
		for _, t := range s.tracks {
			t.join(behind)
		}
	}
}

// add appends a span to the timeline.
func (s *stream) add(span presentation.Span) {
	if len(s.spans) > 0 && (span.Discontinuity || span.Start > s.behind+engine.Ticks(s.timescale/10)) {
		s.jumps++
	}
	s.count(&span)
	s.behind = span.End()
	s.longest = max(s.longest, span.Duration)
	s.spans = append(s.spans, span)
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

// forget takes the span at a start out of the timeline when no track has it any more.
func (s *stream) forget(start engine.Ticks) {
	if s.sparse() {
		s.shown = 0 // what is left is shown again
		s.spans = nil
		return
	}
	has := func(t *track) bool {
		return slices.ContainsFunc(t.fragments, func(f presentation.Fragment) bool { return near(f.Start, start) })
	}
	i := slices.IndexFunc(s.spans, func(p presentation.Span) bool { return near(p.Start, start) })
	switch {
	case i < 0 || slices.ContainsFunc(s.tracks, has):
	case i == 0:
		s.spans = s.spans[1:]
	default:
		s.spans = slices.Concat(s.spans[:i], s.spans[i+1:])
	}
}

func near(a, b engine.Ticks) bool { return a-b <= tolerance && b-a <= tolerance }

// slack is how far a fragment of a length may begin before the end of the one before it:
// rounding, but never the same fragment again.
func slack(length engine.Ticks) engine.Ticks { return min(tolerance, length/2) }

// view returns the stream as readers see it; it is built once per change.
func (s *stream) view() *presentation.Stream {
	if s.snapshot != nil {
		return s.snapshot
	}
	v := &presentation.Stream{
		Name: s.name, Type: s.kind, Language: s.language, Timescale: s.timescale, Text: s.text,
		Tracks: make([]*presentation.Track, len(s.tracks)),
		Spans:  s.spans[:len(s.spans):len(s.spans)], Longest: s.longest, Past: s.past,
	}
	for i, t := range s.tracks {
		v.Tracks[i] = &presentation.Track{
			Bitrate: t.bitrate, Source: t.source, Header: t.header, Raw: t.raw, Init: t.init, Ended: t.ended,
			Fragments: t.fragments[:len(t.fragments):len(t.fragments)], Open: t.open,
		}
	}
	s.snapshot = v
	return v
}
