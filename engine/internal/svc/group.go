// Package svc starts the parts of a program in order and stops them in reverse.
//
// A part is a function that works until its context ends, as every Run in this program
// does. Each part has a context of its own, so that a part that is stopped last can serve
// those before it until they are gone: what a part needs is added before it. A part that
// does not stop in time is named and left behind; it does not keep the rest from stopping.
package svc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// DefaultGrace is how long a part may take to stop when a Group does not say otherwise.
const DefaultGrace = 10 * time.Second

// ErrNotStopped is the cause when a part did not return in time after it was asked to.
var ErrNotStopped = errors.New("did not stop in time")

// Group is the parts of a program. The zero value is ready. It is for one goroutine and
// runs once.
type Group struct {
	Logger *slog.Logger  // nil logs nothing
	Grace  time.Duration // for each part to stop; 0 means DefaultGrace

	parts []*part
}

type part struct {
	name string
	run  func(ctx context.Context) error
	stop context.CancelFunc
	done chan struct{} // closed when run has returned
	err  error         // read after done
}

// Add adds a part. Parts that it needs have been added before it. run returns when its
// context ends; an error before that is a failure of the whole group, nil means that the
// part has done its work.
func (g *Group) Add(name string, run func(ctx context.Context) error) {
	g.parts = append(g.parts, &part{name: name, run: run})
}

// Run starts all parts in order, and blocks until ctx ends, a part fails, or all have
// done their work. Then it stops what still runs, last added first, one after the other.
// It returns nothing when all went well, else the errors of all parts, each with its
// name; [ErrNotStopped] is among them for a part that still runs. The end of a part's
// own context is no error.
func (g *Group) Run(ctx context.Context) error {
	log := g.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	failed := make(chan struct{}, len(g.parts))
	finished := make(chan struct{}, len(g.parts))
	for _, p := range g.parts {
		p.start(ctx, failed, finished)
		log.Debug("part started", "part", p.name)
	}
	g.wait(ctx, failed, finished)
	var errs []error
	for i := len(g.parts) - 1; i >= 0; i-- {
		p := g.parts[i]
		err := p.end(g.Grace)
		switch {
		case err == nil:
			log.Debug("part stopped", "part", p.name)
		case errors.Is(err, ErrNotStopped):
			log.Error("part does not stop", "part", p.name)
		default:
			log.Error("part failed", "part", p.name, "err", err)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.name, err))
		}
	}
	return errors.Join(errs...)
}

// wait returns when it is time to stop.
func (g *Group) wait(ctx context.Context, failed, finished <-chan struct{}) {
	for range g.parts {
		select {
		case <-ctx.Done():
			return
		case <-failed:
			return
		case <-finished:
		}
	}
}

// start runs p in a goroutine, in a context that only its own end cancels.
func (p *part) start(ctx context.Context, failed, finished chan<- struct{}) {
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	p.stop, p.done = stop, make(chan struct{})
	go func() {
		p.err = p.run(own)
		if own.Err() != nil && errors.Is(p.err, context.Canceled) {
			p.err = nil
		}
		close(p.done)
		if p.err != nil {
			failed <- struct{}{}
		} else {
			finished <- struct{}{}
		}
	}()
}

// end asks p to stop, waits for it, and returns how it went.
func (p *part) end(grace time.Duration) error {
	if grace <= 0 {
		grace = DefaultGrace
	}
	p.stop()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
		return p.err
	case <-timer.C:
	}
	select {
	case <-p.done: // both at once
		return p.err
	default:
		return fmt.Errorf("%w (%v)", ErrNotStopped, grace)
	}
}
