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

// brake counts failures. It is guarded by its Gate.
type brake struct {
	// free is when somebody will have all attempts again.
	free map[culprit]time.Time
	// friends have proved who they are. They have attempts of their own: a stranger behind the same
	// address, as behind a router, does not use them up without their name.
	friends map[culprit]struct{}
}

// culprit is who fails: neighbours without a name, or a friend among them.
type culprit struct {
	where       netip.Prefix
	point, name string
}

func newBrake() *brake {
	return &brake{free: map[culprit]time.Time{}, friends: map[culprit]struct{}{}}
}

// culprit is whose attempt it is when somebody at an address says a name.
func (b *brake) culprit(a netip.Addr, point, name string) culprit {
	c := culprit{neighbours(a), point, name}
	if _, ok := b.friends[c]; !ok {
		c.point, c.name = "", ""
	}
	return c
}

// befriend remembers who has proved a name.
func (b *brake) befriend(a netip.Addr, point, name string) {
	for old := range b.friends {
		if len(b.friends) < maxBraking {
			break
		}
		delete(b.friends, old) // any: they are befriended again
	}
	b.friends[culprit{neighbours(a), point, name}] = struct{}{}
}

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
func (b *brake) take(p culprit, now time.Time) (wait time.Duration) {
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
func (b *brake) giveBack(p culprit) {
	if at, ok := b.free[p]; ok {
		b.free[p] = at.Add(-failEvery)
	}
}

// makeRoom forgets those who have all their attempts again, and one in any case.
func (b *brake) makeRoom(now time.Time) {
	var soonest culprit
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

// brake uses up an attempt of an address, or of the friend whose name is said there, or returns how long
// to wait. giveBack returns the attempt.
func (g *Gate) brake(r Request, name string) (giveBack func(), wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	who := g.fails.culprit(r.Remote, r.Point, name)
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.fails.giveBack(who)
	}, g.fails.take(who, g.now())
}
