package archive

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"pubpoint/engine/internal/presentation"
)

// Media is one accepted fragment: in memory from its arrival until Cool, in its file
// afterwards. It may be used from any goroutine, and again and again. It implements
// [presentation.Media].
type Media struct {
	hot     atomic.Pointer[buffers]
	file    *File // nil for a fragment that is in memory alone
	offset  int64 // of the moof in file
	moof    int64 // bytes of the moof
	header  int64 // bytes of the mdat's header
	payload int64 // bytes of the mdat's payload
}

var _ presentation.Media = (*Media)(nil)

// buffers are the bytes of a fragment as they came in. Nobody changes them.
type buffers struct {
	moof, payload []byte
}

// errBounds says that more was asked of a payload than it has.
var errBounds = errors.New("the range lies outside the payload")

// NewMemory returns a Media that is nowhere but in memory, for points that keep no
// archive and for fragments that the disk refused. It keeps the slices, which must not be
// changed any more.
func NewMemory(moof, payload []byte) *Media {
	m := &Media{offset: -1, moof: int64(len(moof)), header: 8, payload: int64(len(payload))}
	m.hot.Store(&buffers{moof: moof, payload: payload})
	return m
}

// Cool lets go of the bytes in memory once they can be read from the file. It does
// nothing to a Media of [NewMemory], whose bytes go when nobody refers to it any more.
func (m *Media) Cool() {
	if m.file != nil {
		m.hot.Store(nil)
	}
}

// Hot reports whether the bytes are in memory.
func (m *Media) Hot() bool { return m.hot.Load() != nil }

// Offset is where the moof starts in the archive file, and -1 for a Media of [NewMemory].
// It is the MoofOffset of the index that [Writer.Seal] takes.
func (m *Media) Offset() int64 { return m.offset }

// Size is the size of moof and mdat in bytes, headers included.
func (m *Media) Size() int64 { return m.moof + m.header + m.payload }

// Moof returns the whole moof box. The caller must not change it. It fails when the file
// cannot be read, with [ErrClosed] when it was closed.
func (m *Media) Moof() ([]byte, error) {
	if hot := m.hot.Load(); hot != nil {
		return hot.moof, nil
	}
	moof := make([]byte, m.moof)
	if n, err := m.file.ReadAt(moof, m.offset); n < len(moof) {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("read moof at %d of %s: %w", m.offset, m.file.name, err)
	}
	return moof, nil
}

// PayloadSize is the size of the mdat's payload in bytes.
func (m *Media) PayloadSize() int64 { return m.payload }

// WritePayload writes n bytes of the mdat's payload, from offset off on, to w, and
// returns how many were written. A range outside the payload is refused before anything
// is written; an error of w is returned as it is.
func (m *Media) WritePayload(w io.Writer, off, n int64) (int64, error) {
	if off < 0 || n < 0 || off > m.payload || n > m.payload-off {
		return 0, fmt.Errorf("write %d bytes from %d on of a payload of %d: %w", n, off, m.payload, errBounds)
	}
	if n == 0 {
		return 0, nil
	}
	if hot := m.hot.Load(); hot != nil {
		written, err := w.Write(hot.payload[off : off+n])
		return int64(written), err
	}
	return m.file.writeRange(w, m.offset+m.moof+m.header+off, n)
}
