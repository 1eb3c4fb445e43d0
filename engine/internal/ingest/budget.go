package ingest

import (
	"sync"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
)

// budget is the memory that all bodies on their way in may take together. When it is used up,
// the body that takes most has to go, so that whoever announces much and sends little cannot
// push out encoders that send small fragments. It is safe for concurrent use.
type budget struct {
	limit int64

	mu      sync.Mutex
	used    int64
	holders map[*holder]struct{}
}

// holder is one body's part of a budget.
type holder struct {
	budget *budget
	evict  func(error) // sends the encoder away; must not block
	held   int64       // guarded by the budget
	gone   bool        // it had to give its part to others; guarded by the budget
}

func newBudget(limit int64) *budget {
	return &budget{limit: limit, holders: map[*holder]struct{}{}}
}

// join makes a body part of the budget, until it leaves.
func (b *budget) join(evict func(error)) *holder {
	h := &holder{budget: b, evict: evict}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holders[h] = struct{}{}
	return h
}

// take asks for n bytes more. It fails with Unavailable when there is no room, and another
// body does not take more.
func (h *holder) take(n int64) error {
	b := h.budget
	for {
		b.mu.Lock()
		if h.gone {
			b.mu.Unlock()
			return b.full()
		}
		if b.used+n <= b.limit {
			b.used += n
			h.held += n
			b.mu.Unlock()
			return nil
		}
		other := b.largest()
		if other == nil || other == h || other.held <= h.held+n {
			b.mu.Unlock()
			return b.full()
		}
		b.used -= other.held
		other.held, other.gone = 0, true
		b.mu.Unlock()
		other.evict(b.full())
	}
}

// largest is the body that takes most. The caller holds the lock.
func (b *budget) largest() *holder {
	var most *holder
	for h := range b.holders {
		if most == nil || h.held > most.held {
			most = h
		}
	}
	return most
}

// keep gives back all but n bytes.
func (h *holder) keep(n int64) {
	h.budget.mu.Lock()
	defer h.budget.mu.Unlock()
	if h.held > n {
		h.budget.used -= h.held - n
		h.held = n
	}
}

// near is how much of the budget is used, when that is near its limit.
func (h *holder) near() (used, limit int64, near bool) {
	b := h.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used, b.limit, finding.IsNear(b.used, b.limit)
}

// leave gives everything back.
func (h *holder) leave() {
	h.keep(0)
	h.budget.mu.Lock()
	defer h.budget.mu.Unlock()
	delete(h.budget.holders, h)
}

func (b *budget) full() error {
	return &engine.Error{Op: "ingest", Kind: engine.Unavailable,
		Text: "All encoders together send more at once than this server keeps in memory; send again in a moment, with shorter fragments."}
}
