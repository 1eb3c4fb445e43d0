package page

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

func TestConditionsOfStates(t *testing.T) {
	for _, c := range []struct {
		p    engine.PointStatus
		lamp look.Lamp
		word string
	}{
		{engine.PointStatus{State: engine.StateIdle}, look.Quiet, "Idle"},
		{engine.PointStatus{State: engine.StateStarting}, look.Busy, "Starting"},
		{engine.PointStatus{State: engine.StateStarted}, look.Good, "On air"},
		{engine.PointStatus{State: engine.StateStarted, Reason: "Audio is missing."}, look.Warn, "Degraded"},
		{engine.PointStatus{State: engine.StateStarted, Archive: engine.ArchiveStatus{Reason: "Disk full."}}, look.Warn, "Degraded"},
		{engine.PointStatus{State: engine.StateStarted, SourceLost: true, Reason: "x"}, look.Bad, "Source lost"},
		{engine.PointStatus{State: engine.StateStopping}, look.Busy, "Stopping"},
		{engine.PointStatus{State: engine.StateStopped}, look.Done, "VOD"},
		{engine.PointStatus{State: engine.StateError}, look.Bad, "Error"},
		{engine.PointStatus{}, look.Quiet, "Unknown"},
	} {
		if got := ConditionOf(c.p, nil, noon()); got.Lamp != c.lamp || got.Word != c.word {
			t.Errorf("%+v: %v %q, want %v %q", c.p.State, got.Lamp, got.Word, c.lamp, c.word)
		}
	}
}

func TestEncoderLamp(t *testing.T) {
	for _, c := range []struct {
		e    engine.EncoderStatus
		lamp look.Lamp
		word string
	}{
		{engine.EncoderStatus{State: engine.EncoderIdle}, look.Quiet, "Not running"},
		{engine.EncoderStatus{State: engine.EncoderStarting}, look.Busy, "Starting"},
		{engine.EncoderStatus{State: engine.EncoderRunning}, look.Good, "Running"},
		{engine.EncoderStatus{State: engine.EncoderRunning, Progress: engine.EncoderProgress{Speed: 0.91}}, look.Warn, "Too slow"},
		{engine.EncoderStatus{State: engine.EncoderRunning, Progress: engine.EncoderProgress{Speed: 0.96}}, look.Good, "Running"},
		{engine.EncoderStatus{State: engine.EncoderRunning, Began: noon().Add(-19 * time.Second), Progress: engine.EncoderProgress{Speed: 0.6}}, look.Good, "Running"},
		{engine.EncoderStatus{State: engine.EncoderRunning, Stalled: true}, look.Bad, "Stalled"},
		{engine.EncoderStatus{State: engine.EncoderStopping}, look.Busy, "Stopping"},
		{engine.EncoderStatus{State: engine.EncoderWaiting}, look.Warn, "Restarting"},
		{engine.EncoderStatus{State: engine.EncoderFailed}, look.Bad, "Failed"},
	} {
		if lamp, word := EncoderLamp(c.e, noon()); lamp != c.lamp || word != c.word {
			t.Errorf("%v: %v %q, want %v %q", c.e.State, lamp, word, c.lamp, c.word)
		}
	}
}

