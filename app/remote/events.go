package remote

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// What is kept of events.
const (
	keptEvents  = 1000
	queued      = 64
	longestLine = 1 << 20 // bytes, of the stream of events
	quiet       = time.Minute
)

// events are what the engine tells as it happens, and what it told.
type events struct {
	mu        sync.Mutex
	past      []engine.Event
	receivers map[*receiver]struct{}
}

type receiver struct {
	out    chan engine.Event
	missed int
}

// Events returns a channel of what happens from now on, closed when ctx ends. A receiver that is too
// slow loses the oldest.
func (e *Engine) Events(ctx context.Context) <-chan engine.Event {
	r := &receiver{out: make(chan engine.Event, queued)}
	v := &e.events
	v.mu.Lock()
	if v.receivers == nil {
		v.receivers = map[*receiver]struct{}{}
	}
	v.receivers[r] = struct{}{}
	v.mu.Unlock()
	context.AfterFunc(ctx, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.receivers, r)
		close(r.out)
	})
	return r.out
}

// RecentEvents returns what was kept of the past, oldest first, at most limit. It returns at once.
func (e *Engine) RecentEvents(limit int) []engine.Event {
	v := &e.events
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.past[len(v.past)-max(0, min(limit, len(v.past))):])
}

// tell keeps an event and hands it on; v.mu is held.
func (v *events) tell(one engine.Event) {
	v.past = append(v.past, one)
	if len(v.past) > 2*keptEvents {
		v.past = slices.Clone(v.past[len(v.past)-keptEvents:])
	}
	for r := range v.receivers {
		sent := one
		for {
			sent.Missed = one.Missed + r.missed
			select {
			case r.out <- sent:
				r.missed = 0
			default:
				select {
				case old := <-r.out:
					r.missed += 1 + old.Missed
				default: // the receiver took one meanwhile
				}
				continue
			}
			break
		}
	}
}

// catchUp takes what was kept over there, and tells what is new of it. A program that was started
// anew counts anew; what came after the last known moment is new then.
func (v *events) catchUp(all []engine.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.past) == 0 {
		v.past = slices.Clone(all)
		return
	}
	last := v.past[len(v.past)-1]
	same := slices.IndexFunc(all, func(o engine.Event) bool { return o.Seq == last.Seq && o.At.Equal(last.At) })
	if same < 0 {
		v.past = nil
	}
	for i, one := range all {
		switch {
		case same >= 0 && i <= same:
		case same < 0 && !one.At.After(last.At):
			v.past = append(v.past, one)
		default:
			v.tell(one)
		}
	}
}

// take is tell for what comes from the stream.
func (v *events) take(one engine.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n := len(v.past); n > 0 && v.past[n-1].Seq >= one.Seq {
		return // it was among those that were caught up on
	}
	v.tell(one)
}

// catchUp reads what was kept over there.
func (e *Engine) catchUp(ctx context.Context) error {
	a, err := e.ask(ctx, question{op: "read events", method: http.MethodGet, path: []string{"events", "recent"},
		query: url.Values{"limit": {strconv.Itoa(keptEvents)}}})
	if err != nil {
		return err
	}
	past, err := api.ReadEvents(a.body)
	if err == nil {
		e.events.catchUp(past)
	}
	return err
}

// follow reads the stream of events, over and over, until ctx ends.
func (e *Engine) follow(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; failures++ {
		heard, err := e.listen(ctx)
		if heard {
			failures = 0
		}
		e.log.Debug("stream of events ended", "err", err)
		timer := time.NewTimer(backoff(failures))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// listen reads the stream of events until it ends, and reports whether it began. Since a comment
// comes every 15 s, one that is silent for a minute has ended too.
func (e *Engine) listen(ctx context.Context) (heard bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silent := time.AfterFunc(quiet, cancel)
	defer silent.Stop()
	resp, err := e.open(ctx, question{op: "follow events", method: http.MethodGet, path: []string{"events"},
		header: http.Header{"Accept": {"text/event-stream"}}})
	if err != nil {
		return false, err
	}
	defer func() {
		if err := resp.Body.Close(); err != nil {
			e.log.Debug("stream of events not closed", "err", err)
		}
	}()
	// Whoever listens already misses nothing of what happens while the past is read.
	if err := e.catchUp(ctx); err != nil {
		return false, err
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		silent.Reset(quiet)
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok {
			continue
		}
		one, err := api.ReadEvent(data)
		if err != nil {
			return true, err
		}
		e.events.take(one)
	}
	return true, lines.Err()
}
