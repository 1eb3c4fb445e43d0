package ui

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// inline is a Fyne goroutine that is always at leisure.
func inline(f func()) { f() }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func closePump(t *testing.T, p *Pump) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := p.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func TestPumpDo(t *testing.T) {
	p := NewPump(inline, quiet())
	defer closePump(t, p)
	told := make(chan error, 1)
	want := errors.New("no")
	p.Do(t.Context(), func(context.Context) error { return want }, func(err error) { told <- err })
	if err := <-told; err != want {
		t.Errorf("done was told %v, want %v", err, want)
	}
}

func TestPumpDoEndsWithItsContext(t *testing.T) {
	p := NewPump(inline, quiet())
	defer closePump(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan error, 1)
	p.Do(ctx, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, func(err error) { told <- err })
	cancel()
	if err := <-told; !errors.Is(err, context.Canceled) {
		t.Errorf("done was told %v", err)
	}
}

// Every tick gives one update, and none is computed while the last has not been shown.
func TestPumpTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inbox := make(chan func(), 10)
		p := NewPump(func(f func()) { inbox <- f }, quiet())
		ticks := make(chan time.Time)
		prepared, shown := 0, 0
		p.Start(func(ctx context.Context) {
			p.Run(ctx, ticks, func(context.Context) func() {
				prepared++
				return func() { shown++ }
			})
		})
		ticks <- time.Time{}
		synctest.Wait()
		select {
		case ticks <- time.Time{}:
			t.Error("a tick is taken while an update waits to be shown")
		default:
		}
		(<-inbox)()
		ticks <- time.Time{}
		(<-inbox)()
		p.Wake()
		p.Wake()
		(<-inbox)()
		synctest.Wait()
		if len(inbox) > 1 {
			t.Errorf("%d updates for two wakes in a row", 1+len(inbox))
		}
		closePump(t, p)
		if prepared < 3 || shown != 3 {
			t.Errorf("%d prepared, %d shown; want 3 shown", prepared, shown)
		}
	})
}

func TestPumpPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPump(inline, quiet())
		ticks := make(chan time.Time)
		prepared := 0
		p.Start(func(ctx context.Context) {
			p.Run(ctx, ticks, func(context.Context) func() { prepared++; return nil })
		})
		p.Pause()
		ticks <- time.Time{}
		ticks <- time.Time{}
		synctest.Wait()
		if prepared != 0 {
			t.Errorf("%d updates while paused", prepared)
		}
		p.Resume()
		synctest.Wait()
		if prepared != 1 {
			t.Errorf("%d updates after resuming, want 1 at once", prepared)
		}
		closePump(t, p)
	})
}

// synctest fails when a goroutine is left behind.
func TestPumpLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPump(func(func()) {}, quiet()) // nobody ever shows anything
		ticks := time.NewTicker(time.Second)
		defer ticks.Stop()
		p.Start(func(ctx context.Context) { p.Run(ctx, ticks.C, func(context.Context) func() { return func() {} }) })
		p.Do(t.Context(), func(ctx context.Context) error { <-ctx.Done(); return nil }, func(error) { t.Error("done was called after Close") })
		time.Sleep(3 * time.Second) // of the bubble's clock
		closePump(t, p)
		p.Do(t.Context(), func(context.Context) error { t.Error("work was begun after Close"); return nil }, nil)
		p.Start(func(context.Context) { t.Error("something was started after Close") })
	})
}

func TestPumpSaysWhatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPump(inline, quiet())
		release := make(chan struct{})
		p.Do(t.Context(), func(context.Context) error { <-release; return nil }, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close of a pump with work that does not end: %v", err)
		}
		close(release)
	})
}
