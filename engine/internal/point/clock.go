package point

import (
	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Shifts are kept in units of 10 MHz, the timescale of Smooth Streaming, and chosen so that
// they are whole numbers of ticks in every timescale of a header: a shift never rounds, so
// audio and video stay together however often an encoder comes back.
const shiftScale = 10_000_000

// clock is how one ingest session's times become the point's times.
type clock struct {
	set   bool
	shift engine.Ticks // added to the encoder's times, at shiftScale
}

// in returns the shift in ticks of a timescale.
func (c clock) in(timescale uint32) engine.Ticks { return c.shift.Rescale(shiftScale, timescale) }

// shiftUnit is the smallest step, at shiftScale, that is a whole number of ticks in every
// timescale of the header.
func shiftUnit(h *fmp4.Init) engine.Ticks {
	common := uint32(shiftScale)
	for i := range h.Tracks {
		common = gcd(common, h.Tracks[i].Timescale)
	}
	return engine.Ticks(shiftScale / common)
}

func gcd(a, b uint32) uint32 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// roundUp returns the smallest multiple of unit that is not below t.
func roundUp(t, unit engine.Ticks) engine.Ticks {
	rest := t % unit
	switch {
	case rest == 0:
		return t
	case rest < 0:
		return t - rest
	default:
		return t + unit - rest
	}
}
