package point

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
)

// disk is a point's way to its files. What is written goes through a recorder, in order, on
// a goroutine of its own; what became of it comes back as functions for the point's.
type disk struct {
	rec   *archive.Recorder
	ended chan struct{} // closed when the recorder has returned
	news  chan struct{} // something has been told, or all is done; has room for one

	mu   sync.Mutex
	told []func(*writer)

	// Of the point's goroutine:
	slow bool // a write took longer than the patience: nobody waits until all is done
	late bool // which people have been told
}

// late is how far the archive may be behind before people are told.
const late = time.Second

var (
	errGivenUp  = errors.New("it was given up, because the disk did not answer")
	errNoAnswer = errors.New("the disk does not answer")
)

func newDisk(cfg *Config) *disk {
	d := &disk{ended: make(chan struct{}), news: make(chan struct{}, 1)}
	d.rec = archive.NewRecorder(cfg.ArchiveQueue, cfg.Now, d.signal)
	return d
}

// run is the recorder's goroutine.
func (d *disk) run() {
	defer close(d.ended)
	d.rec.Run()
}

// tell has the point's goroutine do something with what the recorder knows.
func (d *disk) tell(f func(*writer)) {
	d.mu.Lock()
	d.told = append(d.told, f)
	d.mu.Unlock()
	d.signal()
}

// next takes the oldest of what has been told; nil when that was all.
func (d *disk) next() func(*writer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.told) == 0 {
		d.told = nil
		return nil
	}
	f := d.told[0]
	d.told[0], d.told = nil, d.told[1:]
	return f
}

func (d *disk) signal() {
	select {
	case d.news <- struct{}{}:
	default: // the point has been woken already
	}
}

// await waits for a task, but not longer than the patience, and not at all while the disk
// has proved slow.
func (d *disk) await(done <-chan struct{}, patience time.Duration) {
	if !d.slow && !wait(done, patience) {
		d.slow = true
	}
}

// wait reports whether a channel was closed within a time.
func wait(done <-chan struct{}, limit time.Duration) bool {
	select {
	case <-done:
		return true
	default:
	}
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// listen takes in what the recorder has told, and notices how far it is behind.
func (w *writer) listen() {
	d := w.disk
	// One at a time: what is done then may listen too, and has to go on with the next.
	for f := d.next(); f != nil; f = d.next() {
		f(w)
	}
	if !d.slow {
		return
	}
	behind := w.behind()
	switch {
	case behind < 0:
		if d.late {
			w.cfg.Tell(engine.Info, "The archive has caught up.")
		}
		d.slow, d.late = false, false
	case behind >= late && !d.late:
		d.late = true
		w.log.Warn("archive is behind", "seconds", behind.Seconds())
		w.cfg.Tell(engine.Warning, "The disk is slow: the archive falls behind, while viewers get everything from memory.")
	}
}

// behind is how long the oldest task has been waiting; negative when there is none.
func (w *writer) behind() time.Duration {
	b := w.disk.rec.Backlog()
	if b.Tasks == 0 {
		return -1
	}
	return max(0, w.now().Sub(b.Since))
}

// slowness says in a sentence that the archive is behind; empty while it is not.
func (w *writer) slowness() string {
	if !w.disk.slow {
		return ""
	}
	behind := w.behind()
	if behind < late {
		return ""
	}
	return fmt.Sprintf("The disk is slow: the archive is %.0f s behind.", behind.Seconds())
}

// onDisk does something with files in its turn, and waits for it as long as a person would.
func (w *writer) onDisk(f func(archive.Directory) error) error {
	dir, result := w.root, make(chan error, 1)
	done, taken := w.disk.rec.Add(archive.Task{
		Do:   func() { result <- f(dir) },
		Drop: func() { result <- errGivenUp },
	})
	if !taken {
		return errGivenUp
	}
	if !wait(done, w.cfg.Drain) {
		w.disk.slow = true
		return errNoAnswer
	}
	w.listen()
	return <-result
}

// later does something with files in its turn, and waits for it no longer than for media.
// then is told how it went.
func (w *writer) later(f func(archive.Directory) error, then func(*writer, error)) {
	d, dir := w.disk, w.root
	done, taken := d.rec.Add(archive.Task{
		Do: func() {
			err := f(dir)
			d.tell(func(w *writer) { then(w, err) })
		},
		Drop: func() { d.tell(func(w *writer) { then(w, errGivenUp) }) },
	})
	if !taken {
		then(w, errGivenUp)
		return
	}
	d.await(done, w.cfg.Patience)
	w.listen()
}

// endDisk ends the recorder when the program exits. What a disk that does not answer has not
// taken by then is lost, and told.
func (w *writer) endDisk() error {
	d := w.disk
	d.rec.Close()
	var lost error
	if !wait(d.ended, w.cfg.Drain) {
		b := d.rec.Backlog()
		n := d.rec.Drop()
		text := fmt.Sprintf("The disk did not answer: %d pieces of the archive (%.1f MB, %.0f s) are lost.", n, float64(b.Bytes)/1e6, w.now().Sub(b.Since).Seconds())
		w.log.Error("archive cut short", "pieces", n, "bytes", b.Bytes)
		w.cfg.Tell(engine.Failure, text)
		lost = &engine.Error{Op: "close archive", Point: w.cfg.Name, Kind: engine.Storage, Err: errNoAnswer, Text: text}
		// One write may be under way; a system call cannot be called back.
		if !wait(d.ended, w.cfg.Drain) {
			return lost
		}
	}
	w.listen()
	return lost
}
