package scte35

import (
	"encoding/binary"
	"fmt"
)

// Message is the payload of a fragment of a sparse track.
type Message struct {
	Version uint32
	// ID tells messages apart that concern the same time.
	ID uint32
	// Delta is how far behind the fragment's own time the event lies, in ticks of the
	// track's timescale.
	Delta uint32
	// Section is the splice_info_section; it shares memory with what was parsed.
	Section []byte
}

// ParseMessage reads the payload of a fragment. It fails when that is shorter than its head.
func ParseMessage(payload []byte) (Message, error) {
	const head = 12
	if len(payload) < head {
		return Message{}, fmt.Errorf("the message has %d bytes and its head alone takes %d", len(payload), head)
	}
	return Message{
		Version: binary.BigEndian.Uint32(payload), ID: binary.BigEndian.Uint32(payload[4:]),
		Delta: binary.BigEndian.Uint32(payload[8:]), Section: payload[head:],
	}, nil
}
