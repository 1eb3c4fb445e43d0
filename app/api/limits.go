package api

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"pubpoint/engine"
)

// limitStatus is an engine.LimitStatus as the API tells it.
type limitStatus struct {
	Key     string     `json:"key"`
	Limit   int        `json:"limit"` // -1 for none
	Used    int        `json:"used"`
	Refused int64      `json:"refused"`
	Last    *time.Time `json:"last"` // null for never
	Text    string     `json:"text"`
}

// limits tells the limits of both listeners.
func (s *Server) limits() []engine.LimitStatus {
	all := s.desk.System().Limits
	if s.gate != nil {
		all = append(all[:len(all):len(all)], s.gate.Status()...)
	}
	return all
}

func limitsOf(all []engine.LimitStatus) []limitStatus {
	out := make([]limitStatus, len(all))
	for i, l := range all {
		out[i] = limitStatus{Key: l.Key, Limit: l.Limit, Used: l.Used, Refused: l.Refused, Text: l.Text}
		if !l.Last.IsZero() {
			out[i].Last = &l.Last
		}
	}
	return out
}

func (l limitStatus) status() engine.LimitStatus {
	out := engine.LimitStatus{Key: l.Key, Limit: l.Limit, Used: l.Used, Refused: l.Refused, Text: l.Text}
	if l.Last != nil {
		out.Last = *l.Last
	}
	return out
}

// limitCollector makes metrics of the limits. Their labels are the keys of the settings file, so their
// number is fixed.
type limitCollector struct {
	read           func() []engine.LimitStatus
	most, used, no *prometheus.Desc
}

func newLimitCollector(read func() []engine.LimitStatus) *limitCollector {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("pubpoint_limit"+name, help, []string{"limit"}, nil)
	}
	return &limitCollector{read: read,
		most: desc("", "What a limit is set to; -1 for none."),
		used: desc("_used", "How much of a limit is taken; of a limit by address by the greediest."),
		no:   desc("_refused_total", "How many were turned away by a limit."),
	}
}

// Describe implements prometheus.Collector.
func (c *limitCollector) Describe(out chan<- *prometheus.Desc) {
	out <- c.most
	out <- c.used
	out <- c.no
}

// Collect implements prometheus.Collector.
func (c *limitCollector) Collect(out chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, label string) {
		m, err := prometheus.NewConstMetric(d, kind, v, label)
		if err != nil {
			m = prometheus.NewInvalidMetric(d, err)
		}
		out <- m
	}
	for _, l := range c.read() {
		tell(c.most, prometheus.GaugeValue, float64(l.Limit), l.Key)
		tell(c.used, prometheus.GaugeValue, float64(l.Used), l.Key)
		tell(c.no, prometheus.CounterValue, float64(l.Refused), l.Key)
	}
}

var _ prometheus.Collector = (*limitCollector)(nil)
