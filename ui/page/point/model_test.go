package point

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// pair is an encoder that runs well, its source and their point.
func pair() (engine.EncoderStatus, engine.SourceStatus, engine.PointStatus) {
	began := noon().Add(-time.Minute)
	e := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "oceans-1", Point: "oceans"}, Stream: "oceans-800k-64k", Order: engine.OrderRun, State: engine.EncoderRunning, PID: 42, Began: began, Since: began,
		Command: "ffmpeg 'http://127.0.0.1:8088/oceans.isml/oceans.ism?stream_id=oceans-800k-64k.ismv'", Progress: engine.EncoderProgress{At: noon(), Speed: 1, FPS: 25}}
	s := engine.SourceStatus{ID: "1", Stream: "oceans-800k-64k", Remote: "127.0.0.1:5000", Began: began, LastByte: noon().Add(-time.Second), Bytes: 1000, Fragments: 12, Connected: true}
	return e, s, engine.PointStatus{Name: "oceans", State: engine.StateStarted, Sources: []engine.SourceStatus{s}}
}

// When the two ledgers do not tell the same story, a sentence says so.
func TestDisagreement(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*engine.EncoderStatus, *engine.PointStatus)
		says   string
		lamp   look.Lamp
	}{
		"agreed": {func(*engine.EncoderStatus, *engine.PointStatus) {}, "", look.Quiet},
		"unseen": {func(_ *engine.EncoderStatus, p *engine.PointStatus) { p.Sources = nil }, "ffmpeg runs at 1.00x, yet nothing of it reaches the engine", look.Bad},
		"begun": {func(e *engine.EncoderStatus, p *engine.PointStatus) {
			p.Sources = nil
			e.Began = noon().Add(-time.Second)
		}, "", look.Quiet},
		"silent": {func(_ *engine.EncoderStatus, p *engine.PointStatus) {
			p.Sources[0].LastByte = noon().Add(-20 * time.Second)
		}, "received nothing for 20 s", look.Bad},
		"stalled": {func(e *engine.EncoderStatus, _ *engine.PointStatus) { e.Stalled = true }, "no progress", look.Bad},
		"slow":    {func(e *engine.EncoderStatus, _ *engine.PointStatus) { e.Progress.Speed = 0.91 }, "0.91x", look.Warn},
		"refused": {func(_ *engine.EncoderStatus, p *engine.PointStatus) {
			p.Sources[0].Connected = false
			p.Refusals = []engine.Refusal{{At: noon(), Stream: "oceans-800k-64k", Status: 404, Reason: "unknown publishing point"}}
		}, "the engine refused it: Unknown publishing point.", look.Bad},
		"one of several processes": {func(e *engine.EncoderStatus, p *engine.PointStatus) {
			e.Stream, e.Processes = "oceans-2500k", []engine.EncoderProcess{{Stream: "oceans-2500k"}, {Stream: "oceans-800k-64k"}}
		}, "", look.Quiet},
		"somebody else": {func(e *engine.EncoderStatus, _ *engine.PointStatus) { e.State, e.PID = engine.EncoderIdle, 0 }, "another program sends it", look.Warn},
	} {
		e, _, p := pair()
		c.change(&e, &p)
		cards, outside := ledgers(p, []engine.EncoderStatus{e}, noon())
		if len(cards) != 1 || len(outside) != 0 {
			t.Fatalf("%s: %d cards, %d sources outside", name, len(cards), len(outside))
		}
		if got := cards[0]; !strings.Contains(got.sentence, c.says) || c.says == "" && got.sentence != "" || got.said != c.lamp {
			t.Errorf("%s: %q %v", name, got.sentence, got.said)
		}
	}
}

// What ffmpeg said a while ago is not shown as if it said it now, nor is a closed link's last byte.
func TestLedgersAge(t *testing.T) {
	e, s, p := pair()
	e.Progress.At = noon().Add(-7 * time.Second)
	s.Connected, s.LastByte = false, noon()
	p.Sources[0] = s
	cards, _ := ledgers(p, []engine.EncoderStatus{e}, noon())
	said := map[string]string{}
	for _, pair := range append(cards[0].process, cards[0].arrival...) {
		said[pair.Key] = pair.Value
	}
	if said["Last progress"] != "7 s ago" || said["Frames"] != look.Unknown || said["Speed"] != "" || said["Last byte"] != "1 s ago" {
		t.Errorf("the ledgers say %v", said)
	}
}

func TestTheLastExitInWords(t *testing.T) {
	e, _, p := pair()
	p.Sources = nil
	e.State, e.PID, e.Reason = engine.EncoderFailed, 0, "exit code 1: connection refused"
	cards, _ := ledgers(p, []engine.EncoderStatus{e}, noon())
	if cards[0].sentence != "Exit code 1: connection refused." || cards[0].said != look.Bad {
		t.Errorf("a failure says %q %v", cards[0].sentence, cards[0].said)
	}
	e.State, e.Order, e.Reason = engine.EncoderIdle, engine.OrderStop, "stopped on request"
	cards, _ = ledgers(p, []engine.EncoderStatus{e}, noon())
	if cards[0].sentence != "" || cards[0].exit != "Stopped on request." {
		t.Errorf("an end that was asked for says %q and %q", cards[0].sentence, cards[0].exit)
	}
}

