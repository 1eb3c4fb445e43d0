package wire

import (
	"context"
	"sync"
	"time"
)

// watcher notices that a client leaves while its request is being answered, by reading: what comes is the
// beginning of its next request.
type watcher struct {
	c      *conn
	cancel context.CancelFunc
	timer  *time.Timer

	mu    sync.Mutex // guards what follows
	over  bool
	done  chan struct{} // closed when the reading has ended; nil before it has begun
	alive bool          // valid after done
}

// watch begins to watch in a moment: most answers are through before.
func (c *conn) watch(cancel context.CancelFunc) *watcher {
	w := &watcher{c: c, cancel: cancel, alive: true}
	w.timer = time.AfterFunc(watchAfter, w.begin)
	return w
}

func (w *watcher) begin() {
	w.mu.Lock()
	if w.over || w.c.filled == len(w.c.buf) {
		w.mu.Unlock()
		return
	}
	w.done = make(chan struct{})
	// No deadline of before may end this: a held answer takes as long as it takes.
	_ = w.c.nc.SetReadDeadline(time.Time{})
	w.mu.Unlock()
	defer close(w.done)
	n, err := w.c.nc.Read(w.c.buf[w.c.filled:])
	w.c.filled += n
	if n == 0 && err != nil {
		w.mu.Lock()
		over := w.over
		w.mu.Unlock()
		if !over {
			w.alive = false
			w.cancel()
		}
	}
}

// end stops watching, and reports whether the client is still there.
func (w *watcher) end() bool {
	w.timer.Stop()
	w.mu.Lock()
	w.over = true
	done := w.done
	if done != nil {
		// The reading ends at once; the next deadline is the connection's own.
		_ = w.c.nc.SetReadDeadline(time.Unix(1, 0))
	}
	w.mu.Unlock()
	if done == nil {
		return true
	}
	<-done
	w.c.readUntil = time.Time{}
	_ = w.c.nc.SetReadDeadline(time.Time{})
	return w.alive
}
