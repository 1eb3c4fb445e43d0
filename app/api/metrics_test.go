package api

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"pubpoint/engine"
)

// everything gives a fake engine something of each metric.
func everything() engine.Traffic {
	return engine.Traffic{
		Points: []engine.PointTraffic{{Point: "sports/arena", BytesOut: 7, BytesIn: 8, Fragments: 9, Dropped: 10, Gaps: 11,
			Refused: map[int]int64{409: 3}, Answers: []engine.AnswerCount{{Format: "hls", Class: 2, Count: 5}, {Format: "dash", Class: 4, Count: 1}}}},
		Times:    []engine.AnswerTimes{{Format: "hls", Bounds: []time.Duration{time.Millisecond, time.Second}, Counts: []int64{3, 2}, Slower: 1, Sum: 5 * time.Second}},
		Verified: map[engine.Verdict]int64{engine.VerdictComplete: 2},
	}
}

func TestMetrics(t *testing.T) {
	s, fake := fresh(t)
	for i := range maxLabelled + 5 {
		fake.SetPoint(engine.PointStatus{Name: fmt.Sprintf("p%04d", i), Viewers: 2})
	}
	told := everything()
	told.Points = append(told.Points, engine.PointTraffic{Point: "p0001", BytesIn: 3}, engine.PointTraffic{Point: "p0504", Refused: map[int]int64{409: 1}})
	fake.SetTraffic(told)
	fake.SetSystem(engine.SystemStatus{Began: time.Unix(1000, 0), DiskFree: 5, DiskSize: 6, DiskLasts: time.Hour, Cores: 2})
	body := ask(s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{
		`pubpoint_points{state="started"} 1`, `pubpoint_points{state="idle"} 505`, `pubpoint_points{state="error"} 0`,
		`pubpoint_encoders{state="idle"} 1`, `pubpoint_encoders{state="failed"} 0`,
		`pubpoint_viewers{point="p0000"} 2`, `pubpoint_viewers{point="_other"} 13`,
		`pubpoint_point_requests_total{point="_other"} 42`, `pubpoint_point_arriving_bytes_per_second{point="_other"} 150000`,
		`pubpoint_point_findings{point="_other",severity="warning"} 1`, `pubpoint_point_sources{point="_other"} 1`,
		`pubpoint_point_answers_total{class="2xx",format="hls",point="_other"} 5`, `pubpoint_point_refusals_total{code="409",point="_other"} 4`,
		`pubpoint_point_received_bytes_total{point="p0001"} 3`, `pubpoint_point_gaps_total{point="_other"} 11`,
		`pubpoint_answer_duration_seconds_bucket{format="hls",le="0.001"} 3`, `pubpoint_answer_duration_seconds_bucket{format="hls",le="1"} 5`,
		`pubpoint_answer_duration_seconds_count{format="hls"} 6`, `pubpoint_archive_verifications_total{verdict="complete"} 2`,
		`pubpoint_encoder_state{encoder="one",point="sports/arena",state="idle"} 1`, `pubpoint_ready 1`, `pubpoint_healthy 1`,
		`pubpoint_disk_free_bytes 5`, `pubpoint_disk_full_seconds 3600`, `pubpoint_start_time_seconds 1000`,
		`pubpoint_build_info{go_version="` + runtime.Version() + `",version="1.2.3"} 1`, "go_goroutines", "process_open_fds",
	} {
		if !strings.Contains(body, want) && (runtime.GOOS == "linux" || want != "process_open_fds") {
			t.Errorf("metrics lack %s", want)
		}
	}
	for _, family := range []string{"pubpoint_viewers", "pubpoint_point_gaps_total", "pubpoint_point_archive_bytes"} {
		if n := strings.Count(body, "\n"+family+"{"); n > maxLabelled+1 {
			t.Errorf("%d points have %s, want no more than %d", n, family, maxLabelled+1)
		}
	}
}

// Every metric is told once there is something to tell, and follows the conventions of Prometheus.
func TestMetricsAreWellNamed(t *testing.T) {
	s, fake := fresh(t)
	fake.SetTraffic(everything())
	fake.SetSystem(engine.SystemStatus{Began: time.Unix(1000, 0), DiskFree: 5, DiskSize: 6, DiskLasts: time.Hour})
	body := ask(s, "GET", "/metrics", "").Body.Bytes()
	for _, f := range families() {
		if !bytes.Contains(body, []byte("\npubpoint_"+f.name)) {
			t.Errorf("%s is never told", f.name)
		}
	}
	problems, err := promlint.New(bytes.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "pubpoint_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// Whatever strangers ask for adds no label.
func TestHostileRequestsAddNoLabels(t *testing.T) {
	s, _ := fresh(t)
	before := series(ask(s, "GET", "/metrics", "").Body.String())
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range 40 {
		name := fmt.Sprintf("x%d%%22%%0A%d", i, dice.Int())
		for _, path := range []string{"/api/v1/points/" + name, "/api/v1/points/" + name + "/state", "/api/v1/encoders/" + name + "/start", "/" + name + ".isml/state", "/" + name} {
			ask(s, []string{"GET", "PUT", "POST"}[i%3], path, `{"state":"started"}`)
		}
	}
	if after := series(ask(s, "GET", "/metrics", "").Body.String()); !slices.Equal(before, after) {
		t.Errorf("%d series became %d", len(before), len(after))
	}
}

// series are the names and labels of our metrics, in order.
func series(body string) []string {
	var out []string
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "pubpoint_") {
			out = append(out, line[:strings.LastIndexByte(line, ' ')])
		}
	}
	slices.Sort(out)
	return out
}
