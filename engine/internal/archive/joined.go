package archive

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"weak"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// errChanged is the cause when a fragment's pieces are not where they were in its file.
var errChanged = errors.New("the archive file is not the one that was written")

// Joined is a fragment that its encoder sent in pieces, complete. While players at the live
// edge may ask for its chunks it has a list of them; once it was cooled it knows no more than
// where the first piece begins and the last ends, and reads the moofs between when somebody
// asks. What it gives is the same either way, but for the time of arrival of single chunks.
//
// It may be used from any goroutine. It implements [presentation.Media] and
// [presentation.Chunks].
type Joined struct {
	init    *fmp4.Init
	shift   engine.Ticks // that was added to the encoder's times
	arrived int64        // of the last piece, nanoseconds since 1970
	payload int64
	track   uint32
	count   int32
	late    int32 // of the first piece, see Piece.Late
	first   section
	last    section
	hot     atomic.Pointer[Composite] // nil once it was cooled

	// mu guards what follows, and has readers of one fragment wait for one reading.
	mu      sync.Mutex
	extents []extent // set before hot becomes nil
	// warm is what was read last. The collector takes it when nobody uses it any more, so it
	// costs nothing in the long run; formats that ask for sample after sample find it.
	warm weak.Pointer[Composite]
}

// section is which samples of a traf belong to a piece; to is 0 for all.
type section struct{ from, to int32 }

// extent is where pieces lie in one file: the first moof begins at from, and the last mdat
// ends at to. What else is between them belongs to others.
type extent struct {
	file     *File
	from, to int64
}

var (
	_ presentation.Media  = (*Joined)(nil)
	_ presentation.Chunks = (*Joined)(nil)
)

// Complete returns the fragment of all pieces of c, which is from [NewChunked] and is not to
// be continued. It is of the given track, shift ticks were added to its times, and its last
// byte arrived at a time in nanoseconds since 1970.
func (c *Composite) Complete(track uint32, shift engine.Ticks, arrived int64) *Joined {
	first, last := &c.pieces[0], &c.pieces[len(c.pieces)-1]
	j := &Joined{
		init: c.init, shift: shift, arrived: arrived, payload: c.payload, track: track, count: int32(len(c.pieces)),
		late: first.Late, first: section{first.From, first.To}, last: section{last.From, last.To},
	}
	j.hot.Store(c.Clip())
	return j
}

// Whole returns the pieces of c: itself.
func (c *Composite) Whole() (*Composite, error) { return c, nil }

// Whole returns the pieces and chunks, from memory or from the archive. It fails when a file
// cannot be read, with [ErrClosed] when it was closed.
func (j *Joined) Whole() (*Composite, error) {
	if c := j.hot.Load(); c != nil {
		return c, nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if c := j.warm.Value(); c != nil {
		return c, nil
	}
	c, err := j.read(j.extents)
	if err != nil {
		return nil, fmt.Errorf("find the pieces of a fragment again: %w", err)
	}
	j.warm = weak.Make(c)
	return c, nil
}

// Moof builds the one moof, always the same. It fails when a file cannot be read.
func (j *Joined) Moof() ([]byte, error) {
	c, err := j.Whole()
	if err != nil {
		return nil, err
	}
	return c.Moof()
}

// PayloadSize is the size of all samples in bytes.
func (j *Joined) PayloadSize() int64 { return j.payload }

// WritePayload writes n bytes of the samples, from offset off on, to w, as
// [Composite.WritePayload] does.
func (j *Joined) WritePayload(w io.Writer, off, n int64) (int64, error) {
	c, err := j.Whole()
	if err != nil {
		return 0, err
	}
	return c.WritePayload(w, off, n)
}

// Len is how many chunks there are.
func (j *Joined) Len() int { return int(j.count) }

// List returns the chunks. It fails when a file cannot be read.
func (j *Joined) List() ([]presentation.Chunk, error) {
	c, err := j.Whole()
	if err != nil {
		return nil, err
	}
	return c.chunks, nil
}

// Lies reports whether a piece lies in one of the files; it reads nothing.
func (j *Joined) Lies(files []*File) bool {
	if c := j.hot.Load(); c != nil {
		return slices.ContainsFunc(c.pieces, func(p Piece) bool { return slices.Contains(files, p.Media.File()) })
	}
	// They were set before the list went, and never change.
	return slices.ContainsFunc(j.extents, func(x extent) bool { return slices.Contains(files, x.file) })
}
