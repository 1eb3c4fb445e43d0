package archivetest

import (
	"bytes"
	"encoding/binary"

	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
)

// Fragment makes a small fragment of one sample: the moof has a tfdt, and the payload is told
// apart by the number that it is filled with.
func Fragment(track, number uint32, decode, duration uint64, size int) archive.Piece {
	payload := bytes.Repeat([]byte{byte(number), byte(number >> 8), byte(number >> 16), byte(track)}, (size+3)/4)[:size]
	box := func(kind string, body ...[]byte) []byte {
		b := bytes.Join(body, nil)
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(b))), kind...), b...)
	}
	words := func(n ...uint32) []byte {
		var b []byte
		for _, w := range n {
			b = binary.BigEndian.AppendUint32(b, w)
		}
		return b
	}
	const dataOffset, sampleDuration, sampleSize, sampleFlags = 0x1, 0x100, 0x200, 0x400
	moof := func(offset uint32) []byte {
		return box("moof", box("mfhd", words(0, number)), box("traf",
			box("tfhd", words(0x020000, track)),
			box("tfdt", words(1<<24, uint32(decode>>32), uint32(decode))),
			box("trun", words(dataOffset|sampleDuration|sampleSize|sampleFlags, 1, offset, uint32(duration), uint32(size), fmp4.FlagsSync))))
	}
	head := moof(0)
	return archive.Piece{
		Moof: moof(uint32(len(head)) + 8), MdatHeader: box("mdat", payload)[:8], Payload: payload,
		Fragments: []*fmp4.Fragment{{
			TrackID: track, Sequence: number, Start: int64(decode), Duration: int64(duration), DecodeStart: int64(decode), Sync: true,
			Samples: []fmp4.Sample{{Duration: uint32(duration), Size: uint32(size), Flags: fmp4.FlagsSync}}, PayloadSize: int64(size),
		}},
	}
}

// Header is the header of a capture: all before its first moof.
func Header(capture []byte) []byte {
	for at := 0; at+8 <= len(capture); {
		size := int(binary.BigEndian.Uint32(capture[at:]))
		if string(capture[at+4:at+8]) == "moof" || size < 8 || size > len(capture)-at {
			return capture[:at:at]
		}
		at += size
	}
	return capture
}
