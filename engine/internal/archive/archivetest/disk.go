// Package archivetest has a disk in memory for tests of what writes archives: one that is
// full, slow or broken when a test says so, and that forgets at a power cut what was not
// forced to it.
//
// # Model
//
// A [Disk] is an [archive.Directory]. [Disk.Fault] is asked before each operation and lets
// it succeed, fail, write a part, or wait. [Disk.PowerCut] gives a new disk with what one
// that lost its power may have: of each file the content at its newest Sync, changed by any
// of the writes since, each whole, cut short or not at all; of each directory the names at
// its newest SyncDir, or all. [Disk.Kill] gives what a killed program leaves: everything.
//
// All methods may be called from any goroutine.
package archivetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path"
	"sync"
)

// Op is one operation on a disk.
type Op struct {
	// Kind is "open", "create", "read", "write", "truncate", "sync", "stat", "rename",
	// "remove", "mkdir" or "syncdir".
	Kind string
	Name string // of the file, or the directory
	Size int    // bytes to write
}

// Short is an error of a [Disk.Fault] that has N bytes written before Err; without Err it
// looks to the caller as if nothing had happened.
type Short struct {
	N   int
	Err error
}

// Error is that of Err.
func (s Short) Error() string { return fmt.Sprintf("%d bytes written: %v", s.N, s.Err) }

// Disk is a directory in memory.
type Disk struct {
	mu    sync.Mutex
	fault func(Op) error
	names map[string]*inode // regular files, by path
	dirs  map[string]bool
	safe  map[string]map[string]*inode // names that are on disk, by directory
	gone  bool
}

// inode is a file, whatever it is called.
type inode struct {
	data  []byte
	saved []byte  // at the newest sync
	since []write // what was written after it
}

type write struct {
	off  int64 // -1 for a truncation to len(data) bytes, which data does not have
	data []byte
	size int64
}

// New returns an empty disk.
func New() *Disk {
	return &Disk{names: map[string]*inode{}, dirs: map[string]bool{".": true}, safe: map[string]map[string]*inode{}}
}

// Fault has f asked before each operation from now on; nil lets all succeed. f may wait.
func (d *Disk) Fault(f func(Op) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = f
}

// RemoveAll takes the directory away: its names are gone, no other can be made, and files
// that are open stay readable and writable.
func (d *Disk) RemoveAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.names, d.dirs, d.gone = map[string]*inode{}, map[string]bool{}, true
}

// Kill returns a disk with what a program leaves that is killed now.
func (d *Disk) Kill() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := New()
	for name, f := range d.names {
		out.put(name, f.data)
	}
	return out
}

// PowerCut returns a disk with what this one may have when its power fails now.
func (d *Disk) PowerCut(rng *rand.Rand) *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := New()
	for dir := range d.dirs {
		live := map[string]*inode{}
		for name, f := range d.names {
			if path.Dir(name) == dir {
				live[name] = f
			}
		}
		if safe := d.safe[dir]; rng.IntN(2) == 0 {
			live = safe
		}
		for name, f := range live {
			out.put(name, f.afterPowerCut(rng))
		}
	}
	return out
}

// afterPowerCut is what a file may hold.
func (f *inode) afterPowerCut(rng *rand.Rand) []byte {
	data := bytes.Clone(f.saved)
	ordered := rng.IntN(2) == 0
	last := rng.IntN(len(f.since) + 1)
	for i, w := range f.since {
		switch {
		case ordered && i > last, !ordered && rng.IntN(3) == 0:
			continue
		case w.off < 0:
			data = resize(data, w.size)
		case ordered && i == last || !ordered && rng.IntN(4) == 0:
			data = splice(data, w.off, w.data[:rng.IntN(len(w.data)+1)])
		default:
			data = splice(data, w.off, w.data)
		}
	}
	return data
}

// Bytes returns what a file holds, and nil when there is none.
func (d *Disk) Bytes(name string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.names[name]; f != nil {
		return bytes.Clone(f.data)
	}
	return nil
}

// Put makes a file that is on disk with its name.
func (d *Disk) Put(name string, data []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.put(name, data)
}

func (d *Disk) put(name string, data []byte) {
	f := &inode{data: bytes.Clone(data), saved: bytes.Clone(data)}
	d.names[name] = f
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		d.dirs[dir] = true
		if dir == "." {
			break
		}
	}
	dir := path.Dir(name)
	if d.safe[dir] == nil {
		d.safe[dir] = map[string]*inode{}
	}
	d.safe[dir][name] = f
}

// Names are the paths of all files.
func (d *Disk) Names() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for name := range d.names {
		out = append(out, name)
	}
	return out
}
