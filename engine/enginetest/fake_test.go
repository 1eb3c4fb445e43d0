package enginetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pubpoint/engine"
)

func TestFakeKeepsThePromises(t *testing.T) {
	Promises(t, func() engine.Service { return New() })
}

func TestFakeRefusesWhenTold(t *testing.T) {
	f := New()
	f.SetPoint(engine.PointStatus{Name: "oceans"})
	full := &engine.Error{Op: "set state", Kind: engine.Storage, Text: "The disk is full; make room."}
	f.Fail("SetPointState", full)
	if err := f.SetPointState(t.Context(), "oceans", engine.StateStarted); !errors.Is(err, full) {
		t.Errorf("SetPointState says %v, want %v", err, full)
	}
	f.Fail("SetPointState", nil)
	if err := f.SetPointState(t.Context(), "oceans", engine.StateStarted); err != nil {
		t.Errorf("SetPointState says %v after Fail(nil)", err)
	}
	f.Fail("RemoveEncoder", errors.New("odd"))
	if err := f.RemoveEncoder(t.Context(), "x"); engine.KindOf(err) != engine.Internal {
		t.Errorf("RemoveEncoder says %v, want a defect", err)
	}
	calls := f.CallsOf("SetPointState")
	if len(calls) != 2 || fmt.Sprint(calls[0].Args) != "[oceans started]" || len(f.Calls()) != 3 {
		t.Errorf("calls are %v", f.Calls())
	}
}

func TestFakeAwaitsACall(t *testing.T) {
	f := New()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		call, err := f.Await(ctx, "CreatePoint")
		if err == nil && call.Args[0] != "oceans" {
			err = fmt.Errorf("call is %v", call)
		}
		done <- err
	}()
	if err := f.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestFakeTellsASlowReceiverWhatItMissed(t *testing.T) {
	f := New()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := f.Events(ctx)
	const sent = queued + 10
	for i := range sent {
		f.Emit(engine.Event{Text: fmt.Sprint(i)})
	}
	cancel()
	got, missed, last := 0, 0, int64(0)
	for e := range events {
		got++
		missed += e.Missed
		if e.Seq <= last {
			t.Errorf("event %d after %d", e.Seq, last)
		}
		last = e.Seq
	}
	if got+missed != sent || last != sent {
		t.Errorf("%d received and %d missed, want %d together; the last is %d", got, missed, sent, last)
	}
	if past := f.RecentEvents(5); len(past) != 5 || past[4].Seq != sent {
		t.Errorf("recent events are %+v", past)
	}
}

func TestFakeSeriesIsTheSameForTheSameTimes(t *testing.T) {
	f := New()
	f.SetPoint(engine.PointStatus{Name: "oceans", Tracks: []engine.TrackStatus{{Stream: "video", Bitrate: 400000}}})
	q := engine.Query{Metric: engine.MetricBitrate, Point: "oceans", Track: engine.TrackKey("video", 400000)}
	a, err := f.Series(q)
	if err != nil || len(a.Samples) != 600 {
		t.Fatalf("%d samples, %v", len(a.Samples), err)
	}
	q.From, q.To = a.Samples[10].At, a.Samples[19].At
	if b, err := f.Series(q); err != nil || len(b.Samples) != 10 || b.Samples[0] != a.Samples[10] {
		t.Errorf("a span of ten seconds is %v, %v", b.Samples, err)
	}
	f.SetSeries(engine.MetricBitrate, "oceans", "video/400000", engine.Series{Unit: "bit/s", Samples: a.Samples[:3]})
	if c, err := f.Series(engine.Query{Metric: q.Metric, Point: q.Point, Track: q.Track}); err != nil || len(c.Samples) != 3 {
		t.Errorf("a set series is %v, %v", c.Samples, err)
	}
}
