package ui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Pump is the only place where work crosses into and out of the Fyne goroutine.
//
// Out goes work that may wait: Do runs it on a goroutine of its own. In come two things alone: the
// end of such work, and at most one update at a time from Run. While one update has not been shown
// yet no other is computed, so a window that is slow falls behind in freshness and never in memory.
type Pump struct {
	deliver func(func()) // runs a function on the Fyne goroutine, without waiting for it
	log     *slog.Logger

	ctx    context.Context
	cancel context.CancelFunc
	wake   chan struct{}

	mu     sync.Mutex // guards what follows
	closed bool
	paused bool
	work   sync.WaitGroup
}

// NewPump makes a pump that hands functions to the Fyne goroutine with deliver, which is fyne.Do
// outside tests. It starts nothing.
func NewPump(deliver func(func()), log *slog.Logger) *Pump {
	ctx, cancel := context.WithCancel(context.Background())
	return &Pump{deliver: deliver, log: log, ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1)}
}

// Do runs work on a goroutine of its own and then done, which may be nil, on the Fyne goroutine.
// The context of work ends when ctx or the pump does. After Close work is not run at all and done
// is never called. It may be called from any goroutine.
func (p *Pump) Do(ctx context.Context, work func(context.Context) error, done func(error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.work.Go(func() {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(p.ctx, cancel)()
		err := work(ctx)
		if done == nil || p.ctx.Err() != nil {
			if err != nil && !errors.Is(err, context.Canceled) {
				p.log.Warn("work for the window failed and nobody was told", "err", err)
			}
			return
		}
		p.deliver(func() {
			if p.ctx.Err() == nil {
				done(err)
			}
		})
	})
}

// Run calls prepare for every tick, and hands what it returns to the Fyne goroutine, until ctx ends
// or the pump is closed. Ticks that come while the last update has not been shown are left out, as
// are those while the pump is paused. A nil update shows nothing.
func (p *Pump) Run(ctx context.Context, ticks <-chan time.Time, prepare func(context.Context) (show func())) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		case <-p.wake:
		}
		if p.isPaused() {
			continue
		}
		show := prepare(ctx)
		if show == nil || ctx.Err() != nil {
			continue
		}
		shown := make(chan struct{})
		p.deliver(func() {
			defer close(shown)
			if p.ctx.Err() == nil {
				show()
			}
		})
		select {
		case <-shown:
		case <-ctx.Done():
			return
		}
	}
}

// Wake asks Run for an update now. It may be called from any goroutine.
func (p *Pump) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
		// One is asked for already.
	}
}

// Pause stops updates while the window cannot be seen, and Resume shows the present at once.
func (p *Pump) Pause() { p.setPaused(true) }

// Resume ends a Pause.
func (p *Pump) Resume() {
	p.setPaused(false)
	p.Wake()
}

func (p *Pump) setPaused(paused bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = paused
}

func (p *Pump) isPaused() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused
}

// Start runs f on a goroutine that Close waits for; its context ends with the pump.
func (p *Pump) Start(f func(context.Context)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.work.Go(func() { f(p.ctx) })
}

// Close ends everything and waits for it, at most until ctx ends; then it says so.
func (p *Pump) Close(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	gone := make(chan struct{})
	go func() {
		p.work.Wait()
		close(gone)
	}()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("work for the window has not ended: %w", ctx.Err())
	}
}
