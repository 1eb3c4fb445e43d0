package fmp4

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/Eyevinn/mp4ff/aac"
)

// AVCCodec returns the RFC 6381 name of an H.264 track from the body of its avcC, such
// as "avc1.64001f": profile, constraint flags and level (ISO/IEC 14496-15 annex E.2).
// It returns "" when avcC is too short to tell.
func AVCCodec(avcC []byte) string {
	if len(avcC) < 4 {
		return ""
	}
	return fmt.Sprintf("avc1.%02x%02x%02x", avcC[1], avcC[2], avcC[3])
}

// HEVCCodec returns the RFC 6381 name of an HEVC track from the body of its hvcC, such
// as "hvc1.1.6.L93.B0" (ISO/IEC 14496-15 annex E.3), or "" when hvcC is too short.
func HEVCCodec(hvcC []byte) string {
	if len(hvcC) < 13 {
		return ""
	}
	space := []string{"", "A", "B", "C"}[hvcC[1]>>6]
	tier := "L"
	if hvcC[1]&0x20 != 0 {
		tier = "H"
	}
	s := fmt.Sprintf("hvc1.%s%d.%X.%s%d", space, hvcC[1]&0x1f,
		bits.Reverse32(binary.BigEndian.Uint32(hvcC[2:])), tier, hvcC[12])
	for _, c := range bytes.TrimRight(hvcC[6:12], "\x00") {
		s += fmt.Sprintf(".%X", c)
	}
	return s
}

// AACCodec returns the RFC 6381 name of an AAC track from its AudioSpecificConfig, such
// as "mp4a.40.2", the number being the audio object type (ISO/IEC 14496-3 clause 1.6.2),
// or "" when the configuration is too short.
func AACCodec(config []byte) string {
	if n := audioObjectType(config); n > 0 {
		return fmt.Sprintf("mp4a.40.%d", n)
	}
	return ""
}

func audioObjectType(config []byte) int {
	if len(config) < 2 {
		return 0
	}
	n := int(config[0] >> 3)
	if n == 31 {
		n = 32 + int(binary.BigEndian.Uint16(config)>>5&0x3f)
	}
	return n
}

const missingParameterSets = "codec-setup-missing: has no parameter sets in its header; add -flags +global_header"

// readAVC reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 clause 5.3.3.1).
func (t *TrackInit) readAVC(avcC []byte) error {
	if len(avcC) < 7 {
		return faultf(Malformed, "avcC", 0, missingParameterSets)
	}
	if err := t.setNALLength("avcC", avcC[4]&3); err != nil {
		return err
	}
	sps, rest, ok := cutUnits(avcC[6:], int(avcC[5]&0x1f))
	if !ok || len(rest) == 0 {
		return faultf(Malformed, "avcC", 0, "has an avcC that ends inside its parameter sets")
	}
	pps, _, ok := cutUnits(rest[1:], int(rest[0]))
	if !ok {
		return faultf(Malformed, "avcC", 0, "has an avcC that ends inside its parameter sets")
	}
	if len(sps) == 0 || len(pps) == 0 {
		return faultf(Malformed, "avcC", 0, missingParameterSets)
	}
	t.Codec, t.Config, t.CodecPrivate = AVCCodec(avcC), bytes.Clone(avcC), annexB(sps, pps)
	return nil
}

// readHEVC reads an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 clause 8.3.3.1).
// Messages that x265 stores beside the parameter sets are passed over.
func (t *TrackInit) readHEVC(hvcC []byte) error {
	if len(hvcC) < 23 {
		return faultf(Malformed, "hvcC", 0, missingParameterSets)
	}
	if err := t.setNALLength("hvcC", hvcC[21]&3); err != nil {
		return err
	}
	var vps, sps, pps [][]byte
	rest := hvcC[23:]
	for range int(hvcC[22]) {
		if len(rest) < 3 {
			return faultf(Malformed, "hvcC", 0, "has an hvcC that ends inside its parameter sets")
		}
		kind, n := rest[0]&0x3f, int(binary.BigEndian.Uint16(rest[1:]))
		units, after, ok := cutUnits(rest[3:], n)
		if !ok {
			return faultf(Malformed, "hvcC", 0, "has an hvcC that ends inside its parameter sets")
		}
		rest = after
		switch kind {
		case 32:
			vps = append(vps, units...)
		case 33:
			sps = append(sps, units...)
		case 34:
			pps = append(pps, units...)
		}
	}
	if len(vps) == 0 || len(sps) == 0 || len(pps) == 0 {
		return faultf(Malformed, "hvcC", 0, missingParameterSets)
	}
	t.Codec, t.Config, t.CodecPrivate = HEVCCodec(hvcC), bytes.Clone(hvcC), annexB(vps, sps, pps)
	return nil
}

