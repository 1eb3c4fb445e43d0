package wall

import (
	"errors"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"

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
	b, a, c := m.tiles[0], m.tiles[1], m.tiles[2]
	if a.title != "Arena" || a.lamp != look.Good || a.rate != "3.84 Mbit/s" || a.clock != "0:01:00" || !a.recording || a.facts != "2.4 s behind  ·  1 viewer  ·  0 sources" {
		t.Errorf("the tile on air is %+v", a)
	}
	if len(a.spark) != 2 || a.spark[0].Value != 0 {
		t.Errorf("nothing arriving is drawn as %+v, want zero", a.spark)
	}
	if !b.wrong || b.problem.Sentence != "Not writable." || b.title != "" {
		t.Errorf("the broken tile is %+v", b)
	}
	if c.wrong || c.rate != "" || c.hint == "" {
		t.Errorf("the idle tile is %+v", c)
	}
}

func TestOrderOfTheWall(t *testing.T) {
	failed := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "k-1", Point: "k"}, Order: engine.OrderRun, State: engine.EncoderFailed}
	s := page.Snapshot{Now: noon(), Encoders: []engine.EncoderStatus{failed}, Points: []engine.PointStatus{
		{Name: "a", State: engine.StateIdle}, {Name: "b", State: engine.StateStopped}, {Name: "d", State: engine.StateStarted},
		{Name: "c", State: engine.StateStarting, Since: noon()}, {Name: "e", State: engine.StateStarted, Reason: "Hampered."},
		{Name: "f", State: engine.StateStarted, SourceLost: true}, {Name: "k", State: engine.StateIdle},
	}}
	m := newModel(s, series(func(engine.Query) (engine.Series, error) { return engine.Series{}, nil }))
	names := ""
	for _, tile := range m.tiles {
		names += tile.name
	}
	if names != "fkecdba" || m.summary != "2 of 7 on air, 3 need a look" {
		t.Errorf("the wall shows %s: %s", names, m.summary)
	}
}

func TestASeriesThatFailsIsNotDrawn(t *testing.T) {
	s := page.Snapshot{Now: noon(), Points: []engine.PointStatus{{Name: "a", State: engine.StateStarted}}}
	m := newModel(s, series(func(engine.Query) (engine.Series, error) { return engine.Series{}, errors.New("gone") }))
	if m.tiles[0].spark != nil {
		t.Errorf("drawn %v", m.tiles[0].spark)
	}
}

// Tiles are as large as they can be, in rows as full as they can be.
func TestShape(t *testing.T) {
	small, large := fyne.NewSize(1180, 660), fyne.NewSize(3740, 2000)
	for _, c := range []struct {
		n    int
		page fyne.Size
		want int
	}{{0, small, 1}, {1, small, 1}, {2, small, 2}, {3, small, 3}, {4, small, 2}, {6, small, 3}, {8, small, 4}, {30, small, 4}, {8, large, 4}, {100, large, 10}, {3, fyne.NewSize(100, 100), 1}} {
		if got := shape(c.n, 180, c.page); got != c.want {
			t.Errorf("%d tiles in %v stand in %d columns, want %d", c.n, c.page, got, c.want)
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
