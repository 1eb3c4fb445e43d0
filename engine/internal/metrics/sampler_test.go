package metrics

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
)

// running starts a sampler in a bubble and returns what ends it.
func running(t *testing.T) (*Sampler, func()) {
	t.Helper()
	s := NewSampler()
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	return s, func() { cancel(); done.Wait() }
}

func values(t *testing.T, s *Sampler, q engine.Query) []float64 {
	t.Helper()
	series, err := s.Series(q)
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, sample := range series.Samples {
		out = append(out, sample.Value)
	}
	return out
}

func TestSamplerRatesOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := running(t)
		defer stop()
		time.Sleep(350 * time.Millisecond) // samples are taken at seconds of the clock
		var bytes Counter
		key := Key{engine.MetricArriving, "oceans", ""}
		defer s.Register(key, Rate(bytes.Load, 8))()
		for range 100 {
			bytes.Add(125)
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		got := values(t, s, engine.Query{Metric: key.Metric, Point: key.Point})
		if len(got) != 10 || !math.IsNaN(got[0]) {
			t.Fatalf("%v, want 10 samples, the first nothing", got)
		}
		for _, v := range got[1:] {
			if v != 10_000 {
				t.Errorf("%v bit/s, want 10000", v)
			}
		}
		series, err := s.Series(engine.Query{Metric: key.Metric, Point: key.Point})
		if err != nil || series.Unit != "bit/s" {
			t.Errorf("unit %q, %v", series.Unit, err)
		}
		for i, sample := range series.Samples {
			if sample.At.Nanosecond() != 0 || i > 0 && sample.At.Sub(series.Samples[i-1].At) != time.Second {
				t.Errorf("sample %d is at %v", i, sample.At)
			}
		}
	})
}

func TestSamplerSeriesGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := running(t)
		defer stop()
		key := Key{engine.MetricBitrate, "oceans", engine.TrackKey("video", 400_000)}
		q := engine.Query{Metric: key.Metric, Point: key.Point, Track: key.Track}
		constant := func(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }
		removeFirst := s.Register(key, constant(1))
		time.Sleep(1500 * time.Millisecond)
		removeFirst()
		time.Sleep(2 * time.Second)
		if got := values(t, s, q); len(got) != 1 {
			t.Errorf("after remove: %v", got)
		}
		removeSecond := s.Register(key, constant(2))
		removeFirst() // of a registration that is over
		time.Sleep(2 * time.Second)
		if got := values(t, s, q); len(got) != 5 || got[0] != 1 || !math.IsNaN(got[1]) || !math.IsNaN(got[2]) || got[4] != 2 {
			t.Errorf("after coming back: %v", got)
		}
		removeSecond()
		removeSecond()
		time.Sleep(keepRemoved + 2*time.Second)
		if _, err := s.Series(q); engine.KindOf(err) != engine.NotFound {
			t.Errorf("long after remove: %v", err)
		}
		if s.removed != 0 || len(s.series) != 0 {
			t.Errorf("%d series, %d of them removed, are still there", len(s.series), s.removed)
		}
	})
}

func TestSamplerKeepsFewRemoved(t *testing.T) {
	s := NewSampler()
	for i := range 10 * maxRemoved {
		s.Register(Key{engine.MetricBitrate, "oceans", engine.TrackKey("video", i)}, Value(new(Gauge).Load))()
	}
	if len(s.series) > maxRemoved {
		t.Errorf("%d series nobody feeds", len(s.series))
	}
}

func TestSamplerRefuses(t *testing.T) {
	s := NewSampler()
	for _, tt := range []struct {
		q    engine.Query
		kind engine.Kind
	}{
		{engine.Query{Metric: "beauty", Point: "oceans"}, engine.BadInput},
		{engine.Query{Metric: engine.MetricRequests, Point: "nowhere"}, engine.NotFound},
	} {
		if _, err := s.Series(tt.q); engine.KindOf(err) != tt.kind || engine.Sentence(err) == "" {
			t.Errorf("%+v: %v", tt.q, err)
		}
	}
}

func TestRate(t *testing.T) {
	var n int64
	rate := Rate(func() int64 { return n }, 1)
	for i, step := range []struct {
		n    int64
		at   time.Duration
		want float64
	}{
		{100, 0, math.NaN()}, {150, time.Second, 50}, {150, 2 * time.Second, 0}, {170, 6 * time.Second, 5},
		{10, 7 * time.Second, math.NaN()}, {12, 8 * time.Second, 2}, {99, 8 * time.Second, math.NaN()}, {14, 9 * time.Second, 2},
	} {
		n = step.n
		if got := rate(start.Add(step.at)); got != step.want && !(got != got && step.want != step.want) {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// TestCountersWhileSampled counts, asks and registers from many goroutines at once.
func TestCountersWhileSampled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := running(t)
		var c Counter
		var g Gauge
		defer s.Register(Key{engine.MetricRequests, "oceans", ""}, Rate(c.Load, 1))()
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for range 50 {
					c.Add(1)
					g.Add(1)
					remove := s.Register(Key{engine.MetricBitrate, "oceans", engine.TrackKey("video", i)}, Value(g.Load))
					time.Sleep(time.Second)
					if _, err := s.Series(engine.Query{Metric: engine.MetricRequests, Point: "oceans", MaxSamples: 10}); err != nil {
						t.Error(err)
					}
					remove()
					g.Add(-1)
				}
			})
		}
		all.Wait()
		stop()
		if c.Load() != 400 || g.Load() != 0 {
			t.Errorf("counter %d, gauge %d", c.Load(), g.Load())
		}
	})
}

func BenchmarkCounter(b *testing.B) {
	var c Counter
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c.Add(1)
		}
	})
}

// BenchmarkSample is one second of a house of 200 series.
func BenchmarkSample(b *testing.B) {
	s := NewSampler()
	var c Counter
	for i := range 200 {
		defer s.Register(Key{engine.MetricBitrate, "oceans", engine.TrackKey("video", i)}, Rate(c.Load, 8))()
	}
	now := start
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Second)
		s.sample(now)
	}
}
