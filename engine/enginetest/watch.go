package enginetest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"pubpoint/engine"
)

// queued is how many events a receiver may be behind before it loses the oldest, and kept
// how many are kept of the past.
const (
	queued = 64
	kept   = 1000
)

type seriesKey struct {
	metric       engine.Metric
	point, track string
}

// hub hands events to receivers. Its lock is its own, so that Emit may be called while a
// receiver asks the Fake for a snapshot.
type hub struct {
	mu        sync.Mutex
	seq       int64
	past      []engine.Event
	receivers map[*receiver]struct{}
	changed   chan struct{} // closed and replaced when receivers come and go
}

// receiver is one channel and what could not be put into it.
type receiver struct {
	out    chan engine.Event
	missed int
}

// Emit tells an event to every receiver. Seq, and an empty At and Severity, are filled in.
func (f *Fake) Emit(e engine.Event) {
	f.mu.Lock()
	now := f.now()
	f.mu.Unlock()
	f.hub.emit(e, now)
}

// Tell emits an event that concerns the whole program, as the real engine does.
func (f *Fake) Tell(s engine.Severity, text string) { f.Emit(engine.Event{Severity: s, Text: text}) }

// AwaitReceivers waits until n receivers listen to Events.
func (f *Fake) AwaitReceivers(ctx context.Context, n int) error {
	for {
		have, changed := f.hub.count()
		if have == n {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d receivers of events: %w", have, n, ctx.Err())
		case <-changed:
		}
	}
}

// Events implements engine.Watcher.
func (f *Fake) Events(ctx context.Context) <-chan engine.Event {
	r := &receiver{out: make(chan engine.Event, queued)}
	f.hub.add(r)
	context.AfterFunc(ctx, func() { f.hub.remove(r) })
	return r.out
}

// RecentEvents implements engine.Watcher.
func (f *Fake) RecentEvents(limit int) []engine.Event {
	f.hub.mu.Lock()
	defer f.hub.mu.Unlock()
	past := f.hub.past
	return slices.Clone(past[len(past)-max(0, min(limit, len(past))):])
}

func (h *hub) emit(e engine.Event, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq++
	e.Seq = h.seq
	if e.At.IsZero() {
		e.At = now
	}
	if e.Severity == "" {
		e.Severity = engine.Info
	}
	h.past = append(h.past, e)
	if len(h.past) > kept {
		h.past = slices.Clone(h.past[len(h.past)-kept:])
	}
	for r := range h.receivers {
		r.put(e)
	}
}

// put never blocks: the oldest waiting event makes room, and the new one tells how many
// did so. The hub's lock is held.
func (r *receiver) put(e engine.Event) {
	for {
		e.Missed = r.missed
		select {
		case r.out <- e:
			r.missed = 0
			return
		default:
		}
		select {
		case old := <-r.out:
			r.missed += 1 + old.Missed
		default:
		}
	}
}

func (h *hub) add(r *receiver) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.receivers == nil {
		h.receivers = map[*receiver]struct{}{}
	}
	h.receivers[r] = struct{}{}
	h.announce()
}

func (h *hub) remove(r *receiver) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.receivers, r)
	close(r.out)
	h.announce()
}

func (h *hub) announce() {
	if h.changed != nil {
		close(h.changed)
		h.changed = nil
	}
}

func (h *hub) count() (int, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.changed == nil {
		h.changed = make(chan struct{})
	}
	return len(h.receivers), h.changed
}

// SetSeries sets the answer of Series for one metric of a point or, when track is not
// empty, of a track.
func (f *Fake) SetSeries(metric engine.Metric, point, track string, s engine.Series) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s.Samples = slices.Clone(s.Samples)
	f.series[seriesKey{metric, point, track}] = s
}

// Series implements engine.Meters. What SetSeries did not set is a slow wave over the last
// ten minutes, the same for the same times.
func (f *Fake) Series(q engine.Query) (engine.Series, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse("Series"); err != nil {
		return engine.Series{}, err
	}
	p, ok := f.points[q.Point]
	if !ok {
		return engine.Series{}, noPoint("read series", q.Point)
	}
	unit, ok := map[engine.Metric]string{engine.MetricBitrate: "bit/s", engine.MetricArriving: "bit/s", engine.MetricRequests: "1/s"}[q.Metric]
	if !ok {
		return engine.Series{}, &engine.Error{Op: "read series", Point: q.Point, Kind: engine.BadInput,
			Text: fmt.Sprintf("There is no metric %q; ask for bitrate, arriving or requests.", q.Metric)}
	}
	level := 1e6
	if q.Track != "" {
		i := slices.IndexFunc(p.Tracks, func(t engine.TrackStatus) bool { return engine.TrackKey(t.Stream, t.Bitrate) == q.Track })
		if i < 0 {
			return engine.Series{}, &engine.Error{Op: "read series", Point: q.Point, Kind: engine.NotFound,
				Text: "The publishing point " + q.Point + " has no track " + q.Track + "."}
		}
		level = float64(p.Tracks[i].Bitrate)
	}
	s, ok := f.series[seriesKey{q.Metric, q.Point, q.Track}]
	if !ok {
		s = wave(unit, f.now(), level)
	}
	return engine.Series{Unit: s.Unit, Samples: cut(s.Samples, q)}, nil
}

func wave(unit string, now time.Time, level float64) engine.Series {
	const seconds = 600
	s := engine.Series{Unit: unit, Samples: make([]engine.Sample, 0, seconds)}
	end := now.Truncate(time.Second)
	for i := range seconds {
		at := end.Add(time.Duration(i-seconds+1) * time.Second)
		s.Samples = append(s.Samples, engine.Sample{At: at, Value: level * (1 + 0.1*math.Sin(float64(at.Unix()%60)*math.Pi/30))})
	}
	return s
}

// cut keeps the samples of the query's span and, of too many, evenly spaced ones.
func cut(samples []engine.Sample, q engine.Query) []engine.Sample {
	var in []engine.Sample
	for _, s := range samples {
		if (q.From.IsZero() || !s.At.Before(q.From)) && (q.To.IsZero() || !s.At.After(q.To)) {
			in = append(in, s)
		}
	}
	if q.MaxSamples <= 0 || len(in) <= q.MaxSamples {
		return in
	}
	thin := make([]engine.Sample, q.MaxSamples)
	for i := range thin {
		thin[i] = in[i*len(in)/q.MaxSamples]
	}
	return thin
}
