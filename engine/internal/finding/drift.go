package finding

import "time"

// A clock's drift is told from ten minutes: in each, the fragment that came most promptly says
// where the encoder's clock stood against ours.
const (
	driftStep   = time.Minute
	driftKept   = 11 // eleven minutes bound ten
	driftPPM    = 50
	driftOver   = 30
	driftBeyond = 20_000 // parts in a million: that is speed, not drift
)

// drift remembers how promptly fragments came, minute by minute.
type drift struct {
	bins  [driftKept]time.Duration // least of arrival less media time, counted from base
	n     int                      // minutes that are complete
	begun int64                    // arrival of the first fragment of this minute, ns
	least time.Duration
	base  int64
	fresh bool // a minute has just been completed
}

// add notes a fragment.
func (d *drift) add(f Fragment, timescale uint32) {
	at := f.Arrived.UnixNano()
	late := time.Duration(at) - f.End.Duration(timescale)
	d.fresh = false
	if at < d.begun-int64(time.Second) { // our clock was set back
		*d = drift{}
	}
	switch {
	case d.begun == 0:
		d.begun, d.base, d.least = at, int64(late), 0
		return
	case at-d.begun >= int64(driftStep):
		d.bins[d.n%driftKept] = d.least
		d.n++
		d.fresh = true
		// Minutes without a fragment would make the next ones look nearer than they are.
		if at-d.begun >= int64(2*driftStep) {
			*d = drift{}
			return
		}
		d.begun, d.least = d.begun+int64(driftStep), late-time.Duration(d.base)
	default:
		d.least = min(d.least, late-time.Duration(d.base))
	}
}

// bin is the n-th newest complete minute.
func (d *drift) bin(n int) time.Duration { return d.bins[(d.n-1-n)%driftKept] }

// observeDrift judges the encoder's clock once a minute, from ten minutes on. Both halves must
// show it: a path that has become slower once is no drift.
func (t *Track) observeDrift(b *Book, now time.Time) {
	d := &t.drift
	if !d.fresh || d.n < driftKept {
		return
	}
	const half = (driftKept - 1) / 2
	ppm := func(from, to int) float64 {
		return float64(d.bin(to)-d.bin(from)) / float64(time.Duration(from-to)*driftStep) * 1e6
	}
	all, first, second := ppm(2*half, 0), ppm(2*half, half), ppm(half, 0)
	size := max(all, -all)
	switch {
	case size > driftBeyond || size < driftOver:
		t.calm(b, ClockDrift)
	case size > driftPPM && all*first > 0 && all*second > 0 && min(max(first, -first), max(second, -second)) > driftOver:
		b.Raise(Drift(&t.Subject, all, d.bin(0)-d.bin(2*half)), now)
	}
}
