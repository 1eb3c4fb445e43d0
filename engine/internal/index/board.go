package index

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"pubpoint/engine/internal/presentation"
)

// ErrClosed says that a board will get no newer view.
var ErrClosed = errors.New("the publishing point has been closed")

// Board shows the newest view of a publishing point to all who ask. One goroutine
// publishes; View and Wait may be called from any. The zero value is an empty board.
type Board struct {
	view atomic.Pointer[presentation.View]

	mu     sync.Mutex
	next   chan struct{} // closed when a newer view comes
	closed bool
}

// View returns the newest view, and nil while there is none.
func (b *Board) View() *presentation.View { return b.view.Load() }

// Publish shows v from now on and wakes all who wait. A nil v clears the board.
func (b *Board) Publish(v *presentation.View) {
	b.view.Store(v)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}

// Close wakes all who wait; they get ErrClosed when there is nothing newer.
func (b *Board) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}

// Wait returns the newest view as soon as its Version is greater than after. It fails with
// the context's error or ErrClosed.
func (b *Board) Wait(ctx context.Context, after uint64) (*presentation.View, error) {
	for {
		changed, closed := b.subscribe()
		if v := b.view.Load(); v != nil && v.Version > after {
			return v, nil
		}
		if closed {
			return nil, ErrClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// subscribe returns a channel that is closed when a newer view comes.
func (b *Board) subscribe() (changed <-chan struct{}, closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, true
	}
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next, false
}
