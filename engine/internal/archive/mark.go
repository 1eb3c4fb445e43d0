package archive

import (
	"bytes"
	"encoding/binary"
	"time"
)

// markID is the uuid of our own box: 9D7B3C52-6E0F-4B1A-8C47-5075626D6B31.
const markID = "\x9d\x7b\x3c\x52\x6e\x0f\x4b\x1a\x8c\x47Pubmk1"

const (
	markSize          = 36
	markDiscontinuity = 1 // flag
	markComplete      = 2 // flag
)

// Mark says what became of an encoder's times from one place of a file on.
type Mark struct {
	// Shift is what was added to the encoder's times, in ticks of 100 ns.
	Shift int64
	// Discontinuity says that the encoder's clock began again here.
	Discontinuity bool
	// Complete says that fragments that arrived in chunks were complete here: what follows
	// begins others.
	Complete bool
}

// appendMark appends the box that says m.
func appendMark(dst []byte, m Mark) []byte {
	var flags uint32 // version 0
	if m.Discontinuity {
		flags |= markDiscontinuity
	}
	if m.Complete {
		flags |= markComplete
	}
	dst = binary.BigEndian.AppendUint32(dst, markSize)
	dst = append(dst, "uuid"...)
	dst = append(dst, markID...)
	dst = binary.BigEndian.AppendUint32(dst, flags)
	return binary.BigEndian.AppendUint64(dst, uint64(m.Shift))
}

// parseMark reads a whole uuid box. Boxes of other kinds, and of versions to come, are
// none of ours.
func parseMark(box []byte) (Mark, bool) {
	if len(box) != markSize || !bytes.Equal(box[8:24], []byte(markID)) || box[24] != 0 {
		return Mark{}, false
	}
	return Mark{
		Shift:         int64(binary.BigEndian.Uint64(box[28:])),
		Discontinuity: box[27]&markDiscontinuity != 0,
		Complete:      box[27]&markComplete != 0,
	}, true
}

// shiftUnit is the timescale of Mark.Shift.
const shiftUnit = uint32(time.Second / (100 * time.Nanosecond))
