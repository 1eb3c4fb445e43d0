package archivetest

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

func (f *inode) cut(size int64) {
	f.data = resize(f.data, size)
	f.since = append(f.since, write{off: -1, size: size})
}

func resize(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size:size]
	}
	return append(b, make([]byte, size-int64(len(b)))...)
}

func splice(b []byte, off int64, data []byte) []byte {
	if len(data) == 0 {
		return b
	}
	if end := off + int64(len(data)); end > int64(len(b)) {
		b = resize(b, end)
	}
	copy(b[off:], data)
	return b
}

// handle is an open file.
type handle struct {
	d      *Disk
	f      *inode
	name   string
	closed bool
}

// now is the name that the file has now, or had when it was opened.
func (h *handle) now() string {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	for name, f := range h.d.names {
		if f == h.f {
			return name
		}
	}
	return h.name
}

func (h *handle) ReadAt(p []byte, off int64) (int, error) {
	if err := h.d.ask(Op{Kind: "read", Name: h.now()}); err != nil {
		return 0, failed("read", h.name, err)
	}
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	if h.closed {
		return 0, failed("read", h.name, os.ErrClosed)
	}
	if off >= int64(len(h.f.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.f.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) WriteAt(p []byte, off int64) (int, error) {
	err := h.d.ask(Op{Kind: "write", Name: h.now(), Size: len(p)})
	if err != nil {
		short, ok := err.(Short)
		if !ok {
			return 0, failed("write", h.name, err)
		}
		p, err = p[:min(short.N, len(p))], short.Err
	}
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	if h.closed {
		return 0, failed("write", h.name, os.ErrClosed)
	}
	h.f.data = splice(h.f.data, off, p)
	h.f.since = append(h.f.since, write{off: off, data: bytes.Clone(p)})
	if err != nil {
		err = failed("write", h.name, err)
	}
	return len(p), err
}

func (h *handle) Truncate(size int64) error {
	if err := h.d.ask(Op{Kind: "truncate", Name: h.now()}); err != nil {
		return failed("truncate", h.name, err)
	}
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	h.f.cut(size)
	return nil
}

func (h *handle) Sync() error {
	if err := h.d.ask(Op{Kind: "sync", Name: h.now()}); err != nil {
		return failed("sync", h.name, err)
	}
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	h.f.saved, h.f.since = bytes.Clone(h.f.data), nil
	return nil
}

func (h *handle) Close() error {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	h.closed = true
	return nil
}

func (h *handle) Stat() (fs.FileInfo, error) {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	return info{name: path.Base(h.name), f: h.f, size: int64(len(h.f.data))}, nil
}

// info tells of a file, or of a directory when f is nil.
type info struct {
	name string
	f    *inode
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.f == nil }
func (i info) Sys() any           { return i.f }

func (i info) Mode() fs.FileMode {
	if i.f == nil {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
