package hds

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// flvTag is a tag of a fragment.
type flvTag struct {
	kind  byte
	time  uint32
	setup bool
	key   bool
	cts   int
	data  []byte
}

// random is an entry of an afra.
type random struct {
	time   uint64
	offset uint32
}

// parseFragment reads [afra] mdat of FLV tags.
func parseFragment(b []byte) ([]flvTag, []random, error) {
	all, begin := b, 0
	var keys []random
	r := &reader{b: b}
	if len(b) > 8 && string(b[4:8]) == "afra" {
		afra, err := r.box("afra")
		if err != nil {
			return nil, nil, err
		}
		if afra.n(1) != 0 || afra.n(4) != 1000 {
			return nil, nil, errors.New("afra has long numbers or another timescale")
		}
		for range afra.n(4) {
			keys = append(keys, random{afra.n(8), uint32(afra.n(4))})
		}
		if afra.short || len(afra.b) > 0 {
			return nil, nil, errors.New("afra does not fill its box")
		}
		begin = len(all) - len(r.b)
	}
	if len(r.b) < 8 || int(binary.BigEndian.Uint32(r.b)) != len(r.b) || string(r.b[4:8]) != "mdat" {
		return nil, nil, errors.New("mdat does not end the fragment")
	}
	r.b = r.b[8:]
	begin += 8
	var tags []flvTag
	starts := map[uint32]flvTag{}
	for len(r.b) > 0 {
		at := uint32(len(all) - len(r.b))
		t, err := parseTag(r)
		if err != nil {
			return nil, nil, fmt.Errorf("tag at %d: %w", at, err)
		}
		tags, starts[at] = append(tags, t), t
	}
	for _, k := range keys {
		if t, ok := starts[k.offset]; !ok || !t.key || t.setup || uint64(t.time) != k.time {
			return nil, nil, fmt.Errorf("afra leads to %+v at %d, not a key frame at %d", t.kind, k.offset, k.time)
		}
	}
	return tags, keys, nil
}

func parseTag(r *reader) (flvTag, error) {
	before := len(r.b)
	t := flvTag{kind: byte(r.n(1))}
	size := int(r.n(3))
	t.time = uint32(r.n(3))
	t.time |= uint32(r.n(1)) << 24
	if r.n(3) != 0 || r.short || size > len(r.b) {
		return t, errors.New("its header cannot be")
	}
	data := &reader{b: r.b[:size]}
	r.b = r.b[size:]
	if n := r.n(4); r.short || int(n) != before-len(r.b)-4 {
		return t, fmt.Errorf("PreviousTagSize is %d", n)
	}
	first := data.n(1)
	packet := data.n(1)
	t.setup = packet == 0
	switch {
	case t.kind == 8 && first == 0xaf && packet <= 1:
	case t.kind == 9 && (first == 0x17 || first == 0x27) && packet <= 1:
		t.key = first == 0x17
		t.cts = int(int32(data.n(3)<<8) >> 8)
	default:
		return t, fmt.Errorf("kind %d with %02x %02x", t.kind, first, packet)
	}
	if data.short {
		return t, errors.New("it is too short")
	}
	t.data = data.b
	return t, nil
}
