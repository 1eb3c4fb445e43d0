package dash

import (
	"slices"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/marker"
	"pubpoint/engine/internal/presentation"
)

// epoch is a stretch of the presentation on one clock of its encoder: a Period.
type epoch struct {
	presentation.Epoch
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
func split(v *presentation.View) []epoch {
	if !v.Begun() {
		return nil
	}
	var epochs []epoch
	for _, e := range v.Epochs() {
		epochs = append(epochs, epoch{Epoch: e})
	}
	for place, s := range v.Streams {
		tracks := playable(s)
		if len(tracks) == 0 {
			continue
		}
		rest := v.Listed(s)
		for i := range epochs {
			var spans []presentation.Span
			if spans, rest = s.Cut(rest, epochs[i].Until); len(spans) > 0 {
				epochs[i].listings = append(epochs[i].listings, listing{place, s, tracks, spans})
			}
		}
	}
	return slices.DeleteFunc(epochs, func(e epoch) bool {
		return !slices.ContainsFunc(e.listings, func(l listing) bool { return l.stream.Type != engine.Text })
	})
}

// playable returns the tracks of a stream that an MPD lists.
func playable(s *presentation.Stream) []*presentation.Track {
	if s.Type == engine.Text && (s.Text == nil || s.Text.Scheme != "" || s.Sparse()) {
		return nil // markers are events of the Period
	}
	return slices.DeleteFunc(slices.Clone(s.Tracks), func(t *presentation.Track) bool {
		if t.Init == nil || len(t.Init.Entry) == 0 {
			return true
		}
		// Of captions, those of ISO/IEC 14496-30 alone.
		return s.Type == engine.Text && t.Init.Codec != "wvtt" && t.Init.SampleEntry != "stpp"
	})
}

// start is when the epoch's first segment begins, in presentation time.
func (e *epoch) start(v *presentation.View) time.Duration {
	first := time.Duration(1<<63 - 1)
	for _, l := range e.listings {
		if l.stream.Type == engine.Text {
			continue
		}
		first = min(first, l.spans[0].Start.Duration(l.stream.Timescale))
	}
	return max(first, v.Origin)
}

// period makes the Period of the epoch. Its id and start do not depend on what is listed.
func (e *epoch) period(v *presentation.View, markers []marker.Marker) period {
	p := period{ID: "0", Start: seconds(e.Began - v.Origin), Events: e.events(v, markers)}
	if !e.First {
		p.ID = strconv.FormatInt(e.Began.Microseconds(), 10)
	}
	if e.Until > 0 {
		p.Duration = seconds(e.Until - e.Began)
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
