package fmp4

// Moov returns the moov in a stream's header as received: whole boxes, one after the other.
// It returns nil when there is none.
func Moov(header []byte) []byte {
	for len(header) > 0 {
		box, rest, err := nextBox(header, 0)
		if err != nil {
			return nil
		}
		if string(box[4:8]) == "moov" {
			return box
		}
		header = rest
	}
	return nil
}

// Trak returns the trak of a track in a moov that was read by [ParseInit], or nil.
func Trak(moov []byte, id uint32) []byte {
	for offset := 8; offset < len(moov); {
		box, _, err := nextBox(moov[offset:], offset)
		if err != nil {
			return nil
		}
		if tkhd := Lookup(box, "tkhd"); string(box[4:8]) == "trak" && len(tkhd) >= 32 {
			at := 20 // behind two times of 32 bits
			if tkhd[8] == 1 {
				at = 28
			}
			if uint32(tkhd[at])<<24|uint32(tkhd[at+1])<<16|uint32(tkhd[at+2])<<8|uint32(tkhd[at+3]) == id {
				return box
			}
		}
		offset += len(box)
	}
	return nil
}

// Lookup follows a path of types down from a container box that was read by [ParseInit], and
// returns the box it leads to, whole, or nil.
func Lookup(box []byte, path ...string) []byte {
	if len(box) < 8 {
		return nil
	}
	return find(box, path...)
}
