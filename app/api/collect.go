package api

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"pubpoint/engine"
)

// collector makes metrics of the snapshots at the moment it is asked.
type collector struct {
	server   *Server
	families map[string]measured
}

// measured is a family that Prometheus has been told of.
type measured struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func newCollector(s *Server) *collector {
	c := &collector{server: s, families: map[string]measured{}}
	for _, f := range families() {
		c.families[f.name] = measured{prometheus.NewDesc("pubpoint_"+f.name, f.help, f.labels, nil), f.kind}
	}
	return c
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, f := range c.families {
		out <- f.desc
	}
}

// teller sends values of families.
type teller struct {
	families map[string]measured
	out      chan<- prometheus.Metric
}

func (t teller) tell(family string, v float64, labels ...string) {
	f := t.families[family]
	m, err := prometheus.NewConstMetric(f.desc, f.kind, v, labels...)
	if err != nil {
		m = prometheus.NewInvalidMetric(f.desc, err)
	}
	t.out <- m
}

// whether is 1 for true.
func whether(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	t := teller{c.families, out}
	desk := c.server.desk
	points := desk.Points()
	t.points(points)
	traffic, named := desk.Traffic(), labels(points)
	t.traffic(traffic, named)
	t.encoders(desk.Encoders())
	t.system(desk.System())
	t.tell("ready", whether(len(c.server.ready()) == 0))
	t.tell("healthy", whether(len(c.server.healthy()) == 0))
	worry := map[engine.Severity]int{engine.Warning: 0, engine.Failure: 0}
	for _, a := range desk.Alarms() {
		if a.Active(time.Now()) {
			worry[a.Severity]++
		}
	}
	for severity, n := range worry {
		t.tell("alarms", float64(n), string(severity))
	}
}

// pointStates are the states of a publishing point.
func pointStates() []engine.State {
	return []engine.State{engine.StateIdle, engine.StateStarting, engine.StateStarted, engine.StateStopping, engine.StateStopped, engine.StateError}
}

func (t teller) points(points []engine.PointStatus) {
	states := map[engine.State]int{}
	for _, p := range points {
		states[p.State]++
	}
	for _, state := range pointStates() {
		t.tell("points", float64(states[state]), string(state))
	}
	for code, n := range codes(points) {
		t.tell("findings", float64(n), code)
	}
	for _, p := range limited(points) {
		t.point(p)
	}
}

func (t teller) point(p engine.PointStatus) {
	if p.Name != others {
		for _, state := range pointStates() {
			t.tell("point_state", whether(p.State == state), p.Name, string(state))
		}
		t.tell("point_archive_sealed", whether(p.Archive.Sealed), p.Name)
	}
	connected := 0
	for _, s := range p.Sources {
		if s.Connected {
			connected++
		}
	}
	worry := map[engine.Severity]int{engine.Info: 0, engine.Warning: 0, engine.Failure: 0}
	for _, f := range p.Findings {
		worry[f.Severity]++
	}
	for severity, n := range worry {
		t.tell("point_findings", float64(n), p.Name, string(severity))
	}
	for family, v := range map[string]float64{
		"point_arriving_bytes_per_second": float64(p.Arriving) / 8, "viewers": float64(p.Viewers), "point_lag_seconds": p.Lag, "point_sources": float64(connected),
		"point_source_lost": whether(p.SourceLost), "point_archive_wanted": whether(p.Config.Archive), "point_archive_recording": whether(p.Archive.Recording),
		"point_archive_failing": whether(p.Archive.Reason != ""), "point_archive_bytes": float64(p.Archive.Bytes), "point_requests_total": float64(p.Requests),
	} {
		t.tell(family, v, p.Name)
	}
}

func (t teller) traffic(all engine.Traffic, named map[string]bool) {
	for _, p := range traffic(all.Points, named) {
		for _, a := range p.Answers {
			t.tell("point_answers_total", float64(a.Count), p.Point, a.Format, strconv.Itoa(a.Class)+"xx")
		}
		for code, n := range p.Refused {
			t.tell("point_refusals_total", float64(n), p.Point, strconv.Itoa(code))
		}
		t.tell("point_sent_bytes_total", float64(p.BytesOut), p.Point)
		t.tell("point_received_bytes_total", float64(p.BytesIn), p.Point)
		t.tell("point_fragments_total", float64(p.Fragments), p.Point)
		t.tell("point_dropped_fragments_total", float64(p.Dropped), p.Point)
		t.tell("point_gaps_total", float64(p.Gaps), p.Point)
	}
	for verdict, n := range all.Verified {
		t.tell("archive_verifications_total", float64(n), string(verdict))
	}
	for _, times := range all.Times {
		t.times(times)
	}
}

// times tells a histogram: counts up to each bound, and of all.
func (t teller) times(times engine.AnswerTimes) {
	buckets, sum := map[float64]uint64{}, int64(0)
	for i, bound := range times.Bounds {
		sum += times.Counts[i]
		buckets[bound.Seconds()] = uint64(max(0, sum))
	}
	desc := t.families["answer_duration_seconds"].desc
	m, err := prometheus.NewConstHistogram(desc, uint64(max(0, sum+times.Slower)), times.Sum.Seconds(), buckets, times.Format)
	if err != nil {
		m = prometheus.NewInvalidMetric(desc, err)
	}
	t.out <- m
}

func (t teller) encoders(encoders []engine.EncoderStatus) {
	states := []engine.EncoderState{engine.EncoderIdle, engine.EncoderStarting, engine.EncoderRunning,
		engine.EncoderStopping, engine.EncoderWaiting, engine.EncoderFailed}
	working := map[engine.EncoderState]int{}
	for _, e := range encoders {
		working[e.State]++
	}
	for _, state := range states {
		t.tell("encoders", float64(working[state]), string(state))
	}
	for _, e := range encoders[:min(len(encoders), maxLabelled)] {
		id, point := e.Spec.ID, e.Spec.Point
		for _, state := range states {
			t.tell("encoder_state", whether(e.State == state), id, point, string(state))
		}
		t.tell("encoder_restarts_total", float64(e.Restarts), id, point)
		t.tell("encoder_frames_per_second", e.Progress.FPS, id, point)
		t.tell("encoder_speed_ratio", e.Progress.Speed, id, point)
		t.tell("encoder_stalled", whether(e.Stalled), id, point)
		t.tell("encoder_cpu_cores", e.CPU, id, point)
		t.tell("encoder_memory_bytes", float64(e.Memory), id, point)
	}
}

// system tells of the machine; what is not known is left out.
func (t teller) system(s engine.SystemStatus) {
	if !s.Began.IsZero() {
		t.tell("start_time_seconds", float64(s.Began.Unix()))
	}
	t.tell("cpu_cores", s.CPU)
	t.tell("machine_cores", float64(s.Cores))
	t.tell("memory_bytes", float64(s.Memory))
	t.tell("recording_bytes_per_second", float64(s.Recording))
	if s.DiskFree >= 0 {
		t.tell("disk_free_bytes", float64(s.DiskFree))
	}
	if s.DiskSize >= 0 {
		t.tell("disk_size_bytes", float64(s.DiskSize))
	}
	if s.DiskLasts > 0 {
		t.tell("disk_full_seconds", s.DiskLasts.Seconds())
	}
}
