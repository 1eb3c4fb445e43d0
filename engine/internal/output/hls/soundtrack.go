package hls

import (
	"math"

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
// language, which stays the first while live.
func (s *show) soundtrack() (*presentation.Stream, *presentation.Track) {
	if len(s.audio) == 0 {
		return nil, nil
	}
	return s.audio[0], s.tracks(s.audio[0])[0]
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
// and whether that is settled. Audio is waited for until the video is a segment and a half
// ahead of it; what comes later is left out for good, so that a segment never changes.
func (s *show) sound(stream *presentation.Stream, span presentation.Span) (until int64, settled bool) {
	audio, track := s.soundtrack()
	if track == nil {
		return 0, true
	}
	i, _ := stream.FindSpan(span.Start)
	for _, later := range stream.Spans[min(i+1, len(stream.Spans)):] {
		if later.End()-span.End() >= span.Duration*3/2 {
			return arrival(stream, later.Start), true
		}
	}
	n := len(track.Fragments)
	end := span.End().Rescale(stream.Timescale, audio.Timescale)
	reached := n > 0 && track.Fragments[n-1].End() >= end
	return always, reached || track.Ended || !s.view.Live
}

// arrival is when the first rung of a stream brought the fragment at a time, and always when
// that is not known.
func arrival(stream *presentation.Stream, at engine.Ticks) int64 {
	first := int64(always)
	for _, t := range stream.Tracks {
		if f, ok := t.Find(at); ok && f.Arrived != 0 {
			first = min(first, f.Arrived)
		}
	}
	return first
}
