package access

import (
	"net/netip"
	"time"
)

// Each address may fail so often at once, and once more after each such time.
const (
	failBurst  = 10
	failEvery  = 6 * time.Second
	maxBraking = 4096
)

// brake counts failures of addresses. It is guarded by its Gate.
type brake struct {
	// free is when an address will have all its attempts again.
	free map[netip.Prefix]time.Time
}

func newBrake() *brake { return &brake{free: map[netip.Prefix]time.Time{}} }

// neighbours are the addresses that count as one: whoever has one of IPv6 has a whole /64.
func neighbours(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: all of them together
	}
	return p
}

// take uses up an attempt, or returns how long to wait for one.
func (b *brake) take(a netip.Addr, now time.Time) (wait time.Duration) {
	p := neighbours(a)
	at, ok := b.free[p]
	if !ok || at.Before(now) {
		at = now
	}
	if over := at.Add(failEvery).Sub(now) - failBurst*failEvery; over > 0 {
		return over
	}
	if !ok && len(b.free) >= maxBraking {
		b.makeRoom(now)
	}
	b.free[p] = at.Add(failEvery)
	return 0
}

// giveBack returns an attempt that was none.
func (b *brake) giveBack(a netip.Addr) {
	p := neighbours(a)
	if at, ok := b.free[p]; ok {
		b.free[p] = at.Add(-failEvery)
	}
}

// makeRoom forgets those who have all their attempts again, and one in any case.
func (b *brake) makeRoom(now time.Time) {
	var soonest netip.Prefix
	var when time.Time
	for p, at := range b.free {
		if !at.After(now) {
			delete(b.free, p)
		} else if when.IsZero() || at.Before(when) {
			soonest, when = p, at
		}
	}
	if len(b.free) >= maxBraking {
		delete(b.free, soonest)
	}
}

// brake uses up an attempt of an address, or returns how long it has to wait.
func (g *Gate) brake(a netip.Addr) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.fails.take(a, g.now())
}

// release gives the attempt back.
func (g *Gate) release(a netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fails.giveBack(a)
}
