package sender

import (
	"encoding/binary"
	"time"
)

// Splice describes an SCTE 35 message to be made.
type Splice struct {
	ID        uint32
	Out       bool
	Immediate bool          // at once, without a time
	PTS       uint64        // of 90 kHz; 33 bits
	Duration  time.Duration // 0 leaves it out
	Cancel    bool
	// Segmentation makes it a time_signal with a descriptor of that segmentation_type_id; 0
	// makes it a splice_insert.
	Segmentation uint8
}

// Section is the message as a splice_info_section with its checksum.
func (s Splice) Section() []byte {
	if s.Segmentation != 0 {
		return section(0x06, s.time(), s.descriptor())
	}
	return section(0x05, s.insert(), nil)
}

// SpliceNull is the section that senders repeat as a sign of life.
func SpliceNull() []byte { return section(0x00, nil, nil) }

func (s Splice) time() []byte {
	if s.Immediate {
		return []byte{0x7f}
	}
	return number33(0xfe, s.PTS)
}

func (s Splice) insert() []byte {
	b := binary.BigEndian.AppendUint32(nil, s.ID)
	if s.Cancel {
		return append(b, 0xff)
	}
	flags := byte(0x4f) // programme splice
	if s.Out {
		flags |= 0x80
	}
	if s.Duration > 0 {
		flags |= 0x20
	}
	if s.Immediate {
		flags |= 0x10
	}
	b = append(b, 0x7f, flags)
	if !s.Immediate {
		b = append(b, s.time()...)
	}
	if s.Duration > 0 {
		b = append(b, number33(0xfe, s.ticks())...) // returns by itself
	}
	return append(b, 0, 1, 1, 1)
}

func (s Splice) descriptor() []byte {
	b := binary.BigEndian.AppendUint32([]byte("CUEI"), s.ID)
	switch {
	case s.Cancel:
		b = append(b, 0xff)
	case s.Duration > 0:
		b = append(b, 0x7f, 0xff)
		b = append(b, byte(s.ticks()>>32))
		b = binary.BigEndian.AppendUint32(b, uint32(s.ticks()))
	default:
		b = append(b, 0x7f, 0xbf)
	}
	if !s.Cancel {
		b = append(b, 0, 0, s.Segmentation, 1, 1)
	}
	return append([]byte{0x02, byte(len(b))}, b...)
}

func (s Splice) ticks() uint64 { return uint64(s.Duration * 9 / (100 * time.Microsecond)) }

// number33 is a number of 33 bits behind 7 bits of flags.
func number33(flags byte, n uint64) []byte {
	return binary.BigEndian.AppendUint32([]byte{flags | byte(n>>32&1)}, uint32(n))
}

// section wraps a command and descriptors (SCTE 35 clause 9.6).
func section(command byte, body, descriptors []byte) []byte {
	// protocol 0, not encrypted, pts_adjustment 0, cw_index 255, tier 0xfff
	b := []byte{0xfc, 0x30, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xf0 | byte(len(body)>>8), byte(len(body)), command}
	b = append(b, body...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(descriptors)))
	b = append(b, descriptors...)
	binary.BigEndian.PutUint16(b[1:], 0x3000|uint16(len(b)-3+4))
	return binary.BigEndian.AppendUint32(b, checksum(b))
}

// checksum is the CRC of MPEG-2 sections, bit by bit.
func checksum(b []byte) uint32 {
	sum := ^uint32(0)
	for _, c := range b {
		for bit := 7; bit >= 0; bit-- {
			feedback := sum>>31 != uint32(c>>bit&1)
			if sum <<= 1; feedback {
				sum ^= 0x04c11db7
			}
		}
	}
	return sum
}
