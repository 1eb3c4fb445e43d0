package api

import (
	"strings"
	"testing"
)

func TestChangeAndDelete(t *testing.T) {
	const arena = "/api/v1/points/sports%2Farena"
	for _, c := range []struct {
		method, path, body string
		status             int
		want               []string
	}{
		{"PATCH", arena, `{"config":{"dvr_window_seconds":60,"archive_keep_bytes":7}}`, 200,
			[]string{`"dvr_window_seconds":60`, `"archive_keep_bytes":7`, `"look_ahead":2`, `"archive":true`}},
		{"PATCH", arena, `{"archive_segment_seconds":3600,"archive_keep_seconds":86400,"title":"New"}`, 200,
			[]string{`"archive_segment_seconds":3600`, `"archive_keep_seconds":86400`, `"title":"New"`}},
		{"PATCH", arena, `{}`, 200, []string{`"look_ahead":2`}},
		{"PATCH", arena, `{"config":null}`, 200, []string{`"look_ahead":2`}},
		{"PATCH", arena, `{"look_ahead":4}`, 400, []string{"looks ahead"}},
		{"PATCH", arena, `{"archive_keep_bytes":-1}`, 400, []string{"archive_keep_bytes"}},
		{"PATCH", arena, `{"archive_keep_seconds":-1}`, 400, []string{"archive_keep_seconds"}},
		{"PATCH", arena, `{"name":"x"}`, 400, []string{"name"}},
		{"PATCH", "/api/v1/points/none", `{"title":"x"}`, 404, nil},
		{"DELETE", arena, "", 409, []string{"force"}},
		{"DELETE", arena + "?force=maybe", "", 400, []string{"force", "maybe"}},
		{"DELETE", arena + "?force=true&keep_files=true", "", 204, nil},
		{"DELETE", "/api/v1/points/none", "", 404, nil},
	} {
		t.Run(c.method+" "+c.path+" "+c.body[:min(20, len(c.body))], func(t *testing.T) {
			s, _ := fresh(t)
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
		})
	}
}