// setNALLength takes lengthSizeMinusOne. Smooth players read 4-byte lengths and have no
// way to be told otherwise.
func (t *TrackInit) setNALLength(box string, minusOne byte) error {
	t.NALLengthSize = int(minusOne) + 1
	if t.NALLengthSize != 4 {
		return faultf(Unsupported, box, 0,
			"has %d-byte NAL unit lengths and 4 are needed: encode it anew with -c:v libx264", t.NALLengthSize)
	}
	return nil
}

// cutUnits cuts n NAL units with 16-bit lengths off b.
func cutUnits(b []byte, n int) (units [][]byte, rest []byte, ok bool) {
	for range n {
		if len(b) < 2 {
			return nil, nil, false
		}
		size := int(binary.BigEndian.Uint16(b))
		if size == 0 || size > len(b)-2 {
			return nil, nil, false
		}
		units, b = append(units, b[2:2+size]), b[2+size:]
	}
	return units, b, true
}

// annexB joins NAL units, each behind a 4-byte start code: dash.js looks for the
// profile right after one of four bytes.
func annexB(sets ...[][]byte) []byte {
	var out []byte
	for _, unit := range slices.Concat(sets...) {
		out = append(append(out, 0, 0, 0, 1), unit...)
	}
	return out
}

// readAudioSpecificConfig reads an AudioSpecificConfig (ISO/IEC 14496-3 clause 1.6.2).
func (t *TrackInit) readAudioSpecificConfig(config []byte) error {
	header, err := aac.DecodeAudioSpecificConfigHeader(bytes.NewReader(config))
	if err != nil {
		return &FormatError{Box: "esds", Kind: Malformed, Err: err,
			Reason: fmt.Sprintf("has an AudioSpecificConfig %x that cannot be read: %v", config, err)}
	}
	switch header.ObjectType {
	case aac.AAClc, aac.HEAACv1, aac.HEAACv2:
	default:
		return faultf(Unsupported, "esds", 0,
			"carries AAC of object type %d, which cannot be delivered: encode it with -c:a aac", header.ObjectType)
	}
	t.Codec, t.Config, t.CodecPrivate = AACCodec(config), bytes.Clone(config), bytes.Clone(config)
	if header.ObjectType == aac.AAClc && strings.HasPrefix(string(config[2:]), "\x56\xe5\x00") {
		t.CodecPrivate = t.CodecPrivate[:2:2]
	}
	t.SamplingRate = header.SamplingFrequency
	switch n := int(header.ChannelConfiguration); {
	case n == 7:
		t.Channels = 8
	case n > 0 && n < 7:
		t.Channels = n
	}
	return nil
}

// readAC3 reads an AC3SpecificBox body (ETSI TS 102 366 clause F.4). Its 24 bits are
// fscod 2, bsid 5, bsmod 3, acmod 3, lfeon 1, bit_rate_code 5, reserved 5.
func (t *TrackInit) readAC3(dac3 []byte) error {
	if len(dac3) < 3 {
		return faultf(Malformed, "dac3", 0, "codec-setup-missing: has no complete dac3; add -movflags +delay_moov")
	}
	t.setAC3Layout(dac3[0]>>6, dac3[1]>>3&7, dac3[1]>>2&1)
	rates := []uint32{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640}
	if code := int(dac3[1]&3)<<3 | int(dac3[2]>>5); t.Bitrate == 0 && code < len(rates) {
		t.Bitrate = rates[code] * 1000
	}
	t.Codec, t.Config = "ac-3", bytes.Clone(dac3)
	return nil
}

// readEC3 reads an EC3SpecificBox body (ETSI TS 102 366 clause F.6): data_rate 13 bits,
// num_ind_sub 3, then for the first substream fscod 2, bsid 5, reserved 1, asvc 1,
// bsmod 3, acmod 3, lfeon 1.
func (t *TrackInit) readEC3(dec3 []byte) error {
	if len(dec3) < 5 {
		return faultf(Malformed, "dec3", 0, "codec-setup-missing: has no complete dec3; add -movflags +delay_moov")
	}
	t.setAC3Layout(dec3[2]>>6, dec3[3]>>1&7, dec3[3]&1)
	if rate := uint32(binary.BigEndian.Uint16(dec3)>>3) * 1000; t.Bitrate == 0 {
		t.Bitrate = rate
	}
	t.Codec, t.Config = "ec-3", bytes.Clone(dec3)
	return nil
}

func (t *TrackInit) setAC3Layout(fscod, acmod, lfe byte) {
	if fscod < 3 {
		t.SamplingRate = []int{48000, 44100, 32000}[fscod]
	}
	t.Channels = []int{2, 1, 2, 3, 3, 4, 4, 5}[acmod&7] + int(lfe)
}
