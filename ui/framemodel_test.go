package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// The bar counts as on air what something arrives at, and an encoder's trouble whatever its point
// does.
func TestTheBarCounts(t *testing.T) {
	s := page.Snapshot{Now: noon(), Points: []engine.PointStatus{
		{Name: "a", State: engine.StateStarted}, {Name: "b", State: engine.StateStarted, SourceLost: true}, {Name: "c", State: engine.StateIdle},
	}, Encoders: []engine.EncoderStatus{{Spec: engine.EncoderSpec{ID: "c-1", Point: "c"}, Order: engine.OrderRun, State: engine.EncoderWaiting, Since: noon().Add(-time.Second)}}}
	m := newFrameModel(s)
	if m.onAir != 1 || m.points != 3 || m.worst != look.Bad {
		t.Errorf("%d of %d, worst %v", m.onAir, m.points, m.worst)
	}
	want := []chip{{look.Bad, "1 source lost"}, {look.Warn, "1 encoder trouble"}, {look.Good, "1 on air"}}
	if !slices.Equal(m.chips, want) {
		t.Errorf("chips %v", m.chips)
	}
}

func TestCloseSentence(t *testing.T) {
	for want, got := range map[string]string{
		"oceans is on air. Closing":                               closeSentence([]string{"oceans"}, 0, 0),
		"2 publishing points are on air. Closing":                 closeSentence([]string{"a", "b"}, 0, 0),
		"a is on air. 1 publishing point waits for an encoder. C": closeSentence([]string{"a"}, 1, 0),
		"2 publishing points wait for an encoder. Closing":        closeSentence(nil, 2, 0),
	} {
		if !strings.HasPrefix(got, want) {
			t.Errorf("says %q, want %q", got, want)
		}
	}
	if got := closeSentence([]string{"a"}, 0, 1); !strings.Contains(got, ": 1 encoder stops, viewers") {
		t.Errorf("says %q", got)
	}
}
