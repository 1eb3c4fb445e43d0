package ingest

import (
	"encoding/binary"

	"pubpoint/engine/internal/fmp4"
)

// lastSegment is the brand of a segment that is the last one of its stream (ISO/IEC
// 23009-1 clause 7.3.1, DASH-IF live media ingest interface 1).
const lastSegment = "lmsg"

// needHeader makes sure that the header of the stream is known before its media: this body
// began with it, or an earlier POST of the stream has brought it. Encoders that send each
// segment in a POST of its own do the latter.
func (in *intake) needHeader(box fmp4.Box) error {
	if in.header != nil {
		return nil
	}
	h, err := in.session.Resume(in.ctx)
	if err != nil {
		return err
	}
	if h == nil {
		return &fmp4.FormatError{Box: box.Type, Offset: box.Offset, Kind: fmp4.BadOrder,
			Reason: "a fragment came before ftyp and moov; encoders send their header first, on every connection or in a POST of its own"}
	}
	in.header = h
	return nil
}

// takeSegmentType reads the brands in front of a segment.
func (in *intake) takeSegmentType(box fmp4.Box) error {
	b, err := in.boxes.Bytes(0)
	if err != nil {
		return err
	}
	if in.last = hasBrand(b, lastSegment); in.last {
		return in.needHeader(box)
	}
	return nil
}

// end tells that the encoder's stream is over.
func (in *intake) end() error {
	if err := in.session.End(in.ctx); err != nil {
		return err
	}
	in.ended = true
	return nil
}

// hasBrand reports whether a whole ftyp or styp names a brand.
func hasBrand(box []byte, brand string) bool {
	start := 8
	if len(box) >= 16 && binary.BigEndian.Uint32(box) == 1 {
		start = 16
	}
	if len(box) < start+8 {
		return false
	}
	if string(box[start:start+4]) == brand {
		return true
	}
	for rest := box[start+8:]; len(rest) >= 4; rest = rest[4:] {
		if string(rest[:4]) == brand {
			return true
		}
	}
	return false
}
