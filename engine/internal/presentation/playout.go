package presentation

import (
	"context"
	"slices"
	"time"

	"pubpoint/engine"
)

// Playout is how one viewer wants a live presentation shown. It is comparable: two that are
// equal show the same. The zero value shows the presentation as it is.
type Playout struct {
	Window time.Duration // DVR window of this viewer; 0 means that of the publishing point
	Shift  time.Duration // how far behind the live edge the viewer's own live edge is; 0 means not
}

// For is p with all left out that makes no difference to v: a recording has no live edge, and
// nobody gets a longer window than the publishing point gives.
func (p Playout) For(v *View) Playout {
	if !v.Live {
		return Playout{}
	}
	if v.Window > 0 && p.Window >= v.Window {
		p.Window = 0
	}
	return p
}

// Of shows v as p wants it. The result is a view like any other: what lies behind the shifted
// edge is not in it, and its wall clock runs late by the shift, so that a player needs to know
// of nothing. Before the event has been on for as long as the shift there is nothing in it.
func (p Playout) Of(v *View) *View {
	if v != nil {
		p = p.For(v)
	}
	if v == nil || p == (Playout{}) {
		return v
	}
	shown := *v
	if p.Window > 0 {
		shown.Window = p.Window
	}
	if p.Shift <= 0 {
		return &shown
	}
	if !v.ZeroTime.IsZero() {
		shown.ZeroTime = v.ZeroTime.Add(p.Shift)
	}
	// One instant for all streams: they may be a fragment apart.
	edge := v.liveEdge() - p.Shift
	shown.Streams = make([]*Stream, len(v.Streams))
	for i, s := range v.Streams {
		if parent := v.Parent(s); parent != nil {
			shown.Streams[i] = s.known(parent.until(edge))
		} else {
			shown.Streams[i] = s.until(edge)
		}
	}
	return &shown
}

// liveEdge is the end of the newest span over all streams that are not sparse.
func (v *View) liveEdge() time.Duration {
	var edge time.Duration
	for _, s := range v.Streams {
		if s.Type != engine.Text && len(s.Spans) > 0 {
			edge = max(edge, s.Edge().Duration(s.Timescale))
		}
	}
	return edge
}

// until is the stream as it was when its live edge was at that time.
func (s *Stream) until(edge time.Duration) *Stream {
	shown := *s
	end := engine.Ticks(edge/time.Microsecond).Rescale(1_000_000, s.Timescale)
	n, _ := slices.BinarySearchFunc(s.Spans, end, func(p Span, end engine.Ticks) int { return behind(p.End(), end) })
	shown.Spans = s.Spans[:n:n]
	if n > 0 {
		end = s.Spans[n-1].End()
	}
	shown.Tracks = make([]*Track, len(s.Tracks))
	for i, t := range s.Tracks {
		cut := *t
		n, _ := slices.BinarySearchFunc(t.Fragments, end, func(f Fragment, end engine.Ticks) int { return behind(f.End(), end+snap) })
		cut.Fragments = t.Fragments[:n:n]
		cut.Open = nil
		cut.Ended = t.Ended && n == len(t.Fragments)
		shown.Tracks[i] = &cut
	}
	return &shown
}

// known is a sparse stream as it was when its parent was as it is shown: a marker is there once
// its parent has a span that begins with it or later, however long it lasts.
func (s *Stream) known(parent *Stream) *Stream {
	shown, end := *s, engine.Ticks(0)
	if n := len(parent.Spans); n > 0 {
		end = parent.Spans[n-1].Start.Rescale(parent.Timescale, s.Timescale) + 1
	}
	n, _ := slices.BinarySearchFunc(s.Spans, end, func(p Span, end engine.Ticks) int { return compare(p.Start, end) })
	shown.Spans = s.Spans[:n:n]
	shown.Tracks = make([]*Track, len(s.Tracks))
	for i, t := range s.Tracks {
		cut := *t
		n, _ := slices.BinarySearchFunc(t.Fragments, end, func(f Fragment, end engine.Ticks) int { return compare(f.Start, end) })
		cut.Fragments = t.Fragments[:n:n]
		cut.Ended = t.Ended && n == len(t.Fragments)
		shown.Tracks[i] = &cut
	}
	return &shown
}

// behind orders ends for a search of the first that lies beyond a time.
func behind(end, limit engine.Ticks) int {
	if end <= limit {
		return -1
	}
	return 1
}

// Source is src as p wants it shown.
func (p Playout) Source(src Source) Source {
	if p == (Playout{}) {
		return src
	}
	return playoutSource{src, p}
}

// playoutSource shows every view of a source in one way.
type playoutSource struct {
	Source
	playout Playout
}

// View returns the newest view as the viewer wants it.
func (s playoutSource) View() *View { return s.playout.Of(s.Source.View()) }

// Wait is that of the source, with the view as the viewer wants it.
func (s playoutSource) Wait(ctx context.Context, after uint64) (*View, error) {
	v, err := s.Source.Wait(ctx, after)
	return s.playout.Of(v), err
}
