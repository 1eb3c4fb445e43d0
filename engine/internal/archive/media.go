package archive

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// Media is one accepted fragment: in memory from its arrival until Cool, in its file
// afterwards. It may be used from any goroutine, and again and again. It implements
// [presentation.Media].
type Media struct {
	hot     atomic.Pointer[buffers]
	file    atomic.Pointer[File] // nil while, or for ever when, it is in memory alone
	lost    atomic.Bool          // it will never be in a file
	offset  int64                // of the moof in file; set before file
	payload int64                // bytes of the mdat's payload
	moof    int32                // bytes of the moof
	header  int32                // bytes of the mdat's header
}

var _ presentation.Media = (*Media)(nil)

// buffers are the bytes of a fragment as they came in. Nobody changes them.
type buffers struct {
	moof, payload []byte
}

// errBounds says that more was asked of a payload than it has.
var errBounds = errors.New("the range lies outside the payload")

// Piece is a fragment as it came in. Nobody changes its bytes any more.
type Piece struct {
	Moof       []byte // the whole box
	MdatHeader []byte // 8 or 16 bytes
	Payload    []byte // of the mdat
	// Fragments is what Moof says, one for each traf with samples.
	Fragments []*fmp4.Fragment
	Arrived   int64 // wall clock of the last byte, nanoseconds since 1970
}

// NewMedia returns the media of a fragment that is about to be archived: it is in memory,
// and waits for [Writer.Keep], or for Lose.
func NewMedia(p *Piece) *Media {
	m := &Media{moof: int32(len(p.Moof)), header: int32(len(p.MdatHeader)), payload: int64(len(p.Payload))}
	m.hot.Store(&buffers{moof: p.Moof, payload: p.Payload})
	return m
}

// NewMemory returns a Media that is nowhere but in memory, for points that keep no
// archive and for fragments that the disk refused. It keeps the slices, which must not be
// changed any more.
func NewMemory(moof, payload []byte) *Media {
	m := &Media{moof: int32(len(moof)), header: 8, payload: int64(len(payload))}
	m.hot.Store(&buffers{moof: moof, payload: payload})
	m.lost.Store(true)
	return m
}

// read makes m the media of a record that was read from a file.
func (m *Media) read(f *File, r *Record) {
	m.moof, m.header, m.payload = int32(r.MoofSize), int32(r.MdatHeader), r.Payload
	m.place(f, r.Offset)
}

// place says where the media lies from now on.
func (m *Media) place(f *File, offset int64) {
	m.offset = offset
	m.file.Store(f)
}

// Lose says that the media will never be in a file.
func (m *Media) Lose() { m.lost.Store(true) }

// Waiting reports whether the media is on its way to the archive: neither in a file yet,
// nor lost.
func (m *Media) Waiting() bool { return m.file.Load() == nil && !m.lost.Load() }

// Cool lets go of the bytes in memory once they can be read from a file. It does nothing
// to media that is in none, whose bytes go when nobody refers to it any more.
func (m *Media) Cool() {
	if m.file.Load() != nil {
		m.hot.Store(nil)
	}
}

// Hot reports whether the bytes are in memory.
func (m *Media) Hot() bool { return m.hot.Load() != nil }

// File is the archive file that the media lies in, and nil for media in memory alone.
func (m *Media) File() *File { return m.file.Load() }

// Offset is where the moof starts in the archive file, and -1 for media in memory alone.
// It is the MoofOffset of the index that [Writer.Seal] takes.
func (m *Media) Offset() int64 {
	if m.file.Load() == nil {
		return -1
	}
	return m.offset
}

// Size is the size of moof and mdat in bytes, headers included.
func (m *Media) Size() int64 { return int64(m.moof) + int64(m.header) + m.payload }

// Moof returns the whole moof box. The caller must not change it. It fails when the file
// cannot be read, with [ErrClosed] when it was closed.
func (m *Media) Moof() ([]byte, error) {
	if hot := m.hot.Load(); hot != nil {
		return hot.moof, nil
	}
	moof := make([]byte, m.moof)
	file := m.file.Load()
	if n, err := file.ReadAt(moof, m.offset); n < len(moof) {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("read moof at %d of %s: %w", m.offset, file.name, err)
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
	return m.file.Load().writeRange(w, m.offset+int64(m.moof)+int64(m.header)+off, n)
}
