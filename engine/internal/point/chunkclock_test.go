package point

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// chunk sends a piece of half a second of video.
func (e *source) chunk(start engine.Ticks, sync bool) {
	e.t.Helper()
	e.Received(100)
	f := &fmp4.Fragment{TrackID: 1, Start: int64(start), DecodeStart: int64(start), Duration: shiftScale / 2, Sync: sync, Count: 12, PayloadSize: 5}
	if sync {
		f.Syncs = 1
	}
	in := &Incoming{Moof: []byte("moof"), MdatHeader: []byte("mdatmdat"), Payload: []byte("media"), Tracks: []*fmp4.Fragment{f}}
	if err := e.Append(e.t.Context(), in); err != nil {
		e.t.Fatal(err)
	}
}

// TestRungBesideChunksLandsOnTheirGrid begins a rung with a clock of its own when the other is
// inside a group of pictures: early in it, it is the same group, later the next one.
func TestRungBesideChunksLandsOnTheirGrid(t *testing.T) {
	for chunks, want := range map[engine.Ticks]engine.Ticks{41: 20, 43: 22, 44: 22, 45: 22} {
		clock := newHands()
		s := newStage(t, func(cfg *Config) { cfg.Now = clock.Now })
		low := s.connect("low-200k", engine.Video, scale)
		for i := range chunks {
			clock.advance(time.Second / 2)
			low.chunk(i*second/2, i%4 == 0)
		}
		high := s.connect("high-400k", engine.Video, scale)
		high.chunk(0, true)
		v := s.view()
		open := v.Stream("video").Track(400_000).Open
		if open == nil || open.Start != want*second {
			t.Errorf("after %d chunks it landed at %+v, want %d s", chunks, open, want)
		}
	}
}

// TestEncoderInChunksBeginsAgain starts an encoder anew: its times are those that are there
// already, its pictures are not.
func TestEncoderInChunksBeginsAgain(t *testing.T) {
	f := readFootage(t, "bframes-isml.ismv")
	pieces := f.pieces(t, f.each(5, true))
	var other []*Incoming
	for _, p := range pieces {
		changed := *p
		changed.Payload = slices.Clone(p.Payload)
		changed.Payload[0] ^= 1
		other = append(other, &changed)
	}
	dir := filepath.Join(t.TempDir(), "oceans.isml")
	s, stop := perform(t, dir)
	first := s.encode(f)
	first.put(pieces...)
	first.Close("connection lost")
	before := s.view()
	second := s.encode(f)
	second.put(other...)
	// Once more, and the same bytes are the same pieces.
	second.Close("connection lost")
	third := s.encode(f)
	third.put(other[len(other)/3:]...)
	third.end()
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	live := s.view()
	for _, stream := range live.Streams {
		breaks := 0
		for i, p := range stream.Spans {
			if p.Discontinuity {
				breaks++
			}
			if i > 0 && p.Start < stream.Spans[i-1].End() {
				t.Errorf("%s: span %+v begins before the end of %+v", stream.Name, p, stream.Spans[i-1])
			}
		}
		if breaks != 1 || stream.Type == engine.Video && len(stream.Spans) != 6 {
			t.Errorf("%s has %d discontinuities: %v", stream.Name, breaks, stream.Spans)
		}
		track := stream.Tracks[0]
		if open := before.Stream(stream.Name).Tracks[0].Open; open == nil || track.Fragments[2].Start != open.Start || track.Fragments[2].Duration != open.Duration {
			t.Errorf("%s: %+v was open and became %+v", stream.Name, open, track.Fragments[2])
		}
	}
	want := told(t, live, true)
	stop()
	again, _ := perform(t, dir)
	differ(t, "read back", told(t, again.view(), true), want)
}

// TestPrimingAloneTellsNothingOfClocks lets an encoder connect again and send all from the first
// priming sample on, in a piece of its own that is not published.
func TestPrimingAloneTellsNothingOfClocks(t *testing.T) {
	f := readFootage(t, "av-isml.ismv")
	pieces := f.pieces(t, f.each(1, false))
	s, _ := perform(t, filepath.Join(t.TempDir(), "oceans.isml"))
	for _, n := range []int{60, 200} {
		e := s.encode(f)
		if pieces[0].Tracks[0].Start >= 0 {
			t.Fatal("the first piece is published")
		}
		e.put(pieces[:n]...)
		e.Close("connection lost")
	}
	for _, stream := range s.view().Streams {
		for _, track := range stream.Tracks {
			if track.Open == nil || track.Open.Shift != 0 || chunksIn(t, track.Open)[0].Decode != track.Open.Decode {
				t.Errorf("%s: %+v", stream.Name, track.Open)
			}
		}
		for _, p := range stream.Spans {
			if p.Discontinuity {
				t.Errorf("%s: a clock began again at %d", stream.Name, p.Start)
			}
		}
	}
}
