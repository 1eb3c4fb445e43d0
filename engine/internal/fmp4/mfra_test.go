package fmp4

import (
	"encoding/binary"
	"math"
	"reflect"
	"testing"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"
)

func TestMfra(t *testing.T) {
	for name, want := range map[string][]TrackIndex{
		"nothing": nil,
		"tracks": {
			{TrackID: 1, Entries: []IndexEntry{{0, 100}, {20000000, 5000}, {math.MaxUint64, math.MaxUint64}}},
			{TrackID: 2, Entries: []IndexEntry{}},
		},
	} {
		b := AppendMfra([]byte("moof"), want)[4:]
		if got, err := ParseMfra(b); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v, want %+v", name, got, err, want)
		}
		if n := binary.BigEndian.Uint32(b[len(b)-4:]); int(n) != len(b) {
			t.Errorf("%s: mfro says %d of %d bytes", name, n, len(b))
		}
		decoded, err := mp4.DecodeBoxSR(0, bits.NewFixedSliceReader(b))
		if err != nil {
			t.Fatal(err)
		}
		mfra, ok := decoded.(*mp4.MfraBox)
		if !ok || len(mfra.Tfras) != len(want) || mfra.Mfro == nil {
			t.Fatalf("%s: mp4ff reads %+v", name, decoded)
		}
		for n, tfra := range mfra.Tfras {
			if tfra.TrackID != want[n].TrackID || len(tfra.Entries) != len(want[n].Entries) {
				t.Errorf("%s: mp4ff reads %+v", name, tfra)
			}
		}
	}
}

// ffmpeg's index, with one entry per fragment, points at every moof, and written by us it
// is the same bytes.
func TestMfraOfEncoder(t *testing.T) {
	s, err := readStream(reader(t, "av-plain.ismv"), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	tracks, err := ParseMfra(s.mfra)
	if err != nil || len(tracks) != 2 {
		t.Fatalf("%+v %v", tracks, err)
	}
	var moofs []uint64
	for _, b := range s.boxes {
		if b.Type == "moof" {
			moofs = append(moofs, uint64(b.Offset))
		}
	}
	for n, f := range s.fragments {
		want := IndexEntry{Time: uint64(max(f.Start, 0)), MoofOffset: moofs[n]}
		if got := tracks[f.TrackID-1].Entries[n/2]; got != want {
			t.Errorf("fragment %d: %+v, want %+v", n+1, got, want)
		}
	}
	if b := AppendMfra(nil, tracks); string(b) != string(s.mfra) {
		t.Errorf("%x, want %x", b, s.mfra)
	}
}

func TestParseMfra(t *testing.T) {
	if got, err := ParseMfra([]byte("\x00\x00\x00\x08mfra")); err != nil || got != nil {
		t.Errorf("the empty index of an encoder: %+v %v", got, err)
	}
	// Version 0 with numbers of 1, 2 and 4 bytes.
	old := box("mfra", box("tfra", appendUint32s(nil, 0, 7, 0b000111, 1, 5, 6), make([]byte, 7)))
	want := []TrackIndex{{TrackID: 7, Entries: []IndexEntry{{5, 6}}}}
	if got, err := ParseMfra(old); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	for name, bad := range map[string][]byte{
		"nothing":       nil,
		"another box":   box("moov"),
		"tfra cut":      box("mfra", box("tfra", make([]byte, 15))),
		"many entries":  box("mfra", box("tfra", appendUint32s(nil, 1<<24, 1, 0, 1<<31))),
		"one too many":  box("mfra", box("tfra", appendUint32s(nil, 0, 7, 0b000111, 2, 5, 6), make([]byte, 7))),
		"size 0 inside": box("mfra", raw(0, "tfra")),
	} {
		if got, err := ParseMfra(bad); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
