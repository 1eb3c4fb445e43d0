package hls

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// show is what the playlists of one format show of a view.
type show struct {
	kind   kind
	view   *presentation.View
	lead   *presentation.Stream
	epochs []presentation.Epoch
	video  []*presentation.Stream
	audio  []*presentation.Stream
}

// newShow is nil while there is nothing to show.
func newShow(k kind, v *presentation.View) *show {
	s := &show{kind: k, view: v, lead: v.Leading(), epochs: v.Epochs()}
	if s.lead == nil {
		return nil
	}
	for _, stream := range v.Streams {
		switch {
		case len(stream.Spans) == 0 || len(s.tracks(stream)) == 0:
		case stream.Type == engine.Video:
			s.video = append(s.video, stream)
		case stream.Type == engine.Audio:
			s.audio = append(s.audio, stream)
		}
	}
	if len(s.video)+len(s.audio) == 0 {
		return nil
	}
	return s
}

// tracks are those of a stream that the format can carry.
func (s *show) tracks(stream *presentation.Stream) []*presentation.Track {
	return slices.DeleteFunc(slices.Clone(stream.Tracks), func(t *presentation.Track) bool {
		if t.Init == nil {
			return true
		}
		if s.kind == fragmented {
			return len(t.Init.Entry) == 0
		}
		return !carriable(t.Init)
	})
}

// find returns a track by its address.
func (s *show) find(want track) (*presentation.Stream, *presentation.Track) {
	for _, stream := range slices.Concat(s.video, s.audio) {
		if stream.Name != want.stream {
			continue
		}
		for _, t := range s.tracks(stream) {
			if t.Bitrate == want.bitrate {
				return stream, t
			}
		}
	}
	return nil, nil
}

// listed is the part of a stream's timeline that a playlist of an extent shows.
func (s *show) listed(stream *presentation.Stream, e extent) []presentation.Span {
	if e == whole || s.view.Window <= 0 {
		return s.heard(stream, stream.Spans)
	}
	live := *s.view
	live.Live = true // a playlist that players watched live ends as it was
	return s.heard(stream, live.Listed(stream))
}

// target is the target duration in seconds: the same for all playlists of an event, and the
// same for its whole life as long as its fragments do not become longer.
func (s *show) target() int {
	var longest time.Duration
	kinds := map[engine.MediaType]bool{}
	for _, stream := range s.view.Streams {
		if stream.Type != engine.Text {
			longest = max(longest, stream.Longest.Duration(stream.Timescale))
			kinds[stream.Type] = true
		}
	}
	// Up to version 5 it is an upper bound, from 6 on lengths are compared rounded.
	if s.kind == fragmented {
		return max(1, int((longest+time.Second/2)/time.Second))
	}
	// Sound is cut some frames beside the pictures, and its first fragment is the shorter for it:
	// without the room for that the bound would change with the second.
	if len(kinds) > 1 {
		longest += beside
	}
	return max(1, int((longest+time.Second-1)/time.Second))
}

// beside is by how much fragments of sound become longer than those of pictures.
const beside = time.Second / 10

// jumps is how many times the stream that leads has jumped until a span of another.
func (s *show) jumps(stream *presentation.Stream, p presentation.Span) int {
	if stream == s.lead {
		return int(p.Jumps)
	}
	before, _ := s.lead.Cut(s.lead.Spans, (p.Start + p.Duration/2).Duration(stream.Timescale))
	if len(before) == 0 {
		return int(s.lead.Spans[0].Jumps)
	}
	return int(before[len(before)-1].Jumps)
}

// clock is the wall clock at a presentation time.
func (s *show) clock(at time.Duration) time.Time {
	epoch := s.epochs[0]
	for _, e := range s.epochs[1:] {
		if at < e.Began-time.Second/10 {
			break
		}
		epoch = e
	}
	return epoch.ZeroTime.Add(at)
}
