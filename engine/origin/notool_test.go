package origin

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/encoder"
)

// An encoder that was brought back before ffmpeg was found, with the order to stop, has not failed.
func TestRestoredStoppedEncoderIsIdle(t *testing.T) {
	f := &fleet{log: slog.New(slog.DiscardHandler), tell: func(engine.Event) {}, base: func() string { return "http://127.0.0.1:1" },
		seen: func(string, string) func() time.Time { return nil }, missing: "ffmpeg has not been looked for yet; try again in a moment.", encoders: map[string]*supervised{}}
	f.ctx, f.close = context.WithCancel(t.Context())
	defer f.close()
	if _, err := f.add(engine.EncoderSpec{ID: "a", Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, AudioBitrate: 64000}); err != nil {
		t.Fatal(err)
	}
	if s := f.status(); s != (engine.ToolStatus{}) {
		t.Errorf("before ffmpeg was looked for, it is told as %+v", s)
	}
	f.mu.Lock() // as find leaves it
	f.tool, f.missing, f.looked = encoder.Tool{Path: "/usr/bin/ffmpeg"}, "", true
	f.mu.Unlock()
	if e := f.all()[0]; e.State != engine.EncoderIdle {
		t.Errorf("state %s, reason %q", e.State, e.Reason)
	}
}

// Without ffmpeg nothing runs, so that stopping is done.
func TestStopWithoutTool(t *testing.T) {
	f := &fleet{log: slog.New(slog.DiscardHandler), tell: func(engine.Event) {}, base: func() string { return "http://127.0.0.1:1" }, path: "/nonexistent/ffmpeg",
		seen: func(string, string) func() time.Time { return nil }, missing: "no", encoders: map[string]*supervised{}}
	f.ctx, f.close = context.WithCancel(t.Context())
	defer f.close()
	if _, err := f.add(engine.EncoderSpec{ID: "a", Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, AudioBitrate: 64000}); err != nil {
		t.Fatal(err)
	}
	if err := (&Origin{fleet: f}).OrderEncoder(t.Context(), "a", engine.OrderStop); err != nil {
		t.Errorf("stop: %v", err)
	}
}
