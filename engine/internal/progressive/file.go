package progressive

import (
	"context"
	"io"
	"math"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
)

// scale is the timescale of the file as a whole, in which edit lists count: that of Smooth
// Streaming, so that nothing is rounded.
const scale uint32 = 10_000_000

// File is a plain MP4 file that is made while it is written. It may be written several times,
// and from several goroutines.
type File struct {
	ctx    context.Context
	head   []byte // all boxes up to the payload of the mdat
	chunks []chunk
	size   int64
	window window
}

// Open reads the sample tables of tracks, video first, which have a fragment each. WriteTo
// ends with ctx. Kinds: Storage when media cannot be read, Unsupported, TooLarge.
func Open(ctx context.Context, tracks []Track) (*File, error) {
	w := window{open: true}
	var tables []*table
	for _, t := range tracks {
		own, err := read(ctx, t, w)
		if err != nil {
			return nil, err
		}
		if len(own.sizes) == 0 {
			continue // sound that is not heard
		}
		if w.open {
			w = window{from: own.begin, to: own.end, timescale: t.Stream.Timescale}
			if t.Stream.Type == engine.Audio {
				w.from = max(w.from, t.Track.Fragments[0].Start) // without what only primes the decoder
			}
		}
		tables = append(tables, own)
	}
	if len(tables) == 0 {
		return nil, fault(engine.NotFound, "There is no media in this range.")
	}
	f := &File{ctx: ctx, window: w, chunks: interleave(tables)}
	f.head = header(tables, w)
	f.size = int64(len(f.head))
	for i := range f.chunks {
		f.size += f.chunks[i].n
	}
	return f, nil
}

// read makes the table of one track.
func read(ctx context.Context, t Track, w window) (*table, error) {
	own := &table{track: t, trak: fmp4.Trak(fmp4.Moov(t.Track.Raw), t.Track.Init.ID)}
	if own.trak == nil {
		return nil, fault(engine.Internal, "The header of %s is not known.", t.Stream.Name)
	}
	from, to := w.in(t.Stream.Timescale)
	for i := range t.Track.Fragments {
		if err := ctx.Err(); err != nil {
			return nil, &engine.Error{Op: "export", Kind: engine.Unavailable, Err: err, Text: "The export was given up."}
		}
		f := &t.Track.Fragments[i]
		samples, err := output.Samples(t.Track, f)
		if err != nil {
			return nil, &engine.Error{Op: "export", Kind: engine.Storage, Err: err, Text: "Media of " + t.Stream.Name + " cannot be read; see the server's log."}
		}
		keep := 0
		if !w.open && len(own.sizes) == 0 {
			keep = leading(samples, from)
		}
		if err := own.add(samples, f.Media, keep, to); err != nil {
			return nil, err
		}
	}
	if len(own.sizes) > 0 {
		own.finish()
	}
	return own, nil
}

// order tells which table's next chunk comes next in the file: they lie as they are needed.
func order(tables []*table) []int {
	var out []int
	at := make([]int, len(tables))
	for {
		next := -1
		for i, t := range tables {
			if at[i] < len(t.chunks) && (next < 0 || t.chunks[at[i]].at < tables[next].chunks[at[next]].at) {
				next = i
			}
		}
		if next < 0 {
			return out
		}
		out = append(out, next)
		at[next]++
	}
}

// interleave puts the chunks of all tables in order.
func interleave(tables []*table) []chunk {
	var out []chunk
	at := make([]int, len(tables))
	for _, i := range order(tables) {
		out = append(out, tables[i].chunks[at[i]])
		at[i]++
	}
	return out
}

// header is everything in front of the media. Where that begins depends on how long the
// header is, which does not depend on where it begins.
func header(tables []*table, w window) []byte {
	var payload int64
	for _, t := range tables {
		for i := range t.chunks {
			payload += t.chunks[i].n
		}
	}
	wide := payload > math.MaxUint32-64<<20
	begin := ftyp()
	moov := appendMoov(nil, tables, w, wide, 0)
	mdat := appendMdatHeader(nil, payload)
	moov = appendMoov(moov[:0], tables, w, wide, int64(len(begin)+len(moov)+len(mdat)))
	return append(append(begin, moov...), mdat...)
}

// Size is how many bytes WriteTo writes.
func (f *File) Size() int64 { return f.size }

// From is the presentation time of the first picture, or of the first sound without one.
func (f *File) From() time.Duration { return f.window.from.Duration(f.window.timescale) }

// To is when the last one ends.
func (f *File) To() time.Duration { return f.window.to.Duration(f.window.timescale) }

// WriteTo writes the file.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(f.head)
	written := int64(n)
	for i := range f.chunks {
		if err == nil {
			err = f.ctx.Err()
		}
		if err != nil {
			return written, err
		}
		var sent int64
		sent, err = f.chunks[i].write(w)
		written += sent
	}
	return written, err
}

func (c *chunk) write(w io.Writer) (int64, error) { return c.media.WritePayload(w, c.off, c.n) }
