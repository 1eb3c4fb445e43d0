package api

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestArchive(t *testing.T) {
	const arena = "/api/v1/points/sports%2Farena/archive"
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	events := []engine.ArchivedEvent{
		{ID: "c", Began: at.Add(2 * time.Hour), Live: true, Current: true, Bytes: 30},
		{ID: "b", Began: at.Add(time.Hour), Ended: at.Add(90 * time.Minute), Duration: 30 * time.Minute, Bytes: 20,
			Files: []engine.ArchiveFile{{Name: "arena.ism", Bytes: 20}}, URL: "http://127.0.0.1:8088/sports/arena.isml/Events(b)/Manifest",
			Links: []engine.Link{{Label: "Preview", URL: "http://127.0.0.1:8088/sports/arena.isml/Events(b)/", Browse: true}}},
		{ID: "a", Began: at, Ended: at.Add(time.Minute), Bytes: 10},
	}
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		want                     []string
		left                     string // ids afterwards
	}{
		{"list", "GET", arena, "", 200, []string{`{"events":[{"id":"c"`, `"live":true`, `"files":[{"name":"arena.ism","bytes":20}]`,
			`"duration_seconds":1800`, `"url":"http://127.0.0.1:8088/sports/arena.isml/Events(b)/Manifest"`, `"ended":"2026-07-01T13:30:00Z"`}, "cba"},
		{"Unified", "GET", "/sports/arena.isml/archive", "", 200, []string{`{"events":[{"id":"c"`}, "cba"},
		{"no point", "GET", "/api/v1/points/none/archive", "", 404, []string{"none"}, "cba"},
		{"purge one", "POST", arena, `{"action":"purge","event":"b"}`, 200, []string{`{"bytes":20,"events":["b"]}`}, "ca"},
		{"purge before", "POST", arena, `{"action":"purge","before":"2026-07-02T00:00:00Z"}`, 200, []string{`{"bytes":30,"events":["b","a"]}`}, "c"},
		{"purge before all", "POST", arena, `{"action":"purge","before":"2020-07-02T00:00:00Z"}`, 200, []string{`"events":[]`}, "cba"},
		{"purge nothing", "POST", arena, `{"action":"purge"}`, 400, []string{"either"}, "cba"},
		{"purge both", "POST", arena, `{"action":"purge","event":"b","before":"2026-07-02T00:00:00Z"}`, 400, []string{"either"}, "cba"},
		{"purge on air", "POST", arena, `{"action":"purge","event":"c"}`, 409, []string{"only earlier"}, "cba"},
		{"purge unknown", "POST", arena, `{"action":"purge","event":"x"}`, 404, []string{"list its archive"}, "cba"},
		{"purge of no point", "POST", "/api/v1/points/none/archive", `{"action":"purge","event":"b"}`, 404, nil, "cba"},
		{"field", "POST", arena, `{"action":"purge","events":"b"}`, 400, []string{"events"}, "cba"},
		{"no action", "POST", arena, `{"event":"b"}`, 400, []string{"purge"}, "cba"},
		{"verify", "POST", arena, `{"action":"verify"}`, 200, []string{`"verdict":"complete"`, `"flaws":[]`}, "cba"},
		{"verify an earlier one", "POST", arena, `{"action":"verify","event":"b"}`, 200, []string{`"verdict":"hole"`, `"start_seconds":2`,
			`"start_at":"2026-07-01T12:00:02Z"`, `"end_at":"2026-07-01T12:00:04Z"`, `"text":"Gone."`}, "cba"},
		{"verify unknown", "POST", arena, `{"action":"verify","event":"x"}`, 404, []string{"list its archive"}, "cba"},
		{"verify no point", "POST", "/api/v1/points/none/archive", `{"action":"verify"}`, 404, nil, "cba"},
		{"verify field", "POST", arena, `{"action":"verify","before":"x"}`, 400, []string{"before"}, "cba"},
		{"unknown action", "POST", arena, `{"action":"burn"}`, 400, []string{"burn", "purge"}, "cba"},
		{"array", "POST", arena, `[]`, 400, []string{"no JSON object"}, "cba"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, fake := fresh(t)
			fake.SetArchive("sports/arena", events)
			fake.SetVerification("sports/arena", "b", engine.Verification{Event: "b", Verdict: engine.VerdictHole, Zero: at,
				Flaws: []engine.Flaw{{Verdict: engine.VerdictHole, File: "x.ismv", Text: "Gone.", Timed: true, Start: 2 * time.Second, End: 4 * time.Second}}})
			w := ask(s, c.method, c.path, c.body)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			for _, want := range c.want {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("%s lacks %s", w.Body, want)
				}
			}
			if c.status >= 400 {
				wantProblem(t, w)
			}
			left, err := fake.ArchivedEvents(t.Context(), "sports/arena")
			if err != nil {
				t.Fatal(err)
			}
			var ids string
			for _, e := range left {
				ids += e.ID
			}
			if ids != c.left {
				t.Errorf("left are %s, want %s", ids, c.left)
			}
		})
	}
}
