package kit

import (
	"math"
	"time"
)

// niceStep is the round number, 1, 2, 2.5 or 5 times a power of ten, that divides top into at most count parts.
// A top that is not a positive number, or a count below 1, gives 1.
func niceStep(top float64, count int) float64 {
	if !known(top) || top <= 0 || count < 1 {
		return 1
	}
	raw := top / float64(count)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	if !known(power) || power == 0 {
		return 1
	}
	for _, m := range [...]float64{1, 2, 2.5, 5} {
		// The small allowance keeps 0.3/3 from becoming a step of 0.2.
		if m*power >= raw*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// niceTop is the least multiple of step that is not below top, and at least one step.
func niceTop(top, step float64) float64 {
	if !known(top) || top <= 0 {
		return step
	}
	return max(1, math.Ceil(top/step*(1-1e-9))) * step
}

// steadyTop keeps an axis from jumping: it stays at its previous top while that still suits the peak.
func steadyTop(previous, wanted, peak float64) float64 {
	if previous > wanted && peak > 0.55*previous {
		return previous
	}
	return wanted
}

// timeSteps are the distances between labels on the axis of time.
func timeSteps() [22]time.Duration {
	const s, m, h = time.Second, time.Minute, time.Hour
	return [...]time.Duration{
		s, 2 * s, 5 * s, 10 * s, 15 * s, 30 * s, m, 2 * m, 5 * m, 10 * m, 15 * m, 30 * m,
		h, 2 * h, 3 * h, 6 * h, 12 * h, 24 * h, 48 * h, 7 * 24 * h, 14 * 24 * h, 28 * 24 * h,
	}
}

// timeStep is the least labelled distance that divides span into at most count parts.
func timeStep(span time.Duration, count int) time.Duration {
	steps := timeSteps()
	for _, step := range steps {
		if count > 0 && span/time.Duration(count) <= step {
			return step
		}
	}
	return steps[len(steps)-1]
}

// timeTicks appends to into the round moments of the clock in where between from and to, step apart, at most limit.
func timeTicks(into []int64, from, to int64, step time.Duration, where *time.Location, limit int) []int64 {
	ms := step.Milliseconds()
	if ms <= 0 || to <= from {
		return into
	}
	_, zone := time.UnixMilli(from).In(where).Zone()
	offset := int64(zone) * 1000
	first := from + offset
	if rest := ((first % ms) + ms) % ms; rest != 0 {
		first += ms - rest
	}
	for at := first - offset; at <= to && len(into) < limit; at += ms {
		into = append(into, at)
	}
	return into
}

// timeLayout is how a label of that step is written.
func timeLayout(step time.Duration) string {
	switch {
	case step < time.Minute:
		return "15:04:05"
	case step < 24*time.Hour:
		return "15:04"
	default:
		return "2 Jan"
	}
}
