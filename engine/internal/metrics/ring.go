package metrics

import (
	"math"
	"time"

	"pubpoint/engine"
)

// What a Ring keeps: an hour of seconds, and a day of ten seconds.
const (
	fineStep    = 1
	fineSlots   = 3600
	coarseStep  = 10
	coarseSlots = 8640
)

// Ring remembers the samples of one series: each second of the last hour, and the lowest
// and highest of every ten seconds of the last day. The zero value is ready. It is for
// one goroutine at a time.
type Ring struct {
	fine, coarse level
}

// Put remembers v as the sample of the second that at is nearest to. Seconds that were
// passed over become NaN. When the clock was set back, what lies from at on is forgotten.
func (r *Ring) Put(at time.Time, v float64) {
	second := at.Round(time.Second).Unix()
	r.fine.put(second/fineStep, fineSlots, v)
	r.coarse.put(second/coarseStep, coarseSlots, v)
}

// Samples returns what is remembered from from to to, both included, oldest first. The
// last hour comes in seconds; of each ten seconds before it come the lowest and then the
// highest.
func (r *Ring) Samples(from, to time.Time) []engine.Sample {
	if r.fine.empty() {
		return nil
	}
	// A coarse slot comes in when it ends before the first second.
	border := time.Unix(r.fine.oldest()*fineStep-coarseStep, 0)
	var out []engine.Sample
	out = r.coarse.samples(out, coarseStep, from, earlier(to, border))
	return r.fine.samples(out, fineStep, from, to)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// slot is the lowest and highest of some time. Seven digits are more than a chart shows.
type slot struct {
	low, high float32
}

// level is a ring of slots. Its slots are numbered by their time in steps since 1970.
type level struct {
	slots  []slot
	first  int64 // number of the slot at slots[0] in the first round
	newest int64
}

func (l *level) empty() bool { return len(l.slots) == 0 }

func (l *level) oldest() int64 { return max(l.first, l.newest-int64(len(l.slots))+1) }

func (l *level) at(n int64, size int) *slot { return &l.slots[(n-l.first)%int64(size)] }

// put adds v to slot n of a ring of size slots.
func (l *level) put(n int64, size int, v float64) {
	nothing := slot{float32(math.NaN()), float32(math.NaN())}
	switch {
	case l.empty(), n < l.oldest(), n-l.newest >= int64(size):
		*l = level{slots: append(l.slots[:0], nothing), first: n, newest: n}
	case n < l.newest:
		for ; l.newest > n; l.newest-- {
			*l.at(l.newest, size) = nothing
		}
		*l.at(n, size) = nothing
	}
	for l.newest < n {
		l.newest++
		if len(l.slots) < size && l.newest-l.first == int64(len(l.slots)) {
			l.slots = append(l.slots, nothing)
		}
		*l.at(l.newest, size) = nothing
	}
	s := l.at(n, size)
	if f := float32(v); s.low != s.low {
		*s = slot{f, f}
	} else if f == f {
		*s = slot{min(s.low, f), max(s.high, f)}
	}
}

// samples appends what lies from from to to.
func (l *level) samples(out []engine.Sample, step int64, from, to time.Time) []engine.Sample {
	if l.empty() {
		return out
	}
	oldest := l.oldest()
	size := len(l.slots)
	for n := max(oldest, from.Unix()/step); n <= l.newest; n++ {
		at := time.Unix(n*step, 0)
		if at.Before(from) {
			continue
		}
		if at.After(to) {
			break
		}
		s := l.at(n, size)
		out = append(out, engine.Sample{At: at, Value: float64(s.low)})
		if s.high > s.low {
			out = append(out, engine.Sample{At: at.Add(time.Duration(step) * time.Second / 2), Value: float64(s.high)})
		}
	}
	return out
}
