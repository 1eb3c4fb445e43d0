package wall

import (
	"errors"
	"math"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

type series func(engine.Query) (engine.Series, error)

func (s series) Series(q engine.Query) (engine.Series, error) { return s(q) }

func TestModel(t *testing.T) {
	asked := 0
	s := page.Snapshot{Now: noon(), Points: []engine.PointStatus{
		{Name: "a", Title: "Arena", State: engine.StateStarted, Arriving: 3_840_000, Lag: 2.4, Viewers: 1, Event: engine.EventStatus{Began: noon().Add(-time.Minute)}, Archive: engine.ArchiveStatus{Recording: true}},
		{Name: "b", Title: "b", State: engine.StateError, Reason: "Not writable."},
		{Name: "c", Title: "c", State: engine.StateIdle, Config: engine.DefaultPointConfig()},
	}}
	m := newModel(s, series(func(q engine.Query) (engine.Series, error) {
		asked++
		if q.Point != "a" || q.Metric != engine.MetricArriving || q.To.Sub(q.From) != span {
			t.Errorf("asked for %+v", q)
		}
		return engine.Series{Samples: []engine.Sample{{At: noon(), Value: math.NaN()}, {At: noon(), Value: 5}}}, nil
	}))
	if asked != 1 {
		t.Errorf("asked for %d series, want that of the point on air alone", asked)
	}
	if m.summary != "1 of 3 on air, 1 needs a look" {
		t.Errorf("summary %q", m.summary)
	}
	a, b, c := m.tiles[0], m.tiles[1], m.tiles[2]
	if a.title != "Arena" || a.lamp != look.Good || a.rate != "3.84 Mbit/s" || a.clock != "0:01:00" || !a.recording || a.facts != "2.4 s behind  ·  1 viewer  ·  0 sources" {
		t.Errorf("the tile on air is %+v", a)
	}
	if len(a.spark) != 2 || a.spark[0].Value != 0 {
		t.Errorf("nothing arriving is drawn as %+v, want zero", a.spark)
	}
	if !b.wrong() || b.problem.Sentence != "Not writable." || b.title != "" {
		t.Errorf("the broken tile is %+v", b)
	}
	if c.wrong() || c.rate != "" || c.hint == "" {
		t.Errorf("the idle tile is %+v", c)
	}
}

func TestASeriesThatFailsIsNotDrawn(t *testing.T) {
	s := page.Snapshot{Now: noon(), Points: []engine.PointStatus{{Name: "a", State: engine.StateStarted}}}
	m := newModel(s, series(func(engine.Query) (engine.Series, error) { return engine.Series{}, errors.New("gone") }))
	if m.tiles[0].spark != nil {
		t.Errorf("drawn %v", m.tiles[0].spark)
	}
}

// Rows are balanced: five tiles where four would fit are three and two.
func TestShape(t *testing.T) {
	for _, c := range []struct {
		n             int
		width         float32
		columns, rows int
	}{{0, 1180, 1, 1}, {1, 1180, 1, 1}, {2, 1180, 2, 1}, {4, 1180, 4, 1}, {5, 1180, 3, 2}, {8, 1180, 4, 2}, {9, 1180, 3, 3}, {3, 100, 1, 3}, {100, 3700, 12, 9}} {
		if columns, rows := shape(c.n, c.width); columns != c.columns || rows != c.rows {
			t.Errorf("%d tiles in %v: %d by %d, want %d by %d", c.n, c.width, columns, rows, c.columns, c.rows)
		}
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"/srv/www": "/srv/www", "/srv/my media": "'/srv/my media'", "it's": `'it'\''s'`} {
		if got := shellWord(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
