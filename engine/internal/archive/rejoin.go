package archive

import (
	"encoding/binary"
	"fmt"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// Decoded is when the samples of a piece that are published are decoded, and for how long, on
// a timeline that shift leads to: audio before zero is not published.
func Decoded(f *fmp4.Fragment, shift engine.Ticks) (at, length engine.Ticks) {
	at, length = engine.Ticks(f.DecodeStart)+shift, engine.Ticks(f.Duration)
	if cut, ticks, _ := f.TrimNegative(); cut > 0 || ticks > 0 {
		at, length = at-engine.Ticks(f.DecodeStart), length+engine.Ticks(f.DecodeStart)
	}
	return at, length
}

// Share is how many bytes belong to a piece of an accepted moof and mdat that have so many in
// all, and these tracks: f is the samples from one on up to another, where to is 0 for all.
func Share(f *fmp4.Fragment, from, to int32, all int64, tracks []*fmp4.Fragment) int64 {
	switch {
	case len(tracks) > 1 || from > 0:
		return f.PayloadSize
	case to > 0:
		return f.PayloadSize + all - tracks[0].PayloadSize // the boxes go with the first section
	}
	return all
}

// read finds the pieces in their files.
func (j *Joined) read(extents []extent) (*Composite, error) {
	b := j.rebuild()
	for _, x := range extents {
		s := &scanner{window: window{file: x.file, size: x.to}, limits: fmp4.DefaultLimits(), scan: &Scan{Init: j.init}}
		if err := s.walkTrack(x.from, j.track, b.take); err != nil {
			return nil, fmt.Errorf("%s: %w", x.file.name, err)
		}
	}
	return b.whole()
}

// walkTrack goes from box to box, from an offset to the end of the window, and has those
// fragments taken that have something of a track. The record is good for one call.
func (s *scanner) walkTrack(at int64, track uint32, take func(*Record) error) error {
	var r Record
	for at < s.size {
		b, err := s.next(at)
		if err != nil {
			return err
		}
		at += b.Size
		switch {
		case b.Type == "moof":
			r = Record{Offset: b.Offset, MoofSize: int(b.Size)}
			if r.Fragments, err = s.ofTrack(b, track); err != nil {
				return err
			}
		case b.Type == "mdat" && len(r.Fragments) > 0:
			r.MdatHeader = int(b.PayloadOffset() - r.Offset - int64(r.MoofSize))
			r.Payload = b.PayloadSize()
			r.complete()
			r.Media = &Media{}
			r.Media.read(s.file, &r)
			if err := take(&r); err != nil {
				return err
			}
			r.Fragments = nil
		}
	}
	return nil
}

// ofTrack reads what a moof tells; nothing when it has nothing of a track.
func (s *scanner) ofTrack(b fmp4.Box, track uint32) ([]*fmp4.Fragment, error) {
	moof, err := s.load(b, s.limits.Moof)
	if err != nil || !concerns(moof, track) {
		return nil, err
	}
	fragments, err := s.parseMoof(moof, b.Offset)
	if err != nil {
		return nil, moved(err, b.Offset)
	}
	return fragments, nil
}

// concerns reports whether a moof has a traf of a track.
func concerns(moof []byte, track uint32) bool {
	for at := 8; at+8 <= len(moof); {
		size := int(binary.BigEndian.Uint32(moof[at:]))
		if size < 8 || size > len(moof)-at {
			return true // whoever takes it finds out what is wrong
		}
		if string(moof[at+4:at+8]) == "traf" {
			if tfhd := child(moof[at:at+size], "tfhd"); len(tfhd) >= 16 && binary.BigEndian.Uint32(tfhd[12:]) == track {
				return true
			}
		}
		at += size
	}
	return false
}

// rebuilt is a fragment whose pieces are being found again.
type rebuilt struct {
	j   *Joined
	c   *Composite
	end engine.Ticks // of the newest piece, in decode time
}

func (j *Joined) rebuild() *rebuilt {
	return &rebuilt{j: j, c: &Composite{init: j.init, pieces: make([]Piece, 0, j.count), chunks: make([]presentation.Chunk, 0, j.count)}}
}

// whole is the fragment, if all pieces have been found and no more.
func (b *rebuilt) whole() (*Composite, error) {
	if len(b.c.pieces) != int(b.j.count) || b.c.payload != b.j.payload {
		return nil, errChanged
	}
	return b.c, nil
}

// take adds what a record has of the track.
func (b *rebuilt) take(r *Record) error {
	for traf, f := range r.Fragments {
		if f.TrackID != b.j.track {
			continue
		}
		if err := b.add(r, traf, f); err != nil {
			return err
		}
	}
	return nil
}

// add adds one traf of a record.
func (b *rebuilt) add(r *Record, traf int, f *fmp4.Fragment) error {
	c, part, n := b.c, section{}, int32(len(b.c.pieces))
	switch n {
	case b.j.count:
		return errChanged // there is more
	case 0:
		part = b.j.first
	case b.j.count - 1:
		part = b.j.last
	}
	if part.to > 0 {
		if part.from < 0 || part.from >= part.to || int(part.to) > len(f.Samples) {
			return errChanged
		}
		f = f.Section(int(part.from), int(part.to))
	}
	late := b.late(f, part)
	if late > 0 {
		moved := *f
		moved.DecodeStart, moved.Start, moved.Duration = f.DecodeStart-int64(late), f.Start-int64(late), int64(late)
		f = &moved
	}
	p := Piece{Media: r.Media, Offset: f.PayloadOffset, Size: f.PayloadSize, Traf: int32(traf), From: part.from, To: part.to, Late: late}
	size := int64(r.MoofSize) + int64(r.MdatHeader) + r.Payload
	k := presentation.Chunk{Sync: f.Sync, Size: Share(f, part.from, part.to, size, r.Fragments), Arrived: b.j.arrived, Media: r.Media}
	k.Decode, k.DecodeLength = Decoded(f, b.j.shift)
	if part.to > 0 || len(r.Fragments) > 1 || late > 0 {
		k.Media = NewComposite(b.j.init, p)
	}
	start := engine.Ticks(f.DecodeStart) + b.j.shift
	if n > 0 {
		p.Lead = int32(start - b.end)
	}
	b.end = start + engine.Ticks(f.Duration)
	c.pieces, c.chunks, c.payload = append(c.pieces, p), append(c.chunks, k), c.payload+p.Size
	return nil
}

// late is how many ticks too late a piece says that it begins, see Piece.Late: what a piece
// without length lacks to the end of the one before. What was so of the first is remembered.
func (b *rebuilt) late(f *fmp4.Fragment, part section) int32 {
	if len(b.c.pieces) == 0 {
		return b.j.late
	}
	t := b.j.init.Track(b.j.track)
	late := engine.Ticks(f.DecodeStart) + b.j.shift - b.end
	if t == nil || part.to > 0 || f.Duration != 0 || f.Count != 1 || f.HasTfxd || late <= 8 || late > engine.Ticks(t.Timescale/5) {
		return 0
	}
	return int32(late)
}
