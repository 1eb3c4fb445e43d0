package mpegts

// PIDs of our one program.
const (
	pidPAT   = 0
	pidPMT   = 0x1000
	pidVideo = 0x100
	pidAudio = 0x101
)

// appendTables writes PAT and PMT, a packet each (ISO/IEC 13818-1 clause 2.4.4).
func appendTables(b []byte, s *Segment) []byte {
	counter := int(s.Number % cycle)
	pat := section(0x00, 1, []byte{0, 1, 0xe0 | pidPMT>>8, pidPMT & 0xff})
	b = appendTable(b, pidPAT, counter, pat)

	clock := uint16(pidAudio)
	var streams []byte
	if s.Video != nil {
		clock = pidVideo
		streams = append(streams, 0x1b, 0xe0|pidVideo>>8, pidVideo&0xff, 0xf0, 0)
	}
	if s.Audio != nil {
		kind, descriptor := s.Audio.Codec.table()
		streams = append(streams, kind, 0xe0|pidAudio>>8, pidAudio&0xff, 0xf0, byte(len(descriptor)))
		streams = append(streams, descriptor...)
	}
	pmt := append([]byte{0xe0 | byte(clock>>8), byte(clock), 0xf0, 0}, streams...)
	return appendTable(b, pidPMT, counter, section(0x02, 1, pmt))
}

// section makes a table of one section, with its checksum.
func section(table byte, extension uint16, body []byte) []byte {
	length := 5 + len(body) + 4
	b := []byte{table, 0xb0 | byte(length>>8), byte(length), byte(extension >> 8), byte(extension), 0xc1, 0, 0}
	b = append(b, body...)
	sum := checksum(b)
	return append(b, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
}

func appendTable(b []byte, id uint16, counter int, table []byte) []byte {
	end := len(b) + packetSize
	p := pid{id: id, packets: counter}
	b = p.header(b, true, false)
	b = append(b, 0) // the table begins at once
	b = append(b, table...)
	for len(b) < end {
		b = append(b, stuffing)
	}
	return b
}

// checksum is the CRC-32 of ISO/IEC 13818-1 annex A: not reflected, as no library of Go has it.
func checksum(b []byte) uint32 {
	sum := ^uint32(0)
	for _, c := range b {
		sum ^= uint32(c) << 24
		for range 8 {
			if sum&(1<<31) != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}
