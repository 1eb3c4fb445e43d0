package proc

import "time"

// Pace is how often and how soon something that died is started again. Zero fields take the
// defaults named at the fields.
type Pace struct {
	First   time.Duration // the first pause; each further one is twice as long; 1 s
	Longest time.Duration // no pause is longer; 30 s
	Healthy time.Duration // whoever ran this long starts again from the first pause; 30 s
	Limit   int           // pauses in a row before it is given up; 10
}

func (p Pace) withDefaults() Pace {
	if p.First <= 0 {
		p.First = time.Second
	}
	if p.Longest <= 0 {
		p.Longest = 30 * time.Second
	}
	if p.Healthy <= 0 {
		p.Healthy = 30 * time.Second
	}
	if p.Limit <= 0 {
		p.Limit = 10
	}
	return p
}

// Pacer counts deaths in a row and says how long to wait after each. It has no clock and no
// lock of its own: one goroutine uses it.
type Pacer struct {
	pace  Pace
	inRow int
}

// NewPacer returns a pacer that has seen no death.
func NewPacer(p Pace) *Pacer {
	return &Pacer{pace: p.withDefaults()}
}

// Next takes the time that the last run lasted and returns the pause before the next one.
// ok is false when the limit of deaths in a row is reached and no restart should follow.
func (p *Pacer) Next(ran time.Duration) (pause time.Duration, ok bool) {
	if ran >= p.pace.Healthy {
		p.inRow = 0
	}
	if p.inRow >= p.pace.Limit {
		return 0, false
	}
	pause = p.pace.First
	for range p.inRow {
		if pause >= p.pace.Longest {
			break
		}
		pause *= 2
	}
	p.inRow++
	return min(pause, p.pace.Longest), true
}

// InRow is how many pauses have been given since the last healthy run or [Pacer.Reset].
func (p *Pacer) InRow() int { return p.inRow }

// Limit is after how many pauses in a row none follows.
func (p *Pacer) Limit() int { return p.pace.Limit }

// Reset forgets all deaths, as after an operator's order.
func (p *Pacer) Reset() { p.inRow = 0 }
