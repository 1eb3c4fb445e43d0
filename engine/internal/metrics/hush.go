package metrics

import (
	"sync"
	"time"
)

// Hush lets the first few of many alike messages through and counts the others, so that strangers
// cannot fill a log. The zero value lets ten through a minute. It is safe for concurrent use.
type Hush struct {
	Most  int           // in Every; 0 means 10
	Every time.Duration // 0 means a minute

	mu     sync.Mutex
	began  time.Time
	passed int
	kept   int
}

// Pass reports whether a message may be told now, and how many were not since the last that was.
func (h *Hush) Pass(now time.Time) (ok bool, kept int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	most, every := h.Most, h.Every
	if most <= 0 {
		most = 10
	}
	if every <= 0 {
		every = time.Minute
	}
	if since := now.Sub(h.began); since >= every || since < 0 {
		h.began, h.passed = now, 0
	}
	if h.passed >= most {
		h.kept++
		return false, 0
	}
	h.passed++
	kept, h.kept = h.kept, 0
	return true, kept
}
