package sender

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// Capture is what an encoder sent, cut into pieces.
type Capture struct {
	Header    []byte     // everything before the first moof
	Fragments []Fragment // in the order sent
	End       []byte     // the mfra; nil when there is none
}

// Fragment is a moof with its mdat, and what stood before it.
type Fragment struct {
	Bytes []byte
	Track uint32 // track_ID of its first traf
	// Start and Duration are those of tfxd, or of tfdt; a duration that is not told is the
	// distance to the track's next fragment, or that of the one before.
	Start, Duration int64
	Timescale       uint32 // of the track
}

// Load reads a capture from a file.
func Load(name string) (*Capture, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return Cut(b)
}

// Cut takes a capture apart. The pieces share memory with b. A fragment that is not complete
// is left out.
func Cut(b []byte) (*Capture, error) {
	c := &Capture{}
	begun, scales := 0, map[uint32]uint32{}
	for at := 0; at < len(b); {
		name, box, ok := cutBox(b[at:])
		if !ok {
			break // torn
		}
		end := at + len(box)
		switch name {
		case "moov":
			readTimescales(box, scales)
		case "moof":
			if c.Header == nil {
				c.Header, begun = b[:at:at], at
			}
		case "mdat":
			f, err := readFragment(b[begun:end:end], scales)
			if err != nil {
				return nil, err
			}
			c.Fragments = append(c.Fragments, f)
			begun = end
		case "mfra":
			c.End = box
		}
		at = end
	}
	if c.Header == nil || len(scales) == 0 {
		return nil, errors.New("the capture has no header with a fragment behind it")
	}
	c.fillDurations()
	return c, nil
}

// fillDurations gives a duration to fragments that do not tell theirs.
func (c *Capture) fillDurations() {
	before := map[uint32]int64{}
	for i := range c.Fragments {
		f := &c.Fragments[i]
		if f.Duration == 0 {
			f.Duration = before[f.Track]
			for _, next := range c.Fragments[i+1:] {
				if next.Track == f.Track {
					f.Duration = next.Start - f.Start
					break
				}
			}
		}
		before[f.Track] = f.Duration
	}
}

// End is the first tick after f.
func (f Fragment) End() int64 { return f.Start + f.Duration }

// tfxd is the extended type of a tfxd box.
const tfxd = "\x6d\x1d\x9b\x05\x42\xd5\x44\xe6\x80\xe2\x14\x1d\xaf\xf7\x57\xb2"

// cutBox returns the first box of b, whole.
func cutBox(b []byte) (name string, box []byte, ok bool) {
	if len(b) < 8 {
		return "", nil, false
	}
	size := uint64(binary.BigEndian.Uint32(b))
	if size == 1 && len(b) >= 16 {
		size = binary.BigEndian.Uint64(b[8:])
	}
	if size < 8 || size > uint64(len(b)) {
		return "", nil, false
	}
	return string(b[4:8]), b[:size:size], true
}

// each calls visit with every box of that name among the children of a box.
func each(parent []byte, name string, visit func(box []byte)) {
	siblings(parent[8:], name, visit)
}

// siblings calls visit with every box of that name in a row of them.
func siblings(row []byte, name string, visit func(box []byte)) {
	for rest := row; ; {
		got, box, ok := cutBox(rest)
		if !ok {
			return
		}
		if got == name {
			visit(box)
		}
		rest = rest[len(box):]
	}
}

// readTimescales takes from a moov the timescale of each track.
func readTimescales(moov []byte, scales map[uint32]uint32) {
	each(moov, "trak", func(trak []byte) {
		var id, scale uint32
		each(trak, "tkhd", func(b []byte) { id = word(b, 20, 28) })
		each(trak, "mdia", func(mdia []byte) {
			each(mdia, "mdhd", func(b []byte) { scale = word(b, 20, 28) })
		})
		scales[id] = scale
	})
}

// word reads 4 bytes of a full box, at one place in version 0 and at another in version 1.
func word(box []byte, zero, one int) uint32 {
	at := zero
	if len(box) > 8 && box[8] == 1 {
		at = one
	}
	if len(box) < at+4 {
		return 0
	}
	return binary.BigEndian.Uint32(box[at:])
}

func readFragment(b []byte, scales map[uint32]uint32) (Fragment, error) {
	f := Fragment{Bytes: b}
	err := eachTime(b, func(track uint32, at timeField) error {
		if f.Track == 0 {
			f.Track, f.Timescale = track, scales[track]
			f.Start, f.Duration = at.get()
		}
		return nil
	})
	if err == nil && (f.Track == 0 || f.Timescale == 0) {
		err = fmt.Errorf("a fragment of track %d has no time or no header", f.Track)
	}
	return f, err
}

// timeField is a place in a fragment where a time stands: the payload of a tfxd, with its
// duration, or of a tfdt.
type timeField struct {
	b        []byte // the numbers
	wide     bool   // of 64 bits
	duration bool   // a second number follows
}

// eachTime calls visit with every place in a fragment where a time stands.
func eachTime(fragment []byte, visit func(track uint32, at timeField) error) error {
	var err error
	note := func(e error) { err = errors.Join(err, e) }
	siblings(fragment, "moof", func(moof []byte) {
		each(moof, "traf", func(traf []byte) {
			var track uint32
			each(traf, "tfhd", func(b []byte) { track = word(b, 12, 12) })
			each(traf, "uuid", func(b []byte) {
				if len(b) >= 36 && string(b[8:24]) == tfxd {
					note(visit(track, timeField{b: b[28:], wide: b[24] > 0, duration: true}))
				}
			})
			each(traf, "tfdt", func(b []byte) {
				if len(b) >= 16 {
					note(visit(track, timeField{b: b[12:], wide: b[8] > 0}))
				}
			})
		})
	})
	return err
}

func (t timeField) get() (start, duration int64) {
	size := 4
	if t.wide {
		size = 8
	}
	read := func(b []byte) int64 {
		if t.wide {
			return int64(binary.BigEndian.Uint64(b))
		}
		return int64(binary.BigEndian.Uint32(b))
	}
	if start = read(t.b); t.duration {
		duration = read(t.b[size:])
	}
	return start, duration
}

// set writes other numbers in the same place. It fails when they do not fit.
func (t timeField) set(start, duration int64) error {
	if t.wide {
		binary.BigEndian.PutUint64(t.b, uint64(start))
		if t.duration {
			binary.BigEndian.PutUint64(t.b[8:], uint64(duration))
		}
		return nil
	}
	if start < 0 || start > 1<<32-1 || duration > 1<<32-1 {
		return fmt.Errorf("the time %d does not fit the 32 bits that the capture has for it", start)
	}
	binary.BigEndian.PutUint32(t.b, uint32(start))
	if t.duration {
		binary.BigEndian.PutUint32(t.b[4:], uint32(duration))
	}
	return nil
}
