package alarm

import (
	"time"

	"pubpoint/engine"
)

// An encoder flaps when it was started again flaps times within restartWindow.
const (
	flaps         = 3
	restartWindow = 10 * time.Minute
)

// Restarts counts how often encoders were started again lately. The zero value is ready; it is for
// one goroutine.
type Restarts struct {
	last map[string]int
	at   map[string][]time.Time
}

// Observe looks at all encoders and returns how often each was started again within the last ten
// minutes.
func (r *Restarts) Observe(now time.Time, encoders []engine.EncoderStatus) map[string]int {
	last, at, out := map[string]int{}, map[string][]time.Time{}, map[string]int{}
	for _, e := range encoders {
		id := e.Spec.ID
		last[id] = e.Restarts
		before, known := r.last[id]
		times := r.at[id]
		for len(times) > 0 && now.Sub(times[0]) > restartWindow {
			times = times[1:]
		}
		// Whoever orders an encoder begins anew, and so does the count.
		if e.Restarts < before {
			before, times = 0, nil
		}
		for range min(e.Restarts-before, flaps) {
			if known {
				times = append(times, now)
			}
		}
		at[id], out[id] = times, len(times)
	}
	r.last, r.at = last, at
	return out
}
