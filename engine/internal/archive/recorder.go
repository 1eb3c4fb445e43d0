package archive

import (
	"sync"
	"time"
)

// Task is something to be done with files, in its turn.
type Task struct {
	// Cost is how many bytes of memory wait with the task; it counts against the limit of
	// the [Recorder]. A task that costs nothing is always taken.
	Cost int64
	// Do is the task.
	Do func()
	// Then is done behind Do when whoever waits for the task has been released; it may be nil.
	Then func()
	// Drop is done instead of both when the task is given up; it may be nil.
	Drop func()
}

// Backlog is what a [Recorder] has still to do.
type Backlog struct {
	Tasks int       // with the one that is being done
	Bytes int64     // their Cost
	Since time.Time // when the oldest was added; zero without any
}

// Recorder does what has to be done with files, one task after the other, so that whoever
// hands a task over never has to wait for a disk. Its methods may be called from any
// goroutine; Run is the one that works.
type Recorder struct {
	limit int64
	now   func() time.Time
	idle  func()

	mu     sync.Mutex
	tasks  []*queued // the first is being done
	bytes  int64
	closed bool
	wake   chan struct{} // has room for one
}

type queued struct {
	Task
	added time.Time
	done  chan struct{} // closed behind Do or Drop
	begun bool
}

// NewRecorder returns a recorder that keeps no more than limit bytes waiting. now tells
// the time for [Backlog]. idle is called by Run whenever nothing is left to do; it must not
// block, and may be nil.
func NewRecorder(limit int64, now func() time.Time, idle func()) *Recorder {
	if idle == nil {
		idle = func() {}
	}
	return &Recorder{limit: limit, now: now, idle: idle, wake: make(chan struct{}, 1)}
}

// Add puts a task behind the others. The channel is closed when it is done, or has been
// given up. It is not taken, and false returned, when it would exceed the limit or the
// recorder has been closed.
func (r *Recorder) Add(t Task) (done <-chan struct{}, taken bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || t.Cost > 0 && r.bytes+t.Cost > r.limit {
		return nil, false
	}
	q := &queued{Task: t, added: r.now(), done: make(chan struct{})}
	r.tasks = append(r.tasks, q)
	r.bytes += t.Cost
	r.signal()
	return q.done, true
}

// signal wakes Run.
func (r *Recorder) signal() {
	select {
	case r.wake <- struct{}{}:
	default: // it has been told already
	}
}

// Run does tasks until the recorder is closed and nothing is left.
func (r *Recorder) Run() {
	for {
		q, more := r.next()
		if !more {
			return
		}
		if q == nil {
			<-r.wake
			continue
		}
		q.Do()
		close(q.done)
		if q.Then != nil {
			q.Then()
		}
		if r.finish() {
			r.idle()
		}
	}
}

// next is the task to do now, nil while there is none; false when there never will be.
func (r *Recorder) next() (*queued, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.tasks) == 0 {
		return nil, !r.closed
	}
	r.tasks[0].begun = true
	return r.tasks[0], true
}

// finish takes the task that has been done from the list, and reports whether that was the
// last.
func (r *Recorder) finish() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes -= r.tasks[0].Cost
	r.tasks[0] = nil
	r.tasks = r.tasks[1:]
	return len(r.tasks) == 0
}

// Backlog tells what is still to be done.
func (r *Recorder) Backlog() Backlog {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := Backlog{Tasks: len(r.tasks), Bytes: r.bytes}
	if b.Tasks > 0 {
		b.Since = r.tasks[0].added
	}
	return b
}

// Drop gives up every task that has not been begun, and returns how many those were.
func (r *Recorder) Drop() int {
	r.mu.Lock()
	var given []*queued
	rest := r.tasks[:0:0]
	for _, q := range r.tasks {
		if q.begun {
			rest = append(rest, q)
			continue
		}
		given = append(given, q)
		r.bytes -= q.Cost
	}
	r.tasks = rest
	r.mu.Unlock()
	for _, q := range given {
		if q.Task.Drop != nil {
			q.Task.Drop()
		}
		close(q.done)
	}
	return len(given)
}

// Close lets Run return when it has done what there is; nothing more is taken.
func (r *Recorder) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.signal()
}
