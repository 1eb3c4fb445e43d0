package mpegts

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Codec is what a segment's audio is.
type Codec byte

// The codecs that HLS allows.
const (
	AAC Codec = iota + 1
	AC3
	EAC3
)

// table is a codec's stream type and descriptors in the PMT.
func (c Codec) table() (kind byte, descriptors []byte) {
	switch c {
	case AC3:
		return 0x81, []byte("\x05\x04AC-3")
	case EAC3:
		return 0x87, []byte("\x05\x04EAC3")
	}
	return 0x0f, nil
}

// overhead is how many bytes go before each frame.
func (a *Audio) overhead() int {
	if a.Codec == AAC {
		return adtsSize
	}
	return 0
}

const adtsSize = 7

// ADTS is what the header before each AAC frame says (ISO/IEC 14496-3 annex 1.A.2.2).
type ADTS struct {
	profile, frequency, channels byte
}

// ParseADTS reads an AudioSpecificConfig (ISO/IEC 14496-3 clause 1.6.2.1). Of HE-AAC it is the
// core that counts. It fails for what ADTS cannot say.
func ParseADTS(config []byte) (ADTS, error) {
	if len(config) < 2 {
		return ADTS{}, errors.New("the AudioSpecificConfig is too short")
	}
	bits := uint64(0)
	for i := range 8 {
		bits <<= 8
		if i < len(config) {
			bits |= uint64(config[i])
		}
	}
	object, frequency, channels := byte(bits>>59), byte(bits>>55)&15, byte(bits>>51)&15
	if object == 5 || object == 29 {
		if frequency != 15 && byte(bits>>47)&15 != 15 {
			object = byte(bits>>42) & 31
		}
	}
	if object < 1 || object > 4 || frequency > 12 || channels > 7 {
		return ADTS{}, errors.New("the AudioSpecificConfig is of a kind that ADTS cannot say")
	}
	return ADTS{profile: object - 1, frequency: frequency, channels: channels}, nil
}

// append writes the header of a frame.
func (a ADTS) append(b []byte, frame int) []byte {
	n := frame + adtsSize
	return append(b, 0xff, 0xf1, a.profile<<6|a.frequency<<2|a.channels>>2,
		a.channels<<6|byte(n>>11)&3, byte(n>>3), byte(n<<5)|0x1f, 0xfc)
}

// NAL unit types (ITU-T H.264 table 7-1).
const (
	nalSPS       = 7
	nalPPS       = 8
	nalDelimiter = 9
	nalFiller    = 12
)

// appendAccessUnit writes a picture in Annex B form: a delimiter first, parameter sets before a
// key picture that brings none, and without fillers and ends of sequences. NAL units that reach
// beyond the data end with it.
func appendAccessUnit(b, data, parameterSets []byte, key bool) []byte {
	b = append(b, 0, 0, 0, 1, nalDelimiter, 0xf0)
	at := len(b)
	has := false
	for len(data) > 4 {
		size := int(min(uint64(binary.BigEndian.Uint32(data)), uint64(len(data)-4)))
		nal := data[4 : 4+size]
		data = data[4+size:]
		if size == 0 {
			continue
		}
		switch kind := nal[0] & 0x1f; {
		case kind >= nalDelimiter && kind <= nalFiller:
			continue
		case kind == nalSPS || kind == nalPPS:
			has = true
		}
		b = append(append(b, 0, 0, 0, 1), nal...)
	}
	if key && !has {
		b = slices.Insert(b, at, parameterSets...)
	}
	return b
}
