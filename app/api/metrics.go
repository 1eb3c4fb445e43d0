package api

import (
	"fmt"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"pubpoint/engine"
)

// maxLabelled is how many points have numbers of their own. Those behind, in the order of
// names, are counted together as "_other", which no point can be called; so are codes of findings
// behind maxCodes.
const (
	maxLabelled = 500
	maxCodes    = 100
	others      = "_other"
)

// collector makes metrics of the snapshots at the moment it is asked.
type collector struct {
	desk                                   Desk
	points, encoders                       *prometheus.Desc
	arriving, requests, viewers, lag, lost *prometheus.Desc
	alarms, findings                       *prometheus.Desc
}

// registry holds the metrics of this program and no others.
func (s *Server) registry() (*prometheus.Registry, error) {
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "pubpoint_build_info", Help: "Always 1; tells the version of the program.",
		ConstLabels: prometheus.Labels{"version": s.version, "go_version": runtime.Version()}})
	build.Set(1)
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{build, newCollector(s.desk), newLimitCollector(s.limits), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return registry, nil
}

func newCollector(desk Desk) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("pubpoint_"+name, help, labels, nil)
	}
	return &collector{
		desk:     desk,
		points:   desc("points", "Publishing points by state.", "state"),
		encoders: desc("encoders", "Supervised encoders by state.", "state"),
		arriving: desc("point_arriving_bits", "Bits per second arriving at a publishing point, all tracks.", "point"),
		requests: desc("point_requests_total", "Media and manifest requests answered by a publishing point.", "point"),
		viewers:  desc("viewers", "Distinct viewer addresses of a publishing point in the last 30 seconds.", "point"),
		lag:      desc("point_lag_seconds", "Seconds from the wall clock to the live edge; 0 when not live.", "point"),
		lost:     desc("point_source_lost", "1 while a publishing point is started and no encoder is connected.", "point"),
		alarms:   desc("alarms", "Alarms whose cause lasts and that are not shelved, by severity.", "severity"),
		findings: desc("findings", "What is wrong with what encoders send now, by code; many codes are counted together as _other.", "code"),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.points, c.encoders, c.arriving, c.requests, c.viewers, c.lag, c.lost, c.alarms, c.findings} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, label string) {
		m, err := prometheus.NewConstMetric(d, kind, v, label)
		if err != nil {
			m = prometheus.NewInvalidMetric(d, err)
		}
		out <- m
	}
	gauge := func(d *prometheus.Desc, v float64, label string) { tell(d, prometheus.GaugeValue, v, label) }
	states := map[engine.State]int{engine.StateIdle: 0, engine.StateStarting: 0, engine.StateStarted: 0,
		engine.StateStopping: 0, engine.StateStopped: 0, engine.StateError: 0}
	points := c.desk.Points()
	for _, p := range points {
		states[p.State]++
	}
	for state, n := range states {
		gauge(c.points, float64(n), string(state))
	}
	for _, p := range bounded(points) {
		gauge(c.arriving, float64(p.Arriving), p.Name)
		gauge(c.viewers, float64(p.Viewers), p.Name)
		gauge(c.lag, p.Lag, p.Name)
		lost := 0.0
		if p.SourceLost {
			lost = 1
		}
		gauge(c.lost, lost, p.Name)
		tell(c.requests, prometheus.CounterValue, float64(p.Requests), p.Name)
	}
	for code, n := range codes(points) {
		gauge(c.findings, float64(n), code)
	}
	worry := map[engine.Severity]int{engine.Warning: 0, engine.Failure: 0}
	for _, a := range c.desk.Alarms() {
		if a.Active(time.Now()) {
			worry[a.Severity]++
		}
	}
	for severity, n := range worry {
		gauge(c.alarms, float64(n), string(severity))
	}
	working := map[engine.EncoderState]int{engine.EncoderIdle: 0, engine.EncoderStarting: 0, engine.EncoderRunning: 0,
		engine.EncoderStopping: 0, engine.EncoderWaiting: 0, engine.EncoderFailed: 0}
	for _, e := range c.desk.Encoders() {
		working[e.State]++
	}
	for state, n := range working {
		gauge(c.encoders, float64(n), string(state))
	}
}

// codes counts the findings of all points by code, of which no more than maxCodes are told apart.
func codes(points []engine.PointStatus) map[string]int {
	out := map[string]int{}
	for _, p := range points {
		for _, f := range p.Findings {
			code := f.Code
			if _, known := out[code]; !known && len(out) >= maxCodes {
				code = others
			}
			out[code]++
		}
	}
	return out
}

// bounded adds the points behind the last labelled one up.
func bounded(points []engine.PointStatus) []engine.PointStatus {
	if len(points) <= maxLabelled {
		return points
	}
	rest := engine.PointStatus{Name: others}
	for _, p := range points[maxLabelled:] {
		rest.Arriving += p.Arriving
		rest.Viewers += p.Viewers
		rest.Requests += p.Requests
		rest.Lag = max(rest.Lag, p.Lag)
		rest.SourceLost = rest.SourceLost || p.SourceLost
	}
	return append(points[:maxLabelled:maxLabelled], rest)
}
