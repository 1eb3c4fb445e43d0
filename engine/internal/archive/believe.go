package archive

import (
	"bytes"
	"fmt"
	"slices"
)

// compareAtMost is how much media behind what is durable is held against the checksums of
// its index, counted from the end of the file: what a power cut may have spoilt. Nothing
// that long waits in memory for the disk while something is synced at all.
const compareAtMost = 64 << 20

// headerEnd is where the header of the media ends as the index has it, and 0 when the
// index is of no use.
func (x *Index) headerEnd() int64 {
	if len(x.Entries) == 0 {
		return 0
	}
	return x.Entries[0].Length
}

// believe takes what the index says of the durable part of the media for granted, and
// returns where the walk goes on. The scanner stands behind the header.
func (s *scanner) believe() (int64, error) {
	x, end := s.index, s.index.headerEnd()
	s.index = nil // once
	if s.scan.Init == nil || s.headerEnd != end {
		return end, nil
	}
	head, err := s.file.Checksum(0, end)
	if err != nil || head != x.Entries[0].Sum {
		return end, err
	}
	durable := min(x.Durable(), s.size)
	n := 1
	for n < len(x.Entries) && x.Entries[n].tellsAll() && x.Entries[n].End() <= durable {
		n++
	}
	for n > 1 && x.Entries[n-1].Kind != PieceFragment {
		n-- // a mark is nothing without its fragment
	}
	s.noted, s.scan.kept, s.scan.durable = end, x.ends[0], durable
	s.scan.Records = make([]Record, 0, n)
	for i := 1; i < n; i++ {
		e := &x.Entries[i]
		s.shift = e.Shift
		if e.Kind == PieceMark {
			if e.Discontinuity {
				s.rejoined = rejoined{}
			}
			if e.Complete {
				s.part++
			}
			continue
		}
		r := Record{Offset: e.Offset, MoofSize: e.MoofSize, MdatHeader: e.MdatHeader, Shift: e.Shift, Discontinuity: e.Discontinuity, Part: s.part,
			Payload: e.Length - int64(e.MoofSize) - int64(e.MdatHeader), Arrived: e.Arrived, Media: &Media{}}
		for j := range e.Fragments {
			r.Fragments = append(r.Fragments, &e.Fragments[j])
		}
		s.rejoined.first(r.Fragments)
		r.Media.read(s.file, &r) // each by itself: those of chunks are soon forgotten
		if err := s.readSamples(&r); err != nil {
			return end, err
		}
		s.scan.Records = append(s.scan.Records, r)
	}
	last := &x.Entries[n-1]
	s.scan.Believed = len(s.scan.Records)
	s.noted, s.scan.kept = last.End(), x.ends[n-1]
	s.expect(x, n)
	s.reached(last.End())
	return last.End(), nil
}

// tellsAll reports whether an entry stands for its piece: an mfra has to be read, and so has
// a fragment that nobody understood when it was written.
func (e *Entry) tellsAll() bool {
	return e.Kind != PieceMfra && (e.Kind != PieceFragment || len(e.Fragments) > 0)
}

// expect remembers what the index says of the media behind its first n entries.
func (s *scanner) expect(x *Index, n int) {
	s.expected = make(map[int64]*Entry, len(x.Entries)-n)
	for i := n; i < len(x.Entries); i++ {
		s.expected[x.Entries[i].Offset] = &x.Entries[i]
	}
	s.ends = x.ends[n:]
	s.following = x.Entries[n:]
}

// readSamples gives the fragments that need them their samples, as a walk over the media
// does.
func (s *scanner) readSamples(r *Record) error {
	if !slices.ContainsFunc(r.Fragments, needsSamples) {
		return nil
	}
	b, err := s.bytes(r.Offset, int64(r.MoofSize))
	if err != nil {
		return err
	}
	fragments, err := s.parseMoof(b, r.Offset)
	if err != nil {
		return fmt.Errorf("the moof at byte %d: %w", r.Offset, err)
	}
	r.Fragments = fragments
	r.complete()
	return nil
}

// judge holds a fragment that was read from the media against what the index says of it:
// it takes over the time of arrival, and tells whether the bytes are those that were
// written.
func (s *scanner) judge(r *Record, e *Entry) (whole bool, err error) {
	said := s.expected[e.Offset]
	if said == nil || said.Kind != PieceFragment || said.Length != e.Length || said.MoofSize != e.MoofSize {
		return true, nil
	}
	if e.Offset >= s.size-compareAtMost {
		sum, err := s.file.Checksum(e.Offset, e.Length)
		if err != nil {
			return false, err
		}
		e.Sum = said.Sum
		if sum != said.Sum {
			return false, nil
		}
	}
	r.Arrived, e.Arrived = said.Arrived, said.Arrived
	return true, nil
}

// note remembers a piece that the index has to have, in the order of the file. The header
// is noted by itself, before the first other piece.
func (s *scanner) note(e Entry) {
	if s.noted == 0 && s.headerEnd > 0 {
		s.scan.fresh = append(s.scan.fresh, Entry{Kind: PieceHeader, Length: s.headerEnd})
		s.noted = s.headerEnd
	}
	if e.Kind == 0 {
		return
	}
	s.noted = e.End()
	if len(s.scan.fresh) == 0 && len(s.following) > 0 {
		said := &s.following[0]
		same := said.Kind == e.Kind && said.Offset == e.Offset && said.Length == e.Length && said.Shift == e.Shift &&
			said.Discontinuity == e.Discontinuity && said.Complete == e.Complete && bytes.Equal(factsBytes(said), factsBytes(&e))
		if same {
			s.scan.kept = s.ends[0]
			s.following, s.ends = s.following[1:], s.ends[1:]
			return
		}
	}
	s.scan.fresh = append(s.scan.fresh, e)
}

// factsBytes are the facts of an entry's tracks as the index file has them.
func factsBytes(e *Entry) []byte {
	var b []byte
	for i := range e.Fragments {
		b = appendFacts(b, &e.Fragments[i])
	}
	return b
}

// entry is what an index has to say of a record, but for its checksum.
func (r *Record) entry() Entry {
	return Entry{
		Kind: PieceFragment, Discontinuity: r.Discontinuity, Offset: r.Offset,
		Length:   int64(r.MoofSize) + int64(r.MdatHeader) + r.Payload,
		MoofSize: r.MoofSize, MdatHeader: r.MdatHeader, Arrived: r.Arrived, Shift: r.Shift, Fragments: facts(r.Fragments),
	}
}
