package mpegts

import "encoding/binary"

// Sizes in bytes.
const (
	packetSize  = 188
	packetRoom  = packetSize - 4 // for adaptation field and payload
	pcrSize     = 8              // of an adaptation field with a PCR
	cycle       = 16             // of a continuity counter
	clockMask   = 1<<33 - 1
	pcrAhead    = 9_000 // of the decode time, 90 kHz
	syncByte    = 0x47
	stuffing    = 0xff
	randomEntry = 0x40 // random_access_indicator
	hasPCR      = 0x10
)

// pid is a PID and its continuity counter.
type pid struct {
	id      uint16
	packets int
}

// pes is one PES packet on its way into transport packets.
type pes struct {
	data   []byte // header and payload
	clock  int64  // PCR to send with it, 90 kHz; -1 for none
	random bool   // decoding can begin here
	last   bool   // of its PID in the segment
}

// append writes a PES packet as transport packets (ISO/IEC 13818-1 clause 2.4.3.2).
func (p *pid) append(b []byte, u pes) []byte {
	field := 0
	if u.clock >= 0 {
		field = pcrSize
	} else if u.random {
		field = 2
	}
	left := len(u.data)
	packets := 1 + max(0, left-(packetRoom-field)+packetRoom-1)/packetRoom
	if u.last {
		packets += (cycle - (p.packets+packets)%cycle) % cycle
	}
	for n := range packets {
		if n > 0 {
			field = 0
		}
		// Every packet to come must have a byte of its own.
		take := min(packetRoom-field, left-(packets-1-n))
		b = p.header(b, n == 0, field > 0 || take < packetRoom)
		if n == 0 && field > 0 {
			b = appendField(b, u, packetRoom-take)
		} else {
			b = appendStuffing(b, packetRoom-take)
		}
		b = append(b, u.data[len(u.data)-left:][:take]...)
		left -= take
	}
	return b
}

// header writes the four bytes that a packet with payload begins with.
func (p *pid) header(b []byte, first, field bool) []byte {
	id, control := p.id, byte(0x10)
	if first {
		id |= 0x4000
	}
	if field {
		control = 0x30
	}
	b = append(b, syncByte, byte(id>>8), byte(id), control|byte(p.packets%cycle))
	p.packets++
	return b
}

// appendField writes an adaptation field of a size, with a PCR or the sign that decoding can
// begin here.
func appendField(b []byte, u pes, size int) []byte {
	end := len(b) + size
	var flags byte
	if u.random {
		flags |= randomEntry
	}
	if u.clock >= 0 {
		flags |= hasPCR
	}
	b = append(b, byte(size-1), flags)
	if u.clock >= 0 {
		base := uint64(u.clock) & clockMask
		b = binary.BigEndian.AppendUint32(b, uint32(base>>1))
		b = append(b, byte(base<<7)|0x7e, 0)
	}
	for len(b) < end {
		b = append(b, stuffing)
	}
	return b
}

// appendStuffing fills a packet that has too little payload.
func appendStuffing(b []byte, size int) []byte {
	if size == 0 {
		return b
	}
	b = append(b, byte(size-1))
	if size == 1 {
		return b
	}
	b = append(b, 0)
	for range size - 2 {
		b = append(b, stuffing)
	}
	return b
}

// appendPESHeader writes the header of a PES packet (ISO/IEC 13818-1 clause 2.4.3.6). size is
// that of the payload, and 0 for one that does not say.
func appendPESHeader(b []byte, stream byte, size int, pts, dts int64) []byte {
	flags, extra := byte(0x80), 5
	if dts != pts {
		flags, extra = 0xc0, 10
	}
	length := 0
	if size > 0 {
		length = 3 + extra + size
	}
	b = append(b, 0, 0, 1, stream, byte(length>>8), byte(length), 0x84, flags, byte(extra))
	b = appendTime(b, flags>>2&0x30, pts)
	if dts != pts {
		b = appendTime(b, 0x10, dts)
	}
	return b
}

// appendTime writes a time stamp of 33 bits with its marker bits.
func appendTime(b []byte, prefix byte, t int64) []byte {
	v := uint64(t) & clockMask
	return append(b, prefix|byte(v>>29)&0x0e|1, byte(v>>22), byte(v>>14)|1, byte(v>>7), byte(v<<1)|1)
}
