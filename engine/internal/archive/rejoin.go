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
	var records []Record
	for _, x := range extents {
		s := &scanner{window: window{file: x.file, size: x.to}, limits: fmp4.DefaultLimits(), scan: &Scan{Init: j.init}}
		if err := s.walkTrack(x.from, j.track); err != nil {
			return nil, fmt.Errorf("%s: %w", x.file.name, err)
		}
		records = append(records, s.scan.Records...)
	}
	return j.assemble(records)
}

// walkTrack goes from box to box and takes the fragments that have something of a track.
func (s *scanner) walkTrack(at int64, track uint32) error {
	for at < s.size {
		b, err := s.next(at)
		if err != nil {
			return err
		}
		at += b.Size
		if b.Type == "moof" {
			moof, err := s.load(b, s.limits.Moof)
			if err != nil {
				return err
			}
			if s.moof = nil; !concerns(moof, track) {
				continue
			}
		}
		if b.Type != "moof" && b.Type != "mdat" {
			continue
		}
		if err := s.take(b); err != nil {
			return err
		}
	}
	return nil
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

// assemble makes the fragment of the records that have something of its track.
func (j *Joined) assemble(records []Record) (*Composite, error) {
	c := &Composite{init: j.init, pieces: make([]Piece, 0, j.count), chunks: make([]presentation.Chunk, 0, j.count)}
	var end engine.Ticks
	for i := range records {
		for traf, f := range records[i].Fragments {
			if f.TrackID != j.track {
				continue
			}
			if err := j.add(c, &records[i], traf, f, &end); err != nil {
				return nil, err
			}
		}
	}
	if len(c.pieces) != int(j.count) || c.payload != j.payload {
		return nil, errChanged
	}
	return c, nil
}

// add adds one traf of a record to a list that ends, in decode time, at end.
func (j *Joined) add(c *Composite, r *Record, traf int, f *fmp4.Fragment, end *engine.Ticks) error {
	part, n := section{}, int32(len(c.pieces))
	switch n {
	case j.count:
		return errChanged // there is more
	case 0:
		part = j.first
	case j.count - 1:
		part = j.last
	}
	if part.to > 0 {
		if part.from < 0 || part.from >= part.to || int(part.to) > len(f.Samples) {
			return errChanged
		}
		f = f.Section(int(part.from), int(part.to))
	}
	p := Piece{Media: r.Media, Offset: f.PayloadOffset, Size: f.PayloadSize, Traf: int32(traf), From: part.from, To: part.to}
	size := int64(r.MoofSize) + int64(r.MdatHeader) + r.Payload
	k := presentation.Chunk{Sync: f.Sync, Size: Share(f, part.from, part.to, size, r.Fragments), Arrived: j.arrived, Media: r.Media}
	k.Decode, k.DecodeLength = Decoded(f, j.shift)
	if part.to > 0 || len(r.Fragments) > 1 {
		k.Media = NewComposite(j.init, p)
	}
	start := engine.Ticks(f.DecodeStart) + j.shift
	if n > 0 {
		p.Lead = int32(start - *end)
	}
	*end = start + engine.Ticks(f.Duration)
	c.pieces, c.chunks, c.payload = append(c.pieces, p), append(c.chunks, k), c.payload+p.Size
	return nil
}
