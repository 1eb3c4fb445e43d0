package hls

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// early is how much sooner than the stream that leads another may begin after an encoder's clock
// began again: its audio comes before its first picture.
const early = time.Second / 10

// alone is how many segments of a stream wait for the one that leads: when it sends no more, the
// others are listed all the same.
const alone = 6

// led leaves those spans out of a live playlist of which it is not settled yet how many
// discontinuities lie before them: players hold it against a playlist when that changes.
func (s *show) led(stream *presentation.Stream, spans []presentation.Span) []presentation.Span {
	if stream == s.lead || !s.view.Live || len(spans) == 0 {
		return spans
	}
	edge := s.leadEdge()
	n := len(spans)
	for n > 0 && reach(stream, spans[n-1]) >= edge {
		n--
	}
	if len(spans)-n > alone {
		return spans
	}
	return spans[:n]
}

// reach is the presentation time until which a jump of the stream that leads counts for a span.
func reach(stream *presentation.Stream, p presentation.Span) time.Duration {
	at := p.Start.Duration(stream.Timescale)
	if p.Discontinuity {
		at += early
	}
	return at
}

// leadEdge is how far the stream that leads has come without another jump, with what its fastest
// track has beyond the timeline.
func (s *show) leadEdge() time.Duration {
	edge := s.lead.Edge()
	last := s.lead.Spans[len(s.lead.Spans)-1]
	for _, t := range s.lead.Tracks {
		ahead, open := beyond(t, s.lead.Timescale, last)
		switch {
		case open != nil:
			edge = max(edge, open.End())
		case len(ahead) > 0:
			edge = max(edge, ahead[len(ahead)-1].End())
		}
	}
	return edge.Duration(s.lead.Timescale)
}

// beyond returns what a track has behind a span, as far as one fragment follows on the other
// without a jump; open is the one that is arriving, if it does so too.
func beyond(t *presentation.Track, timescale uint32, last presentation.Span) (ahead []presentation.Fragment, open *presentation.Fragment) {
	before, ok := t.Find(last.Start)
	if !ok {
		return nil, nil
	}
	shift, end := before.Shift, last.End()
	follows := func(f *presentation.Fragment) bool {
		gap := f.Start - end
		return f.Shift == shift && gap <= engine.Ticks(timescale/10) && -gap <= engine.Ticks(timescale/10)
	}
	from, _ := slices.BinarySearchFunc(t.Fragments, last.Start+last.Duration/2, func(f presentation.Fragment, at engine.Ticks) int {
		if f.Start <= at {
			return -1
		}
		return 1
	})
	n := from
	for n < len(t.Fragments) && follows(&t.Fragments[n]) {
		end = t.Fragments[n].End()
		n++
	}
	if n == len(t.Fragments) && t.Open != nil && follows(t.Open) {
		open = t.Open
	}
	return t.Fragments[from:n], open
}

// jumps counts, for spans of a stream from one to the next, how many times the stream that leads
// has jumped until then.
type jumps struct {
	show   *show
	stream *presentation.Stream
	rest   []presentation.Span // of the stream that leads: those behind what was asked for
	count  int
}

func (s *show) jumps(stream *presentation.Stream, from presentation.Span) *jumps {
	j := &jumps{show: s, stream: stream, rest: s.lead.Spans, count: int(s.lead.Spans[0].Jumps)}
	if stream != s.lead {
		at := j.ticks(from)
		n, _ := slices.BinarySearchFunc(j.rest, at, func(p presentation.Span, at engine.Ticks) int {
			if p.Start <= at {
				return -1
			}
			return 1
		})
		if n > 0 {
			j.count, j.rest = int(j.rest[n-1].Jumps), j.rest[n:]
		}
	}
	return j
}

// until is the count for a span that is not before the last one asked for.
func (j *jumps) until(p presentation.Span) int {
	if j.stream == j.show.lead {
		return int(p.Jumps)
	}
	at := j.ticks(p)
	for len(j.rest) > 0 && j.rest[0].Start <= at {
		j.count, j.rest = int(j.rest[0].Jumps), j.rest[1:]
	}
	return j.count
}

// ticks is the reach of a span in the ticks of the stream that leads.
func (j *jumps) ticks(p presentation.Span) engine.Ticks {
	at := p.Start
	if p.Discontinuity {
		at += engine.Ticks(j.stream.Timescale) * engine.Ticks(early) / engine.Ticks(time.Second)
	}
	return at.Rescale(j.stream.Timescale, j.show.lead.Timescale)
}
