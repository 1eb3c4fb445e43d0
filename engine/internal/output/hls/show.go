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
	text   []*presentation.Stream          // captions
	rates  map[*presentation.Track]bitrate // of those that were measured
}

// newShow is nil while there is nothing to show.
func newShow(k kind, v *presentation.View) *show {
	s := &show{kind: k, view: v, lead: v.Leading(), epochs: v.Epochs(), rates: map[*presentation.Track]bitrate{}}
	if !v.Begun() {
		return nil
	}
	for _, stream := range v.Streams {
		switch {
		case len(stream.Spans) == 0 || len(s.tracks(stream)) == 0:
		case stream.Type == engine.Video:
			s.video = append(s.video, stream)
		case stream.Type == engine.Audio:
			s.audio = append(s.audio, stream)
		case captionable(stream):
			s.text = append(s.text, stream)
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
		if stream.Type == engine.Text {
			return !readable(t)
		}
		if s.kind == fragmented {
			return len(t.Init.Entry) == 0
		}
		return !carriable(t.Init)
	})
}

// find returns a track by its address.
func (s *show) find(want track) (*presentation.Stream, *presentation.Track) {
	for _, stream := range slices.Concat(s.video, s.audio, s.text) {
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
	spans := stream.Spans
	if e == watched && s.view.Window > 0 {
		live := *s.view
		live.Live = true // a playlist that players watched live ends as it was
		spans = live.Listed(stream)
	}
	return s.led(stream, s.heard(stream, spans))
}

// target is the target duration in seconds: the same for all playlists of an event, and the
// same for its whole life as long as its fragments do not become longer.
func (s *show) target() int {
	longest := 1
	for _, stream := range s.view.Streams {
		if stream.Type != engine.Text {
			longest = max(longest, s.seconds(stream))
		}
	}
	return longest
}

// beside is by how much fragments of sound become longer than those of pictures.
const beside = time.Second / 10

// seconds is the length of a stream's longest segment as a target duration has it.
func (s *show) seconds(stream *presentation.Stream) int {
	longest := stream.Longest.Duration(stream.Timescale)
	// Up to version 5 it is an upper bound, from 6 on lengths are compared rounded.
	if s.kind == fragmented {
		return int((longest + time.Second/2) / time.Second)
	}
	// Sound is cut some frames beside the pictures, and its first fragment is the shorter for it:
	// without the room for that the bound would change with the second.
	if s.has(engine.Video) && s.has(engine.Audio) {
		longest += beside
	}
	return int((longest + time.Second - 1) / time.Second)
}

// has tells whether the presentation has streams of a type, be there anything of them or not.
func (s *show) has(kind engine.MediaType) bool {
	return slices.ContainsFunc(s.view.Streams, func(stream *presentation.Stream) bool { return stream.Type == kind })
}

// clock is the wall clock at a presentation time.
func (s *show) clock(at time.Duration) time.Time {
	n, _ := slices.BinarySearchFunc(s.epochs[1:], at+early, func(e presentation.Epoch, at time.Duration) int {
		if e.Began <= at {
			return -1
		}
		return 1
	})
	return s.epochs[n].ZeroTime.Add(at)
}
