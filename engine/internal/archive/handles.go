package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// errReplaced is the cause when another file lies where one was to be opened again.
var errReplaced = errors.New("another file has its name now")

// Handles bounds how many of the files that are only read are open at once: those that have
// not been read for longest are closed, and opened again when somebody reads them. Its methods
// may be called from any goroutine.
type Handles struct {
	limit int
	clock atomic.Int64 // counts the reads

	mu   sync.Mutex
	open []*File // those that can be closed
}

// NewHandles returns a bound of limit files, at least one.
func NewHandles(limit int) *Handles { return &Handles{limit: max(1, limit)} }

// parking is what a file that can be closed between reads knows of itself.
type parking struct {
	handles *Handles
	dir     Directory
	info    fs.FileInfo // when it was taken in
	also    string      // where it lies, if it was moved
}

// Manage takes in a file that nothing is written to any more through its handle. It is opened
// again in dir by its name, see [File.Moved]; when another file has taken that, reading fails.
// A file that was taken in before, or that cannot be, stays as it is.
func (h *Handles) Manage(f *File, dir Directory) error {
	f.mu.Lock()
	d, ok := f.disk.(Handle)
	if !ok || f.parking != nil || f.closed.Load() {
		f.mu.Unlock()
		return nil
	}
	info, err := d.Stat()
	if err == nil {
		f.parking = &parking{handles: h, dir: dir, info: info}
	}
	f.mu.Unlock()
	if err != nil {
		return fmt.Errorf("look at %s: %w", f.name, err)
	}
	h.opened(f)
	return nil
}

// opened adds a file that was opened, and closes what is too much.
func (h *Handles) opened(f *File) {
	f.used.Store(h.clock.Add(1))
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Contains(h.open, f) {
		h.open = append(h.open, f)
	}
	for range len(h.open) - h.limit {
		oldest := 0
		for i, o := range h.open {
			if o.used.Load() < h.open[oldest].used.Load() {
				oldest = i
			}
		}
		o := h.open[oldest]
		if !o.park() {
			o.used.Store(h.clock.Add(1)) // it is being read just now
			continue
		}
		h.open = slices.Delete(h.open, oldest, oldest+1)
	}
}

// forget takes a file out that is not to be closed here any more.
func (h *Handles) forget(f *File) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open = slices.DeleteFunc(h.open, func(o *File) bool { return o == f })
}

// Moved says that the file lies, or is about to lie, under another name in its directory.
func (f *File) Moved(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parking != nil {
		f.parking.also = name
	}
}

// Keep says that the file's name is about to go: if it is open it stays so until Close, for
// those who are reading it.
func (f *File) Keep() {
	f.mu.Lock()
	p := f.parking
	if p != nil && f.disk != nil {
		f.parking = nil
	}
	f.mu.Unlock()
	if p != nil {
		p.handles.forget(f)
	}
}

// park closes the handle unless it is being used; false when it is.
func (f *File) park() bool {
	if !f.mu.TryLock() {
		return false
	}
	defer f.mu.Unlock()
	if f.parking == nil || f.disk == nil || f.closed.Load() {
		return true
	}
	// What was written has been synced before; a handle that is only read has nothing to lose.
	_ = f.disk.Close()
	f.disk = nil
	return true
}

// hold returns the handle, opened again if need be. The caller releases f.mu for reading when
// it has read.
func (f *File) hold() (disk, error) {
	for {
		f.mu.RLock()
		if f.disk != nil {
			if f.parking != nil {
				f.used.Store(f.parking.handles.clock.Add(1))
			}
			return f.disk, nil
		}
		f.mu.RUnlock()
		if err := f.unpark(); err != nil {
			return nil, err
		}
	}
}

// unpark opens the file again.
func (f *File) unpark() error {
	f.mu.Lock()
	if f.disk != nil {
		f.mu.Unlock()
		return nil
	}
	var err error
	if f.closed.Load() {
		err = ErrClosed
	} else {
		f.disk, err = f.parking.reopen(f.name)
	}
	p := f.parking
	f.mu.Unlock()
	if err != nil {
		return err
	}
	p.handles.opened(f)
	return nil
}

// reopen opens the file where it was moved to, or by its first name.
func (p *parking) reopen(name string) (disk, error) {
	var faults []error
	for _, n := range []string{p.also, name} {
		if n == "" {
			continue
		}
		d, err := p.dir.Open(n)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		info, err := d.Stat()
		if err == nil && sameFile(info, p.info) && info.Size() >= p.info.Size() {
			return d, nil
		}
		faults = append(faults, errReplaced, err, d.Close())
	}
	return nil, errors.Join(faults...)
}

// sameFile is os.SameFile, also for the files of tests.
func sameFile(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) || a.Sys() != nil && a.Sys() == b.Sys()
}
