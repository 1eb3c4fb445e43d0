package encoder

import (
	"slices"
	"time"
)

// Timeline is how the processes of one ladder come to one timeline. Each of them sends the
// whole GOPs of a grid that begins in 1970: a process that is started anew, or later than the
// others, is where the others are. The zero value is a timeline of its own that begins at zero.
//
// Test patterns and files begin at Base; so their pictures are the same in all processes. Screens
// are stamped by the wall clock, and network inputs carry the time stamps of their sender; both are
// cut at the grid.
type Timeline struct {
	First time.Time // where the ladder began: a whole number of GOPs since 1970
	Base  time.Time // where this process begins: First, or later on the same grid
}

// NewTimeline is the timeline of a process that is started now, of a ladder that was started at
// began. Processes started within settle of each other begin together.
func NewTimeline(began, now time.Time, gop time.Duration) Timeline {
	if now.Sub(began) < settle {
		now = began
	}
	return Timeline{First: onGrid(began, gop), Base: onGrid(now, gop)}
}

// settle is how long the processes of a ladder may take to be started together.
const settle = 3 * time.Second

// onGrid is the first instant from t on that is a whole number of GOPs since 1970.
func onGrid(t time.Time, gop time.Duration) time.Time {
	n := t.UnixNano()
	if rest := n % int64(gop); rest > 0 {
		n += int64(gop) - rest
	}
	return time.Unix(0, n).UTC()
}

// skip is how much of the input the other processes have sent already.
func (t Timeline) skip() time.Duration {
	return max(0, t.Base.Sub(t.First))
}

// shared reports whether several processes come to this timeline.
func (t Timeline) shared() bool { return !t.Base.IsZero() }

// Parts returns what each process of spec sends: for [ProcessPerRung] one for each rung,
// the highest first, which carries the sound; else spec itself.
func Parts(spec Spec) []Spec {
	spec = spec.WithDefaults()
	if spec.Method != ProcessPerRung || len(spec.Video) < 2 {
		return []Spec{spec}
	}
	rungs := slices.Clone(spec.Video)
	slices.SortStableFunc(rungs, func(a, b Rung) int { return b.Bitrate - a.Bitrate })
	parts := make([]Spec, len(rungs))
	for i, r := range rungs {
		parts[i] = spec
		parts[i].Video = []Rung{r}
		if i > 0 {
			parts[i].Audio = AudioSpec{}
		}
	}
	return parts
}
