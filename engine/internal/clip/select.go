package clip

import (
	"fmt"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// scale is the timescale in which places in an event are compared across streams.
const scale uint32 = 10_000_000

// slack is how far apart, in ticks of a track, two times may be and still be the same.
const slack = 8

// bounds is a stretch of the presentation in ticks of scale: from first on, before end.
type bounds struct {
	first, end engine.Ticks
}

// Select returns what a range of an event holds, as the view of an event of the given id that
// has ended. It begins with the fragment that From lies in, or an earlier one if players
// could not begin there, and ends with the one that To lies in. Pictures decide: of sound and
// text it holds what overlaps them. A range that reaches beyond what there is ends there.
// Kinds: BadInput for a range that makes no sense, NotFound for one without media.
func Select(v *presentation.View, r engine.Range, id string) (*presentation.View, error) {
	lead := leading(v)
	if lead == nil {
		return nil, &engine.Error{Op: "clip", Kind: engine.NotFound, Text: "Nothing has been recorded yet; wait for the first fragments."}
	}
	whole := bounds{lead.Spans[0].Start.Rescale(lead.Timescale, scale), lead.Edge().Rescale(lead.Timescale, scale)}
	want, err := resolve(v, r, whole)
	if err != nil {
		return nil, err
	}
	cut, ok := align(lead, want)
	if !ok {
		return nil, noMedia(v, whole)
	}
	out := &presentation.View{
		Point: v.Point, Event: id, LookAhead: v.LookAhead, Version: 1, Changed: v.Changed, ZeroTime: v.ZeroTime,
	}
	for _, s := range v.Streams {
		if kept := part(s, cut); kept != nil {
			out.Streams = append(out.Streams, kept)
		}
	}
	if len(out.Streams) == 0 {
		return nil, noMedia(v, whole)
	}
	return out, nil
}

// Extent is where a view begins and ends, by its leading stream.
func Extent(v *presentation.View) (from, to time.Duration) {
	s := leading(v)
	if s == nil {
		return 0, 0
	}
	return s.Spans[0].Start.Duration(s.Timescale), s.Edge().Duration(s.Timescale)
}

// leading is the stream whose fragments decide where a clip is cut: the first of those that
// players see first, which are video, then audio, then text.
func leading(v *presentation.View) *presentation.Stream {
	for _, s := range v.Streams {
		if len(s.Spans) > 0 {
			return s
		}
	}
	return nil
}

// resolve turns a range into presentation time, cut to what there is.
func resolve(v *presentation.View, r engine.Range, whole bounds) (bounds, error) {
	want := whole
	for _, end := range []struct {
		at   engine.Moment
		into *engine.Ticks
	}{{r.From, &want.first}, {r.To, &want.end}} {
		switch {
		case end.at.Open():
		case end.at.Clock.IsZero():
			*end.into = engine.Ticks(end.at.Media / 100)
		case v.ZeroTime.IsZero():
			return want, &engine.Error{Op: "clip", Kind: engine.BadInput,
				Text: "The wall clock of this event is not known; give the range in seconds of presentation time, which is " + words(v, whole) + "."}
		default:
			*end.into = engine.Ticks(end.at.Clock.Sub(v.ZeroTime) / 100)
		}
	}
	if want.end <= want.first && !r.From.Open() && !r.To.Open() {
		return want, &engine.Error{Op: "clip", Kind: engine.BadInput, Text: fmt.Sprintf(
			"The range ends at %s and begins at %s; let it end later than it begins.", r.To, r.From)}
	}
	if want.first >= whole.end || want.end <= whole.first {
		return want, noMedia(v, whole)
	}
	return bounds{max(want.first, whole.first), min(want.end, whole.end)}, nil
}

func noMedia(v *presentation.View, whole bounds) error {
	return &engine.Error{Op: "clip", Kind: engine.NotFound, Text: "There is no media in this range; there is " + words(v, whole) + "."}
}

// words says in words what there is.
func words(v *presentation.View, whole bounds) string {
	from, to := whole.first.Duration(scale), whole.end.Duration(scale)
	text := fmt.Sprintf("%.3f to %.3f seconds", from.Seconds(), to.Seconds())
	if !v.ZeroTime.IsZero() {
		const clock = "2006-01-02T15:04:05.000Z"
		text += ", that is " + v.ZeroTime.Add(from).UTC().Format(clock) + " to " + v.ZeroTime.Add(to).UTC().Format(clock)
	}
	return text
}

// align moves the ends of a range to those of the fragments that they lie in.
func align(s *presentation.Stream, want bounds) (bounds, bool) {
	first := engine.Ticks(0)
	i, n := 0, 0
	for at, p := range s.Spans {
		start, end := p.Start.Rescale(s.Timescale, scale), p.End().Rescale(s.Timescale, scale)
		if end <= want.first || start >= want.end {
			continue
		}
		if n == 0 {
			i = at
		}
		n++
	}
	if n == 0 {
		return bounds{}, false
	}
	last := s.Spans[i+n-1]
	for i > 0 && !joinable(s, s.Spans[i].Start) {
		i--
	}
	first = s.Spans[i].Start
	return bounds{first.Rescale(s.Timescale, scale), last.End().Rescale(s.Timescale, scale)}, true
}

// joinable reports whether players could begin at a time, on whatever track.
func joinable(s *presentation.Stream, at engine.Ticks) bool {
	if s.Type != engine.Video {
		return true
	}
	for _, t := range s.Tracks {
		if f, ok := t.Find(at); ok && !f.Sync {
			return false
		}
	}
	return true
}

// part is what a stream has within bounds, and nil when that is nothing.
func part(s *presentation.Stream, cut bounds) *presentation.Stream {
	out := *s
	out.Tracks = nil
	in := func(start, end engine.Ticks) bool {
		edge := engine.Ticks(slack).Rescale(s.Timescale, scale)
		return start.Rescale(s.Timescale, scale) < cut.end-edge && end.Rescale(s.Timescale, scale) > cut.first+edge
	}
	for _, t := range s.Tracks {
		from := slices.IndexFunc(t.Fragments, func(f presentation.Fragment) bool { return in(f.Start, f.End()) })
		if from < 0 {
			continue
		}
		to := from + 1
		for to < len(t.Fragments) && in(t.Fragments[to].Start, t.Fragments[to].End()) {
			to++
		}
		for s.Type == engine.Video && from > 0 && !t.Fragments[from].Sync {
			from--
		}
		kept := *t
		kept.Fragments, kept.Open, kept.Ended = t.Fragments[from:to:to], nil, true
		out.Tracks = append(out.Tracks, &kept)
	}
	if len(out.Tracks) == 0 {
		return nil
	}
	out.Spans = listed(s.Spans, out.Tracks)
	return &out
}

// listed are the spans that some of the tracks have a fragment for.
func listed(spans []presentation.Span, tracks []*presentation.Track) []presentation.Span {
	var out []presentation.Span
	for _, p := range spans {
		has := func(t *presentation.Track) bool { _, ok := t.Find(p.Start); return ok }
		if slices.ContainsFunc(tracks, has) {
			out = append(out, p)
		}
	}
	return out
}
