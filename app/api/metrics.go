package api

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"pubpoint/engine"
)

// maxLabelled is how many points have numbers of their own, and how many encoders. Points behind, in the
// order of names, are counted together as "_other", which no point can be called; so are codes of findings
// behind maxCodes. Encoders behind are left out.
const (
	maxLabelled = 500
	maxCodes    = 100
	others      = "_other"
)

// families are all metrics of ours: what follows "pubpoint_", what they count, and their labels. All labels
// have a bounded number of values, whoever asks what: names of points and encoders that there are, states,
// severities, names of formats, classes of status codes.
func families() []family {
	const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue
	return []family{
		{"points", gauge, "Publishing points by state.", []string{"state"}},
		{"point_state", gauge, "1 for the state that a publishing point is in, else 0.", []string{"point", "state"}},
		{"point_arriving_bytes_per_second", gauge, "Bytes per second arriving at a publishing point, all tracks.", []string{"point"}},
		{"point_requests_total", counter, "Media and manifest requests answered by a publishing point.", []string{"point"}},
		{"point_answers_total", counter, "Answers of a publishing point by delivery format and class of the status code.", []string{"point", "format", "class"}},
		{"point_sent_bytes_total", counter, "Bytes of the bodies of answers of a publishing point.", []string{"point"}},
		{"point_received_bytes_total", counter, "Bytes that encoders have sent to a publishing point.", []string{"point"}},
		{"point_fragments_total", counter, "Fragments that a publishing point has accepted.", []string{"point"}},
		{"point_dropped_fragments_total", counter, "Fragments that a publishing point has not taken: duplicates, and those that players could not join.", []string{"point"}},
		{"point_gaps_total", counter, "How often media was missing between two fragments of a track.", []string{"point"}},
		{"point_refusals_total", counter, "Requests of encoders that a publishing point has turned away, by status code.", []string{"point", "code"}},
		{"point_sources", gauge, "Encoders connected to a publishing point.", []string{"point"}},
		{"point_source_lost", gauge, "1 while a publishing point is started and no encoder is connected.", []string{"point"}},
		{"point_lag_seconds", gauge, "Seconds by which the next fragment is overdue; 0 when all is regular or not live.", []string{"point"}},
		{"point_findings", gauge, "What is wrong with what encoders send to a publishing point now, by severity.", []string{"point", "severity"}},
		{"point_archive_wanted", gauge, "1 when the settings of a publishing point ask for an archive.", []string{"point"}},
		{"point_archive_recording", gauge, "1 while media is being written.", []string{"point"}},
		{"point_archive_sealed", gauge, "1 when the files of the event are complete.", []string{"point"}},
		{"point_archive_failing", gauge, "1 while the archive cannot be written or sealed.", []string{"point"}},
		{"point_archive_bytes", gauge, "Bytes on disk of the event of a publishing point.", []string{"point"}},
		{"viewers", gauge, "Distinct viewer addresses of a publishing point in the last 30 seconds.", []string{"point"}},
		{"findings", gauge, "What is wrong with what encoders send now, by code; many codes are counted together as _other.", []string{"code"}},
		{"alarms", gauge, "Alarms whose cause lasts and that are not shelved, by severity.", []string{"severity"}},
		{"archive_verifications_total", counter, "Checks of archives by verdict.", []string{"verdict"}},
		{"encoders", gauge, "Supervised encoders by state.", []string{"state"}},
		{"encoder_state", gauge, "1 for the state that an encoder is in, else 0.", []string{"encoder", "point", "state"}},
		{"encoder_restarts_total", counter, "How often an encoder was started again.", []string{"encoder", "point"}},
		{"encoder_frames_per_second", gauge, "Frames a second, as the encoder tells.", []string{"encoder", "point"}},
		{"encoder_speed_ratio", gauge, "Speed of an encoder; 1 is real time, 0 when it does not tell.", []string{"encoder", "point"}},
		{"encoder_stalled", gauge, "1 while nothing arrives of an encoder that runs.", []string{"encoder", "point"}},
		{"encoder_cpu_cores", gauge, "Share of processor cores that an encoder takes.", []string{"encoder", "point"}},
		{"encoder_memory_bytes", gauge, "Memory that an encoder takes.", []string{"encoder", "point"}},
		{"answer_duration_seconds", gauge, "How long answers took, by delivery format; those that wait for a fragment or for a slow viewer too.", []string{"format"}},
		{"ready", gauge, "1 while viewers and encoders may be sent here.", nil},
		{"healthy", gauge, "1 while the publishing points answer.", nil},
		{"start_time_seconds", gauge, "When the program started, in seconds since 1970.", nil},
		{"cpu_cores", gauge, "Share of processor cores that the program takes, without its encoders.", nil},
		{"machine_cores", gauge, "Processor cores of the machine.", nil},
		{"memory_bytes", gauge, "Memory that the program takes, without its encoders.", nil},
		{"disk_free_bytes", gauge, "Bytes that the disk of the document root can take.", nil},
		{"disk_size_bytes", gauge, "Size of the disk of the document root.", nil},
		{"disk_full_seconds", gauge, "Seconds until the disk of the document root is full as archives grow now; absent while it never is.", nil},
		{"recording_bytes_per_second", gauge, "Bytes a second that all archives grow by.", nil},
	}
}

