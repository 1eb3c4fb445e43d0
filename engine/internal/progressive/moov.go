package progressive

import (
	"encoding/binary"
	"math"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Flags of a tkhd (ISO/IEC 14496-12 clause 8.3.2).
const (
	trackEnabled   = 1
	trackInMovie   = 2
	trackInPreview = 4
)

// box returns a box of parts.
func box(kind string, parts ...[]byte) []byte {
	size := 8
	for _, p := range parts {
		size += len(p)
	}
	b := binary.BigEndian.AppendUint32(make([]byte, 0, size), uint32(size))
	b = append(b, kind...)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// words are numbers of 32 bits.
func words(values ...uint32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func long(v int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(v)) }

func ftyp() []byte {
	return box("ftyp", []byte("isom"), words(0x200), []byte("isomiso2mp41"))
}

// appendMdatHeader appends the header of an mdat with a payload of n bytes.
func appendMdatHeader(b []byte, n int64) []byte {
	if n > math.MaxUint32-8 {
		b = append(append(b, words(1)...), "mdat"...)
		return append(b, long(n+16)...)
	}
	return append(append(b, words(uint32(n+8))...), "mdat"...)
}

// appendMoov appends the moov (clause 8.2.1). The media begins at base; wide says that
// places in it need 64 bits.
func appendMoov(b []byte, tables []*table, w window, wide bool, base int64) []byte {
	traks := make([][]byte, len(tables))
	var longest int64
	starts := places(tables, base)
	audio := 0
	for i, t := range tables {
		e := editsOf(t, w)
		longest = max(longest, e.total())
		flags, group := uint32(trackEnabled|trackInMovie|trackInPreview), uint32(0)
		if t.track.Stream.Type == engine.Audio {
			group = 1 // languages are alternatives: one is heard
			if audio++; audio > 1 {
				flags &^= trackEnabled
			}
		}
		traks[i] = box("trak", tkhd(t.trak, uint32(i+1), flags, group, e.total()), e.box(), mdia(t, starts[i], wide))
	}
	mvhd := box("mvhd", words(1<<24), long(0), long(0), words(scale), long(longest),
		words(0x10000, 0x01000000, 0, 0), identity(), words(0, 0, 0, 0, 0, 0, uint32(len(tables)+1)))
	return append(b, box("moov", append([][]byte{mvhd}, traks...)...)...)
}

func identity() []byte { return words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) }

// places are where the chunks of each table lie in a file whose media begins at base.
func places(tables []*table, base int64) [][]int64 {
	out := make([][]int64, len(tables))
	for _, i := range order(tables) {
		next := tables[i].chunks[len(out[i])]
		out[i] = append(out[i], base)
		base += next.n
	}
	return out
}

// edits is the edit list of a track (clause 8.6.6): it waits, and then shows its media from a
// place on.
type edits struct {
	wait, length int64 // at scale
	from         int64 // ticks of the track
}

func editsOf(t *table, w window) edits {
	timescale := t.track.Stream.Timescale
	from, to := w.in(timescale)
	end := min(t.end, to)
	e := edits{}
	if t.begin > from {
		// Rescaled from the two ends, so that nothing adds up.
		e.wait = int64(t.begin.Rescale(timescale, scale) - w.from.Rescale(w.timescale, scale))
		from = t.begin
	}
	e.from = int64(from-t.first) - t.lowest
	e.length = int64((end - from).Rescale(timescale, scale))
	if engine.Ticks(e.length).Rescale(scale, timescale) < end-from {
		e.length++ // rounded down: the last picture would be cut off
	}
	return e
}

func (e edits) total() int64 { return e.wait + e.length }

func (e edits) box() []byte {
	count, body := uint32(1), []byte(nil)
	if e.wait > 0 {
		count = 2
		body = append(append(long(e.wait), long(-1)...), words(0x10000)...)
	}
	body = append(append(append(body, long(e.length)...), long(e.from)...), words(0x10000)...)
	return box("edts", box("elst", words(1<<24, count), body))
}

// tkhd is the encoder's with another number, group and duration: its picture stays as large,
// and turned, as it was.
func tkhd(trak []byte, id, flags, group uint32, duration int64) []byte {
	volume, matrix, size := words(0), identity(), words(0, 0)
	if sent := fmp4.Lookup(trak, "tkhd"); len(sent) >= 92 {
		rest := sent[len(sent)-48:] // the same in all versions
		volume, matrix, size = rest[:4], rest[4:40], rest[40:]
	}
	return box("tkhd", words(1<<24|flags), long(0), long(0), words(id, 0), long(duration),
		words(0, 0, group), volume, matrix, size)
}
