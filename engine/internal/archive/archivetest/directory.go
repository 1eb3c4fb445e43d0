package archivetest

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing/fstest"

	"pubpoint/engine/internal/archive"
)

var _ archive.Directory = (*Disk)(nil)

// ask asks the fault function, without the lock: it may wait.
func (d *Disk) ask(op Op) error {
	d.mu.Lock()
	f := d.fault
	d.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(op)
}

func failed(op, name string, err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }

// Name is the same for all disks.
func (d *Disk) Name() string { return "memory" }

// Close does nothing.
func (d *Disk) Close() error { return nil }

// Open opens a file for reading.
func (d *Disk) Open(name string) (archive.Handle, error) { return d.OpenFile(name, os.O_RDONLY, 0) }

// OpenFile opens a file as [os.OpenFile] does.
func (d *Disk) OpenFile(name string, flag int, _ fs.FileMode) (archive.Handle, error) {
	kind := "open"
	if flag&os.O_CREATE != 0 {
		kind = "create"
	}
	if err := d.ask(Op{Kind: kind, Name: name}); err != nil {
		return nil, failed(kind, name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.names[path.Clean(name)]
	switch {
	case strings.HasPrefix(path.Clean(name), ".."):
		return nil, failed(kind, name, fs.ErrInvalid)
	case f == nil && (flag&os.O_CREATE == 0 || !d.dirs[path.Dir(name)]):
		return nil, failed(kind, name, fs.ErrNotExist)
	case f == nil:
		f = &inode{}
		d.names[path.Clean(name)] = f
	case flag&os.O_EXCL != 0:
		return nil, failed(kind, name, fs.ErrExist)
	}
	if flag&os.O_TRUNC != 0 {
		f.cut(0)
	}
	return &handle{d: d, f: f, name: name}, nil
}

// Stat tells of a file or directory.
func (d *Disk) Stat(name string) (fs.FileInfo, error) {
	if err := d.ask(Op{Kind: "stat", Name: name}); err != nil {
		return nil, failed("stat", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	name = path.Clean(name)
	if f := d.names[name]; f != nil {
		return info{name: path.Base(name), f: f, size: int64(len(f.data))}, nil
	}
	if d.dirs[name] {
		return info{name: path.Base(name)}, nil
	}
	return nil, failed("stat", name, fs.ErrNotExist)
}

// ReadFile returns what a file holds.
func (d *Disk) ReadFile(name string) ([]byte, error) {
	if err := d.ask(Op{Kind: "read", Name: name}); err != nil {
		return nil, failed("read", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.names[path.Clean(name)]
	if f == nil {
		return nil, failed("open", name, fs.ErrNotExist)
	}
	return bytes.Clone(f.data), nil
}

// Rename gives a file another name.
func (d *Disk) Rename(from, to string) error {
	if err := d.ask(Op{Kind: "rename", Name: from}); err != nil {
		return failed("rename", from, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	from, to = path.Clean(from), path.Clean(to)
	f := d.names[from]
	if f == nil || !d.dirs[path.Dir(to)] {
		return failed("rename", from, fs.ErrNotExist)
	}
	delete(d.names, from)
	d.names[to] = f
	return nil
}

// Remove removes a file, or a directory that is empty.
func (d *Disk) Remove(name string) error {
	if err := d.ask(Op{Kind: "remove", Name: name}); err != nil {
		return failed("remove", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	name = path.Clean(name)
	if d.names[name] == nil && !d.dirs[name] {
		return failed("remove", name, fs.ErrNotExist)
	}
	for other := range d.names {
		if strings.HasPrefix(other, name+"/") {
			return failed("remove", name, fs.ErrExist)
		}
	}
	delete(d.names, name)
	delete(d.dirs, name)
	return nil
}

// MkdirAll makes a directory and those above it.
func (d *Disk) MkdirAll(name string, _ fs.FileMode) error {
	if err := d.ask(Op{Kind: "mkdir", Name: name}); err != nil {
		return failed("mkdir", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return failed("mkdir", name, fs.ErrNotExist)
	}
	for dir := path.Clean(name); dir != "."; dir = path.Dir(dir) {
		d.dirs[dir] = true
	}
	return nil
}

// SyncDir puts the names in a directory on disk.
func (d *Disk) SyncDir(name string) error {
	if err := d.ask(Op{Kind: "syncdir", Name: name}); err != nil {
		return failed("sync", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	safe := map[string]*inode{}
	for file, f := range d.names {
		if path.Dir(file) == path.Clean(name) {
			safe[file] = f
		}
	}
	d.safe[path.Clean(name)] = safe
	return nil
}

// FS is a picture of the disk.
func (d *Disk) FS() fs.FS {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := fstest.MapFS{}
	for name, f := range d.names {
		out[name] = &fstest.MapFile{Data: bytes.Clone(f.data)}
	}
	for name := range d.dirs {
		if name != "." {
			out[name] = &fstest.MapFile{Mode: fs.ModeDir}
		}
	}
	return out
}
