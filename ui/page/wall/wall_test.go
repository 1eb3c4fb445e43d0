package wall

import (
	"errors"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// source is an operator of which a test sets what it needs.
type source struct {
	Source
	series  func(engine.Query) (engine.Series, error)
	picture func(point string) (engine.Thumbnail, error)
	level   func(point string) (engine.AudioLevel, error)
}

func (s source) Series(q engine.Query) (engine.Series, error) {
	if s.series == nil {
		return engine.Series{}, nil
	}
	return s.series(q)
}

func (s source) Thumbnail(point string) (engine.Thumbnail, error) {
	if s.picture == nil {
		return engine.Thumbnail{}, &engine.Error{Kind: engine.Unavailable, Text: "There is no picture."}
	}
	return s.picture(point)
}

func (s source) AudioLevel(point string) (engine.AudioLevel, error) {
	if s.level == nil {
		return engine.AudioLevel{}, &engine.Error{Kind: engine.Unavailable, Text: "There is no sound."}
	}
	return s.level(point)
}

// modelOf is the model of a snapshot of which every point can be seen.
func modelOf(c *curator, s page.Snapshot) *model {
	m := c.glance(s)
	c.detail(m, s, allOf(s))
	return m
}

// allOf makes every point of a snapshot one that can be seen.
func allOf(s page.Snapshot) map[string]bool {
	seen := map[string]bool{}
	for _, p := range s.Points {
		seen[p.Name] = true
	}
	return seen
}

func TestModel(t *testing.T) {
	asked := 0
	s := page.Snapshot{Now: noon(), Points: []engine.PointStatus{
		{Name: "a", Title: "Arena", State: engine.StateStarted, Arriving: 3_840_000, Lag: 2.4, Viewers: 1, Event: engine.EventStatus{Began: noon().Add(-time.Minute)}, Archive: engine.ArchiveStatus{Recording: true}},
		{Name: "b", Title: "b", State: engine.StateError, Reason: "Not writable."},
		{Name: "c", Title: "c", State: engine.StateIdle, Config: engine.DefaultPointConfig()},
	}}
	m := modelOf(newCurator(source{series: func(q engine.Query) (engine.Series, error) {
		asked++
		if q.Point != "a" || q.Metric != engine.MetricArriving || q.To.Sub(q.From) != span {
			t.Errorf("asked for %+v", q)
		}
		return engine.Series{Samples: []engine.Sample{{At: noon(), Value: math.NaN()}, {At: noon(), Value: 5}}}, nil
	}}), s)
	if asked != 1 {
		t.Errorf("asked for %d series, want that of the point on air alone", asked)
	}
	if m.summary != "1 of 3 on air, 1 needs a look" {
		t.Errorf("summary %q", m.summary)
	}
	b, a, c := m.tiles[0], m.tiles[1], m.tiles[2]
	if a.title != "Arena" || a.lamp != look.Good || a.rate != "3.84 Mbit/s" || a.clock != "0:01:00" || !a.recording || a.lines != [3]string{"2.4 s behind", "1 viewer", "0 sources"} {
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
	c := newCurator(source{})
	m := modelOf(c, s)
	names := ""
	for _, tile := range m.tiles {
		names += tile.name
	}
	if names != "fkecdba" || m.summary != "2 of 7 on air, 3 need a look" {
		t.Errorf("the wall shows %s: %s", names, m.summary)
	}
	// What is well again keeps its place for a while, lest the wall dances.
	s.Points[5].SourceLost = false
	for i, want := range []string{"kefcdba", "kecdfba"} {
		s.Now = noon().Add(time.Second + time.Duration(i)*steady)
		names = ""
		for _, tile := range modelOf(c, s).tiles {
			names += tile.name
		}
		if names != want {
			t.Errorf("at %v the wall shows %s, want %s", s.Now, names, want)
		}
	}
}

func TestASeriesThatFailsIsNotDrawn(t *testing.T) {
	s := page.Snapshot{Now: noon(), Points: []engine.PointStatus{{Name: "a", State: engine.StateStarted}}}
	m := modelOf(newCurator(source{series: func(engine.Query) (engine.Series, error) { return engine.Series{}, errors.New("gone") }}), s)
	if m.tiles[0].spark != nil {
		t.Errorf("drawn %v", m.tiles[0].spark)
	}
}

// Tiles can all be seen where that is possible, and are as large as they can be.
func TestShape(t *testing.T) {
	small, middle, large := fyne.NewSize(1180, 577), fyne.NewSize(1500, 757), fyne.NewSize(3740, 2000)
	for _, c := range []struct {
		n    int
		page fyne.Size
		want int
	}{{0, small, 1}, {1, small, 1}, {2, small, 2}, {3, small, 3}, {4, small, 2}, {6, small, 3}, {8, small, 4}, {16, small, 4}, {60, small, 4},
		{1, middle, 1}, {2, middle, 2}, {4, middle, 2}, {16, middle, 4}, {60, middle, 5},
		{2, large, 2}, {4, large, 4}, {16, large, 4}, {60, large, 10}, {3, fyne.NewSize(100, 100), 1}} {
		got := shape(c.n, c.page)
		tile := cell(c.n, got, c.page)
		if got != c.want {
			t.Errorf("%d tiles in %v stand in %d columns (%v each), want %d", c.n, c.page, got, tile, c.want)
		}
		if tile.Width > greatTile || tile.Height > c.page.Height || c.n == 1 && tile.Width > c.page.Width*2/3 && c.page.Width > 1000 {
			t.Errorf("%d tiles in %v are %v", c.n, c.page, tile)
		}
	}
}

func TestFaceKeepsInside(t *testing.T) {
	test.NewTempApp(t)
	card := newTileCard(deeds{})
	card.show(tileModel{name: "sports/stadium", title: "A stadium with a long name", live: true, lamp: look.Good, word: "On air", rate: "3.84 Mbit/s", clock: "2 d 13:02:33",
		lines: [3]string{"2.4 s behind", "31 208 viewers", "2 sources"}, recording: true}, noon().Add(-span), noon())
	for _, size := range []fyne.Size{{Width: leastTile - margins, Height: leastFace}, {Width: 260, Height: 150}, {Width: 300, Height: 260}, {Width: 560, Height: 240}, {Width: 560, Height: 420}, {Width: 760, Height: 380}} {
		card.body.Resize(size)
		for i, o := range card.face.objects() {
			if o.Size().Width <= 0 || !o.Visible() {
				continue
			}
			if p := o.Position(); p.X < 0 || p.Y < 0 || p.X+o.Size().Width > size.Width+0.5 || p.Y+o.Size().Height > size.Height+0.5 {
				t.Errorf("in %v part %d stands at %v, %v", size, i, p, o.Size())
			}
		}
		if place := card.sight.object.Size(); place.Height < leastSight-1 {
			t.Errorf("in %v the picture's place is %v", size, place)
		}
	}
}

// In the smallest tile nothing covers a figure, and no word stands under the button of the picture.
func TestSmallTileCoversNothing(t *testing.T) {
	test.NewTempApp(t)
	for name, m := range map[string]tileModel{
		"three sources": {lines: [3]string{"live", "0 viewers", "3 sources"}, recording: true},
		"stale":         {age: "No new picture for 59 min", stale: true, problem: page.Problem{Sentence: "No encoder is connected."}},
		"no picture":    {hint: "The first picture of a point with a name is being made, and takes a moment or two still."},
	} {
		m.name, m.live, m.playable, m.rate, m.clock = "a", true, true, "3.71 Mbit/s", "0:08:23"
		card := newTileCard(deeds{})
		card.show(m, noon().Add(-span), noon())
		card.body.Resize(fyne.NewSize(270, 118))
		f, s := card.face, card.sight
		for a, b := range map[fyne.CanvasObject]fyne.CanvasObject{f.rec: f.spark, f.lines[2]: f.rec, s.age: s.preview, s.hint: s.preview} {
			if a.Visible() && b.Visible() && overlap(a, b) {
				t.Errorf("%s: %v, %v covers %v, %v", name, a.Position(), a.Size(), b.Position(), b.Size())
			}
		}
	}
}

func overlap(a, b fyne.CanvasObject) bool {
	p, q, m, n := a.Position(), b.Position(), a.Size(), b.Size()
	return m.Width > 0 && m.Height > 0 && n.Width > 0 && n.Height > 0 && p.X < q.X+n.Width && q.X < p.X+m.Width && p.Y < q.Y+n.Height && q.Y < p.Y+m.Height
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"/srv/www": "/srv/www", "/srv/my media": "'/srv/my media'", "it's": `'it'\''s'`} {
		if got := shellWord(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
