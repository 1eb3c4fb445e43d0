package presentation

import (
	"slices"
	"time"

	"pubpoint/engine"
)

// Sparse reports whether the stream's fragments are single points on the timeline of
// another stream, such as SCTE 35 markers. Fragments and Spans of a sparse stream ascend by
// Start, but one may last longer than until the next begins, and one that arrives late takes
// its place between others, so its timeline is not the same for ever. It is nothing that
// anybody waits for.
func (s *Stream) Sparse() bool { return s.Text != nil && s.Text.Parent != "" }

// Parent returns the stream on whose timeline a sparse stream lies: the one it names, or
// else the first of video or audio; nil for a stream that is not sparse, and while there is
// none.
func (v *View) Parent(s *Stream) *Stream {
	if !s.Sparse() {
		return nil
	}
	var other *Stream
	for _, p := range v.Streams {
		switch {
		case p == s || p.Sparse() || p.Type == engine.Text:
		case p.Name == s.Text.Parent:
			return p
		case other == nil:
			other = p
		}
	}
	return other
}

// listedSparse returns the part of a sparse stream's timeline that manifests show: while
// live, what begins within the DVR window of its parent, which may be nothing.
func (v *View) listedSparse(s *Stream) []Span {
	parent := v.Parent(s)
	if !v.Live || v.Window <= 0 || parent == nil {
		return s.Spans
	}
	window := engine.Ticks(v.Window/time.Microsecond).Rescale(1_000_000, s.Timescale)
	from := parent.Edge().Rescale(parent.Timescale, s.Timescale) - window
	i, _ := slices.BinarySearchFunc(s.Spans, from, func(p Span, want engine.Ticks) int {
		return compare(p.Start, want)
	})
	return s.Spans[i:]
}
