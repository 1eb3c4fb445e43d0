package remote

import (
	"context"
	"errors"
	"sync"
	"time"

	"pubpoint/engine"
)

// What bounds readings that depend on a question.
const (
	atOnce      = 4               // questions under way
	slowFor     = 5 * time.Second // after an answer that was not there in time nobody waits for another
	keptReading = time.Minute     // after somebody asked last
	mostKept    = 1024
)

// readings are the answers to questions that pages ask again and again.
type readings struct {
	mu   sync.Mutex
	all  map[string]*reading
	slow time.Time // until then nobody waits
	ctx  context.Context
	work sync.WaitGroup
	slot chan struct{}
}

// reading is the last answer to a question.
type reading struct {
	exact    string // what exactly was asked
	value    any
	err      error
	answered time.Time // zero before the first answer
	asked    time.Time
	busy     chan struct{} // closed with the answer; nil when none is awaited
}

// run lets questions be asked until ctx ends, and waits for those under way.
func (r *readings) run(ctx context.Context) {
	r.mu.Lock()
	r.ctx = ctx
	r.mu.Unlock()
	<-ctx.Done()
	r.work.Wait()
}

// forget makes every answer old, because something was changed.
func (r *readings) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, one := range r.all {
		if one.busy == nil {
			delete(r.all, key)
		} else {
			one.exact, one.answered = "", time.Time{}
		}
	}
}

// lookUp answers a question: with what is known when that is no older than fresh, else it asks. It waits
// no longer than patience, and only when what is known is no answer to exactly this question; then it
// gives what was known of the question's kind, or an error of kind Unavailable.
func lookUp[T any](e *Engine, kind, exact string, fresh, patience time.Duration, get func(context.Context) (T, error)) (T, error) {
	r := &e.readings
	if e.cfg.Patience > patience {
		patience = e.cfg.Patience
	}
	r.mu.Lock()
	one := r.of(kind)
	one.asked = time.Now()
	current := !one.answered.IsZero() && one.exact == exact
	if current && time.Since(one.answered) < fresh {
		defer r.mu.Unlock()
		return valueOf[T](one, e)
	}
	down := e.silenced("read")
	if one.busy == nil && down == nil && r.ctx != nil && r.ctx.Err() == nil {
		r.begin(one, exact, func(ctx context.Context) (any, error) { return get(ctx) })
	}
	busy := one.busy
	if current || busy == nil || time.Now().Before(r.slow) {
		defer r.mu.Unlock()
		return valueOf[T](one, e)
	}
	r.mu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-busy:
		r.mu.Lock()
	case <-timer.C:
		r.mu.Lock()
		r.slow = time.Now().Add(slowFor)
	}
	defer r.mu.Unlock()
	return valueOf[T](one, e)
}

// of finds or makes a reading; r.mu is held.
func (r *readings) of(kind string) *reading {
	if r.all == nil {
		r.all, r.slot = map[string]*reading{}, make(chan struct{}, atOnce)
	}
	one := r.all[kind]
	if one == nil {
		for key, old := range r.all {
			if old.busy == nil && (time.Since(old.asked) > keptReading || len(r.all) >= mostKept) {
				delete(r.all, key)
			}
		}
		one = &reading{}
		r.all[kind] = one
	}
	return one
}

// begin asks in the background; r.mu is held.
func (r *readings) begin(one *reading, exact string, get func(context.Context) (any, error)) {
	done := make(chan struct{})
	one.busy = done
	ctx := r.ctx
	r.work.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, readTime)
		defer cancel()
		var value any
		var err error
		select {
		case r.slot <- struct{}{}:
			value, err = get(ctx)
			<-r.slot
		case <-ctx.Done():
			err = ctx.Err()
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if !lost(err) || one.answered.IsZero() {
			one.value, one.err, one.exact, one.answered = value, err, exact, time.Now()
		}
		one.busy = nil
		close(done)
	})
}

// lost reports whether err is about the way there, and not something that the engine said.
func lost(err error) bool {
	var ours *engine.Error
	return err != nil && (!errors.As(err, &ours) || ours.Kind == engine.Unavailable && ours.Err != nil)
}

// valueOf is what is known; the lock of readings is held.
func valueOf[T any](one *reading, e *Engine) (T, error) {
	var none T
	if one.answered.IsZero() {
		if down := e.silenced("read"); down != nil {
			return none, down
		}
		return none, &engine.Error{Op: "read", Kind: engine.Unavailable, Text: e.name + " has not answered this yet."}
	}
	value, _ := one.value.(T)
	return value, one.err
}
