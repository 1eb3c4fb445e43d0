package fmp4

import "encoding/binary"

// CheckStructure checks the frame of one whole moov, moof or other container box
// before anything decodes it: its size field equals len(b), the children of every
// container fill it exactly, no child has size 0 or reaches beyond its parent,
// nesting stays within l.Depth, and the entry counts of stsd and trun fit the bytes
// that hold the entries. It allocates nothing. Offsets in errors count from b[0].
func CheckStructure(b []byte, l Limits) error {
	size, err := childSize(b, 0)
	if err != nil {
		return err
	}
	if size != len(b) {
		return faultf(BadSize, string(b[4:8]), 0, "size field says %d but the box has %d bytes", size, len(b))
	}
	return checkBox(b, 0, l, 1)
}

// checkBox checks one box whose own size is known to be right.
func checkBox(b []byte, offset int, l Limits, depth int) error {
	switch string(b[4:8]) {
	case "moov", "trak", "mdia", "minf", "stbl", "mvex", "moof", "traf", "edts", "mfra":
		return checkChildren(b, 8, offset, l, depth)
	case "stsd":
		if len(b) < 16 {
			return faultf(BadSize, "stsd", int64(offset), "%d bytes are too few", len(b))
		}
		if n := binary.BigEndian.Uint32(b[12:16]); uint64(n)*8 > uint64(len(b)-16) {
			return faultf(Malformed, "stsd", int64(offset), "it claims %d entries in %d bytes", n, len(b)-16)
		}
		return checkChildren(b, 16, offset, l, depth)
	case "trun":
		_, err := readTrunHeader(b, offset)
		return err
	}
	return nil
}

func checkChildren(b []byte, from, offset int, l Limits, depth int) error {
	if depth > l.Depth {
		return faultf(TooLarge, string(b[4:8]), int64(offset), "boxes nest deeper than %d levels", l.Depth)
	}
	for from < len(b) {
		size, err := childSize(b[from:], offset+from)
		if err != nil {
			return err
		}
		if size > len(b)-from {
			return faultf(BadSize, string(b[from+4:from+8]), int64(offset+from),
				"size %d reaches %d bytes beyond the %q box around it", size, size-(len(b)-from), b[4:8])
		}
		if err := checkBox(b[from:from+size], offset+from, l, depth+1); err != nil {
			return err
		}
		from += size
	}
	return nil
}

// childSize reads the size at the start of b. It is at least 8, but may be more than
// len(b). Boxes inside a moov or moof have no use for 64-bit sizes, which are refused.
func childSize(b []byte, offset int) (int, error) {
	if len(b) < 8 {
		return 0, faultf(BadSize, "", int64(offset), "%d bytes are left over where a box should start", len(b))
	}
	size := binary.BigEndian.Uint32(b)
	if size < 8 || size > 1<<30 {
		return 0, faultf(BadSize, string(b[4:8]), int64(offset), "size %d is not possible for a box in here", size)
	}
	return int(size), nil
}

// nextBox splits the first box from b. The whole box is returned with its header.
func nextBox(b []byte, offset int) (box, rest []byte, err error) {
	size, err := childSize(b, offset)
	if err != nil {
		return nil, nil, err
	}
	if size > len(b) {
		return nil, nil, faultf(BadSize, string(b[4:8]), int64(offset), "size %d reaches beyond the box around it", size)
	}
	return b[:size], b[size:], nil
}

// find follows path from container box b down to a box, and returns it whole, or nil
// when there is none. b has passed [CheckStructure].
func find(b []byte, path ...string) []byte {
	for _, name := range path {
		rest := b[8:]
		b = nil
		for len(rest) > 0 {
			box, next, err := nextBox(rest, 0)
			if err != nil {
				return nil // cannot be after CheckStructure
			}
			if string(box[4:8]) == name {
				b = box
				break
			}
			rest = next
		}
		if b == nil {
			return nil
		}
	}
	return b
}
