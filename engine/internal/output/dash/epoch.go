package dash

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// epoch is a stretch of the presentation on one clock of its encoder: a Period.
type epoch struct {
	// began is when it began, in presentation time; the first begins with the event.
	began    time.Duration
	until    time.Duration // when the next one begins; 0 for the last
	first    bool
	listings []listing
}

// listing is what one stream shows of an epoch.
type listing struct {
	place  int // of the stream in the view
	stream *presentation.Stream
	tracks []*presentation.Track
	spans  []presentation.Span
}

// split divides what the manifest shows of v into epochs; nothing while there is nothing.
// The stream that leads says where clocks began again; the others follow it, because the
// encoder's audio begins a little before or after its video.
func split(v *presentation.View) []epoch {
	lead := leading(v)
	if lead == nil {
		return nil
	}
	epochs := []epoch{{began: v.Origin, first: true}}
	for _, s := range lead.Spans {
		if s.Discontinuity {
			at := s.Start.Duration(lead.Timescale)
			epochs[len(epochs)-1].until = at
			epochs = append(epochs, epoch{began: at})
		}
	}
	for place, s := range v.Streams {
		tracks := playable(s)
		if len(tracks) == 0 {
			continue
		}
		spans := v.Listed(s)
		for i := range epochs {
			n := len(spans)
			if until := epochs[i].until; until > 0 {
				n, _ = slices.BinarySearchFunc(spans, until, func(p presentation.Span, until time.Duration) int {
					return cmp.Compare((p.Start + p.Duration/2).Duration(s.Timescale), until)
				})
			}
			if n > 0 {
				epochs[i].listings = append(epochs[i].listings, listing{place, s, tracks, spans[:n]})
			}
			spans = spans[n:]
		}
	}
	return slices.DeleteFunc(epochs, func(e epoch) bool { return len(e.listings) == 0 })
}

// leading is the stream whose discontinuities count: the first of video, else of audio.
func leading(v *presentation.View) *presentation.Stream {
	for _, s := range v.Streams {
		if s.Type != engine.Text && len(s.Spans) > 0 && len(playable(s)) > 0 {
			return s
		}
	}
	return nil
}

// playable returns the tracks of a stream that an MPD lists.
func playable(s *presentation.Stream) []*presentation.Track {
	if s.Type == engine.Text {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Tracks), func(t *presentation.Track) bool {
		return t.Init == nil || len(t.Init.Entry) == 0
	})
}

// start is when the epoch's first segment begins, in presentation time.
func (e *epoch) start(v *presentation.View) time.Duration {
	first := time.Duration(1<<63 - 1)
	for _, l := range e.listings {
		first = min(first, l.spans[0].Start.Duration(l.stream.Timescale))
	}
	return max(first, v.Origin)
}

// period makes the Period of the epoch. Its id and start do not depend on what is listed.
func (e *epoch) period(v *presentation.View) period {
	p := period{ID: "0", Start: seconds(e.began - v.Origin)}
	if !e.first {
		p.ID = strconv.FormatInt(e.began.Microseconds(), 10)
	}
	if e.until > 0 {
		p.Duration = seconds(e.until - e.began)
	}
	audio := 0
	for _, l := range e.listings {
		if l.stream.Type == engine.Audio {
			audio++
		}
		p.Sets = append(p.Sets, l.sets(v, e, audio == 1)...)
	}
	return p
}
