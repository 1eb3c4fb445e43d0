package node

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// part is something that runs and is stopped by itself, in its turn.
type part struct {
	name    string
	timeout time.Duration
	cancel  context.CancelFunc
	done    chan struct{} // closed when run has returned
	err     error         // of run; read after done
}

// start runs run until stop is called, and tells ended when it has returned. That ctx ends
// does not stop it: parts are stopped in order. The channel has room for every part.
func start(ctx context.Context, name string, timeout time.Duration, ended chan<- string, run func(context.Context) error) *part {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p := &part{name: name, timeout: timeout, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer func() { ended <- name }()
		defer close(p.done)
		p.err = run(own)
	}()
	return p
}

// stop ends the part and waits for it, but not longer than it may take.
func (p *part) stop() error {
	p.cancel()
	late := time.NewTimer(p.timeout)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		return fmt.Errorf("the %s did not stop within %v", p.name, p.timeout)
	}
	if p.err != nil && !errors.Is(p.err, context.Canceled) {
		return fmt.Errorf("%s: %w", p.name, p.err)
	}
	return nil
}
