package wall

import (
	"math"
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
		if p.State == engine.StateStarted {
			onAir++
		}
		if t.wrong() {
			wrong++
		}
		out.tiles = append(out.tiles, t)
	}
	out.summary = textSummary(len(s.Points), onAir, wrong)
	return out
}

// wrong reports whether somebody has to look after the point.
func (t tileModel) wrong() bool {
	return t.lamp == look.Bad || t.lamp == look.Warn || t.problem.Lamp == look.Bad || t.problem.Lamp == look.Warn
}

func newTile(p engine.PointStatus, encoders []engine.EncoderStatus, now time.Time) tileModel {
	lamp, word := page.PointLamp(p)
	t := tileModel{
		name: p.Name, lamp: lamp, word: word,
		live:      p.State == engine.StateStarted,
		recording: p.Archive.Recording,
		problem:   page.ProblemOf(p, encoders, now),
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