func TestSourcesOutside(t *testing.T) {
	e, s, p := pair()
	other := s
	other.ID, other.Stream = "2", "oceans-backup"
	old := s
	old.ID, old.Connected = "0", false
	p.Sources = append(p.Sources, other, old)
	cards, outside := ledgers(p, []engine.EncoderStatus{e}, noon())
	if len(outside) != 1 || outside[0][0].Text != "oceans-backup" {
		t.Errorf("outside are %v", outside)
	}
	if cards[0].arrival[0].Value != "Connected" {
		t.Errorf("the card shows the old source: %v", cards[0].arrival)
	}
}

func TestOrders(t *testing.T) {
	for state, want := range map[engine.State]orders{
		engine.StateIdle:     {start: true},
		engine.StateStarting: {stop: true, shutDown: true, busy: true},
		engine.StateStarted:  {stop: true, shutDown: true},
		engine.StateStopping: {stop: true, busy: true},
		engine.StateStopped:  {start: true, shutDown: true},
		engine.StateError:    {start: true, shutDown: true},
	} {
		if got := newOrders(state); got != want {
			t.Errorf("%s: %+v, want %+v", state, got, want)
		}
	}
}

func TestTrackRow(t *testing.T) {
	track := engine.TrackStatus{Stream: "video", Type: engine.Video, Bitrate: 2_500_000, Arriving: 2_480_000, Codec: "avc1.64001f", Width: 1280, Height: 720,
		Timescale: 10_000_000, LastStart: 36_000_000_000, LastLength: 20_000_000, LastArrival: noon(), Fragments: 1800}
	started := engine.PointStatus{State: engine.StateStarted}
	lost := engine.PointStatus{State: engine.StateStarted, SourceLost: true}
	if row := trackRow(track, lost, noon()); row[0].Lamp != look.Bad || row[4].Text != look.Unknown {
		t.Errorf("a track of a lost source shows %v", row)
	}
	var words []string
	for _, c := range trackRow(track, started, noon()) {
		words = append(words, c.Text)
	}
	if got, want := strings.Join(words, "|"), "video|avc1.64001f|1280×720|2500|2480|1:00:00.0|2.0 s|0|All well"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if lamp := trackLamp(track, started, noon().Add(time.Minute)); lamp != look.Bad {
		t.Errorf("a track that stopped a minute ago is %v", lamp)
	}
	track.Arriving = 900_000
	if lamp := trackLamp(track, started, noon()); lamp != look.Warn {
		t.Errorf("a track at a third of its rate is %v", lamp)
	}
	if lamp := trackLamp(track, engine.PointStatus{State: engine.StateStopped}, noon()); lamp != look.Done {
		t.Errorf("a track of an ended event is %v", lamp)
	}
}

func TestModel(t *testing.T) {
	fake := enginetest.New()
	fake.SetClock(noon)
	e, _, p := pair()
	p.Tracks = []engine.TrackStatus{{Stream: "video", Type: engine.Video, Bitrate: 800_000}}
	fake.SetPoint(p)
	fake.SetEncoder(e)
	fake.Print("oceans-1", "one", "two")
	s := page.Snapshot{Now: noon(), Points: fake.Points(), Encoders: fake.Encoders()}
	m := newModel(s, fake, ask{name: "oceans", span: 2 * time.Minute})
	if !m.known || m.bare || m.logID != "oceans-1" || len(m.logLines) != 2 || len(m.series) != 1 || len(m.links) == 0 {
		t.Errorf("model %+v", m)
	}
	if n := len(m.series[0].points); n < 100 || n > 121 {
		t.Errorf("%d samples of two minutes", n)
	}
	m = newModel(s, fake, ask{name: "oceans", span: time.Minute, logID: "oceans-1", seq: 1})
	if len(m.logLines) != 1 || m.logLines[0].Text != "two" {
		t.Errorf("after the first line come %v", m.logLines)
	}
	if m := newModel(s, fake, ask{name: "gone"}); m.known {
		t.Error("a point that is not there is known")
	}
	if m := newModel(page.Snapshot{Now: noon(), Points: []engine.PointStatus{{Name: "new", State: engine.StateIdle}}}, fake, ask{name: "new"}); !m.bare {
		t.Error("a point that nobody sends to is not bare")
	}
	ended := engine.PointStatus{Name: "old", State: engine.StateStopped}
	if m := newModel(page.Snapshot{Now: noon(), Points: []engine.PointStatus{ended}}, fake, ask{name: "old"}); m.bare || !m.vacant {
		t.Error("a point whose event has ended is taken for a new one")
	}
}

func TestMediaTime(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0:00:00.0", time.Hour + 61*time.Second + 250*time.Millisecond: "1:01:01.2", -21 * time.Millisecond: "−0:00:00.0", -time.Minute: "−0:01:00.0"} {
		if got := textMediaTime(d, true); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestLevel(t *testing.T) {
	for text, want := range map[string]slog.Level{"[info] x": slog.LevelInfo, "[tcp @ 0x5] [error] refused": slog.LevelError, "[warning] x": slog.LevelWarn, "x": slog.LevelInfo} {
		if got := level(text); got != want {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{"HLS (CMAF)": "hls-cmaf", "Smooth Streaming": "smooth-streaming", "": ""} {
		if got := slug(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}
