package archive

import (
	"errors"
	"fmt"
	"io"
)

// Extent is where a fragment lies on disk: n bytes of file from off on, moof, mdat and what
// is between them. ok is false when it is in memory alone.
func (m *Media) Extent() (file *File, off, n int64, ok bool) {
	file = m.file.Load()
	if file == nil {
		return nil, 0, 0, false
	}
	return file, m.offset, m.Size(), true
}

// AppendMark appends the box that says m, for files that are put together of other files.
func AppendMark(dst []byte, m Mark) []byte { return appendMark(dst, m) }

// CopyTo writes n bytes of the file, from off on, to w, and returns how many were written.
// Where the system can copy from file to file by itself and w is one, the bytes do not pass
// through the program. A file that has become too short gives [io.ErrUnexpectedEOF], a
// closed one [ErrClosed].
func (f *File) CopyTo(w io.Writer, off, n int64) (int64, error) {
	d, err := f.hold()
	if err != nil {
		return 0, fmt.Errorf("open %s again: %w", f.name, err)
	}
	again, err := reopen(d)
	f.mu.RUnlock()
	if err != nil {
		return f.writeRange(w, off, n) // another system, or a file of a test
	}
	written, err := copyFrom(w, again, off, n)
	if err != nil {
		err = fmt.Errorf("copy %d bytes at %d of %s: %w", n, off, f.name, err)
	}
	return written, errors.Join(err, again.Close())
}

// copyFrom copies through the file's own position, which is what os.File knows to do without
// a buffer.
func copyFrom(w io.Writer, from io.ReadSeeker, off, n int64) (int64, error) {
	if _, err := from.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	written, err := io.Copy(w, io.LimitReader(from, n))
	if err == nil && written < n {
		err = io.ErrUnexpectedEOF
	}
	return written, err
}
