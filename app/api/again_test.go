package api

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// A receiver that comes back after the program was started again has a Last-Event-ID of the run before.
func TestEventsAfterProgramRestart(t *testing.T) {
	s, fake := fresh(t, func(c *Config) { c.Heartbeat = 10 * time.Millisecond })
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	base, _ := serve(ctx, t, s)
	r, _ := http.NewRequestWithContext(ctx, "GET", base+"/api/v1/events", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Last-Event-ID", "700")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	lines := bufio.NewScanner(resp.Body)
	lines.Scan()
	fake.Emit(engine.Event{Severity: engine.Failure, Text: "Everything burns."})
	alive := 0
	for lines.Scan() {
		if strings.Contains(lines.Text(), "burns") {
			return
		}
		if strings.Contains(lines.Text(), "alive") {
			if alive++; alive == 20 {
				t.Fatal("20 heartbeats later the event has not been told")
			}
		}
	}
}

// An encoder that was recorded and cannot be started is told to the caller, who would make another else.
func TestAddEncoderTellsWhatItKept(t *testing.T) {
	s, fake := fresh(t)
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	fake.SetTool(engine.ToolStatus{Reason: "No ffmpeg was found."})
	body := `{"point":"oceans","input":{"kind":"test-pattern"},"audio_bitrate":64000,"start":true}`
	w := ask(s, "POST", "/api/v1/encoders", body)
	if got := w.Header().Get("Location"); w.Code != 503 || got != "/api/v1/encoders/oceans-1" {
		t.Fatalf("%d, Location %q: %s", w.Code, got, w.Body)
	}
	if w := ask(s, "GET", "/api/v1/encoders/oceans-1", ""); w.Code != 200 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
}
