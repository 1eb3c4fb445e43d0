package fmp4

import (
	"bytes"
	"reflect"
	"testing"
)

// rejoin cuts f into sections and joins them again, through moof boxes of their own.
func rejoin(t *testing.T, f *Fragment, init *Init, cuts []byte) *Fragment {
	t.Helper()
	var whole *Fragment
	var size int64
	for from, n := 0, 0; from < len(f.Samples); n++ {
		step := len(f.Samples) - from
		if len(cuts) > 0 {
			step = min(step, 1+int(cuts[n%len(cuts)]))
		}
		section := f.Section(from, from+step)
		if want := f.PayloadOffset + size; section.PayloadOffset != want {
			t.Fatalf("the section from %d on lies at %d, want %d", from, section.PayloadOffset, want)
		}
		size += section.PayloadSize
		moof := PlainMoof(section)
		if cap(moof) != len(moof) {
			t.Fatalf("%d bytes in room for %d: the size was foreseen wrongly", len(moof), cap(moof))
		}
		parsed, err := ParseMoof(moof, init, DefaultLimits(), Position{})
		if err != nil || len(parsed) != 1 || !reflect.DeepEqual(parsed[0].Samples, section.Samples) ||
			parsed[0].Start != section.Start || parsed[0].DecodeStart != section.DecodeStart || parsed[0].HasTfxd != f.HasTfxd {
			t.Fatalf("section %+v became %+v, %v", section, parsed, err)
		}
		if whole == nil {
			whole = parsed[0]
		} else {
			whole.Extend(parsed[0], parsed[0].DecodeStart-whole.DecodeStart-whole.Duration)
		}
		from += step
	}
	return whole
}

// same compares what two fragments say of their samples.
func same(a, b *Fragment) bool {
	return reflect.DeepEqual(a.Samples, b.Samples) && a.Start == b.Start && a.DecodeStart == b.DecodeStart && a.Duration == b.Duration &&
		a.PayloadSize == b.PayloadSize && a.Sync == b.Sync && a.Count == b.Count && a.Syncs == b.Syncs && a.NextSync == b.NextSync
}

// Each fragment of each capture, cut anywhere and joined again, is what it was, and its moof
// says the same to mp4ff.
func TestSectionsOfVectorsJoinAgain(t *testing.T) {
	for _, v := range vectorTimes {
		s, err := readStream(reader(t, v.name), DefaultLimits())
		if err != nil && v.err == 0 {
			t.Fatal(err)
		}
		for _, f := range s.fragments {
			for _, cuts := range [][]byte{nil, {0}, {6, 0, 13}} {
				whole := rejoin(t, f, s.init, cuts)
				if !same(whole, f) {
					t.Fatalf("%s: %+v became %+v", v.name, f, whole)
				}
				b := PlainMoof(whole)
				if !bytes.Equal(b, PlainMoof(whole)) {
					t.Fatal("the same input gave other bytes")
				}
				moof := decodeMoof(t, b)
				tfhd, trun := moof.Traf.Tfhd, moof.Traf.Trun
				if tfhd.TrackID != f.TrackID || tfhd.Flags != 0x020020 || int(trun.DataOffset) != len(b)+8 || len(trun.Samples) != len(f.Samples) ||
					(moof.Traf.Tfdt == nil) != f.HasTfxd {
					t.Errorf("%s: %+v %+v", v.name, tfhd, trun)
				}
			}
		}
	}
}

func TestExtendKeepsDecodeTimes(t *testing.T) {
	fragment := func(at int64, durations ...uint32) *Fragment {
		f := &Fragment{TrackID: 1, DecodeStart: at, Start: at}
		for _, d := range durations {
			f.Samples = append(f.Samples, Sample{Duration: d, Size: 1, Flags: FlagsNonSync})
		}
		f.sum()
		return f
	}
	for name, c := range map[string]struct {
		next int64
		want []uint32
	}{
		"adjoining":            {30, []uint32{10, 20, 5}},
		"a little late":        {33, []uint32{10, 23, 5}},
		"a little early":       {28, []uint32{10, 18, 5}},
		"before its own start": {5, []uint32{10, 0, 5}},
	} {
		f, next := fragment(0, 10, 20), fragment(c.next, 5)
		f.Extend(next, c.next-30)
		var got []uint32
		for _, s := range f.Samples {
			got = append(got, s.Duration)
		}
		if !reflect.DeepEqual(got, c.want) || f.PayloadSize != 3 || f.Count != 3 {
			t.Errorf("%s: durations %v, want %v; %+v", name, got, c.want, f)
		}
	}
}

// FuzzMerge cuts what it finds in a moof into sections and joins them again.
func FuzzMerge(f *testing.F) {
	init := &Init{}
	for id := range uint32(3) {
		init.Tracks = append(init.Tracks, TrackInit{ID: id + 1, Timescale: 1000})
	}
	for _, v := range vectorTimes {
		s, _ := readStream(reader(f, v.name), DefaultLimits())
		for _, moof := range s.moofs {
			f.Add(moof, []byte{0})
			f.Add(moof, []byte{6, 0, 13})
		}
	}
	f.Fuzz(func(t *testing.T, moof, cuts []byte) {
		fragments, err := ParseMoof(withOwnSize(moof), init, DefaultLimits(), Position{})
		if err != nil {
			mustBeFault(t, err)
			return
		}
		for _, f := range fragments {
			if len(f.Samples) > 500 {
				continue // each section of a long one is looked for from its beginning
			}
			whole := rejoin(t, f, init, cuts)
			if !same(whole, f) {
				t.Errorf("%+v became %+v", f, whole)
			}
		}
	})
}
