package verify

import (
	"encoding/binary"
	"fmt"

	"pubpoint/engine/internal/fmp4"
)

// box is the header of a box in memory or in a file.
type box struct {
	kind string
	head int64
	size int64
}

// boxAt reads the header of a box; false when these bytes are none. The size may be more than
// there is.
func boxAt(b []byte) (box, bool) {
	if len(b) < 8 {
		return box{}, false
	}
	for _, c := range b[4:8] {
		if c < 0x20 || c > 0x7e {
			return box{}, false
		}
	}
	x := box{kind: string(b[4:8]), head: 8, size: int64(binary.BigEndian.Uint32(b))}
	if x.size == 1 {
		if len(b) < 16 {
			return box{}, false
		}
		x.head, x.size = 16, int64(binary.BigEndian.Uint64(b[8:]))
	}
	return x, x.size >= x.head
}

// header reads what the header of a file says of its tracks.
func (m *media) header(_ *piece, b []byte) string {
	var ftyp, moov []byte
	for rest := b; len(rest) > 0; {
		x, ok := boxAt(rest)
		if !ok || x.size > int64(len(rest)) {
			return "the header is no sequence of boxes"
		}
		switch x.kind {
		case "ftyp":
			ftyp = rest[:x.size]
		case "moov":
			moov = rest[:x.size]
		}
		rest = rest[x.size:]
	}
	init, err := fmp4.ParseInit(ftyp, moov, m.limits)
	if err != nil {
		return err.Error()
	}
	m.adopt(m.s, init)
	m.s.beginFile()
	return ""
}

// mfra holds the index of fragments at the end of a file against the timeline.
func (m *media) mfra(b []byte) string {
	index, err := fmp4.ParseMfra(b)
	if err != nil {
		return err.Error()
	}
	listed := map[uint32]bool{}
	for _, entry := range index {
		listed[entry.TrackID] = true
		t := m.s.track(entry.TrackID)
		if t == nil || m.s.hidden {
			continue
		}
		if !t.holds(entry.Entries) {
			return fmt.Sprintf("its mfra finds other fragments of track %d than there are", entry.TrackID)
		}
	}
	for _, t := range m.s.tracks {
		if len(t.entries) > 0 && !listed[t.init.ID] {
			return fmt.Sprintf("its mfra does not find track %d", t.init.ID)
		}
	}
	return ""
}
