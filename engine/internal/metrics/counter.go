package metrics

import (
	"math"
	"sync/atomic"
	"time"
)

// Counter counts what happened. It only grows. The zero value is ready; it may be used
// from any goroutine and must not be copied.
type Counter struct {
	n atomic.Int64
}

// Add adds n, which is not negative.
func (c *Counter) Add(n int64) { c.n.Add(n) }

// Load returns the count.
func (c *Counter) Load() int64 { return c.n.Load() }

// Gauge is how much there is of something now. The zero value is ready; it may be used
// from any goroutine and must not be copied.
type Gauge struct {
	n atomic.Int64
}

// Set makes the gauge n.
func (g *Gauge) Set(n int64) { g.n.Store(n) }

// Add adds n, which may be negative.
func (g *Gauge) Add(n int64) { g.n.Add(n) }

// Load returns the value.
func (g *Gauge) Load() int64 { return g.n.Load() }

// Rate turns a count that grows, such as [Counter.Load], into its growth per second since
// the call before, multiplied by scale: 8 makes bits of bytes. The first call gives NaN,
// and so does one after the count has become smaller. What it returns is for one
// goroutine at a time, as a [Sampler] calls it.
func Rate(load func() int64, scale float64) func(now time.Time) float64 {
	var last int64
	var at time.Time
	return func(now time.Time) float64 {
		n := load()
		grown, since, first := n-last, now.Sub(at), at.IsZero()
		if !first && since <= 0 {
			return math.NaN()
		}
		last, at = n, now
		if first || grown < 0 {
			return math.NaN()
		}
		return float64(grown) * scale / since.Seconds()
	}
}

// Value turns a reading such as [Gauge.Load] into what a [Sampler] takes.
func Value(load func() int64) func(now time.Time) float64 {
	return func(time.Time) float64 { return float64(load()) }
}
