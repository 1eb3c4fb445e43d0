package fmp4

import (
	"encoding/binary"
	"errors"
	"testing"
)

func trunBox(flags, count uint32, words ...uint32) []byte {
	return box("trun", appendUint32s(nil, append([]uint32{flags, count}, words...)...))
}

func TestCheckStructure(t *testing.T) {
	nested := box("moov")
	for range 20 {
		nested = box("moov", nested)
	}
	l := DefaultLimits()
	for name, c := range map[string]struct {
		in   []byte
		kind Kind
	}{
		"empty box":             {box("moof"), 0},
		"children":              {box("moof", box("mfhd", make([]byte, 8)), box("traf", box("free"))), 0},
		"unknown children":      {box("moov", box("xyz1", []byte{1}), box("udta", []byte{0, 0, 0, 0})), 0},
		"nothing":               {nil, BadSize},
		"short":                 {[]byte{0, 0, 0, 8, 'm'}, BadSize},
		"size too large":        {raw(9, "moof"), BadSize},
		"size too small":        {raw(8, "moof", 0), BadSize},
		"child of size 0":       {box("moov", raw(0, "trak", 1, 2, 3)), BadSize},
		"child of size 1":       {box("moov", large(16, "trak")), BadSize},
		"child beyond parent":   {box("moof", raw(9, "traf")), BadSize},
		"grandchild beyond":     {box("moof", box("traf", raw(100, "trun")), make([]byte, 200)), BadSize},
		"leftover in parent":    {box("moof", box("mfhd"), []byte{0, 0, 0}), BadSize},
		"nested too deep":       {nested, TooLarge},
		"stsd of nothing":       {box("stbl", box("stsd", make([]byte, 7))), BadSize},
		"stsd with many":        {box("stbl", box("stsd", appendUint32s(nil, 0, 1<<31))), Malformed},
		"stsd entry beyond":     {box("stbl", box("stsd", appendUint32s(nil, 0, 1), raw(9, "avc1"))), BadSize},
		"trun":                  {box("traf", trunBox(0x000301, 1, 0, 5, 6)), 0},
		"trun of nothing":       {box("traf", box("trun", make([]byte, 7))), BadSize},
		"trun without its flag": {box("traf", trunBox(0x000305, 0, 1)), Malformed},
		"trun with many":        {box("traf", trunBox(0x000301, 1<<28, 0, 5, 6)), Malformed},
		"trun with one more":    {box("traf", trunBox(0x000301, 2, 0, 5, 6)), Malformed},
		"trun beyond counting":  {box("traf", trunBox(0, 1<<31)), TooLarge},
	} {
		err := CheckStructure(c.in, l)
		var fault *FormatError
		switch {
		case c.kind == 0 && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.kind != 0 && (!errors.As(err, &fault) || fault.Kind != c.kind):
			t.Errorf("%s: error %v, want kind %v", name, err, c.kind)
		}
	}
}

// Every size field of a real header and fragment, made wrong in turn, is noticed or does
// no harm.
func TestWrongSizesInside(t *testing.T) {
	s, err := readStream(reader(t, "bframes-isml.ismv"), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	for _, whole := range [][]byte{s.moov, s.moofs[0]} {
		for at := 0; at+4 <= len(whole); at++ {
			for _, size := range []uint32{0, 1, 7, 8, 9, 1 << 16, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
				b := append([]byte(nil), whole...)
				binary.BigEndian.PutUint32(b[at:], size)
				_, initErr := ParseInit(nil, b, DefaultLimits())
				_, moofErr := ParseMoof(b, s.init, DefaultLimits(), Position{})
				for _, err := range []error{initErr, moofErr} {
					var fault *FormatError
					if err != nil && !errors.As(err, &fault) {
						t.Fatalf("byte %d as %d: %v is no FormatError", at, size, err)
					}
				}
			}
		}
	}
}

func TestCheckStructureAllocatesNothing(t *testing.T) {
	s, err := readStream(reader(t, "av-isml.ismv"), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if err := CheckStructure(s.moofs[0], DefaultLimits()); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
