package point

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// bothHeader is that of an encoder that sends video and markers in one body.
func bothHeader() *Header {
	h := header(engine.Video, scale)
	h.Init.Tracks = append(h.Init.Tracks, fmp4.TrackInit{ID: 2, Type: "text", Timescale: 1000, Language: "und", Codec: "scte", SampleEntry: "scte"})
	h.Manifest = &servermanifest.Manifest{Tracks: []servermanifest.Track{
		{Type: "video", TrackID: 1, TrackName: "video"}, {Type: "text", TrackID: 2, TrackName: "ads", ParentTrackName: "video"},
	}}
	return h
}

// mark sends a marker on track 2.
func (e *source) mark(at engine.Ticks, payload string) {
	e.t.Helper()
	err := e.Append(e.t.Context(), &Incoming{
		Moof: []byte("moof"), MdatHeader: []byte("mdatmdat"), Payload: []byte(payload),
		Tracks: []*fmp4.Fragment{{TrackID: 2, Start: int64(at), DecodeStart: int64(at), HasTfxd: true, Sync: true,
			Samples: make([]fmp4.Sample, 1), PayloadSize: int64(len(payload))}},
	})
	if err != nil {
		e.t.Fatal(err)
	}
}

func TestVideoAndMarkersInOneBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, func(cfg *Config) { cfg.Grace = 2 * time.Second })
		for event := range 2 {
			session, gone, err := s.Open(t.Context(), SessionInfo{Stream: "x-200k", Remote: "test"})
			if err != nil {
				t.Fatal(err)
			}
			e := &source{Session: session, t: t, gone: gone}
			if err := e.Announce(t.Context(), bothHeader()); err != nil {
				t.Fatal(err)
			}
			e.mark(500, "first") // before anything else, at 1000 ticks a second
			if st := s.Status(); st.State != engine.StateStarting {
				t.Fatalf("a marker alone makes the point %s", st.State)
			}
			e.send(0, gop*second)
			e.mark(2*gop*1000, "second")
			e.send(gop*second, gop*second)
			video := s.view().Stream("video").Spans
			if event == 1 && video[0].Start == 0 {
				t.Fatal("the second event has the times of the first")
			}
			first := video[0].Start.Rescale(scale, 1000)
			if got := starts(s.view(), "x-200k"); len(got) != 4 || got[2] != first+500 || got[3] != first+2*gop*1000 {
				t.Errorf("event %d: starts %v", event, got)
			}
			if got := s.view().Stream("ads").Spans; len(got) != 1 || got[0].Start != first+500 {
				t.Errorf("event %d: markers shown: %v", event, got)
			}
			e.end()
			s.stoppedAfter(2 * time.Second)
			if got := s.view().Stream("ads").Spans; len(got) != 2 {
				t.Errorf("event %d: markers shown after the end: %v", event, got)
			}
		}
	})
}

// TestMarkersOfATrackThatIsNotShown has a marker come on a track that could not be read back,
// because somebody has changed the server manifest.
func TestMarkersOfATrackThatIsNotShown(t *testing.T) {
	s := newStage(t)
	session, gone, err := s.Open(t.Context(), SessionInfo{Stream: "x-200k", Remote: "test"})
	if err != nil {
		t.Fatal(err)
	}
	e := &source{Session: session, t: t, gone: gone}
	if err := e.Announce(t.Context(), bothHeader()); err != nil {
		t.Fatal(err)
	}
	e.send(0, gop*second)
	err = s.do(t.Context(), "forget a track", func(w *writer) error {
		lost := w.event.streams["x-200k"].tracks[1]
		w.event.idx.Remove(lost.handle)
		lost.handle, lost.rate = nil, 0
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	e.mark(500, "first")
	e.send(gop*second, gop*second)
	if ads := s.view().Stream("ads"); ads == nil || len(ads.Spans) != 1 {
		t.Fatalf("markers: %+v", ads)
	}
}

// TestMarkersFromManySendersInAnyOrder has the same markers come from three senders, each in
// an order of its own and some twice, before, among and after the video: the presentation is
// always the same.
func TestMarkersFromManySendersInAnyOrder(t *testing.T) {
	var times []engine.Ticks
	for i := range engine.Ticks(20) {
		times = append(times, i*900+i*i*7)
	}
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 11))
			s := newStage(t)
			video := s.connect("x-200k", engine.Video, scale)
			at := engine.Ticks(0)
			var work []engine.Ticks
			for range 3 {
				for _, i := range rng.Perm(len(times)) {
					work = append(work, times[i])
				}
			}
			for n, when := range work {
				h := header(engine.Text, 1000)
				h.Init.Tracks[0].ID, h.Init.Tracks[0].Codec = 2, "scte"
				session, _, err := s.Open(t.Context(), SessionInfo{Stream: "markers", Remote: "test"})
				if err != nil {
					t.Fatal(err)
				}
				e := &source{Session: session, t: t}
				if err := e.Announce(t.Context(), h); err != nil {
					t.Fatal(err)
				}
				e.mark(when, fmt.Sprint("marker of ", when))
				e.Close("closed without an end mark")
				if n >= rng.IntN(8) && rng.IntN(4) == 0 {
					video.send(at, gop*second)
					at += gop * second
				}
			}
			video.send(at, gop*second)
			if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
				t.Fatal(err)
			}
			if got := starts(s.view(), "markers"); !slices.Equal(got, times) {
				t.Errorf("markers at %v, want %v", got, times)
			}
			if got := len(s.view().Stream("text").Spans); got != len(times) {
				t.Errorf("%d of %d are listed", got, len(times))
			}
		})
	}
}
