package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"pubpoint/engine/internal/fmp4"
)

// scanner walks the top-level boxes of one file.
type scanner struct {
	window
	limits fmp4.Limits
	scan   *Scan

	ftyp      []byte
	headerEnd int64
	moof      *Record // waits for its mdat
	shift     int64   // of the newest mark
	part      int     // counts the marks that completed what was open
	// rejoined are the tracks that have been seen since the newest discontinuity; nil
	// before the first.
	rejoined map[uint32]bool
}

// walk goes from box to box until the end of the file or the first fault.
func (s *scanner) walk() error {
	for at := int64(0); at < s.size; {
		box, err := s.next(at)
		if err != nil {
			return err
		}
		if err := s.take(box); err != nil {
			return err
		}
		at += box.Size
	}
	return nil
}

// next reads the header of the box at offset at, and checks that the file has all of it.
func (s *scanner) next(at int64) (fmp4.Box, error) {
	b := fmp4.Box{Offset: at, HeaderSize: 8}
	left := s.size - at
	if left < 8 {
		return b, fault(fmp4.Truncated, b, "the file ends inside a box header")
	}
	head, err := s.bytes(at, min(left, 16))
	if err != nil {
		return b, err
	}
	for _, c := range head[4:8] {
		if c < 0x20 || c > 0x7e {
			return b, fault(fmp4.Malformed, b, fmt.Sprintf("expected a box but found the bytes %x", head[:8]))
		}
	}
	b.Type = string(head[4:8])
	size := uint64(binary.BigEndian.Uint32(head))
	if size == 1 {
		if left < 16 {
			return b, fault(fmp4.Truncated, b, "the file ends inside a box header")
		}
		b.HeaderSize, size = 16, binary.BigEndian.Uint64(head[8:])
	}
	switch {
	case size < uint64(b.HeaderSize):
		return b, fault(fmp4.BadSize, b, fmt.Sprintf("size %d is smaller than the box header", size))
	case size > uint64(left):
		// Only what could have been written here can have been cut short here.
		if limit := uint64(max(s.limits.Mdat, s.limits.Moof, s.limits.Other)); size > limit {
			return b, fault(fmp4.BadSize, b, fmt.Sprintf("size %d reaches beyond the file, and beyond any fragment", size))
		}
		return b, fault(fmp4.Truncated, b, fmt.Sprintf("the file ends %d bytes short of the box's %d", size-uint64(left), size))
	}
	b.Size = int64(size)
	return b, nil
}

// take does what is to be done with a whole box.
func (s *scanner) take(b fmp4.Box) error {
	switch b.Type {
	case "ftyp":
		box, err := s.load(b, s.limits.Other)
		if err == nil && s.scan.Init == nil {
			s.ftyp, s.headerEnd = bytes.Clone(box), b.Offset+b.Size
		}
		return err
	case "moov":
		return s.takeMoov(b)
	case "uuid":
		return s.takeUUID(b)
	case "moof":
		return s.takeMoof(b)
	case "mdat":
		s.takeMdat(b)
	case "mfra":
		if b.Offset+b.Size == s.size {
			return s.takeIndex(b)
		}
	}
	return nil
}

// load reads a whole box into memory, if limit allows. It is good until the next read.
func (s *scanner) load(b fmp4.Box, limit int64) ([]byte, error) {
	if b.Size > limit {
		return nil, fault(fmp4.TooLarge, b, fmt.Sprintf("size %d is over the limit of %d bytes", b.Size, limit))
	}
	return s.bytes(b.Offset, b.Size)
}

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
		if m.Complete {
			s.part++
		}
		if m.Discontinuity {
			s.rejoined = make(map[uint32]bool)
		}
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
	// Where the samples lie does not matter here, but offsets counted from the start of
	// the encoder's stream must not fail for being elsewhere in this file.
	at := fmp4.Position{Moof: b.Offset, Payload: b.Offset}
	if base, ok := baseDataOffset(moof); ok && base > 0 {
		at = fmp4.Position{Moof: base, Payload: base}
	}
	fragments, err := fmp4.ParseMoof(moof, s.scan.Init, s.limits, at)
	if err != nil {
		return moved(err, b.Offset)
	}
	for _, f := range fragments {
		// What lies before zero is cut off, and a fragment with a key frame inside is cut there.
		if f.Start >= 0 && (f.Sync || f.NextSync == 0) {
			f.Samples = nil
		}
	}
	s.moof = &Record{Offset: b.Offset, MoofSize: int(b.Size), Fragments: fragments, Shift: s.shift, Part: s.part}
	return nil
}

// takeMdat completes the fragment whose moof came before.
func (s *scanner) takeMdat(b fmp4.Box) {
	r := s.moof
	if r == nil {
		return
	}
	s.moof = nil
	r.MdatHeader = int(b.PayloadOffset() - r.Offset - int64(r.MoofSize))
	r.Payload = b.PayloadSize()
	r.Media = &Media{file: s.file, offset: r.Offset, moof: int64(r.MoofSize), header: int64(r.MdatHeader), payload: r.Payload}
	r.payloadOffsets()
	for _, f := range r.Fragments {
		if s.rejoined != nil && !s.rejoined[f.TrackID] {
			s.rejoined[f.TrackID] = true
			r.Discontinuity = true
		}
	}
	s.scan.Records = append(s.scan.Records, *r)
	s.scan.Good, s.scan.shift = b.Offset+b.Size, s.shift
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
	return nil
}

func (s *scanner) hasRecord(offset int64) bool {
	_, ok := slices.BinarySearchFunc(s.scan.Records, offset, func(r Record, want int64) int {
		return int(max(-1, min(1, r.Offset-want)))
	})
	return ok
}

// header keeps the header as it was received.
func (s *scanner) header() error {
	limit := s.limits.Moov + 4*s.limits.Other
	if s.headerEnd > limit {
		return fault(fmp4.TooLarge, fmp4.Box{}, fmt.Sprintf("the header has %d bytes and %d are the limit", s.headerEnd, limit))
	}
	b, err := s.bytes(0, s.headerEnd)
	s.scan.Header = bytes.Clone(b)
	return err
}

func fault(k fmp4.Kind, b fmp4.Box, reason string) error {
	e := &fmp4.FormatError{Kind: k, Box: b.Type, Offset: b.Offset, Reason: reason}
	if k == fmp4.Truncated {
		e.Err = io.ErrUnexpectedEOF
	}
	return e
}

// moved turns the offset in an error about a box into one in the file.
func moved(err error, by int64) error {
	var format *fmp4.FormatError
	if errors.As(err, &format) {
		format.Offset += by
	}
	return err
}

func isTruncated(err error) bool {
	var format *fmp4.FormatError
	return errors.As(err, &format) && format.Kind == fmp4.Truncated
}
