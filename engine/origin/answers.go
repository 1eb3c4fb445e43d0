package origin

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/metrics"
	"pubpoint/engine/internal/output"
)

// maxFormats is how many delivery formats are told apart; there are fewer.
const maxFormats = 8

// classes are the classes of status codes, by their hundreds.
const classes = 6

// answerBounds are the upper bounds of answerTimes: what lies in memory takes less than a millisecond,
// a slow phone's fragment some seconds.
var answerBounds = [...]time.Duration{
	500 * time.Microsecond, 1 * time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	1 * time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

// answerTimes is how long answers of one format took.
type answerTimes struct {
	counts [len(answerBounds) + 1]metrics.Counter // the last is slower than all bounds
	sum    metrics.Counter                        // nanoseconds
}

func (a *answerTimes) note(took time.Duration) {
	i := 0
	for i < len(answerBounds) && took > answerBounds[i] {
		i++
	}
	a.counts[i].Add(1)
	a.sum.Add(int64(max(0, took)))
}

// answers counts answers by format. Its names are fixed, so that no request can add one.
type answers struct {
	index map[string]int // places of the formats; never changes
	names []string
	times [maxFormats]answerTimes
}

func newAnswers(formats []output.Format) *answers {
	a := &answers{index: map[string]int{}}
	for _, f := range formats {
		if _, known := a.index[f.Name()]; !known && len(a.names) < maxFormats {
			a.index[f.Name()] = len(a.names)
			a.names = append(a.names, f.Name())
		}
	}
	return a
}

// observe is told of each answer of a format. It allocates nothing.
func (t *traffic) observe(point, format string, status int, took time.Duration) {
	i, known := t.answers.index[format]
	if !known {
		return
	}
	t.answers.times[i].note(took)
	if class := status / 100; class > 0 && class < classes {
		t.of(point).answers[i][class].Add(1)
	}
}

// tell is the times of all formats.
func (a *answers) tell() []engine.AnswerTimes {
	out := make([]engine.AnswerTimes, len(a.names))
	for i, name := range a.names {
		t := &a.times[i]
		out[i] = engine.AnswerTimes{Format: name, Bounds: slices.Clone(answerBounds[:]), Counts: make([]int64, len(answerBounds)),
			Slower: t.counts[len(answerBounds)].Load(), Sum: time.Duration(t.sum.Load())}
		for k := range answerBounds {
			out[i].Counts[k] = t.counts[k].Load()
		}
	}
	return out
}

// tell is what viewers have asked of a point.
func (p *pointTraffic) tell(name string, formats []string) engine.PointTraffic {
	out := engine.PointTraffic{Point: name, BytesOut: p.bytes.Load()}
	for i, format := range formats {
		for class := range classes {
			if n := p.answers[i][class].Load(); n > 0 {
				out.Answers = append(out.Answers, engine.AnswerCount{Format: format, Class: class, Count: n})
			}
		}
	}
	return out
}

// Traffic implements engine.Meters.
func (o *Origin) Traffic() engine.Traffic {
	out := engine.Traffic{Times: o.traffic.answers.tell(), Verified: o.ledger.verdicts()}
	for _, e := range o.points.all() {
		if e.ReadOnly() {
			continue
		}
		one := o.traffic.of(e.Name()).tell(e.Name(), o.traffic.answers.names)
		o.ledger.add(&one)
		out.Points = append(out.Points, one)
	}
	return out
}
