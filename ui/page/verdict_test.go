package page

import (
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
)

func TestVerdict(t *testing.T) {
	ago := func(d time.Duration) time.Time { return noon().Add(-d) }
	running := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "a-1", Point: "a"}, Stream: "a-1m", Order: engine.OrderRun, State: engine.EncoderRunning,
		Began: ago(time.Minute), Progress: engine.EncoderProgress{At: noon(), Speed: 1}}
	arriving := engine.PointStatus{Name: "a", State: engine.StateStarted, Sources: []engine.SourceStatus{{Stream: "a-1m", Connected: true, Began: ago(time.Minute), LastByte: ago(time.Second)}},
		Tracks: []engine.TrackStatus{{Source: "a-1m", Arriving: 900_000}, {Source: "a-1m", Arriving: 64_000}, {Source: "b", Arriving: 5}}}
	bare := engine.PointStatus{Name: "a"}
	with := func(change func(*engine.EncoderStatus)) engine.EncoderStatus {
		e := running
		change(&e)
		return e
	}
	silent := arriving
	silent.Sources = []engine.SourceStatus{{Stream: "a-1m", Connected: true, LastByte: ago(20 * time.Second)}}
	refused := bare
	refused.Refusals = []engine.Refusal{{At: ago(2 * time.Minute), Stream: "a-1m", Reason: "long ago"}, {At: ago(time.Second), Stream: "a-1m", Reason: "unknown publishing point"}}
	for name, c := range map[string]struct {
		e        engine.EncoderStatus
		p        engine.PointStatus
		gone     bool
		lamp     look.Lamp
		sentence string
	}{
		"well":       {running, arriving, false, look.Good, ""},
		"unseen":     {running, bare, false, look.Bad, "ffmpeg runs at 1.00x; nothing arrives at a."},
		"just begun": {with(func(e *engine.EncoderStatus) { e.Began = ago(time.Second) }), bare, false, look.Busy, ""},
		"silent":     {running, silent, false, look.Bad, "ffmpeg runs at 1.00x; nothing has arrived at a for 20 s."},
		"refused":    {running, refused, false, look.Bad, "ffmpeg runs at 1.00x; the engine refused it: Unknown publishing point."},
		"no speed told": {with(func(e *engine.EncoderStatus) { e.Progress.Speed = 0 }), bare, false, look.Bad,
			"ffmpeg runs; nothing arrives at a."},
		"stalled":   {with(func(e *engine.EncoderStatus) { e.Stalled = true }), arriving, false, look.Bad, "ffmpeg reports no progress and nothing arrives."},
		"slow":      {with(func(e *engine.EncoderStatus) { e.Progress.Speed = 0.8 }), arriving, false, look.Warn, "ffmpeg runs at 0.80x of real time and falls behind."},
		"elsewhere": {with(func(e *engine.EncoderStatus) { e.State = engine.EncoderIdle }), arriving, false, look.Warn, "Its stream arrives although this encoder does not run: another program sends it."},
		"failed":    {with(func(e *engine.EncoderStatus) { e.State, e.Reason = engine.EncoderFailed, "exit code 1" }), bare, false, look.Quiet, "Exit code 1."},
		"waiting":   {with(func(e *engine.EncoderStatus) { e.State = engine.EncoderWaiting }), bare, false, look.Quiet, "Encoder a-1 has stopped unexpectedly."},
		"no point":  {running, engine.PointStatus{}, true, look.Bad, "There is no publishing point a any more."},
		"a rung of its own": {with(func(e *engine.EncoderStatus) {
			e.Stream, e.Processes = "x", []engine.EncoderProcess{{Stream: "a-1m"}}
		}), arriving, false, look.Good, ""},
	} {
		v := VerdictOf(c.e, c.p, !c.gone, noon())
		if v.Lamp != c.lamp || v.Problem.Sentence != c.sentence {
			t.Errorf("%s: %v, %q; want %v, %q", name, v.Lamp, v.Problem.Sentence, c.lamp, c.sentence)
		}
		if (v.Problem.Sentence == "") != (v.Problem.Action == "") {
			t.Errorf("%s: %q has the action %q", name, v.Problem.Sentence, v.Problem.Action)
		}
	}
	if v := VerdictOf(running, arriving, true, noon()); v.Arriving != 964_000 {
		t.Errorf("%d bit/s arrive", v.Arriving)
	}
}
