package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// ErrClosed is the cause when an archive file is read after its [File] was closed.
var ErrClosed = errors.New("the archive file has been closed")

// copySize is how much of a payload is in memory on its way from the file to a viewer.
const copySize = 64 << 10

// File is an open archive file, shared by the [Media] in it and the [Writer] that
// appends to it. Its owner closes it when nothing is to be read from it any more. It may
// be used from any goroutine.
type File struct {
	name    string
	closed  atomic.Bool
	buffers sync.Pool    // of *[copySize]byte
	used    atomic.Int64 // when it was last read, by the clock of its Handles

	mu      sync.RWMutex // held for reading while disk is used to read
	disk    disk         // nil while its Handles have closed it
	parking *parking     // nil for a file that stays open
}

func newFile(name string, d disk) *File {
	return &File{name: name, disk: d}
}

// Name is the name the file was opened by. A file that was renamed since keeps it.
func (f *File) Name() string { return f.name }

// ReadAt reads len(p) bytes from offset off on, as [io.ReaderAt] says. After Close the
// error is [ErrClosed].
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	d, err := f.hold()
	if err != nil {
		return 0, fmt.Errorf("open %s again: %w", f.name, err)
	}
	defer f.mu.RUnlock()
	n, err := d.ReadAt(p, off)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if f.closed.Load() || errors.Is(err, os.ErrClosed) {
		return n, fmt.Errorf("read %s: %w", f.name, ErrClosed)
	}
	return n, fmt.Errorf("read %s: %w", f.name, err)
}

// Close closes the file for reading and writing. Reads that are under way finish, later
// ones fail with [ErrClosed]. A second Close does nothing.
func (f *File) Close() error {
	if f.closed.Swap(true) {
		return nil
	}
	f.mu.RLock() // not for writing: a read that hangs does not hold it up
	d, p := f.disk, f.parking
	f.mu.RUnlock()
	if p != nil {
		p.handles.forget(f)
	}
	if d == nil {
		return nil
	}
	if err := d.Close(); err != nil {
		return fmt.Errorf("close %s: %w", f.name, err)
	}
	return nil
}

// writeRange writes n bytes of the file, from off on, to w, through one pooled buffer.
func (f *File) writeRange(w io.Writer, off, n int64) (int64, error) {
	buf, ok := f.buffers.Get().(*[copySize]byte)
	if !ok {
		buf = new([copySize]byte)
	}
	defer f.buffers.Put(buf)
	var done int64
	for done < n {
		part := buf[:min(n-done, copySize)]
		got, err := f.ReadAt(part, off+done)
		if got < len(part) {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return done, fmt.Errorf("read %d bytes at %d of %s: %w", len(part), off+done, f.name, err)
		}
		written, err := w.Write(part)
		done += int64(written)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
