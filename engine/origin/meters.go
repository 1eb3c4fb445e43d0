package origin

import (
	"math"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/metrics"
)

// meters keeps the sampler in step with the points and tracks that there are.
type meters struct {
	o      *Origin
	remove map[metrics.Key]func()
}

func newMeters(o *Origin) *meters { return &meters{o: o, remove: map[metrics.Key]func(){}} }

// update registers what is new and removes what has gone.
func (m *meters) update() {
	wanted := map[metrics.Key]func(now time.Time) float64{}
	for _, e := range m.o.points.all() {
		if e.ReadOnly() {
			continue
		}
		name := e.Name()
		wanted[metrics.Key{Metric: engine.MetricArriving, Point: name}] = func(time.Time) float64 {
			return arriving(m.o.points.get(name))
		}
		wanted[metrics.Key{Metric: engine.MetricRequests, Point: name}] = metrics.Rate(m.o.traffic.of(name).requests.Load, 1)
		for _, t := range e.Status().Tracks {
			key := metrics.Key{Metric: engine.MetricBitrate, Point: name, Track: engine.TrackKey(t.Stream, t.Bitrate)}
			wanted[key] = trackRate(m.o.points, name, t.Stream, t.Bitrate)
		}
	}
	for key, remove := range m.remove {
		if wanted[key] == nil {
			remove()
			delete(m.remove, key)
		}
	}
	for key, read := range wanted {
		if m.remove[key] == nil {
			m.remove[key] = m.o.sampler.Register(key, read)
		}
	}
}

// close removes everything.
func (m *meters) close() {
	for _, remove := range m.remove {
		remove()
	}
}

// arriving is the bit/s arriving at a point; NaN when it is gone.
func arriving(e *entry) float64 {
	if e == nil {
		return math.NaN()
	}
	return float64(e.Status().Arriving)
}

// trackRate reads the arriving bitrate of a track; NaN while nothing arrives. The point is
// looked up each time, because a directory may be removed and made again.
func trackRate(points *registry, name, stream string, bitrate int) func(time.Time) float64 {
	return func(time.Time) float64 {
		e := points.get(name)
		if e == nil {
			return math.NaN()
		}
		for _, t := range e.Status().Tracks {
			if t.Stream == stream && t.Bitrate == bitrate && t.Arriving > 0 {
				return float64(t.Arriving)
			}
		}
		return math.NaN()
	}
}
