package fmp4

import (
	"encoding/binary"
	"math"
)

// Flags of a trun (ISO/IEC 14496-12 clause 8.8.8).
const (
	trunDataOffset       = 0x001
	trunFirstSampleFlags = 0x004
	trunDuration         = 0x100
	trunSize             = 0x200
	trunFlags            = 0x400
	trunCTO              = 0x800
)

// trunHeader is the fixed part of a trun.
type trunHeader struct {
	version    byte
	flags      uint32
	count      int
	hasOffset  bool
	dataOffset int32
	firstFlags uint32
	entries    []byte // count entries of stride bytes
	stride     int
}

// readTrunHeader reads a whole trun as far as its entries, and checks that the entries
// it counts are there.
func readTrunHeader(box []byte, offset int) (trunHeader, error) {
	var h trunHeader
	if len(box) < 16 {
		return h, faultf(BadSize, "trun", int64(offset), "%d bytes are too few", len(box))
	}
	h.version = box[8]
	h.flags = binary.BigEndian.Uint32(box[8:]) & 0xffffff
	count := binary.BigEndian.Uint32(box[12:])
	c := cursor{b: box[16:]}
	if h.flags&trunDataOffset != 0 {
		h.hasOffset, h.dataOffset = true, int32(c.uint32())
	}
	if h.flags&trunFirstSampleFlags != 0 {
		h.firstFlags = c.uint32()
	}
	for _, bit := range [...]uint32{trunDuration, trunSize, trunFlags, trunCTO} {
		if h.flags&bit != 0 {
			h.stride += 4
		}
	}
	if c.short || uint64(count)*uint64(h.stride) > uint64(len(c.b)) {
		return h, faultf(Malformed, "trun", int64(offset), "it claims %d samples in %d bytes", count, len(box))
	}
	if count > math.MaxInt32 {
		return h, faultf(TooLarge, "trun", int64(offset), "it claims %d samples", count)
	}
	h.count = int(count)
	h.entries = c.b[:h.count*h.stride]
	return h, nil
}

// readRuns reads the trun boxes of traf into f, one run after the other.
func (p *moofParser) readRuns(f *Fragment, traf []byte, h tfhdValues, offset int) error {
	end := h.base
	runs := 0
	for at := 8; at < len(traf); {
		box, _, err := nextBox(traf[at:], offset+at)
		if err != nil {
			return err
		}
		if string(box[4:8]) == "trun" {
			run, err := readTrunHeader(box, offset+at)
			if err != nil {
				return err
			}
			start := end
			switch {
			case run.hasOffset:
				start = h.base + int64(run.dataOffset)
			case runs == 0 && h.fromMoof:
				// Nothing can start at the moof itself: an encoder that leaves the offset
				// out means the start of the mdat body.
				start = p.at.Payload
			}
			runs++
			if err := p.readRun(f, run, h, start, end, offset+at); err != nil {
				return err
			}
			end = p.at.Payload + f.PayloadOffset + f.PayloadSize
		}
		at += len(box)
	}
	if len(f.Samples) > 0 {
		p.dataEnd = end
	}
	return nil
}

// readRun appends the samples of one run, whose data starts at stream offset start,
// while that of the run before ended at end.
func (p *moofParser) readRun(f *Fragment, run trunHeader, h tfhdValues, start, end int64, offset int) error {
	if run.count == 0 {
		return nil
	}
	if run.count > p.left {
		return faultf(TooLarge, "trun", int64(offset),
			"the moof has more samples than the %d that are allowed: make fragments shorter, with a keyframe every 2 s or -frag_duration 2000000",
			p.limit)
	}
	p.left -= run.count
	if len(f.Samples) == 0 {
		f.PayloadOffset = start - p.at.Payload
		if f.PayloadOffset < 0 {
			return faultf(Malformed, "trun", int64(offset),
				"the data of track %d starts %d bytes before the mdat body", f.TrackID, -f.PayloadOffset)
		}
		f.Samples = make([]Sample, 0, run.count)
	} else if start != end {
		return faultf(Unsupported, "trun", int64(offset),
			"the data of track %d lies in separate pieces: leave out -frag_interleave", f.TrackID)
	}
	c := cursor{b: run.entries}
	for n := range run.count {
		s := Sample{Duration: h.defaults.Duration, Size: h.defaults.Size, Flags: h.defaults.Flags}
		if n == 0 && run.flags&trunFirstSampleFlags != 0 {
			s.Flags = run.firstFlags
		}
		if run.flags&trunDuration != 0 {
			s.Duration = c.uint32()
		}
		if run.flags&trunSize != 0 {
			s.Size = c.uint32()
		}
		if run.flags&trunFlags != 0 {
			s.Flags = c.uint32()
		}
		if run.flags&trunCTO != 0 {
			s.CTO = int32(c.uint32())
			if run.version == 0 && s.CTO < 0 {
				return faultf(Malformed, "trun", int64(offset), "composition offset %d is out of range", uint32(s.CTO))
			}
		}
		f.PayloadSize += int64(s.Size)
		f.Samples = append(f.Samples, s)
	}
	return nil
}

// cursor reads big-endian numbers and remembers when the bytes ran out.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) uint32() uint32 {
	if len(c.b) < 4 {
		c.short = true
		return 0
	}
	v := binary.BigEndian.Uint32(c.b)
	c.b = c.b[4:]
	return v
}

func (c *cursor) uint64() uint64 {
	hi := c.uint32()
	return uint64(hi)<<32 | uint64(c.uint32())
}
