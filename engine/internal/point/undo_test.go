package point

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pubpoint/engine"
)

// TestHalfAMove has the program die while it moves an event aside for the next.
func TestHalfAMove(t *testing.T) {
	s := newStage(t)
	e := s.connect("x-200k", engine.Video, scale)
	for n := range engine.Ticks(3) {
		e.send(n*second, second)
	}
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	id := s.view().Event
	left := filepath.Join(t.TempDir(), "oceans.isml")
	if err := os.CopyFS(left, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadDir(left)
	if err != nil {
		t.Fatal(err)
	}
	aside := filepath.Join(left, "events", id)
	if err := os.MkdirAll(aside, 0o755); err != nil {
		t.Fatal(err)
	}
	// The server manifest is the last to go.
	for _, e := range want {
		if filepath.Ext(e.Name()) != ".ism" {
			if err := os.Rename(filepath.Join(left, e.Name()), filepath.Join(aside, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := New(Config{Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(left) }, Settings: engine.DefaultPointConfig()})
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- p.Run(ctx) }()
	<-p.Loaded()
	if _, err := os.Stat(aside); err == nil {
		t.Error("the directory of the event is still there")
	}
	got, err := os.ReadDir(left)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range want {
		if !slices.ContainsFunc(got, func(o os.DirEntry) bool { return o.Name() == e.Name() }) {
			t.Errorf("%s is not back", e.Name())
		}
	}
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
}
