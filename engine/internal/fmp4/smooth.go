package fmp4

import "encoding/binary"

// The extended types of the uuid boxes of Smooth Streaming, 16 bytes each.
const (
	// UUIDTfxd marks a tfxd, the time of a fragment (MS-SSTR 2.2.4.4, 2.2.7.5.1).
	UUIDTfxd = "\x6d\x1d\x9b\x05\x42\xd5\x44\xe6\x80\xe2\x14\x1d\xaf\xf7\x57\xb2"
	// UUIDTfrf marks a tfrf, the times of fragments to come (MS-SSTR 2.2.4.5).
	UUIDTfrf = "\xd4\x80\x7e\xf2\xca\x39\x46\x95\x8e\x54\x26\xcb\x9e\x46\xa7\x9f"
	// UUIDServerManifest marks the live server manifest of an encoder (MS-SSTR 2.2.7.3).
	UUIDServerManifest = "\xa5\xd4\x0b\x30\xe8\x14\x11\xdd\xba\x2f\x08\x00\x20\x0c\x9a\x66"
	// UUIDStreamManifest marks the list of streams of a broadcast (MS-SSTR 2.2.7.2).
	UUIDStreamManifest = "\x3c\x2f\xe5\x1b\xef\xee\x40\xa3\xae\x81\x53\x00\x19\x9d\xc3\x48"
)

// Span is a stretch of a track's time in ticks of its timescale.
type Span struct {
	Start, Duration int64
}

// UUIDPayload splits a whole uuid box that is also a full box, as the four above are,
// into its extended type and what follows version and flags. ok is false for any other
// box and for one too short.
func UUIDPayload(box []byte) (uuid string, version byte, payload []byte, ok bool) {
	if len(box) < 28 || string(box[4:8]) != "uuid" {
		return "", 0, nil, false
	}
	return string(box[8:24]), box[24], box[28:], true
}

// AppendTfxd appends a tfxd box of version 1, 44 bytes.
func AppendTfxd(dst []byte, s Span) []byte {
	dst = appendUUIDHeader(dst, 44, UUIDTfxd)
	return appendSpan(dst, s)
}

// AppendTfrf appends a tfrf box of version 1 with the spans, nearest first, 29 bytes
// and 16 for each. The count has one byte: spans beyond 255 are left out.
func AppendTfrf(dst []byte, spans []Span) []byte {
	spans = spans[:min(len(spans), 255)]
	dst = appendUUIDHeader(dst, tfrfSize(len(spans)), UUIDTfrf)
	dst = append(dst, byte(len(spans)))
	for _, s := range spans {
		dst = appendSpan(dst, s)
	}
	return dst
}

func tfrfSize(n int) int { return 29 + 16*min(n, 255) }

func appendUUIDHeader(dst []byte, size int, uuid string) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(size))
	dst = append(dst, "uuid"...)
	dst = append(dst, uuid...)
	return append(dst, 1, 0, 0, 0)
}

func appendSpan(dst []byte, s Span) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(s.Start))
	return binary.BigEndian.AppendUint64(dst, uint64(s.Duration))
}

// ParseTfxd reads a whole tfxd box. Times of version 1 are signed, as encoders start
// before zero; the 32-bit times of version 0 are not. Versions above 1 are read as
// version 1 with something after it.
func ParseTfxd(box []byte) (Span, error) {
	uuid, version, p, ok := UUIDPayload(box)
	if !ok || uuid != UUIDTfxd {
		return Span{}, faultf(Malformed, "uuid", 0, "it is not a tfxd box")
	}
	s, _, ok := cutSpan(p, version)
	if !ok {
		return Span{}, faultf(Malformed, "uuid", 0, "the tfxd of version %d has only %d bytes", version, len(box))
	}
	return s, nil
}

// ParseTfrf reads a whole tfrf box.
func ParseTfrf(box []byte) ([]Span, error) {
	uuid, version, p, ok := UUIDPayload(box)
	if !ok || uuid != UUIDTfrf || len(p) < 1 {
		return nil, faultf(Malformed, "uuid", 0, "it is not a tfrf box")
	}
	n := int(p[0])
	p = p[1:]
	spans := make([]Span, 0, n)
	for range n {
		s, rest, ok := cutSpan(p, version)
		if !ok {
			return nil, faultf(Malformed, "uuid", 0, "the tfrf states %d fragments in %d bytes", n, len(box))
		}
		spans, p = append(spans, s), rest
	}
	return spans, nil
}

func cutSpan(p []byte, version byte) (Span, []byte, bool) {
	if version == 0 {
		if len(p) < 8 {
			return Span{}, nil, false
		}
		return Span{
			Start:    int64(binary.BigEndian.Uint32(p)),
			Duration: int64(binary.BigEndian.Uint32(p[4:])),
		}, p[8:], true
	}
	if len(p) < 16 {
		return Span{}, nil, false
	}
	return Span{
		Start:    int64(binary.BigEndian.Uint64(p)),
		Duration: int64(binary.BigEndian.Uint64(p[8:])),
	}, p[16:], true
}
