package proc

import (
	"sync"
	"time"
)

// Line is one line of a log.
type Line struct {
	Seq  uint64    // position in the whole log, from 0
	At   time.Time // when it was added
	Text string
}

// Tail keeps the newest lines of a log. It is safe for concurrent use.
type Tail struct {
	mu   sync.Mutex
	ring []Line
	next uint64 // Seq of the next line
}

// NewTail keeps the newest n lines, at least one.
func NewTail(n int) *Tail {
	return &Tail{ring: make([]Line, max(n, 1))}
}

// Add appends one line; the oldest one gives way when the ring is full.
func (t *Tail) Add(at time.Time, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ring[t.next%uint64(len(t.ring))] = Line{Seq: t.next, At: at, Text: text}
	t.next++
}

// Next is the Seq that the next line will have: what to ask [Tail.Lines] for later.
func (t *Tail) Next() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next
}

// Lines returns a copy of the lines kept with a Seq of at least from, oldest first. A first
// Seq above from means that the lines between have been dropped.
func (t *Tail) Lines(from uint64) []Line {
	t.mu.Lock()
	defer t.mu.Unlock()
	size := uint64(len(t.ring))
	if t.next > size {
		from = max(from, t.next-size)
	}
	if from >= t.next {
		return nil
	}
	lines := make([]Line, 0, t.next-from)
	for seq := from; seq < t.next; seq++ {
		lines = append(lines, t.ring[seq%size])
	}
	return lines
}
