package archive

import (
	"errors"
	"fmt"
	"io"
)

// window reads an archive file in pieces large enough for a moof and the header of the
// mdat behind it.
type window struct {
	file *File
	size int64 // of the file
	off  int64 // of buf in the file
	buf  []byte
	mem  [8 << 10]byte
}

// bytes returns n bytes from offset off on, which are good until the next call. The file
// has them.
func (w *window) bytes(off, n int64) ([]byte, error) {
	if off >= w.off && off+n <= w.off+int64(len(w.buf)) {
		return w.buf[off-w.off:][:n], nil
	}
	b := w.mem[:min(int64(len(w.mem)), w.size-off)]
	if n > int64(len(b)) {
		b = make([]byte, n)
	} else {
		w.off, w.buf = off, b
	}
	if got, err := w.file.ReadAt(b, off); got < len(b) {
		w.buf = nil
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%s has become shorter while it was read: %w", w.file.name, io.ErrUnexpectedEOF)
		}
		return nil, err
	}
	return b[:n], nil
}
