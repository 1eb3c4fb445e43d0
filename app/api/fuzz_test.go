package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pubpoint/app/control"
	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// Whatever is asked is answered, and never as a defect of ours.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][3]string{
		{"GET", "/api/v1/points", ""},
		{"POST", "/api/v1/points", `{"name":"sports/two","config":{"dvr_window_seconds":1800.5}}`},
		{"PUT", "/api/v1/points/oceans/state", `{"state":"stopped"}`},
		{"GET", "/api/v1/points/oceans/series?metric=arriving&from=2001-01-01T00:00:00Z&max_samples=9", ""},
		{"POST", "/api/v1/encoders", `{"point":"oceans","input":{"kind":"test-pattern"},"video":[{"width":2,"height":2,"bitrate":1}],"start":true}`},
		{"DELETE", "/api/v1/encoders/one", ""},
		{"GET", "/api/v1/encoders/one/log?after=-1", ""},
		{"GET", "/api/v1/events", ""},
		{"PUT", "/oceans.isml/state", `<smil><head><meta name="state" content="idle"/></head></smil>`},
		{"GET", "/a//..%2f/b.isml/statistics", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	gone, cancel := context.WithCancel(f.Context()) // streams of events end at once
	cancel()
	f.Fuzz(func(t *testing.T, method, target, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || method == "" || strings.ContainsAny(method, " \r\n") {
			return // no request that the server would hand on
		}
		fake := enginetest.New()
		fake.SetPoint(engine.PointStatus{Name: "oceans"})
		s, err := New(Config{Desk: control.New(control.Config{Engine: fake, Store: noStore{}}), Token: token})
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(gone, "GET", "/", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Method, r.URL, r.Host = method, u, "localhost"
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError {
			t.Errorf("%s %s: %s", method, target, w.Body)
		}
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: status %d is told as %s", method, target, w.Code, w.Header().Get("Content-Type"))
		}
	})
}
