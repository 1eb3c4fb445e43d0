package archive

import (
	"fmt"
	"io"
	"slices"

	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// Piece is what one track has in one accepted moof and mdat, or a section of that.
type Piece struct {
	Media *Media
	// Offset and Size are the place of its samples in the payload of Media, in bytes.
	Offset, Size int64
	// Traf is which of the moof's trafs with samples it is, From and To are which samples of
	// it; To is 0 for all of them.
	Traf, From, To int32
	// Lead is how many ticks after the end of the piece before it begins: 0 but for rounding
	// and for encoders that foresaw a duration wrongly.
	Lead int32
	// Late is how many ticks too late its moof says that its one sample begins, which lasts
	// as long: 0 but for encoders that foresaw the duration before wrongly.
	Late int32
}

// Composite is the pieces of one track's fragment as one: one moof, with all samples in one
// run and the encoder's own times, and one payload. Nothing is copied; what is in memory, and
// what is in a file, is where its pieces have it. It may be used from any goroutine. It
// implements [presentation.Media].
//
// One that was begun by [NewChunked] is a fragment that is arriving, with what is told of each
// piece; it implements [presentation.Chunks] as well.
type Composite struct {
	init    *fmp4.Init
	pieces  []Piece
	chunks  []presentation.Chunk // one for each piece, or none
	payload int64
}

var (
	_ presentation.Media  = (*Composite)(nil)
	_ presentation.Chunks = (*Composite)(nil)
)

// NewComposite returns a Composite of one piece of a track that init describes.
func NewComposite(init *fmp4.Init, first Piece) *Composite {
	return &Composite{init: init, pieces: []Piece{first}, payload: first.Size}
}

// NewChunked returns a Composite of the first piece of a fragment, of which chunk tells.
func NewChunked(init *fmp4.Init, first Piece, chunk presentation.Chunk) *Composite {
	c := NewComposite(init, first)
	c.chunks = append(make([]presentation.Chunk, 0, 8), chunk)
	return c
}

// With returns a Composite that has one piece more, of which chunk tells. It shares the lists
// with c, so only the newest of them may be continued, by one goroutine; all may be read
// meanwhile.
func (c *Composite) With(next Piece, chunk presentation.Chunk) *Composite {
	return &Composite{init: c.init, pieces: append(c.pieces, next), chunks: append(c.chunks, chunk), payload: c.payload + next.Size}
}

// Clip returns a Composite of the same pieces that is not to be continued: it keeps no room
// for more.
func (c *Composite) Clip() *Composite {
	return &Composite{init: c.init, pieces: slices.Clone(c.pieces), chunks: slices.Clone(c.chunks), payload: c.payload}
}

// Len is how many chunks there are.
func (c *Composite) Len() int { return len(c.chunks) }

// List returns the chunks. It never fails. The caller must not change them.
func (c *Composite) List() ([]presentation.Chunk, error) { return c.chunks, nil }

// Pieces returns what c consists of, in order. The caller must not change it.
func (c *Composite) Pieces() []Piece { return c.pieces }

// Moof builds the one moof, always the same. It fails when the file of a piece cannot be read.
func (c *Composite) Moof() ([]byte, error) {
	whole, err := c.pieces[0].samples(c.init)
	if err != nil {
		return nil, err
	}
	for _, p := range c.pieces[1:] {
		next, err := p.samples(c.init)
		if err != nil {
			return nil, err
		}
		whole.Extend(next, int64(p.Lead))
	}
	return fmp4.PlainMoof(whole), nil
}

// samples reads what the piece's moof says of it.
func (p *Piece) samples(init *fmp4.Init) (*fmp4.Fragment, error) {
	moof, err := p.Media.Moof()
	if err != nil {
		return nil, err
	}
	// The place of the samples is known; what the moof says of it must only make sense.
	var at fmp4.Position
	if base, ok := baseDataOffset(moof); ok && base > 0 {
		at = fmp4.Position{Moof: base, Payload: base}
	}
	trafs, err := fmp4.ParseMoof(moof, init, fmp4.DefaultLimits(), at)
	if err != nil {
		return nil, err
	}
	if int(p.Traf) >= len(trafs) {
		return nil, fmt.Errorf("a moof has %d trafs with samples, and the one at %d is needed", len(trafs), p.Traf)
	}
	f := trafs[p.Traf]
	if p.Late > 0 && len(f.Samples) == 1 {
		late := int64(p.Late)
		f.Samples[0].Duration, f.Duration = uint32(late), late
		f.DecodeStart, f.Start = f.DecodeStart-late, f.Start-late
	}
	if p.To == 0 {
		return f, nil
	}
	if p.From < 0 || p.From >= p.To || int(p.To) > len(f.Samples) {
		return nil, fmt.Errorf("a moof has %d samples, and those from %d to %d are needed", len(f.Samples), p.From, p.To)
	}
	return f.Section(int(p.From), int(p.To)), nil
}

// PayloadSize is the size of all samples in bytes.
func (c *Composite) PayloadSize() int64 { return c.payload }

// WritePayload writes n bytes of the samples, from offset off on, to w, and returns how many
// were written. A range outside is refused before anything is written; an error of w is
// returned as it is.
func (c *Composite) WritePayload(w io.Writer, off, n int64) (int64, error) {
	if off < 0 || n < 0 || off > c.payload || n > c.payload-off {
		return 0, fmt.Errorf("write %d bytes from %d on of a payload of %d: %w", n, off, c.payload, errBounds)
	}
	var done int64
	for i := range c.pieces {
		p := &c.pieces[i]
		if off >= p.Size {
			off -= p.Size
			continue
		}
		if done == n {
			break
		}
		written, err := p.Media.WritePayload(w, p.Offset+off, min(n-done, p.Size-off))
		done += written
		if err != nil {
			return done, err
		}
		off = 0
	}
	return done, nil
}
