package cmaf

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Body is a segment or a part, ready to be written. It implements io.WriterTo.
type Body struct {
	pieces []piece
	size   int64
}

// piece is a moof and the header of its mdat, and where the samples are.
type piece struct {
	head         []byte
	media        presentation.Media
	offset, size int64
}

// Size is how many bytes WriteTo writes.
func (b *Body) Size() int64 { return b.size }

// WriteTo writes the boxes. The samples go straight from where they are kept to w.
func (b *Body) WriteTo(w io.Writer) (int64, error) {
	var written int64
	for _, p := range b.pieces {
		n, err := w.Write(p.head)
		written += int64(n)
		if err != nil {
			return written, err
		}
		sent, err := p.media.WritePayload(w, p.offset, p.size)
		written += sent
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Segment makes the segment of one of a track's fragments. It fails with an *output.Error of
// kind Broken when the media cannot be read.
func Segment(t *presentation.Track, f *presentation.Fragment) (*Body, error) {
	if f.Chunks == nil {
		return join(t, f, false)
	}
	return part(t, f, Part{To: f.Chunks.Len()})
}

// chunk makes the i-th of the chunks that a fragment came in, which is c. The fragment may be
// one that is still arriving.
func chunk(t *presentation.Track, f *presentation.Fragment, i int, c *presentation.Chunk) (*Body, error) {
	one := presentation.Fragment{Start: c.Decode, Decode: c.Decode, DecodeLength: c.DecodeLength, Shift: f.Shift, Media: c.Media}
	if i == 0 {
		one.Start = f.Start
	}
	return join(t, &one, false)
}

// KeyFrame makes a segment of the samples that one of a track's fragments begins with and that
// need no other: one picture, shown for as long as the fragment lasts. It fails with an
// *output.Error: Never when there is no such sample, Broken when the media cannot be read.
func KeyFrame(t *presentation.Track, f *presentation.Fragment) (*Body, error) {
	return join(t, f, true)
}

// join puts a moof of our own in front of the samples of a fragment, or of the key frame alone.
func join(t *presentation.Track, f *presentation.Fragment, key bool) (*Body, error) {
	samples, err := output.Samples(t, f)
	if err != nil {
		return nil, err
	}
	fromStart := *samples
	fromStart.Start -= int64(f.Start)
	cut, cutTicks, skip := fromStart.TrimNegative()
	size := samples.PayloadSize - skip
	if size > math.MaxUint32-8 {
		return nil, &output.Error{Kind: output.Broken, Text: fmt.Sprintf("The fragment at %d is too large to be served.", f.Start)}
	}
	if key {
		var keys int
		if keys, size = samples.KeyRun(cut); keys == 0 {
			return nil, never(fmt.Sprintf("The segment at %d does not begin with a sample that can be decoded alone.", f.Start))
		}
	}
	head := fmp4.CMAFMoof(samples, fmp4.CMAF{
		Sequence: sequence(f.Decode, t.Init.Timescale), Decode: int64(f.Decode), Trim: cut, TrimTicks: cutTicks, KeyOnly: key,
	})
	head = append(binary.BigEndian.AppendUint32(head, uint32(size+8)), "mdat"...)
	return &Body{
		pieces: []piece{{head: head, media: f.Media, offset: samples.PayloadOffset + skip, size: size}},
		size:   int64(len(head)) + size,
	}, nil
}

// sequence is a number for mfhd that grows along a track and that a fragment always gets
// again: the milliseconds of its decode time. It wraps after 49 days.
func sequence(decode engine.Ticks, timescale uint32) uint32 {
	return uint32(decode.Rescale(timescale, 1000)) + 1
}
