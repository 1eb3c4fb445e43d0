package fmp4

import (
	"slices"
	"testing"
)

// markerInit is a header of one track of markers.
func markerInit(t *testing.T, handler, entry string) *Init {
	t.Helper()
	init, err := ParseInit(nil, moovOf(handler, box(entry, make([]byte, 8))), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return init
}

func TestMetadataIsToldFromCaptions(t *testing.T) {
	for entry, handler := range map[string]string{"scte": "meta", "urim": "meta", "evte": "meta", "wvtt": "text", "stpp": "subt", "dfxp": "subt"} {
		if got, want := markerInit(t, handler, entry).Tracks[0].Metadata(), handler == "meta"; got != want {
			t.Errorf("%s: metadata is %t", entry, got)
		}
	}
	if initOf(t, "av-isml.ismv").Tracks[0].Metadata() {
		t.Error("video is metadata")
	}
}

// TestFragmentWithoutRun reads what senders of markers leave out.
func TestFragmentWithoutRun(t *testing.T) {
	init := markerInit(t, "meta", "scte")
	moof := func(duration int64, trun ...[]byte) []byte {
		tfhd := box("tfhd", appendUint32s(nil, 0, 1))
		traf := box("traf", slices.Concat(tfhd, slices.Concat(trun...), AppendTfxd(nil, Span{Start: 700, Duration: duration})))
		return box("moof", box("mfhd", appendUint32s(nil, 0, 1)), traf)
	}
	for _, duration := range []int64{0, 30, 1 << 40} {
		got, err := ParseMoof(moof(duration), init, DefaultLimits(), Position{})
		if err != nil || len(got) != 1 {
			t.Fatalf("%d fragments, %v", len(got), err)
		}
		f := got[0]
		f.Fill(25)
		want := duration
		if duration > 1<<32 {
			want = 0 // no sample can be so long
		}
		if !f.WholeBody || f.Start != 700 || f.Duration != want || f.PayloadSize != 25 || f.Samples[0].Size != 25 || f.Check(25) != nil {
			t.Errorf("duration %d: %+v", duration, f)
		}
	}
	run := box("trun", appendUint32s(nil, trunSize, 1, 12))
	got, err := ParseMoof(moof(0, run), init, DefaultLimits(), Position{})
	if err != nil || len(got) != 1 || got[0].WholeBody || got[0].PayloadSize != 12 || got[0].Duration != 0 {
		t.Fatalf("with a trun: %+v, %v", got, err)
	}
	got[0].Fill(99)
	if got[0].PayloadSize != 12 {
		t.Error("Fill changed a fragment that states its samples")
	}
	video := initOf(t, "av-isml.ismv")
	if got, err := ParseMoof(moof(0), video, DefaultLimits(), Position{}); err != nil || len(got) != 0 {
		t.Errorf("video without a trun: %d fragments, %v", len(got), err)
	}
}
