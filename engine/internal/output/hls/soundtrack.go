package hls

import (
	"math"
	"slices"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// carriable reports whether a TS segment for old devices can carry a track.
func carriable(t *fmp4.TrackInit) bool {
	switch t.SampleEntry {
	case "avc1", "avc3", "mp4a", "ac-3", "ec-3":
		return true
	}
	return false // HEVC only in CMAF, as Apple has it
}

// soundtrack is the audio that is muxed with every picture: the first track of the first
// language, which stays the first while live. It may not have begun yet.
func (s *show) soundtrack() (*presentation.Stream, *presentation.Track) {
	for _, stream := range s.view.Streams {
		if stream.Type != engine.Audio {
			continue
		}
		if tracks := s.tracks(stream); len(tracks) > 0 {
			return stream, tracks[0]
		}
	}
	return nil, nil
}

// heard leaves those spans out whose sound has not arrived yet.
func (s *show) heard(stream *presentation.Stream, spans []presentation.Span) []presentation.Span {
	if s.kind != transport || stream.Type != engine.Video || !s.view.Live {
		return spans
	}
	for n := len(spans); n > 0; n-- {
		if _, ok := s.sound(stream, spans[n-1]); ok {
			return spans[:n]
		}
	}
	return nil
}

// always is a time after every arrival.
const always = math.MaxInt64

// sound says until when the audio of a span of video had to arrive to be part of its segment,
// and whether that is settled. Audio is waited for until the video of any rung is a segment and
// a half ahead of it; what comes later is left out for good, so that a segment never changes.
func (s *show) sound(stream *presentation.Stream, span presentation.Span) (until int64, settled bool) {
	audio, track := s.soundtrack()
	if track == nil {
		return 0, true
	}
	until, settled = passed(stream, span.End()+span.Duration*3/2)
	if settled || !s.view.Live || track.Ended {
		return until, true
	}
	n := len(track.Fragments)
	end := span.End().Rescale(stream.Timescale, audio.Timescale)
	return until, n > 0 && track.Fragments[n-1].End() >= end
}

// unordered is how many fragments may have arrived before one that lies before them.
const unordered = 4

// passed is when the first rung of a stream had come as far as a time, by the arrival of its
// fragments, and whether one has; always when it is not known when.
func passed(stream *presentation.Stream, at engine.Ticks) (int64, bool) {
	first, found := int64(always), false
	for _, t := range stream.Tracks {
		i, _ := slices.BinarySearchFunc(t.Fragments, at, func(f presentation.Fragment, at engine.Ticks) int {
			if f.End() < at {
				return -1
			}
			return 1
		})
		for n := i; n < min(i+unordered, len(t.Fragments)); n++ {
			found = true
			if arrived := t.Fragments[n].Arrived; arrived != 0 {
				first = min(first, arrived)
			}
		}
	}
	return first, found
}
