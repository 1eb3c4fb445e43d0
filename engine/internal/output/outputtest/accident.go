package outputtest

import (
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// WithRestart makes an encoder's clock begin again at the span of the first stream with an index:
// in every stream what begins there or later arrives so much later.
func WithRestart(v *presentation.View, index int, pause time.Duration) *presentation.View {
	first := v.Streams[0]
	at := first.Spans[index].Start.Duration(first.Timescale)
	for _, s := range v.Streams {
		from := engine.Ticks(at/time.Microsecond).Rescale(1_000_000, s.Timescale)
		for i := range s.Spans {
			if s.Spans[i].Start >= from {
				s.Spans[i].Discontinuity = !s.Sparse()
				break
			}
		}
		for _, t := range s.Tracks {
			for i := range t.Fragments {
				if t.Fragments[i].Start >= from {
					t.Fragments[i].Arrived += int64(pause)
				}
			}
		}
		if !s.Sparse() {
			number(s)
		}
	}
	return v
}

// WithLateRung leaves out what the last track of the first stream has of its first spans.
func WithLateRung(v *presentation.View, spans int) *presentation.View {
	tracks := v.Streams[0].Tracks
	late := tracks[len(tracks)-1]
	late.Fragments = late.Fragments[spans:]
	return v
}

// WithChunks makes every fragment one that came in chunks: while the event is live, the next one
// is open.
func WithChunks(v *presentation.View) *presentation.View {
	v, err := inChunks(v)
	if err != nil {
		panic(err) // of media that was made here
	}
	return v
}
