package logpage

import (
	"testing"
	"time"

	"pubpoint/engine"
)

func TestModel(t *testing.T) {
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	all := []engine.Event{
		{Seq: 1, At: at, Severity: engine.Info, Point: "oceans", Text: "The point is on air."},
		{Seq: 2, At: at.Add(time.Second), Severity: engine.Warning, Point: "arena", Text: "A gap of 2.0 s."},
		{Seq: 3, At: at.Add(2 * time.Second), Severity: engine.Failure, Point: "oceans", Encoder: "oceans-1", Text: "ffmpeg ended.", Missed: 4},
	}
	m := newModel(all, ask{}, time.UTC)
	if len(m.rows) != 3 || m.events[0].Seq != 3 || m.note != "3, newest first" || m.seq != 3 {
		t.Errorf("everything: %+v", m)
	}
	if got, want := m.rows[0][3].Text, "oceans-1: ffmpeg ended. (4 events before it were lost)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if m := newModel(all, ask{wrong: true}, time.UTC); len(m.rows) != 2 {
		t.Errorf("%d warnings and errors", len(m.rows))
	}
	if m := newModel(all, ask{text: "OCEANS", wrong: true}, time.UTC); len(m.rows) != 1 || m.note != "1 of 3" {
		t.Errorf("filtered: %+v", m)
	}
	many := make([]engine.Event, 500)
	for i := range many {
		many[i] = engine.Event{Seq: int64(i + 1), At: at, Text: "x"}
	}
	if m := newModel(many, ask{}, time.UTC); len(m.rows) != shownEvents || m.events[0].Seq != 500 {
		t.Errorf("%d rows of 500 events", len(m.rows))
	}
}
