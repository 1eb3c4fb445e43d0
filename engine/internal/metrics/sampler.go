package metrics

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"pubpoint/engine"
)

// Series that nobody feeds any more are kept for a while, so that a track that comes back
// goes on in the same chart.
const (
	keepRemoved = time.Hour
	maxRemoved  = 256
)

// Key names a series.
type Key struct {
	Metric engine.Metric
	Point  string
	Track  string // "stream/bitrate", see [engine.TrackKey]; empty for metrics of points
}

// Sampler remembers once a second what is registered with it. Its methods may be called
// from any goroutine.
type Sampler struct {
	mu      sync.Mutex
	series  map[Key]*series
	removed int // series without a reader
}

type series struct {
	ring  Ring
	read  func(now time.Time) float64 // nil once removed
	turn  int                         // counts registrations
	since time.Time                   // removed
}

// NewSampler returns a Sampler that samples nothing until Run.
func NewSampler() *Sampler {
	return &Sampler{series: make(map[Key]*series)}
}

// Register has read called once a second from now on, with the time; NaN says that there
// is nothing to measure. It must return at once and not call the sampler. A series of the
// same key goes on with the new reader instead of the old.
//
// remove ends it; when remove has returned, read is not called any more. A second call
// does nothing, nor does one after another Register of the same key.
func (s *Sampler) Register(key Key, read func(now time.Time) float64) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.series[key]
	if one == nil {
		one = &series{}
		s.series[key] = one
	} else if one.read == nil {
		s.removed--
	}
	one.read = read
	one.turn++
	turn := one.turn
	return func() { s.remove(key, one, turn) }
}

func (s *Sampler) remove(key Key, one *series, turn int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one.turn != turn || one.read == nil {
		return
	}
	one.read, one.since = nil, time.Now()
	s.removed++
	if s.removed > maxRemoved {
		s.removed--
		delete(s.series, key)
	}
}

// Run samples at each whole second until ctx ends, and returns nil.
func (s *Sampler) Run(ctx context.Context) error {
	next := time.Now().Truncate(time.Second).Add(time.Second)
	timer := time.NewTimer(time.Until(next))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		now := time.Now()
		s.sample(now)
		// Rounded, because a timer may fire a little before the wall clock's second.
		timer.Reset(time.Until(now.Round(time.Second).Add(time.Second)))
	}
}

func (s *Sampler) sample(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, one := range s.series {
		if one.read != nil {
			one.ring.Put(now, one.read(now))
		} else if now.Sub(one.since) >= keepRemoved {
			delete(s.series, key)
			s.removed--
		}
	}
}

// Series answers q. It fails with NotFound when nothing of that name is or was lately
// registered, and with BadInput for a metric that is not known.
func (s *Sampler) Series(q engine.Query) (engine.Series, error) {
	out := engine.Series{Unit: unit(q.Metric)}
	if out.Unit == "" {
		return out, &engine.Error{Op: "read series", Point: q.Point, Kind: engine.BadInput,
			Text: fmt.Sprintf("There is no metric %q.", q.Metric)}
	}
	if q.To.IsZero() {
		q.To = time.Now().Add(time.Second) // the newest may have been rounded up
	}
	s.mu.Lock()
	one := s.series[Key{q.Metric, q.Point, q.Track}]
	if one != nil {
		out.Samples = one.ring.Samples(q.From, q.To)
	}
	s.mu.Unlock()
	if one == nil {
		return out, &engine.Error{Op: "read series", Point: q.Point, Kind: engine.NotFound,
			Text: fmt.Sprintf("No %s of %s has been measured yet.", q.Metric, strings.TrimSpace(q.Point+" "+q.Track))}
	}
	out.Samples = Thin(out.Samples, q.MaxSamples)
	return out, nil
}

func unit(m engine.Metric) string {
	switch m {
	case engine.MetricBitrate, engine.MetricArriving:
		return "bit/s"
	case engine.MetricRequests:
		return "1/s"
	}
	return ""
}
