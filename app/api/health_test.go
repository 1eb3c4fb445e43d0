package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestHealthAndReadiness(t *testing.T) {
	why := []string{}
	s, _ := fresh(t, func(c *Config) {
		c.Healthy = func() []string { return why }
		c.Ready = func() []string { return why }
	})
	for _, c := range []struct {
		path, status string
		code         int
	}{{"/healthz", "ok", 200}, {"/readyz", "ready", 200}, {"/healthz", "failing", 503}, {"/readyz", "unready", 503}} {
		if c.code == 503 {
			why = []string{"The disk is gone."}
		}
		w := ask(s, "GET", c.path, "", header("Authorization", ""))
		body := w.Body.String()
		if w.Code != c.code || !strings.Contains(body, `"status":"`+c.status+`"`) || strings.Contains(body, "The disk is gone.") != (c.code == 503) {
			t.Errorf("%s says %d %s, want %d %s", c.path, w.Code, body, c.code, c.status)
		}
	}
	if _, err := New(Config{}); err == nil {
		t.Error("an API without a token was made")
	}
}

func TestDrain(t *testing.T) {
	s, _ := fresh(t)
	slow, entered := make(chan struct{}), make(chan struct{})
	order := s.unlessDraining(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(entered); <-slow }))
	go order.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	<-entered
	drained := make(chan error, 1)
	go func() { drained <- s.Drain() }()
	select {
	case <-s.stopping:
	case <-time.After(30 * time.Second):
		t.Fatal("streams of events go on")
	}
	for _, c := range []struct {
		method, path string
		code         int
	}{{"GET", "/api/v1/points", 503}, {"PUT", "/sports/arena.isml/state", 503}, {"GET", "/healthz", 200}, {"GET", "/readyz", 200}, {"GET", "/metrics", 200}} {
		if w := ask(s, c.method, c.path, ""); w.Code != c.code || c.code == 503 && w.Header().Get("Retry-After") == "" {
			t.Errorf("%s says %d while the program stops, want %d", c.path, w.Code, c.code)
		}
	}
	select {
	case err := <-drained:
		t.Fatalf("drained while an order is carried out: %v", err)
	default:
	}
	close(slow)
	if err := <-drained; err != nil {
		t.Error(err)
	}
}
