package node

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"pubpoint/engine"
)

// How often the node looks after itself, how long the origin may take to answer, and when a look is so
// old that whoever looks must hang itself, and how long the end waits for a look. An end of an event on a slow disk takes 10 s.
const (
	lookEvery   = 5 * time.Second
	rootEvery   = 30 * time.Second
	answerTime  = 20 * time.Second
	lookTooOld  = 45 * time.Second
	lookEnds    = 5 * time.Second
	leastOfPing = 10 * time.Millisecond
)

// check looks at one thing again and again and remembers what it saw, so that asking for it costs
// nothing, however often strangers ask.
type check struct {
	name   string // as a person would call what is looked at
	every  time.Duration
	do     func(ctx context.Context) error
	after  func(err error) // told of each look; nil for nobody
	latest atomic.Pointer[verdict]
}

// verdict is what a check saw.
type verdict struct {
	at  time.Time
	err error
}

// run looks until ctx ends.
func (c *check) run(ctx context.Context) {
	ticker := time.NewTicker(c.every)
	defer ticker.Stop()
	for {
		looking, enough := context.WithTimeout(ctx, answerTime)
		err := c.do(looking)
		enough()
		if ctx.Err() != nil {
			return // what was seen while everything stops says nothing
		}
		c.latest.Store(&verdict{at: time.Now(), err: err})
		if c.after != nil {
			c.after(err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// trouble is what is wrong as a sentence; empty when all is well, or nothing was looked at yet.
func (c *check) trouble(now time.Time) string {
	v := c.latest.Load()
	switch {
	case v == nil:
		return ""
	case v.err != nil:
		return engine.Sentence(v.err)
	case now.Sub(v.at) > lookTooOld+c.every:
		return fmt.Sprintf("The %s has not answered for %s.", c.name, now.Sub(v.at).Round(time.Second))
	}
	return ""
}

// health is how a running node is doing.
type health struct {
	origin *check // its goroutines answer
	root   *check // the document root can be written
	stop   context.CancelFunc
	ended  <-chan struct{} // tells the end of each of them
}

// watch begins to look after the origin and the document root, and tells the service manager each time
// that the origin works. What it returns is to be ended.
func (n *Node) watch(ctx context.Context) *health {
	every := n.lookEvery
	if limit := n.deps.Manager.Watchdog(); limit > 0 {
		every = max(leastOfPing, min(every, limit/3))
	}
	h := &health{
		origin: &check{name: "origin", every: every, do: n.origin.Alive, after: n.ping},
		root: &check{name: "disk of the document root", every: max(every, n.rootEvery),
			do: func(context.Context) error { return checkRoot(n.settings.Root) }},
	}
	looking, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	ended := make(chan struct{}, 2)
	for _, c := range []*check{h.origin, h.root} {
		go func() {
			defer func() { ended <- struct{}{} }()
			c.run(looking)
		}()
	}
	h.ended = ended
	return h
}

// end ends looking and waits for it, but not for ever: a disk that hangs holds whoever looks at it.
func (h *health) end() {
	h.stop()
	late := time.NewTimer(lookEnds)
	defer late.Stop()
	for range 2 {
		select {
		case <-h.ended:
		case <-late.C:
			return
		}
	}
}

// ping tells the service manager that the origin works; when it does not, the silence says so.
func (n *Node) ping(err error) {
	if err != nil {
		n.log.Error("the origin does not answer", "err", err)
		return
	}
	n.told(n.deps.Manager.Alive())
}

// told logs what kept us from telling the service manager.
func (n *Node) told(err error) {
	if err != nil {
		n.log.Warn("service manager not told", "err", err)
	}
}

// unhealthy is why the program should be started anew; empty while it works.
func (n *Node) unhealthy() []string {
	h := n.health.Load()
	if h == nil {
		return nil
	}
	return sentences(h.origin.trouble(time.Now()))
}

// unready is why no viewer and no encoder should be sent here now; empty when they may come.
func (n *Node) unready() []string {
	h := n.health.Load()
	switch {
	case n.draining.Load():
		return []string{"The program is stopping."}
	case h == nil || !n.ready.Load():
		return []string{"The origin is not serving yet; ask again soon."}
	}
	return sentences(h.origin.trouble(time.Now()), h.root.trouble(time.Now()))
}

// sentences are those that are not empty.
func sentences(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
