package archive

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"

	"pubpoint/engine/internal/fmp4"
)

// PieceKind says what a piece of an archive file is.
type PieceKind uint8

// The kinds of pieces, as an index file has them.
const (
	PieceHeader   PieceKind = 1 // ftyp, uuid manifest and moov
	PieceMark     PieceKind = 2 // a mark of ours, see [Mark]
	PieceFragment PieceKind = 3 // a moof and its mdat
	PieceMfra     PieceKind = 4 // the mfra of a sealed file
)

// Entry is one record of an index file: the facts of one piece of the media file. Entries
// follow one another without gaps, from the first byte of the media file on.
type Entry struct {
	Kind PieceKind
	// Discontinuity is that of a mark, or says that a fragment is the first of one of its
	// tracks behind such a mark.
	Discontinuity  bool
	Offset, Length int64  // bytes of the media file that are covered
	Sum            uint32 // CRC-32C of them
	MoofSize       int    // bytes; 0 but for fragments, as the next three
	MdatHeader     int    // bytes of the mdat before its payload
	Arrived        int64  // wall clock of the last byte, ns since 1970; 0 when not known
	Fragments      []fmp4.Fragment
	Shift          int64 // in force behind the piece, ticks of 100 ns
	Durable        int64 // bytes of the media file known to be on disk when this was written
}

// End is the first byte behind the piece.
func (e *Entry) End() int64 { return e.Offset + e.Length }

// The shape of an index file; see FORMAT.md.
const (
	indexMagic   = "PPISMX\r\n"
	indexVersion = 1
	indexHead    = 16 // bytes of the file's own header
	recordBase   = 64 // bytes of a record without tracks
	recordTrack  = 64 // bytes of each
	maxTracks    = 1024

	recordDiscontinuity = 1 // flag of a record
	trackSync           = 1 // flags of a track
	trackTfxd           = 2
)

// castagnoli is the table of CRC-32C.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// IndexName is the name of the index file that lies beside an archive file.
func IndexName(media string) string { return strings.TrimSuffix(media, ".ismv") + ".ismx" }

func appendIndexHead(dst []byte) []byte {
	at := len(dst)
	dst = append(dst, indexMagic...)
	dst = binary.BigEndian.AppendUint32(dst, indexVersion)
	return binary.BigEndian.AppendUint32(dst, crc32.Checksum(dst[at:], castagnoli()))
}

// appendEntry appends the record that says e.
func appendEntry(dst []byte, e *Entry) []byte {
	at := len(dst)
	var flags byte
	if e.Discontinuity {
		flags |= recordDiscontinuity
	}
	order := binary.BigEndian
	dst = order.AppendUint32(dst, uint32(recordBase+recordTrack*len(e.Fragments)))
	dst = append(dst, byte(e.Kind), flags)
	dst = order.AppendUint16(dst, uint16(len(e.Fragments)))
	dst = order.AppendUint64(dst, uint64(e.Offset))
	dst = order.AppendUint64(dst, uint64(e.Length))
	dst = order.AppendUint32(dst, e.Sum)
	dst = order.AppendUint32(dst, uint32(e.MoofSize))
	dst = order.AppendUint32(dst, uint32(e.MdatHeader))
	dst = order.AppendUint64(dst, uint64(e.Arrived))
	dst = order.AppendUint64(dst, uint64(e.Shift))
	dst = order.AppendUint64(dst, uint64(e.Durable))
	for i := range e.Fragments {
		dst = appendFacts(dst, &e.Fragments[i])
	}
	return order.AppendUint32(dst, crc32.Checksum(dst[at:], castagnoli()))
}

func appendFacts(dst []byte, f *fmp4.Fragment) []byte {
	var flags uint32
	if f.Sync {
		flags |= trackSync
	}
	if f.HasTfxd {
		flags |= trackTfxd
	}
	order := binary.BigEndian
	for _, n := range [4]uint32{f.TrackID, flags, f.Sequence, 0} {
		dst = order.AppendUint32(dst, n)
	}
	for _, n := range [6]int64{f.Start, f.Duration, f.DecodeStart, f.TfxdDuration, 0, f.PayloadSize} {
		dst = order.AppendUint64(dst, uint64(n))
	}
	return dst
}

// recordSize is the size that the first 8 bytes of a record tell, if one can have it.
func recordSize(head []byte) (int, bool) {
	size, tracks := int(binary.BigEndian.Uint32(head)), int(binary.BigEndian.Uint16(head[6:]))
	return size, tracks <= maxTracks && size == recordBase+recordTrack*tracks
}

// parseEntry reads a whole record.
func parseEntry(b []byte) (Entry, error) {
	order := binary.BigEndian
	body := b[:len(b)-4]
	if crc32.Checksum(body, castagnoli()) != order.Uint32(b[len(b)-4:]) {
		return Entry{}, fmt.Errorf("the checksum of the record does not fit")
	}
	e := Entry{
		Kind: PieceKind(b[4]), Discontinuity: b[5]&recordDiscontinuity != 0,
		Offset: int64(order.Uint64(b[8:])), Length: int64(order.Uint64(b[16:])), Sum: order.Uint32(b[24:]),
		MoofSize: int(order.Uint32(b[28:])), MdatHeader: int(order.Uint32(b[32:])),
		Arrived: int64(order.Uint64(b[36:])), Shift: int64(order.Uint64(b[44:])), Durable: int64(order.Uint64(b[52:])),
	}
	if e.Kind < PieceHeader || e.Kind > PieceMfra || e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length < 0 {
		return Entry{}, fmt.Errorf("the record makes no sense")
	}
	if e.Kind == PieceFragment && int64(e.MoofSize)+int64(e.MdatHeader) > e.Length {
		return Entry{}, fmt.Errorf("the record's moof is larger than what it covers")
	}
	if n := int(order.Uint16(b[6:])); n > 0 {
		e.Fragments = make([]fmp4.Fragment, n)
		for i := range e.Fragments {
			e.Fragments[i] = parseFacts(b[60+recordTrack*i:])
		}
	}
	return e, nil
}

func parseFacts(b []byte) fmp4.Fragment {
	order := binary.BigEndian
	number := func(at int) int64 { return int64(order.Uint64(b[at:])) }
	flags := order.Uint32(b[4:])
	return fmp4.Fragment{
		TrackID: order.Uint32(b), Sequence: order.Uint32(b[8:]), HasTfxd: flags&trackTfxd != 0, Sync: flags&trackSync != 0,
		Start: number(16), Duration: number(24), DecodeStart: number(32), TfxdDuration: number(40),
		PayloadSize: number(56),
	}
}

// facts is what an index keeps of fragments.
func facts(fragments []*fmp4.Fragment) []fmp4.Fragment {
	if len(fragments) == 0 || len(fragments) > maxTracks {
		return nil
	}
	out := make([]fmp4.Fragment, len(fragments))
	for i, f := range fragments {
		out[i] = *f
		out[i].Samples, out[i].PayloadOffset = nil, 0
	}
	return out
}
