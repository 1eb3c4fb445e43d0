package wall

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// span is how far back a tile's spark line reaches.
const span = 2 * time.Minute

// model is what the wall shows at one instant.
type model struct {
	now     time.Time
	tiles   []tileModel
	summary string
}

// tileModel is one publishing point on the wall.
type tileModel struct {
	name      string
	title     string // empty when it is the name
	lamp      look.Lamp
	word      string
	wrong     bool // somebody has to look after it
	rank      int  // its place among those that nothing is wrong with
	live      bool // there is something to plot
	rate      string
	clock     string
	facts     string
	recording bool
	hint      string // stands where the spark line would, when there is nothing to plot
	problem   page.Problem
	spark     []kit.Sample
}

// meters is what the wall asks of the operator.
type meters interface {
	Series(q engine.Query) (engine.Series, error)
}

func newModel(s page.Snapshot, m meters) model {
	out := model{now: s.Now}
	onAir, wrong := 0, 0
	for _, p := range s.Points {
		t := newTile(p, s.EncodersOf(p.Name), s.Now)
		if t.live {
			t.spark = spark(m, p.Name, s.Now)
		}
		if page.OnAir(p) {
			onAir++
		}
		if t.wrong {
			wrong++
		}
		out.tiles = append(out.tiles, t)
	}
	slices.SortStableFunc(out.tiles, byUrgency)
	out.summary = textSummary(len(s.Points), onAir, wrong)
	return out
}

// byUrgency orders tiles: what is wrong first, the worst of it before the rest; then what is on air
// or starting, what plays on demand, and what is idle; by name within.
func byUrgency(a, b tileModel) int {
	urgency := func(t tileModel) int {
		if t.wrong {
			return -int(t.lamp)
		}
		return t.rank
	}
	return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(a.name, b.name))
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
		name: p.Name, lamp: c.Lamp, word: c.Word, wrong: c.Wrong(), rank: rankOf(p.State),
		live:      p.State == engine.StateStarted,
		recording: p.Archive.Recording,
		problem:   c.Problem,
		facts:     textFacts(p),
		hint:      textHint(p, len(encoders)),
	}
	if p.Title != p.Name {
		t.title = p.Title
	}
	if t.problem.Sentence != "" {
		t.hint = "" // the problem says more
	}
	if t.live {
		t.rate = look.Bits(float64(p.Arriving))
	}
	if d, ok := page.OnAirFor(p, now); ok {
		t.clock = look.Clock(d)
	}
	return t
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
