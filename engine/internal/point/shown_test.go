package point

import (
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
)

// TestWhatWasAskedForIsShown asks for changes and looks at once: whoever has an answer sees
// what it says.
func TestWhatWasAskedForIsShown(t *testing.T) {
	s := newStage(t)
	for range 100 {
		if err := s.SetState(t.Context(), engine.StateStarted); err != nil {
			t.Fatal(err)
		}
		if got := s.Status().State; got != engine.StateStarting {
			t.Fatalf("state %s when the point has been started", got)
		}
		if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
			t.Fatal(err)
		}
		if got := s.Status().State; got != engine.StateIdle {
			t.Fatalf("state %s when the point has been stopped", got)
		}
	}
	if err := s.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	e := s.connect("x-200k", engine.Video, scale)
	for i := range engine.Ticks(200) {
		e.send(i*gop*second, gop*second)
		if v := s.Source().View(); v == nil || len(v.Stream("video").Spans) != int(i)+1 {
			t.Fatalf("fragment %d has been taken and is not shown", i)
		}
	}
	for i := range kept {
		s.Refuse(t.Context(), engine.Refusal{Remote: "test", Reason: "not now"}, finding.RefusedState)
		if n := len(s.Status().Refusals); n != i+1 {
			t.Fatalf("%d refusals are shown of %d", n, i+1)
		}
	}
}
