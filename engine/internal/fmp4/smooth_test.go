package fmp4

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"
)

func TestTfxd(t *testing.T) {
	for _, want := range []Span{{0, 0}, {-213333, 20266666}, {17953586960000000, 20000000}, {math.MinInt64, math.MaxInt64}} {
		b := AppendTfxd([]byte("x"), want)[1:]
		got, err := ParseTfxd(b)
		if err != nil || got != want || len(b) != 44 {
			t.Errorf("%+v %v of %d bytes, want %+v", got, err, len(b), want)
		}
		decoded, err := mp4.DecodeBoxSR(0, bits.NewFixedSliceReader(b))
		if err != nil {
			t.Fatal(err)
		}
		u, ok := decoded.(*mp4.UUIDBox)
		if !ok || u.Tfxd == nil || u.Tfxd.Version != 1 || u.Tfxd.FragmentAbsoluteTime != uint64(want.Start) {
			t.Errorf("mp4ff reads %+v", decoded)
		}
	}
	old := box("uuid", []byte(UUIDTfxd), appendUint32s(nil, 0, 0xffffffff, 7))
	if got, err := ParseTfxd(old); err != nil || got != (Span{0xffffffff, 7}) {
		t.Errorf("version 0: %+v %v", got, err)
	}
	later := append(AppendTfxd(nil, Span{1, 2}), 9, 9, 9, 9)
	later[3], later[24] = 48, 2
	if got, err := ParseTfxd(later); err != nil || got != (Span{1, 2}) {
		t.Errorf("version 2: %+v %v", got, err)
	}
	for _, bad := range [][]byte{nil, old[:35], later[:43], AppendTfrf(nil, nil), box("free", make([]byte, 40))} {
		if got, err := ParseTfxd(bad); err == nil {
			t.Errorf("%x gives %+v", bad, got)
		}
	}
}

func TestTfrf(t *testing.T) {
	for _, want := range [][]Span{{}, {{20000000, 20000000}, {40000000, 10000000}}} {
		b := AppendTfrf(nil, want)
		if got, err := ParseTfrf(b); err != nil || !reflect.DeepEqual(got, want) || len(b) != 29+16*len(want) {
			t.Errorf("%+v %v of %d bytes, want %+v", got, err, len(b), want)
		}
		for n := range b {
			if _, err := ParseTfrf(b[:n]); err == nil && n < len(b) {
				t.Errorf("accepted %d bytes of %d", n, len(b))
			}
		}
	}
	if got, err := ParseTfrf(AppendTfrf(nil, make([]Span, 300))); err != nil || len(got) != 255 {
		t.Errorf("%d %v", len(got), err)
	}
	old := box("uuid", []byte(UUIDTfrf), []byte{0, 0, 0, 0, 1}, appendUint32s(nil, 5, 6))
	if got, err := ParseTfrf(old); err != nil || !reflect.DeepEqual(got, []Span{{5, 6}}) {
		t.Errorf("version 0: %+v %v", got, err)
	}
}

// ffmpeg's own look-ahead, in a file where it could go back and fill it in.
func TestTfrfOfEncoder(t *testing.T) {
	s, err := readStream(reader(t, "av-lookahead2-file.ismv"), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	var got [][]Span
	for n := 0; n < len(s.moofs); n += 2 { // video
		for rest := find(s.moofs[n], "traf")[8:]; len(rest) > 0; {
			b, next, err := nextBox(rest, 0)
			if err != nil {
				t.Fatal(err)
			}
			rest = next
			if uuid, _, _, ok := UUIDPayload(b); ok && uuid == UUIDTfrf {
				spans, err := ParseTfrf(b)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(AppendTfrf(nil, spans), b) {
					t.Errorf("written again, %x becomes %x", b, AppendTfrf(nil, spans))
				}
				got = append(got, spans)
			}
		}
	}
	want := [][]Span{{{20000000, 20000000}, {40000000, 10000000}}, {{40000000, 10000000}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestUUIDPayload(t *testing.T) {
	s, err := readStream(reader(t, "av-isml.ismv"), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	uuid, version, payload, ok := UUIDPayload(s.manifest)
	if !ok || uuid != UUIDServerManifest || version != 0 || !bytes.HasPrefix(payload, []byte("<?xml")) {
		t.Errorf("%x %d %q", uuid, version, payload)
	}
	for _, bad := range [][]byte{nil, s.manifest[:27], s.moov} {
		if _, _, _, ok := UUIDPayload(bad); ok {
			t.Errorf("%x passes for a uuid box", bad[:min(8, len(bad))])
		}
	}
}
