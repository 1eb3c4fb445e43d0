package gate

import (
	"net/netip"
	"sync"
	"time"
)

// A client may make so many seconds' worth of requests at once before its rate counts; players ask for
// a playlist and several segments in one go.
const burst = 4 * time.Second

// maxPaces is how many addresses are remembered for their rate. Those beyond are not bounded by it.
const maxPaces = 50_000

// paces remembers of each address when it will have used up what it has asked for: the generic cell
// rate algorithm, one time for each address.
type paces struct {
	now  func() time.Time
	rate int // a second; not positive for none

	mu   sync.Mutex
	last map[netip.Addr]time.Time
	full time.Time // when it was last swept for being full
}

// allows counts a request, and reports whether its address may make it.
func (p *paces) allows(a netip.Addr) bool {
	if p.rate <= 0 || !a.IsValid() {
		return true
	}
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	until, known := p.last[a]
	if !known && len(p.last) >= maxPaces && !p.sweep(now) {
		return true
	}
	if until.Before(now) {
		until = now
	}
	until = until.Add(time.Second / time.Duration(p.rate))
	if until.Sub(now) > burst {
		return false
	}
	p.last[a] = until
	return true
}

// sweep forgets who owes nothing, no more than once a second. The caller holds the lock.
func (p *paces) sweep(now time.Time) bool {
	if now.Sub(p.full) < time.Second {
		return false
	}
	p.full = now
	for a, until := range p.last {
		if until.Before(now) {
			delete(p.last, a)
		}
	}
	return len(p.last) < maxPaces
}
