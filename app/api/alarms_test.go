package api

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// alarmed gives the engine an alarm of each state.
func alarmed(fake *enginetest.Fake) {
	now := time.Now()
	fake.SetAlarms(
		engine.Alarm{ID: "a", Code: "source-lost", Severity: engine.Failure, Point: "sports/arena", Text: "No encoder is sending.", Action: "Look.", Raised: now, Last: now, Count: 2},
		engine.Alarm{ID: "b", Code: "disk-filling", Severity: engine.Warning, Text: "It fills.", Raised: now, Last: now, ShelvedUntil: now.Add(time.Hour), ShelvedWhy: "ordered"},
		engine.Alarm{ID: "c", Code: "gap", Severity: engine.Warning, Point: "other", Text: "2 s.", Raised: now, Last: now, Cleared: now},
	)
}

func TestAlarms(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string // ids in the answer, or what it has
	}{
		{"GET", "/api/v1/alarms", "", 200, "a b c"},
		{"GET", "/api/v1/alarms?state=active", "", 200, "a"},
		{"GET", "/api/v1/alarms?state=shelved", "", 200, "b"},
		{"GET", "/api/v1/alarms?state=cleared", "", 200, "c"},
		{"GET", "/api/v1/alarms?point=sports/arena", "", 200, "a"},
		{"GET", "/api/v1/alarms?point=sports/arena&state=cleared", "", 200, ""},
		{"GET", "/api/v1/alarms?state=loud", "", 400, "loud"},
		{"POST", "/api/v1/alarms/a/ack", "", 200, `"acknowledged":"`},
		{"POST", "/api/v1/alarms/none/ack", "", 404, "none"},
		{"POST", "/api/v1/alarms/a/shelve", `{"for":"10m","why":"known"}`, 200, `"state":"shelved"`},
		{"POST", "/api/v1/alarms/b/shelve", `{"for":"0"}`, 200, `"state":"active"`},
		{"POST", "/api/v1/alarms/a/shelve", `{"for":"25h"}`, 400, "24 hours"},
		{"POST", "/api/v1/alarms/a/shelve", `{"for":"soon"}`, 400, "soon"},
		{"POST", "/api/v1/alarms/a/shelve", `{}`, 400, "10m"},
		{"POST", "/api/v1/alarms/none/shelve", `{"for":"10m"}`, 404, "none"},
		{"POST", "/api/v1/points/sports%2Farena/notes", `{"text":"Goal"}`, 204, ""},
		{"POST", "/api/v1/points/sports%2Farena/notes", `{}`, 204, ""},
		{"POST", "/api/v1/points/sports%2Farena/notes", `{"text":"` + strings.Repeat("x", 201) + `"}`, 400, "200"},
		{"POST", "/api/v1/points/none/notes", `{"text":"Goal"}`, 404, "none"},
		{"GET", "/api/v1/system", "", 200, `"disk_free":null`},
	} {
		t.Run(c.method+" "+c.path+" "+c.body[:min(20, len(c.body))], func(t *testing.T) {
			s, fake := fresh(t)
			alarmed(fake)
			fake.SetSystem(engine.SystemStatus{DiskFree: -1, DiskSize: -1})
			w := ask(s, c.method, c.path, c.body)
			body := w.Body.String()
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, body)
			}
			if c.status >= 400 {
				wantProblem(t, w)
			}
			if c.method == "GET" && c.status == 200 && strings.Contains(c.path, "alarms") {
				for _, id := range []string{"a", "b", "c"} {
					if has, want := strings.Contains(body, `"id":"`+id+`"`), strings.Contains(c.want, id); has != want {
						t.Errorf("alarm %s: %v in %s", id, has, body)
					}
				}
			} else if !strings.Contains(body, c.want) {
				t.Errorf("%s lacks %s", body, c.want)
			}
		})
	}
}

func TestSystem(t *testing.T) {
	s, fake := fresh(t)
	fake.SetSystem(engine.SystemStatus{CPU: 0.25, Cores: 4, Memory: 1 << 20, DiskFree: 5, DiskSize: 9, Recording: 3, DiskLasts: 90 * time.Second, Encoders: 1.5})
	body := ask(s, "GET", "/api/v1/system", "").Body.String()
	for _, want := range []string{`"cpu":0.25`, `"cores":4`, `"memory":1048576`, `"disk_free":5`, `"disk_size":9`, `"recording":3`, `"disk_lasts_seconds":90`, `"encoders_cpu":1.5`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", body, want)
		}
	}
}

func TestMetricsOfAlarms(t *testing.T) {
	s, fake := fresh(t)
	alarmed(fake)
	var many []engine.Finding
	for i := range maxCodes + 5 {
		many = append(many, engine.Finding{Code: "zz" + strings.Repeat("x", i)})
	}
	fake.SetPoint(engine.PointStatus{Name: "zoo", Findings: many})
	body := ask(s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{`pubpoint_alarms{severity="error"} 1`, `pubpoint_alarms{severity="warning"} 0`, `pubpoint_findings{code="time-gap"} 1`, `pubpoint_findings{code="_other"} 6`} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if n := strings.Count(body, "pubpoint_findings{"); n != maxCodes+1 {
		t.Errorf("%d codes are told", n)
	}
}