// family is one metric with all values of its labels.
type family struct {
	name   string
	kind   prometheus.ValueType
	help   string
	labels []string
}

// registry holds the metrics of this program and no others.
func (s *Server) registry() (*prometheus.Registry, error) {
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "pubpoint_build_info", Help: "Always 1; tells the version of the program.",
		ConstLabels: prometheus.Labels{"version": s.version, "go_version": runtime.Version()}})
	build.Set(1)
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{build, newCollector(s), newLimitCollector(s.limits), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return registry, nil
}

// limited adds the points behind the last labelled one up.
func limited(points []engine.PointStatus) []engine.PointStatus {
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
		rest.Config.Archive = rest.Config.Archive || p.Config.Archive
		rest.Archive.Recording = rest.Archive.Recording || p.Archive.Recording
		rest.Archive.Bytes += p.Archive.Bytes
		if p.Archive.Reason != "" {
			rest.Archive.Reason = p.Archive.Reason
		}
		rest.Sources = append(rest.Sources, p.Sources...)
		rest.Findings = append(rest.Findings, p.Findings...)
	}
	return append(points[:maxLabelled:maxLabelled], rest)
}

// labels are the names of points that have numbers of their own.
func labels(points []engine.PointStatus) map[string]bool {
	named := map[string]bool{}
	for _, p := range points[:min(len(points), maxLabelled)] {
		named[p.Name] = true
	}
	return named
}

// traffic is that of the points that have numbers of their own, and of the others together.
func traffic(all []engine.PointTraffic, named map[string]bool) []engine.PointTraffic {
	var out []engine.PointTraffic
	rest := engine.PointTraffic{Point: others, Refused: map[int]int64{}}
	for _, t := range all {
		if named[t.Point] {
			out = append(out, t)
			continue
		}
		rest.BytesIn, rest.BytesOut = rest.BytesIn+t.BytesIn, rest.BytesOut+t.BytesOut
		rest.Fragments, rest.Dropped, rest.Gaps = rest.Fragments+t.Fragments, rest.Dropped+t.Dropped, rest.Gaps+t.Gaps
		for code, n := range t.Refused {
			rest.Refused[code] += n
		}
		for _, a := range t.Answers {
			i := slices.IndexFunc(rest.Answers, func(b engine.AnswerCount) bool { return a.Format == b.Format && a.Class == b.Class })
			if i < 0 {
				rest.Answers = append(rest.Answers, a)
			} else {
				rest.Answers[i].Count += a.Count
			}
		}
	}
	if len(all) > len(out) {
		out = append(out, rest)
	}
	return out
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
