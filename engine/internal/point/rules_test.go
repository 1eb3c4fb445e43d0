package point

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// replay is a capture of a real encoder that is sent again, fragment by fragment.
type replay struct {
	*Session
	t     *testing.T
	enc   *sender.Encoder
	init  *fmp4.Init
	began time.Time
	next  int
	// change may make something else of a fragment; nil leaves it as it is. It is left out
	// when change returns false.
	change func(f *fmp4.Fragment) bool
}

// replay lets the encoder of a capture in. Only as many fragments of it are sent as are whole.
func (s *stage) replay(stream, file string, whole int, o sender.Options) *replay {
	s.t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := sender.Cut(b)
	if err != nil {
		s.t.Fatal(err)
	}
	if whole > 0 {
		c.Fragments = c.Fragments[:whole]
	}
	o.Point, o.Stream = "x", stream
	enc, err := sender.New(c, o)
	if err != nil {
		s.t.Fatal(err)
	}
	h := headerFrom(s.t, c.Header)
	session, _, err := s.Open(s.t.Context(), SessionInfo{Stream: stream, Remote: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := session.Announce(s.t.Context(), h); err != nil {
		s.t.Fatal(err)
	}
	return &replay{Session: session, t: s.t, enc: enc, init: h.Init, began: time.Now()}
}

// boxesOf are the boxes of a stream, whole and by type.
func boxesOf(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	boxes, r := map[string][]byte{}, fmp4.NewReader(bytes.NewReader(b), fmp4.DefaultLimits())
	for {
		box, err := r.Next()
		if errors.Is(err, io.EOF) {
			return boxes
		}
		if err == nil {
			boxes[box.Type], err = r.Bytes(0)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// headerFrom reads a header as ingest does.
func headerFrom(t *testing.T, raw []byte) *Header {
	t.Helper()
	boxes := boxesOf(t, raw)
	init, err := fmp4.ParseInit(boxes["ftyp"], boxes["moov"], fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	h := &Header{Raw: raw, Init: init}
	if _, _, xml, ok := fmp4.UUIDPayload(boxes["uuid"]); boxes["uuid"] != nil && ok {
		if h.Manifest, err = servermanifest.Parse(xml); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// play sends fragments at a speed, each when its last picture has been taken, for so much
// media, and calls each after each.
func (r *replay) play(media time.Duration, speed float64, each func()) {
	r.t.Helper()
	for r.next < r.enc.Len() {
		f, err := r.enc.Fragment(r.next)
		if err != nil {
			r.t.Fatal(err)
		}
		end := engine.Ticks(f.End()).Duration(f.Timescale)
		if end > media {
			return
		}
		r.next++
		if wait := time.Until(r.began.Add(time.Duration(float64(end) / speed))); wait > 0 {
			pass(wait)
		}
		r.send(f.Bytes)
		each()
	}
}

// send hands one fragment to the point.
func (r *replay) send(b []byte) {
	r.t.Helper()
	boxes := boxesOf(r.t, b)
	tracks, err := fmp4.ParseMoof(boxes["moof"], r.init, fmp4.DefaultLimits(), fmp4.Position{})
	if err != nil {
		r.t.Fatal(err)
	}
	if r.change != nil {
		if tracks = slices.DeleteFunc(tracks, func(f *fmp4.Fragment) bool { return !r.change(f) }); len(tracks) == 0 {
			return
		}
	}
	r.Received(len(b))
	mdat := boxes["mdat"]
	if err := r.Append(r.t.Context(), &Incoming{Moof: boxes["moof"], MdatHeader: mdat[:8], Payload: mdat[8:], Tracks: tracks}); err != nil {
		r.t.Fatal(err)
	}
}

const (
	goodMinute = "../finding/testdata/good-minute.ismv"
	vectors    = "../fmp4/testdata/"
)

// TestGoodStreamsRaiseNoWarning plays what stock encoders send in real time, for a minute where
// there is so much of it.
func TestGoodStreamsRaiseNoWarning(t *testing.T) {
	for _, c := range []struct {
		file  string
		whole int // fragments of whole groups of pictures, which can be sent over and over
		loop  int
	}{
		{goodMinute, 0, 1}, {vectors + "video-2997-isml.ismv", 3, 11},
		{vectors + "av-isml.ismv", 0, 1}, {vectors + "av-plain.ismv", 0, 1}, {vectors + "av-cmaf.mp4", 0, 1}, {vectors + "2v1a-isml.ismv", 0, 1},
		{vectors + "bframes-isml.ismv", 0, 1}, {vectors + "hevc-hvc1-isml.ismv", 0, 1}, {vectors + "hevc-hev1-opengop-isml.ismv", 0, 1},
		{vectors + "v-2audio-lang-isml.ismv", 0, 1}, {vectors + "av-ac3-delaymoov-isml.ismv", 0, 1}, {vectors + "audio-only-2s-isml.ismv", 0, 1},
		{vectors + "av-prft-isml.ismv", 0, 1}, {vectors + "av-nomanifest-makezero.ismv", 0, 1},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				s.replay("x", c.file, c.whole, sender.Options{Loop: c.loop}).play(2*time.Minute, 1, func() {
					if got := codes(s.Status().Findings); got != "" {
						t.Fatalf("after %s: %+v", s.Status().Event.Duration, s.Status().Findings)
					}
				})
			})
		})
	}
}

// TestRulesOfTime plays a good minute in ways that are not good.
func TestRulesOfTime(t *testing.T) {
	sound := func(f *fmp4.Fragment) bool { return f.TrackID == 2 }
	for _, c := range []struct {
		code, text string
		severity   engine.Severity
		stream     string
		speed      float64
		before     time.Duration // of media, until which it must not be told
		change     func(f *fmp4.Fragment) bool
	}{
		{finding.SlowerThanLive, "Video 12k is at 0.90x", engine.Warning, "x-12k-12k", 0.9, 18 * time.Second, nil},
		{finding.FasterThanLive, "Video 12k is read faster than real time, at 2.0", engine.Warning, "x-12k-12k", 2, 40 * time.Second, nil},
		{finding.RateLow, "Video: nominal 2500, arriving 1", engine.Info, "x-2500k-12k", 1, 30 * time.Second, nil},
		{finding.RateLow, "Video: nominal 2500, arriving ", engine.Warning, "x-2500k-12k", 0.5, 15 * time.Second, nil},
		{finding.RateHigh, "Video: nominal 5, arriving 1", engine.Warning, "x-5k-12k", 1, 30 * time.Second, nil},
		{finding.RateZero, "Audio 12k has sent nothing for 2", engine.Warning, "x-12k-12k", 1, 30 * time.Second,
			func(f *fmp4.Fragment) bool { return !sound(f) || f.Start < 20*shiftScale }},
		{finding.RateZero, "Audio 12k was announced 48", engine.Warning, "x-12k-12k", 1, 10 * time.Second, func(f *fmp4.Fragment) bool { return !sound(f) }},
		{finding.AVOffset, " ms ahead of Video 12k, and", engine.Warning, "x-12k-12k", 1, 4 * time.Second, func(f *fmp4.Fragment) bool {
			if sound(f) {
				f.Start, f.DecodeStart = f.Start+shiftScale/2, f.DecodeStart+shiftScale/2
			}
			return true
		}},
	} {
		t.Run(c.code+" "+string(c.severity), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				r := s.replay(c.stream, goodMinute, 0, sender.Options{})
				r.change = c.change
				of := func(text string) *engine.Finding {
					all := s.Status().Findings
					i := slices.IndexFunc(all, func(f engine.Finding) bool { return f.Code == c.code && strings.Contains(f.Text, text) })
					if i < 0 {
						return nil
					}
					return &all[i]
				}
				r.play(c.before, c.speed, func() {
					if f := of(""); f != nil {
						t.Fatalf("too soon: %+v", f)
					}
				})
				var last *engine.Finding
				r.play(50*time.Second, c.speed, func() {
					if f := of(c.text); f != nil {
						last = f
					}
				})
				if last == nil || last.Severity != c.severity {
					t.Fatalf("%+v of %+v", last, s.Status().Findings)
				}
			})
		})
	}
}

// TestPicturesWithoutSound is for information.
func TestPicturesWithoutSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.replay("x", vectors+"video-2997-isml.ismv", 3, sender.Options{Loop: 4}).play(20*time.Second, 1, func() {})
		got := s.Status().Findings
		if len(got) != 1 || got[0].Code != finding.AudioMissing || got[0].Severity != engine.Info {
			t.Fatalf("%+v", got)
		}
	})
}