// Every red or amber thing has a sentence, and the sentence names the cause.
func TestProblems(t *testing.T) {
	failed := []engine.EncoderStatus{{Spec: engine.EncoderSpec{ID: "a-1"}, Order: engine.OrderRun, State: engine.EncoderFailed, Reason: "exit code 1: connection refused"}}
	for name, c := range map[string]struct {
		p        engine.PointStatus
		encoders []engine.EncoderStatus
		lamp     look.Lamp
		says     string
		action   string
	}{
		"error":               {engine.PointStatus{State: engine.StateError, Reason: "Not writable.", Action: "Change the owner."}, nil, look.Bad, "Not writable.", "Change the owner."},
		"error without words": {engine.PointStatus{State: engine.StateError}, nil, look.Bad, "cannot work", "log"},
		"source lost": {engine.PointStatus{State: engine.StateStarted, SourceLost: true, Sources: []engine.SourceStatus{{LastByte: noon().Add(-12 * time.Second)}}},
			nil, look.Bad, "Nothing has arrived for 12 s", "Start its encoder"},
		"source lost, encoder failed": {engine.PointStatus{State: engine.StateStarted, SourceLost: true}, failed, look.Bad, "a-1: Exit code 1: connection refused.", "start the encoder"},
		"archive":                     {engine.PointStatus{State: engine.StateStarted, Archive: engine.ArchiveStatus{Reason: "No space left."}}, nil, look.Warn, "No space left.", "disk"},
		"refused": {engine.PointStatus{State: engine.StateStarted, Refusals: []engine.Refusal{{At: noon().Add(-5 * time.Second), Status: 409, Reason: "another encoder sends this"}}},
			nil, look.Warn, "(409): Another encoder sends this.", ""},
		"refused long ago":      {engine.PointStatus{State: engine.StateStarted, Refusals: []engine.Refusal{{At: noon().Add(-time.Hour), Status: 409, Reason: "x"}}}, nil, look.Quiet, "", ""},
		"waiting":               {engine.PointStatus{State: engine.StateStarting, Since: noon().Add(-time.Minute)}, nil, look.Busy, "for 1 min", "ingest address"},
		"waiting a moment":      {engine.PointStatus{State: engine.StateStarting, Since: noon().Add(-time.Second)}, nil, look.Quiet, "", ""},
		"ended, encoder failed": {engine.PointStatus{State: engine.StateStopped}, failed, look.Bad, "connection refused", "start the encoder"},
		"connected, silent": {engine.PointStatus{State: engine.StateStarted, SourceLost: true, Sources: []engine.SourceStatus{{Connected: true}}},
			nil, look.Bad, "The encoder is connected but nothing arrives.", "link"},
		"all well": {engine.PointStatus{State: engine.StateStarted}, nil, look.Quiet, "", ""},
	} {
		got := ConditionOf(c.p, c.encoders, noon()).Problem
		if got.Lamp != c.lamp || !strings.Contains(got.Sentence, c.says) || !strings.Contains(got.Action, c.action) || c.says == "" && got.Sentence != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// An encoder that was ordered to run and does not, or runs for nobody, is the trouble of its point
// whatever that does itself.
func TestEncodersCount(t *testing.T) {
	for name, c := range map[string]struct {
		state  engine.State
		e      engine.EncoderStatus
		lamp   look.Lamp
		word   string
		action string
	}{
		"idle, failed":       {engine.StateIdle, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderFailed}, look.Bad, "Encoder failed", "start the encoder"},
		"starting, waiting":  {engine.StateStarting, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderWaiting}, look.Warn, "Encoder trouble", "by itself"},
		"on air, failed":     {engine.StateStarted, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderFailed}, look.Bad, "Encoder failed", "start the encoder"},
		"on air, stalled":    {engine.StateStarted, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderRunning, Stalled: true}, look.Warn, "Encoder trouble", "restart"},
		"on air, running":    {engine.StateStarted, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderRunning}, look.Good, "On air", ""},
		"idle, running":      {engine.StateIdle, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderRunning}, look.Warn, "Encoder trouble", "Start the point"},
		"idle, just running": {engine.StateIdle, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderRunning, Began: noon().Add(-time.Second)}, look.Quiet, "Idle", ""},
		"starting, running":  {engine.StateStarting, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderRunning}, look.Warn, "Encoder trouble", "restart"},
		"ended, running":     {engine.StateStopped, engine.EncoderStatus{Order: engine.OrderRun, State: engine.EncoderRunning}, look.Warn, "Encoder trouble", "Stop the encoder"},
		"idle, not asked to": {engine.StateIdle, engine.EncoderStatus{Order: engine.OrderStop, State: engine.EncoderFailed}, look.Quiet, "Idle", ""},
	} {
		got := ConditionOf(engine.PointStatus{State: c.state}, []engine.EncoderStatus{c.e}, noon())
		wrong := c.lamp == look.Bad || c.lamp == look.Warn
		if got.Lamp != c.lamp || got.Word != c.word || !strings.Contains(got.Problem.Action, c.action) || got.Wrong() != wrong || wrong && got.Problem.Sentence == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestOnAirFor(t *testing.T) {
	began := noon().Add(-time.Hour)
	for name, c := range map[string]struct {
		p    engine.PointStatus
		want time.Duration
		ok   bool
	}{
		"never":       {engine.PointStatus{}, 0, false},
		"now":         {engine.PointStatus{State: engine.StateStarted, Event: engine.EventStatus{Began: began}}, time.Hour, true},
		"ended":       {engine.PointStatus{State: engine.StateStopped, Event: engine.EventStatus{Began: began, Ended: began.Add(time.Minute)}}, time.Minute, true},
		"ended, told": {engine.PointStatus{State: engine.StateStopped, Event: engine.EventStatus{Began: began, Ended: began.Add(time.Minute), Duration: 58 * time.Second}}, 58 * time.Second, true},
	} {
		if got, ok := OnAirFor(c.p, noon()); got != c.want || ok != c.ok {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
}

func TestBehind(t *testing.T) {
	for lag, want := range map[float64]string{-1: "live", 0.49: "live", 0.5: "0.5 s", 2.44: "2.4 s", 61: "61.0 s"} {
		if got := Behind(lag); got != want {
			t.Errorf("%v s is %q, want %q", lag, got, want)
		}
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{"": "", "no way": "No way.", "ffmpeg ended": "ffmpeg ended.", "Done!": "Done!", "état…": "État…"} {
		if got := Sentence(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestBreakCode(t *testing.T) {
	got := breakCode("ffmpeg -i in.mp4 http://127.0.0.1:8088/oceans.isml/oceans.ism out", 20)
	if joined := strings.ReplaceAll(strings.Join(got, ""), " ", ""); joined != "ffmpeg-iin.mp4http://127.0.0.1:8088/oceans.isml/oceans.ismout" {
		t.Errorf("something is lost: %q", got)
	}
	for _, line := range got {
		if len(line) > 20 {
			t.Errorf("%q is too long", line)
		}
	}
	if got := breakCode("", 0); len(got) != 1 {
		t.Errorf("nothing has %d lines", len(got))
	}
}
