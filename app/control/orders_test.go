package control

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// A file that has come to its end took its order back in the engine; stopping its point must take it
// back on record as well.
func TestStopForgetsOrderOfEndedFile(t *testing.T) {
	d, fake, rec := desk(t)
	if _, err := d.AddEncoder(t.Context(), pattern("a"), true); err != nil {
		t.Fatal(err)
	}
	fake.ChangeEncoder("a", func(e *engine.EncoderStatus) { e.Order, e.State = engine.OrderStop, engine.EncoderIdle })
	if err := d.StopPoint(t.Context(), "oceans"); err != nil {
		t.Fatal(err)
	}
	if rec.String() != "a:stop" {
		t.Errorf("after StopPoint the record says %s: the next program start runs it", rec)
	}
}

// StartPoint must wake an encoder that was given up.
func TestStartWakesFailed(t *testing.T) {
	d, fake, _ := desk(t)
	if _, err := d.AddEncoder(t.Context(), pattern("a"), true); err != nil {
		t.Fatal(err)
	}
	fake.ChangeEncoder("a", func(e *engine.EncoderStatus) { e.State = engine.EncoderFailed })
	fake.ChangePoint("oceans", func(p *engine.PointStatus) { p.State = engine.StateError })
	if err := d.StartPoint(t.Context(), "oceans"); err != nil {
		t.Fatal(err)
	}
	if e, _ := d.encoder("a"); e.State == engine.EncoderFailed {
		t.Error("the encoder is still given up after StartPoint")
	}
}

// stubborn keeps its encoder stopping until it is told.
type stubborn struct{ *enginetest.Fake }

func (s stubborn) OrderEncoder(ctx context.Context, id string, o engine.Order) error {
	err := s.Fake.OrderEncoder(ctx, id, o)
	if o == engine.OrderStop {
		s.ChangeEncoder(id, func(e *engine.EncoderStatus) { e.State = engine.EncoderStopping })
	}
	return err
}

// A start that comes while a stop waits for the encoders is the last order and must win.
func TestStartDuringStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, rec := enginetest.New(), &record{}
		fake.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStarted})
		d := New(Config{Engine: stubborn{fake}, Store: rec})
		if _, err := d.AddEncoder(t.Context(), pattern("a"), true); err != nil {
			t.Fatal(err)
		}
		stopped := make(chan error)
		go func() { stopped <- d.StopPoint(t.Context(), "oceans") }()
		synctest.Wait() // it waits for the encoder now
		if err := d.StartPoint(t.Context(), "oceans"); err != nil {
			t.Fatal(err)
		}
		t.Logf("StopPoint: %v", <-stopped)
		p, _ := d.Point("oceans")
		e, _ := d.encoder("a")
		if p.State != engine.StateStarted || e.Order != engine.OrderRun {
			t.Errorf("point %s, encoder ordered to %s, record %s", p.State, e.Order, rec)
		}
	})
}

// removing is an engine that takes its time to end a process.
type removing struct {
	*enginetest.Fake
	wait, entered chan struct{}
}

func (r removing) RemoveEncoder(ctx context.Context, id string) error {
	close(r.entered)
	<-r.wait
	return r.Fake.RemoveEncoder(ctx, id)
}

// While one encoder is being ended, orders for others must not wait.
func TestRemoveBlocksOthers(t *testing.T) {
	fake, rec := enginetest.New(), &record{}
	fake.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStarted})
	r := removing{fake, make(chan struct{}), make(chan struct{})}
	d := New(Config{Engine: r, Store: rec})
	for _, id := range []string{"a", "b"} {
		if _, err := d.AddEncoder(t.Context(), pattern(id), true); err != nil {
			t.Fatal(err)
		}
	}
	removed, done := make(chan error, 1), make(chan error, 1)
	go func() { removed <- d.RemoveEncoder(t.Context(), "a") }()
	<-r.entered
	go func() { done <- d.StopEncoder(t.Context(), "b") }()
	timedWait(t, done)
	close(r.wait)
	<-removed
}

func timedWait(t *testing.T, done chan error) {
	t.Helper()
	select {
	case <-done:
	case <-afterSeconds(2):
		t.Error("StopEncoder of b waited 2 s for the end of a")
	}
}
func afterSeconds(n int) <-chan time.Time { return time.After(time.Duration(n) * time.Second) }