// TestClockThatDrifts has an encoder whose clock is 200 ppm slow.
func TestClockThatDrifts(t *testing.T) {
	for rate, want := range map[float64]string{1: "", 0.9998: finding.ClockDrift} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t)
			r := s.replay("x", vectors+"video-2997-isml.ismv", 3, sender.Options{Loop: 140, Rate: rate})
			for r.next < r.enc.Len() {
				pass(2002 * time.Millisecond)
				f, err := r.enc.Fragment(r.next)
				if err != nil {
					t.Fatal(err)
				}
				r.next++
				r.send(f.Bytes)
			}
			if got := s.Status().Findings; codes(got) != want || want != "" && !strings.Contains(got[0].Text, "200 ppm slow") {
				t.Fatalf("%v: %+v", rate, got)
			}
		})
	}
}

// TestRungsAndFragmentsOutOfTime joins late, with another clock and out of order.
func TestRungsAndFragmentsOutOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		low := s.connect("low-200k", engine.Video, scale)
		for i := range engine.Ticks(20) {
			pass(2 * time.Second)
			low.send((1000+i)*2*second, 2*second)
		}
		s.connect("high-400k", engine.Video, scale).send(0, 2*second)
		got := s.Status().Findings
		if codes(got) != finding.ClockOwn || !strings.Contains(got[0].Text, " s to the live edge") {
			t.Fatalf("%+v", got)
		}
		low.send(1021*2*second, 2*second)
		low.send(1020*2*second, 2*second)
		if got := codes(s.Status().Findings); !strings.Contains(got, finding.FragmentLate) {
			t.Fatalf("%s", got)
		}
	})
}
