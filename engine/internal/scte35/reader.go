package scte35

import "fmt"

// reader takes bytes off its front, and remembers when there were too few.
type reader struct {
	b     []byte
	short bool
}

// cut takes n bytes, or none when there are fewer.
func (r *reader) cut(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.short = true
		r.b = nil
		return nil
	}
	front := r.b[:n]
	r.b = r.b[n:]
	return front
}

func (r *reader) skip(n int) { r.cut(n) }

// number takes a number of n bytes, at most 8.
func (r *reader) number(n int) uint64 {
	var v uint64
	for _, c := range r.cut(n) {
		v = v<<8 | uint64(c)
	}
	return v
}

func (r *reader) err() error {
	if r.short {
		return fmt.Errorf("%w: it ends too soon", errEncoding)
	}
	return nil
}

// crc is the checksum of ISO/IEC 13818-1 annex A; over a section with its own checksum at
// the end it is 0.
func crc(b []byte) uint32 {
	sum := uint32(0xffffffff)
	for _, c := range b {
		sum ^= uint32(c) << 24
		for range 8 {
			if sum&0x80000000 != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}
