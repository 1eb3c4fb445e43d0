package enginetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
)

func encodersOrdered(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	ids := []string{"two", "one", "three"}
	for _, id := range ids {
		got, err := s.AddEncoder(t.Context(), pattern("oceans", id))
		if err != nil || got != id {
			t.Fatalf("AddEncoder %s gives %q, %v", id, got, err)
		}
	}
	chosen, err := s.AddEncoder(t.Context(), pattern("oceans", ""))
	if err != nil || !engine.ValidElement(chosen) {
		t.Fatalf("AddEncoder without an id gives %q, %v", chosen, err)
	}
	ids = append(ids, chosen)
	slices.Sort(ids)
	var got []string
	for _, e := range s.Encoders() {
		got = append(got, e.Spec.ID)
		// Without an ffmpeg it may have failed before it was ever asked to run.
		if e.Order != engine.OrderStop || e.State != engine.EncoderIdle && (e.State != engine.EncoderFailed || e.Reason == "") {
			t.Errorf("new encoder %s is ordered to %s and is %s (%q), want stop and idle", e.Spec.ID, e.Order, e.State, e.Reason)
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("Encoders() are %q, want %q", got, ids)
	}
	_, err = s.AddEncoder(t.Context(), pattern("oceans", "one"))
	wantKind(t, "AddEncoder again", err, engine.Conflict)
}

func unknownEncoders(t *testing.T, s engine.Service) {
	wantKind(t, "OrderEncoder", s.OrderEncoder(t.Context(), "none", engine.OrderRun), engine.NotFound)
	wantKind(t, "RestartEncoder", s.RestartEncoder(t.Context(), "none"), engine.NotFound)
	wantKind(t, "RemoveEncoder", s.RemoveEncoder(t.Context(), "none"), engine.NotFound)
	_, err := s.EncoderLog("none", 0)
	wantKind(t, "EncoderLog", err, engine.NotFound)
}

func badEncoders(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	for what, change := range map[string]func(*engine.EncoderSpec){
		"id":         func(e *engine.EncoderSpec) { e.ID = "../one" },
		"point":      func(e *engine.EncoderSpec) { e.Point = "../oceans" },
		"no input":   func(e *engine.EncoderSpec) { e.Input = engine.EncoderInput{} },
		"kind":       func(e *engine.EncoderSpec) { e.Input.Kind = "camera" },
		"no file":    func(e *engine.EncoderSpec) { e.Input = engine.EncoderInput{Kind: engine.InputFile} },
		"no address": func(e *engine.EncoderSpec) { e.Input = engine.EncoderInput{Kind: engine.InputNetwork} },
		"protocol": func(e *engine.EncoderSpec) {
			e.Input = engine.EncoderInput{Kind: engine.InputNetwork, URL: "ftp://h/x"}
		},
		"no arguments": func(e *engine.EncoderSpec) { e.Input = engine.EncoderInput{Kind: engine.InputCustom} },
		"no device":    func(e *engine.EncoderSpec) { e.Input = engine.EncoderInput{Kind: engine.InputDevice} },
		"method":       func(e *engine.EncoderSpec) { e.Method = 3 },
		"restart":      func(e *engine.EncoderSpec) { e.Restart = "often" },
		"nothing":      func(e *engine.EncoderSpec) { e.Video, e.AudioBitrate = nil, 0 },
		"command line": func(e *engine.EncoderSpec) { e.ID = "-i" },
	} {
		spec := pattern("oceans", "one")
		change(&spec)
		_, err := s.AddEncoder(t.Context(), spec)
		if what != "point" || engine.KindOf(err) != engine.NotFound { // a bad name is none that exists, too
			wantKind(t, "AddEncoder with bad "+what, err, engine.BadInput)
		}
		_, err = s.EncoderCommand(spec)
		wantKind(t, "EncoderCommand with bad "+what, err, engine.BadInput)
	}
	if command, err := s.EncoderCommand(pattern("oceans", "one")); err != nil || command == "" {
		t.Errorf("EncoderCommand of a good encoder is %q, %v", command, err)
	}
	if encoders := s.Encoders(); len(encoders) != 0 {
		t.Errorf("%d encoders were made of bad ones", len(encoders))
	}
}

func removeEncoder(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	if _, err := s.AddEncoder(t.Context(), pattern("oceans", "one")); err != nil {
		t.Fatalf("AddEncoder: %v", err)
	}
	if lines, err := s.EncoderLog("one", 0); err != nil || len(lines) != 0 {
		t.Errorf("log of a new encoder is %v, %v", lines, err)
	}
	if err := s.OrderEncoder(t.Context(), "one", engine.OrderStop); err != nil {
		t.Errorf("stopping an idle encoder: %v", err)
	}
	if err := s.RemoveEncoder(t.Context(), "one"); err != nil {
		t.Fatalf("RemoveEncoder: %v", err)
	}
	if encoders := s.Encoders(); len(encoders) != 0 {
		t.Errorf("after RemoveEncoder there is %+v", encoders)
	}
}

func encoderCopies(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	spec := pattern("oceans", "one")
	if _, err := s.AddEncoder(t.Context(), spec); err != nil {
		t.Fatalf("AddEncoder: %v", err)
	}
	spec.Video[0].Bitrate = 1
	first := s.Encoders()
	first[0].Spec.Point, first[0].Spec.Video[1].Bitrate = "changed", 2
	again := s.Encoders()[0].Spec
	if again.Point != "oceans" || !slices.Equal(again.Video, engine.DemoLadder()) {
		t.Errorf("somebody else changed the engine's own encoder: %+v", again)
	}
}

func seriesAnswers(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	for _, metric := range []engine.Metric{engine.MetricArriving, engine.MetricRequests} {
		series, err := measured(s, engine.Query{Metric: metric, Point: "oceans", MaxSamples: 5})
		if err != nil || series.Unit == "" || len(series.Samples) > 5 {
			t.Errorf("series %s has unit %q and %d samples (%v)", metric, series.Unit, len(series.Samples), err)
		}
		if !slices.IsSortedFunc(series.Samples, func(a, b engine.Sample) int { return a.At.Compare(b.At) }) {
			t.Errorf("series %s is not in the order of time", metric)
		}
	}
	_, err := s.Series(engine.Query{Metric: "beauty", Point: "oceans"})
	wantKind(t, "Series of an unknown metric", err, engine.BadInput)
	_, err = s.Series(engine.Query{Metric: engine.MetricBitrate, Point: "oceans", Track: "video/1"})
	wantKind(t, "Series of an unknown track", err, engine.NotFound)
}

// measured asks until a new point has been sampled for the first time.
func measured(s engine.Service, q engine.Query) (engine.Series, error) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	timeout := time.After(deadline)
	for {
		series, err := s.Series(q)
		if engine.KindOf(err) != engine.NotFound {
			return series, err
		}
		select {
		case <-again.C:
		case <-timeout:
			return series, err
		}
	}
}

func eventsEnd(t *testing.T, s engine.Service) {
	ctx, cancel := context.WithCancel(t.Context())
	events := s.Events(ctx)
	cancel()
	timeout := time.After(deadline)
	for {
		select {
		case _, open := <-events:
			if !open {
				return
			}
		case <-timeout:
			t.Fatal("the channel stays open after its context has ended")
		}
	}
}

func recentEvents(t *testing.T, s engine.Service) {
	for range 3 {
		create(t, s, "p"+string(rune('a'+len(s.Points()))))
	}
	for _, limit := range []int{0, 1, 100} {
		past := s.RecentEvents(limit)
		if len(past) > limit {
			t.Errorf("RecentEvents(%d) gives %d", limit, len(past))
		}
		if !slices.IsSortedFunc(past, func(a, b engine.Event) int { return int(a.Seq - b.Seq) }) {
			t.Errorf("RecentEvents(%d) is not oldest first: %+v", limit, past)
		}
	}
}
