package wall

import (
	"cmp"
	"image"
	"math"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// span is how far back a tile's spark line reaches.
const span = 2 * time.Minute

// steady is how long a point that was wrong stays among those that are, so that one whose trouble
// comes and goes does not make the wall dance.
const steady = 15 * time.Second

// model is what the wall shows at one instant.
type model struct {
	now     time.Time
	tiles   []tileModel
	summary string
	wrong   int
	blank   bool // an engine elsewhere has never answered: nothing is known, not even that there is nothing
}

// tileModel is one publishing point on the wall.
type tileModel struct {
	name      string
	title     string // empty when it is the name
	state     engine.State
	lamp      look.Lamp
	word      string
	wrong     bool // somebody has to look after it
	urgent    bool // it stands among those that are wrong
	rank      int  // its place among those that nothing is wrong with
	live      bool // there is something to plot
	playable  bool // there is something to preview
	rate      string
	clock     string
	lines     [3]string // lag, viewers, sources
	recording bool
	hint      string // stands where the picture would, when there is none
	problem   page.Problem
	spark     []kit.Sample
	picture   image.Image // nil while there is none
	stale     bool        // the picture is not what is on air now
	age       string      // how long there was no new one, when that is too long
	peaks     []float64   // of each channel, dBFS
}

// meters is what the wall's numbers come from.
type meters interface {
	Series(q engine.Query) (engine.Series, error)
}

// curator makes models, one after the other. It belongs to the goroutine that prepares.
type curator struct {
	meters  meters
	gallery *gallery
	trouble map[string]time.Time // when a point was last wrong
}

func newCurator(source Source) *curator {
	return &curator{meters: source, gallery: &gallery{source: source, hung: map[string]*exhibit{}}, trouble: map[string]time.Time{}}
}

// glance is what to show of s without what has to be asked for.
func (c *curator) glance(s page.Snapshot) *model {
	out := &model{now: s.Now}
	onAir := 0
	for _, p := range s.Points {
		t := newTile(p, s.EncodersOf(p.Name), s.Now)
		if page.OnAir(p) {
			onAir++
		}
		if t.wrong {
			out.wrong++
			c.trouble[p.Name] = s.Now
		}
		last, been := c.trouble[p.Name]
		t.urgent = been && s.Now.Sub(last) < steady
		out.tiles = append(out.tiles, t)
	}
	slices.SortStableFunc(out.tiles, byUrgency)
	out.summary = textSummary(len(s.Points), onAir, out.wrong)
	return out
}

// detail asks for what belongs to the tiles that can be seen: pictures, levels and spark lines.
func (c *curator) detail(m *model, s page.Snapshot, visible map[string]bool) {
	c.gallery.look(visible, s.Points)
	status := make(map[string]*engine.PointStatus, len(s.Points))
	for i := range s.Points {
		status[s.Points[i].Name] = &s.Points[i]
	}
	for i := range m.tiles {
		t := &m.tiles[i]
		if t.live && visible[t.name] {
			t.spark = spark(c.meters, t.name, s.Now)
		}
		c.gallery.pictured(t, *status[t.name], s.Now)
	}
	for name := range c.trouble {
		if status[name] == nil {
			delete(c.trouble, name)
		}
	}
}

// byUrgency orders tiles: what is wrong first, then what is on air or starting, what plays on
// demand, and what is idle; by name within, so that tiles keep their places.
func byUrgency(a, b tileModel) int {
	urgency := func(t tileModel) int {
		switch {
		case !t.urgent:
			return t.rank
		case t.wrong && t.lamp == look.Bad:
			return -2
		}
		return -1
	}
	return cmp.Or(cmp.Compare(urgency(a), urgency(b)), page.CompareNames(a.name, b.name))
}

func rankOf(s engine.State) int {
	switch s {
	case engine.StateStarting, engine.StateStarted, engine.StateStopping:
		return 0
	case engine.StateStopped:
		return 1
	default:
		return 2
	}
}

func newTile(p engine.PointStatus, encoders []engine.EncoderStatus, now time.Time) tileModel {
	c := page.ConditionOf(p, encoders, now)
	t := tileModel{
		name: p.Name, state: p.State, lamp: c.Lamp, word: c.Word, wrong: c.Wrong(), rank: rankOf(p.State),
		live:      p.State == engine.StateStarted,
		playable:  shows(p.State),
		recording: p.Archive.Recording,
		problem:   c.Problem,
		lines:     textLines(p),
		hint:      textHint(p, len(encoders)),
	}
	if p.Title != p.Name {
		t.title = p.Title
	}
	if t.live {
		t.rate = look.Bits(float64(p.Arriving))
	}
	if d, ok := page.OnAirFor(p, now); ok {
		t.clock = look.Clock(d)
	}
	return t
}

// found reports whether a tile is among those that are looked for.
func (t *tileModel) found(search string) bool {
	return search == "" || strings.Contains(strings.ToLower(t.name), search) || strings.Contains(strings.ToLower(t.title), search)
}

// pressing is what has to be shown at once; the rest is shown once a second.
func (m *model) pressing() string {
	var b strings.Builder
	for i := range m.tiles {
		t := &m.tiles[i]
		b.WriteString(t.name + "\n" + t.word + "\n" + string(t.state) + "\n")
	}
	return b.String()
}

// spark is what arrived at a point during span; nothing when it cannot be told.
func spark(m meters, point string, now time.Time) []kit.Sample {
	s, err := m.Series(engine.Query{Metric: engine.MetricArriving, Point: point, From: now.Add(-span), To: now, MaxSamples: 120})
	if err != nil {
		// A point that has just gone has no series; the next snapshot is without it.
		return nil
	}
	out := make([]kit.Sample, 0, len(s.Samples))
	for _, v := range s.Samples {
		if math.IsNaN(v.Value) {
			v.Value = 0
		}
		out = append(out, kit.Sample{At: v.At.UnixMilli(), Value: v.Value})
	}
	return out
}
