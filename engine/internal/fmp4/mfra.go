package fmp4

import (
	"encoding/binary"
	"math"
)

// TrackIndex is the index of one track at the end of an archive: one tfra.
type TrackIndex struct {
	TrackID uint32
	Entries []IndexEntry
}

// IndexEntry finds one fragment by its time.
type IndexEntry struct {
	// Time is the published start in ticks, as in the fragment's URL.
	Time uint64
	// MoofOffset is where the moof starts in the file.
	MoofOffset uint64
}

// mfraEntry is the size of one entry of the tfra boxes that are written here.
const mfraEntry = 19

// AppendMfra appends an mfra (ISO/IEC 14496-12 clause 8.8.9): for each track a tfra of
// version 1, with 64-bit times and offsets, then the mfro by which readers find it from
// the end of the file. Without tracks the mfra holds the mfro alone.
func AppendMfra(dst []byte, tracks []TrackIndex) []byte {
	const mfro = 16
	size := 8 + mfro
	for _, t := range tracks {
		size += 24 + mfraEntry*len(t.Entries)
	}
	dst = appendHeader(dst, size, "mfra")
	for _, t := range tracks {
		dst = appendHeader(dst, 24+mfraEntry*len(t.Entries), "tfra")
		// The third word gives the traf, trun and sample numbers one byte each.
		dst = appendUint32s(dst, 1<<24, t.TrackID, 0, uint32(len(t.Entries)))
		for _, e := range t.Entries {
			dst = binary.BigEndian.AppendUint64(dst, e.Time)
			dst = binary.BigEndian.AppendUint64(dst, e.MoofOffset)
			dst = append(dst, 1, 1, 1)
		}
	}
	dst = appendHeader(dst, mfro, "mfro")
	return appendUint32s(dst, 0, uint32(min(size, math.MaxUint32)))
}

// ParseMfra reads one whole mfra with tfra boxes of version 0 or 1. The empty mfra by
// which an encoder ends its stream gives no tracks.
func ParseMfra(mfra []byte) ([]TrackIndex, error) {
	if err := CheckStructure(mfra, Limits{Depth: 1}); err != nil {
		return nil, err
	}
	if string(mfra[4:8]) != "mfra" {
		return nil, faultf(BadOrder, string(mfra[4:8]), 0, "an mfra is needed here")
	}
	var tracks []TrackIndex
	for offset := 8; offset < len(mfra); {
		box, _, err := nextBox(mfra[offset:], offset)
		if err != nil {
			return nil, err
		}
		if string(box[4:8]) == "tfra" {
			t, err := parseTfra(box, offset)
			if err != nil {
				return nil, err
			}
			tracks = append(tracks, t)
		}
		offset += len(box)
	}
	return tracks, nil
}

func parseTfra(box []byte, offset int) (TrackIndex, error) {
	if len(box) < 24 {
		return TrackIndex{}, faultf(BadSize, "tfra", int64(offset), "%d bytes are too few", len(box))
	}
	t := TrackIndex{TrackID: binary.BigEndian.Uint32(box[12:])}
	lengths := binary.BigEndian.Uint32(box[16:])
	count := binary.BigEndian.Uint32(box[20:])
	// Each number of traf, trun and sample has one byte more than its 2 bits say.
	stride := int(lengths>>4&3 + lengths>>2&3 + lengths&3 + 3)
	word := 4
	if box[8] > 0 {
		word = 8
	}
	stride += 2 * word
	rest := box[24:]
	if uint64(count)*uint64(stride) > uint64(len(rest)) {
		return t, faultf(Malformed, "tfra", int64(offset), "it claims %d entries in %d bytes", count, len(rest))
	}
	t.Entries = make([]IndexEntry, 0, count)
	for range count {
		e := IndexEntry{}
		if word == 8 {
			e.Time, e.MoofOffset = binary.BigEndian.Uint64(rest), binary.BigEndian.Uint64(rest[8:])
		} else {
			e.Time = uint64(binary.BigEndian.Uint32(rest))
			e.MoofOffset = uint64(binary.BigEndian.Uint32(rest[4:]))
		}
		t.Entries = append(t.Entries, e)
		rest = rest[stride:]
	}
	return t, nil
}
