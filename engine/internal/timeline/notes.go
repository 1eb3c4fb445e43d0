package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/marker"
	"pubpoint/engine/internal/presentation"
)

// splices are the SCTE 35 markers of a stretch, the newest where there are very many.
func splices(v *presentation.View, c clock, q engine.FragmentQuery) []engine.TimelineNote {
	if !c.known() {
		return nil
	}
	shown := &presentation.View{ZeroTime: v.ZeroTime}
	for _, s := range v.Streams {
		if !s.Sparse() || s.Text.Scheme != fmp4.SchemeSCTE35 {
			continue
		}
		part := *s
		part.Spans = within(s, c, q)
		shown.Streams = append(shown.Streams, &part)
	}
	var notes []engine.TimelineNote
	for _, m := range marker.List(shown) {
		n := engine.TimelineNote{At: c.at(m.At), Kind: engine.NoteSplice, Severity: engine.Info, Text: words(m)}
		if e, ok := m.Effect(); ok && e.Out && !e.Cancel {
			n.Length = e.Duration
		}
		if q.Covers(n) {
			notes = append(notes, n)
		}
	}
	return notes
}

// ahead is how much earlier than its splice a message may lie on the timeline and still be looked
// for, and how long a break may be that began before the stretch.
const ahead = 10 * 60 // seconds

// within are the spans of a sparse stream that may have to do with a stretch.
func within(s *presentation.Stream, c clock, q engine.FragmentQuery) []presentation.Span {
	from, to := q.From, q.To
	reach := engine.Ticks(ahead * int64(s.Timescale)).Duration(s.Timescale)
	first, end := 0, len(s.Spans)
	if !from.IsZero() {
		first, _ = slices.BinarySearchFunc(s.Spans, from.Add(-reach), func(p presentation.Span, at time.Time) int {
			return c.at(p.Start.Duration(s.Timescale)).Compare(at)
		})
	}
	if !to.IsZero() {
		end, _ = slices.BinarySearchFunc(s.Spans, to, func(p presentation.Span, at time.Time) int {
			return c.at(p.Start.Duration(s.Timescale)).Compare(at)
		})
	}
	return s.Spans[min(first, end):end]
}

// words says what a marker means.
func words(m marker.Marker) string {
	e, ok := m.Effect()
	if !ok {
		return cmp.Or(commandName(m), "Splice message")
	}
	text := fmt.Sprintf("%s, event %d", e.Name(), e.ID)
	if e.Cancel {
		text += ", cancelled"
	}
	if e.Duration > 0 {
		text += fmt.Sprintf(", %.1f s", e.Duration.Seconds())
	}
	return text
}

// commandName tells messages without an event apart.
func commandName(m marker.Marker) string {
	if m.Section.Encrypted {
		return "Encrypted splice message"
	}
	return ""
}
