package archive

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"pubpoint/engine/internal/fmp4"
)

func (s *scanner) takeMoov(b fmp4.Box) error {
	if s.scan.Init != nil {
		return nil // an encoder's second request, stored by others: the first header stands
	}
	moov, err := s.load(b, s.limits.Moov)
	if err != nil {
		return err
	}
	if s.scan.Init, err = fmp4.ParseInit(s.ftyp, moov, s.limits); err != nil {
		s.scan.Init = nil
		return moved(err, b.Offset)
	}
	s.headerEnd = b.Offset + b.Size
	return nil
}

func (s *scanner) takeUUID(b fmp4.Box) error {
	if b.Size > s.limits.Other || b.Size < 28 {
		return nil
	}
	box, err := s.bytes(b.Offset, b.Size)
	if err != nil {
		return err
	}
	if m, ok := parseMark(box); ok {
		s.shift = m.Shift
		if m.Discontinuity {
			s.rejoined = rejoined{}
		}
		s.marks = append(s.marks, Entry{Kind: PieceMark, Offset: b.Offset, Length: b.Size, Shift: m.Shift, Discontinuity: m.Discontinuity})
		return nil
	}
	uuid, _, payload, ok := fmp4.UUIDPayload(box)
	inHeader := ok && len(s.scan.Records) == 0 && s.moof == nil
	if inHeader && (uuid == fmp4.UUIDServerManifest || uuid == fmp4.UUIDStreamManifest) {
		s.headerEnd = b.Offset + b.Size
		if uuid == fmp4.UUIDServerManifest {
			s.scan.Manifest = bytes.Clone(payload)
		}
	}
	return nil
}

func (s *scanner) takeMoof(b fmp4.Box) error {
	if s.scan.Init == nil {
		return fault(fmp4.BadOrder, b, "a fragment comes before the moov that describes its tracks")
	}
	moof, err := s.load(b, s.limits.Moof)
	if err != nil {
		return err
	}
	fragments, err := s.parseMoof(moof, b.Offset)
	if err != nil {
		return moved(err, b.Offset)
	}
	s.moof = &Record{Offset: b.Offset, MoofSize: int(b.Size), Fragments: fragments, Shift: s.shift}
	return nil
}

// parseMoof reads what an archive tells of a moof: the samples only where some may have to be
// left out, and not where they lie.
func (s *scanner) parseMoof(moof []byte, offset int64) ([]*fmp4.Fragment, error) {
	// Where the samples lie does not matter here, but offsets counted from the start of
	// the encoder's stream must not fail for being elsewhere in this file.
	at := fmp4.Position{Moof: offset, Payload: offset}
	if base, ok := baseDataOffset(moof); ok && base > 0 {
		at = fmp4.Position{Moof: base, Payload: base}
	}
	fragments, err := fmp4.ParseMoof(moof, s.scan.Init, s.limits, at)
	if err != nil {
		return nil, err
	}
	for _, f := range fragments {
		f.PayloadOffset = 0
		if f.Start >= 0 {
			f.Samples = nil
		}
	}
	return fragments, nil
}

// takeMdat completes the fragment whose moof came before.
func (s *scanner) takeMdat(b fmp4.Box) error {
	r := s.moof
	if r == nil {
		return nil
	}
	s.moof = nil
	r.MdatHeader = int(b.PayloadOffset() - r.Offset - int64(r.MoofSize))
	r.Payload = b.PayloadSize()
	r.Media = &Media{}
	r.Media.read(s.file, r)
	r.Discontinuity = s.rejoined.first(r.Fragments)
	for _, m := range s.marks {
		s.note(m)
	}
	s.marks = nil
	e := r.entry()
	whole, err := s.judge(r, &e)
	if err != nil {
		return err
	}
	s.note(e)
	if whole {
		s.scan.Records = append(s.scan.Records, *r)
	} else {
		s.scan.Damaged = append(s.scan.Damaged, e)
	}
	s.reached(b.Offset + b.Size)
	return nil
}

// reached notes that what lies before an offset is whole.
func (s *scanner) reached(offset int64) {
	s.scan.Good, s.scan.shift, s.scan.rejoined = offset, s.shift, maps.Clone(s.rejoined)
}

// takeIndex believes the mfra at the end of the file if it says where it begins, and
// every entry of it is a fragment that has been seen.
func (s *scanner) takeIndex(b fmp4.Box) error {
	mfra, err := s.load(b, s.limits.Mdat)
	if err != nil {
		return err
	}
	if len(mfra) < 24 || string(mfra[len(mfra)-12:len(mfra)-8]) != "mfro" ||
		binary.BigEndian.Uint32(mfra[len(mfra)-4:]) != uint32(b.Size) {
		return nil
	}
	index, err := fmp4.ParseMfra(mfra)
	if err != nil {
		return nil // no index: the fragments have been read without it
	}
	for _, t := range index {
		for _, e := range t.Entries {
			if e.MoofOffset > math.MaxInt64 || !s.hasRecord(int64(e.MoofOffset)) {
				return nil
			}
		}
	}
	s.scan.Sealed, s.scan.Index = s.scan.Init != nil, index
	if s.scan.Sealed {
		s.note(Entry{Kind: PieceMfra, Offset: b.Offset, Length: b.Size, Shift: s.shift})
	}
	return nil
}

func (s *scanner) hasRecord(offset int64) bool {
	_, ok := slices.BinarySearchFunc(s.scan.Records, offset, func(r Record, want int64) int {
		return int(max(-1, min(1, r.Offset-want)))
	})
	return ok
}
