package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

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
	rejoined  rejoined

	index    *Index           // nil without one, and when it has been used
	expected map[int64]*Entry // entries behind those that were believed, by offset
	// following are the same in order, as long as the media goes on like them, and ends
	// where each ends in the index file.
	following []Entry
	ends      []int64
	noted     int64   // pieces have been noted up to here
	marks     []Entry // seen since the newest whole fragment
}

// rejoined are the tracks that have been seen since the newest discontinuity; nil before
// the first.
type rejoined map[uint32]bool

// first reports whether one of a moof's tracks is seen for the first time since then.
func (r rejoined) first(tracks []*fmp4.Fragment) bool {
	first := false
	for _, f := range tracks {
		if r != nil && !r[f.TrackID] {
			r[f.TrackID], first = true, true
		}
	}
	return first
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
		if s.index != nil && at == s.index.headerEnd() {
			if at, err = s.believe(); err != nil {
				return err
			}
		}
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
		return s.takeMdat(b)
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
