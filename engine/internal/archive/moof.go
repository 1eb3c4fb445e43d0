package archive

import (
	"encoding/binary"
	"math"
)

// baseDataOffset is the position that the first tfhd of a moof counts from, when it
// states one (ISO/IEC 14496-12 clause 8.8.7).
func baseDataOffset(moof []byte) (int64, bool) {
	tfhd := child(child(moof, "traf"), "tfhd")
	if len(tfhd) < 24 || tfhd[11]&1 == 0 {
		return 0, false
	}
	base := binary.BigEndian.Uint64(tfhd[16:])
	return int64(base), base <= math.MaxInt64
}

// child is the first box of a type in a container box, or nil.
func child(b []byte, boxType string) []byte {
	for at := 8; at+8 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[at:]))
		if size < 8 || size > len(b)-at {
			return nil
		}
		if string(b[at+4:at+8]) == boxType {
			return b[at : at+size]
		}
		at += size
	}
	return nil
}
