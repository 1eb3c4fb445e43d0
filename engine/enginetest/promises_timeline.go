package enginetest

import (
	"testing"
	"time"

	"pubpoint/engine"
)

func timelineOfNothing(t *testing.T, s engine.Service) {
	_, err := s.Fragments(engine.FragmentQuery{Point: "none"})
	wantKind(t, "Fragments of no point", err, engine.NotFound)
	create(t, s, "oceans")
	m, err := s.Fragments(engine.FragmentQuery{Point: "oceans", From: time.Now().Add(-time.Hour), To: time.Now(), MaxMarks: 100})
	if err != nil {
		t.Fatalf("Fragments of a point that has recorded nothing: %v", err)
	}
	for _, l := range m.Lanes {
		if len(l.Marks) > 0 {
			t.Errorf("nothing was recorded and %s has marks", l.Track)
		}
	}
	now := time.Now()
	for name, q := range map[string]engine.FragmentQuery{
		"backwards":           {Point: "oceans", From: now, To: now.Add(-time.Second)},
		"of no extent":        {Point: "oceans", From: now, To: now},
		"with negative marks": {Point: "oceans", MaxMarks: -1},
		"of a crooked event":  {Point: "oceans", Event: "../x"},
	} {
		_, err := s.Fragments(q)
		wantKind(t, "Fragments "+name, err, engine.BadInput)
	}
	_, err = s.Fragments(engine.FragmentQuery{Point: "oceans", Event: "20010101T000000Z"})
	wantKind(t, "Fragments of no event", err, engine.NotFound)
}
