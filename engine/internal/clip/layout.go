package clip

import (
	"fmt"
	"reflect"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// unit is one moof with its mdat: a fragment. One that arrived in chunks is written as a
// whole, because how chunks come together depends on those before them.
type unit struct {
	media  presentation.Media
	file   *archive.File // nil when it is not in a file, or not in one place
	off, n int64         // where it is in file
	at     engine.Ticks  // its place in time, at scale
	mark   archive.Mark  // what became of its track's times
	start  engine.Ticks  // as published

	arrived int64 // wall clock of its last byte, nanoseconds since 1970
}

// queue is the units of one track, in order.
type queue struct {
	track     *presentation.Track
	units     []unit
	timescale uint32
	due       bool // a discontinuity is marked in front of its next fragment
}

// source is all tracks of one stream id: what goes into one file.
type source struct {
	id     string
	raw    []byte // header
	queues []*queue
}

// sources gathers the tracks of a view by the stream id that they came with.
func sources(v *presentation.View) []*source {
	var out []*source
	byID := map[string]*source{}
	for _, s := range v.Streams {
		for _, t := range s.Tracks {
			src := byID[t.Source]
			if src == nil {
				src = &source{id: t.Source, raw: t.Raw}
				byID[t.Source] = src
				out = append(out, src)
			}
			src.queues = append(src.queues, &queue{track: t, timescale: s.Timescale, units: unitsOf(s, t)})
		}
	}
	return out
}

// unitsOf lists what a track's fragments are made of.
func unitsOf(s *presentation.Stream, t *presentation.Track) []unit {
	units := make([]unit, 0, len(t.Fragments))
	for i := range t.Fragments {
		f := &t.Fragments[i]
		mark := archive.Mark{Shift: shiftOf(f.Shift, s.Timescale), Discontinuity: anew(s, t, i),
			// What begins without a key frame would join the fragment before it when it is read back.
			Complete: s.Type == engine.Video && !f.Sync}
		u := unit{media: f.Media, at: f.Start.Rescale(s.Timescale, scale), mark: mark, start: f.Start, arrived: f.Arrived}
		if placed, ok := f.Media.(*archive.Media); ok {
			if file, off, n, ok := placed.Extent(); ok {
				u.file, u.off, u.n = file, off, n
			}
		}
		units = append(units, u)
	}
	return units
}

// shiftOf is a shift in ticks of 100 ns that comes to the given one in ticks of a track.
func shiftOf(shift engine.Ticks, timescale uint32) int64 {
	by := shift.Rescale(timescale, scale)
	if by.Rescale(scale, timescale) < shift {
		by++ // it was rounded down
	}
	return int64(by)
}

// anew reports whether the clock of a track's encoder began again with its i-th fragment: its
// times were moved otherwise than before, or the stream says so and none of its tracks was.
func anew(s *presentation.Stream, t *presentation.Track, i int) bool {
	at, ok := s.FindSpan(t.Fragments[i].Start)
	if !ok || !s.Spans[at].Discontinuity {
		return false
	}
	if i == 0 || t.Fragments[i].Shift != t.Fragments[i-1].Shift {
		return true
	}
	for _, other := range s.Tracks {
		f, ok := other.Find(t.Fragments[i].Start)
		if before, had := other.Find(s.Spans[max(0, at-1)].Start); ok && had && before.Shift != f.Shift {
			return false
		}
	}
	return true
}

// before reports whether a unit comes before another one of the same source: by their places
// in the file that both are in, else by time.
func (u *unit) before(o *unit) bool {
	if u.file != nil && u.file == o.file {
		return u.off < o.off
	}
	return u.at < o.at
}

// same reports whether two units are one, which several tracks share.
func (u *unit) same(o *unit) bool {
	if u.file != nil || o.file != nil {
		return u.file == o.file && u.off == o.off
	}
	return reflect.TypeOf(u.media).Kind() == reflect.Pointer && u.media == o.media
}

// piece is a run of bytes of a clip's file: of another file, or of memory.
type piece struct {
	file   *archive.File
	off, n int64
	bytes  []byte
	media  presentation.Media // its mdat's payload follows bytes
}

// layout is what goes into one file.
type layout struct {
	pieces []piece
	index  []fmp4.TrackIndex
	size   int64
	shift  int64 // in force at size

	arrived map[int64]int64 // when the fragments arrived, by the offsets of their moofs
}

// lay orders the units of a source and says what to write.
func (src *source) lay() (*layout, error) {
	if len(src.raw) == 0 {
		return nil, fmt.Errorf("the header of %s is not known", src.id)
	}
	l := &layout{arrived: map[int64]int64{}}
	l.add(piece{bytes: src.raw, n: int64(len(src.raw))})
	index := make([]fmp4.TrackIndex, len(src.queues))
	for i, q := range src.queues {
		index[i].TrackID = q.track.Init.ID
	}
	for {
		q := src.next()
		if q == nil {
			break
		}
		u := q.units[0]
		src.mark(l, q, u.mark)
		at := l.size
		l.arrived[at] = u.arrived
		if err := l.unit(&u); err != nil {
			return nil, err
		}
		for i, other := range src.queues {
			// A moof that several tracks share is written once.
			if len(other.units) == 0 || other != q && !other.units[0].same(&u) {
				continue
			}
			index[i].Entries = append(index[i].Entries, fmp4.IndexEntry{Time: uint64(max(0, other.units[0].start)), MoofOffset: uint64(at)})
			other.units, other.due = other.units[1:], false
		}
	}
	l.index = index
	return l, nil
}

// mark writes a mark in front of the next unit of a queue, if that needs one. A mark concerns
// all tracks of the file.
func (src *source) mark(l *layout, q *queue, m archive.Mark) {
	m.Discontinuity = m.Discontinuity && !q.due
	if m.Shift == l.shift && !m.Discontinuity && !m.Complete {
		return
	}
	b := archive.AppendMark(nil, m)
	l.add(piece{bytes: b, n: int64(len(b))})
	l.shift = m.Shift
	if m.Discontinuity {
		for _, other := range src.queues {
			other.due = true
		}
	}
}

// next is the queue whose first unit comes first.
func (src *source) next() *queue {
	var first *queue
	for _, q := range src.queues {
		if len(q.units) > 0 && (first == nil || q.units[0].before(&first.units[0])) {
			first = q
		}
	}
	return first
}

// unit adds one moof with its mdat.
func (l *layout) unit(u *unit) error {
	if u.file != nil {
		l.add(piece{file: u.file, off: u.off, n: u.n})
		return nil
	}
	moof, err := u.media.Moof()
	if err != nil {
		return err
	}
	head := appendMdatHeader(append([]byte(nil), moof...), u.media.PayloadSize())
	l.add(piece{bytes: head, media: u.media, n: int64(len(head)) + u.media.PayloadSize()})
	return nil
}

// add appends a piece, to the last one where it follows on it.
func (l *layout) add(p piece) {
	l.size += p.n
	if n := len(l.pieces); n > 0 && p.file != nil {
		if last := &l.pieces[n-1]; last.file == p.file && last.off+last.n == p.off {
			last.n += p.n
			return
		}
	}
	l.pieces = append(l.pieces, p)
}
