package fmp4

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func tfhdBox(flags, track uint32, words ...uint32) []byte {
	return box("tfhd", appendUint32s(nil, append([]uint32{flags, track}, words...)...))
}

func moofBox(trafs ...[]byte) []byte {
	return box("moof", append([][]byte{box("mfhd", appendUint32s(nil, 0, 42))}, trafs...)...)
}

// twoTracks is a header whose track 1 has trex defaults.
func twoTracks() *Init {
	return &Init{Tracks: []TrackInit{
		{ID: 1, Timescale: 1000, Defaults: TrackDefaults{Duration: 10, Size: 20, Flags: FlagsNonSync}},
		{ID: 2, Timescale: 1000},
	}}
}

var tfdt7 = box("tfdt", appendUint32s(nil, 0, 7))

func TestParseMoofOffsets(t *testing.T) {
	const at, payload = 1000, 2000 // moof and mdat body in the stream
	rel := func(n int32) uint32 { return uint32(payload - at + n) }
	for name, c := range map[string]struct {
		moof []byte
		want []int64 // payload offset and size of each fragment
	}{
		"default base is moof": {moofBox(
			box("traf", tfhdBox(0x020000, 1), tfdt7, trunBox(0x201, 2, rel(0), 5, 6)),
			box("traf", tfhdBox(0x020000, 2), tfdt7, trunBox(0x201, 1, rel(11), 7))),
			[]int64{0, 11, 11, 7}},
		"no base: the second traf counts from the end of the first": {moofBox(
			box("traf", tfhdBox(0, 1), tfdt7, trunBox(0x201, 2, rel(4), 5, 6)),
			box("traf", tfhdBox(0, 2), tfdt7, trunBox(0x200, 1, 7)),
			box("traf", tfhdBox(0, 2), tfdt7, trunBox(0x201, 1, 3, 7))),
			[]int64{4, 11, 15, 7, 25, 7}},
		"base in the stream": {moofBox(
			box("traf", tfhdBox(1, 1, 0, payload+100), tfdt7, trunBox(0x201, 1, 8, 5)),
			box("traf", tfhdBox(1, 2, 0, payload+10), tfdt7, trunBox(0x200, 1, 7))),
			[]int64{108, 5, 10, 7}},
		"no offset at all means the start of the body": {moofBox(
			box("traf", tfhdBox(0, 1), tfdt7, trunBox(0x200, 1, 5))),
			[]int64{0, 5}},
		"runs without offsets go on": {moofBox(
			box("traf", tfhdBox(0, 1), tfdt7, trunBox(0x201, 1, rel(2), 5), trunBox(0x200, 2, 6, 7), trunBox(0, 0), trunBox(0x201, 1, rel(20), 8))),
			[]int64{2, 26}},
		"no samples, no fragment": {moofBox(
			box("traf", tfhdBox(0x010000, 1)), box("traf", tfhdBox(0, 2), trunBox(0, 0))), nil},
	} {
		fragments, err := ParseMoof(c.moof, twoTracks(), DefaultLimits(), Position{Moof: at, Payload: payload})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []int64
		for _, f := range fragments {
			got = append(got, f.PayloadOffset, f.PayloadSize)
			if f.Sequence != 42 || f.Start != 7 {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestParseMoofSamples(t *testing.T) {
	tfxd := AppendTfxd(nil, Span{Start: -5, Duration: 99})
	for name, c := range map[string]struct {
		traf []byte
		want Fragment
	}{
		"defaults of trex": {box("traf", tfhdBox(0, 1), tfdt7, trunBox(0, 2)),
			Fragment{TrackID: 1, Start: 7, DecodeStart: 7, Duration: 20, PayloadSize: 40,
				Samples: []Sample{{10, 20, FlagsNonSync, 0}, {10, 20, FlagsNonSync, 0}}}},
		"defaults of tfhd": {box("traf", tfhdBox(0x02003a, 1, 1, 11, 21, FlagsSync), tfdt7, trunBox(0, 1)),
			Fragment{TrackID: 1, Start: 7, DecodeStart: 7, Duration: 11, PayloadSize: 21, Sync: true,
				Samples: []Sample{{11, 21, FlagsSync, 0}}}},
		"first sample flags": {box("traf", tfhdBox(0x20, 1, FlagsNonSync), tfdt7, trunBox(0x04, 2, FlagsSync)),
			Fragment{TrackID: 1, Start: 7, DecodeStart: 7, Duration: 20, PayloadSize: 40, Sync: true,
				Samples: []Sample{{10, 20, FlagsSync, 0}, {10, 20, FlagsNonSync, 0}}}},
		"everything in trun": {box("traf", tfhdBox(0, 1), tfxd, trunBox(1<<24|0xf00, 2, 3, 4, 5, 6, 7, 8, FlagsSync, 0xfffffffe)),
			Fragment{TrackID: 1, HasTfxd: true, Start: -5, DecodeStart: -11, Duration: 10, TfxdDuration: 99, PayloadSize: 12, Sync: true,
				Samples: []Sample{{3, 4, 5, 6}, {7, 8, FlagsSync, -2}}}},
		"tfdt plus first offset": {box("traf", tfhdBox(0, 1), box("tfdt", appendUint32s(nil, 1<<24, 1, 2)), trunBox(1<<24|0x800, 1, 3)),
			Fragment{TrackID: 1, Start: 1<<32 + 5, DecodeStart: 1<<32 + 2, Duration: 10, PayloadSize: 20,
				Samples: []Sample{{10, 20, FlagsNonSync, 3}}}},
		"tfxd before tfdt, and free and others passed over": {
			box("traf", tfhdBox(0, 1), tfdt7, trunBox(0, 1), box("uuid", make([]byte, 20)), box("free", []byte{1}), tfxd),
			Fragment{TrackID: 1, HasTfxd: true, Start: -5, DecodeStart: -5, Duration: 10, TfxdDuration: 99, PayloadSize: 20,
				Samples: []Sample{{10, 20, FlagsNonSync, 0}}}},
	} {
		got, err := ParseMoof(moofBox(c.traf), twoTracks(), DefaultLimits(), Position{})
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %d fragments, %v", name, len(got), err)
			continue
		}
		c.want.Sequence = 42
		c.want.sum()
		if !reflect.DeepEqual(*got[0], c.want) {
			t.Errorf("%s: %+v, want %+v", name, *got[0], c.want)
		}
	}
}

func TestParseMoofRefuses(t *testing.T) {
	l := DefaultLimits()
	l.Samples = 3
	traf := func(boxes ...[]byte) []byte { return moofBox(box("traf", boxes...)) }
	head, one := tfhdBox(0, 1), trunBox(0, 1)
	for name, c := range map[string]struct {
		moof []byte
		at   Position
		kind Kind
		says string
	}{
		"another box":         {box("moov"), Position{}, BadOrder, "moof is needed"},
		"no mfhd":             {box("moof"), Position{}, Malformed, "mfhd"},
		"no tfhd":             {traf(tfdt7, one), Position{}, Malformed, "tfhd"},
		"tfhd cut":            {traf(tfhdBox(0x08, 1), tfdt7, one), Position{}, Malformed, "ask for more"},
		"unknown track":       {traf(tfhdBox(0, 9), tfdt7, one), Position{}, Malformed, "track 9"},
		"another description": {traf(tfhdBox(2, 1, 2), tfdt7, one), Position{}, Unsupported, "description 2"},
		"base beyond":         {traf(tfhdBox(1, 1, 1<<31, 0), tfdt7, one), Position{}, Malformed, "base data offset"},
		"no time":             {traf(head, one), Position{}, Malformed, "neither tfxd nor tfdt"},
		"tfdt cut":            {traf(head, box("tfdt", []byte{1, 0, 0, 0, 1, 2, 3, 4}), one), Position{}, Malformed, "tfdt"},
		"tfdt beyond":         {traf(head, box("tfdt", appendUint32s(nil, 1<<24, 1<<31, 0)), one), Position{}, Malformed, "range"},
		"tfxd cut":            {traf(head, box("uuid", []byte(UUIDTfxd), []byte{1, 0, 0, 0, 1}), one), Position{}, Malformed, "tfxd"},
		"tfxd beyond":         {traf(head, AppendTfxd(nil, Span{Start: math.MinInt64}), one), Position{}, Malformed, "range"},
		"too many samples":    {traf(head, tfdt7, trunBox(0, 4)), Position{}, TooLarge, "3 that are allowed"},
		"too many in all":     {moofBox(box("traf", head, tfdt7, trunBox(0, 2)), box("traf", head, tfdt7, trunBox(0, 2))), Position{}, TooLarge, "3 that are allowed"},
		"before the body":     {traf(head, tfdt7, trunBox(0x01, 1, 0)), Position{}, Malformed, "before the mdat body"},
		"in pieces":           {traf(head, tfdt7, trunBox(0x01, 1, 200), trunBox(0x01, 1, 300)), Position{}, Unsupported, "separate pieces"},
		"offset of version 0": {traf(head, tfdt7, trunBox(0x800, 1, 1<<31)), Position{}, Malformed, "composition offset"},
		"mdat before moof":    {traf(head, tfdt7, one), Position{Moof: 100, Payload: 10}, Malformed, "cannot be"},
		"size wrong":          {traf(head, raw(0, "trun")), Position{}, BadSize, "size 0"},
	} {
		_, err := ParseMoof(c.moof, twoTracks(), l, c.at)
		var fault *FormatError
		if !errors.As(err, &fault) || fault.Kind != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want kind %v saying %q", name, err, c.kind, c.says)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		offset, size, payload int64
		ok                    bool
	}{
		{0, 10, 10, true}, {5, 5, 10, true}, {0, 11, 10, false}, {11, 0, 10, false}, {10, 0, 10, true},
		{-1, 1, 10, false}, {math.MaxInt64, math.MaxInt64, 10, false}, {5, 6, 10, false},
	} {
		f := &Fragment{PayloadOffset: c.offset, PayloadSize: c.size}
		if err := f.Check(c.payload); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// Decode times follow one another in every capture, even where the presentation times
// of tfxd do not: open groups of pictures, and encoders that cut in the middle of one.
func TestDecodeTimesChain(t *testing.T) {
	for _, v := range vectorTimes {
		s, err := readStream(reader(t, v.name), DefaultLimits())
		if err != nil && v.err == 0 {
			t.Fatal(err)
		}
		next := map[uint32]int64{}
		for _, f := range s.fragments {
			want, seen := next[f.TrackID]
			next[f.TrackID] = f.DecodeStart + f.Duration
			if seen && f.DecodeStart != want {
				t.Errorf("%s: track %d: %d follows %d", v.name, f.TrackID, f.DecodeStart, want)
			}
		}
	}
}

func TestTrimNegative(t *testing.T) {
	audio := func(start int64, durations ...uint32) *Fragment {
		f := &Fragment{Start: start}
		for _, d := range durations {
			f.Samples = append(f.Samples, Sample{Duration: d, Size: 100, Flags: FlagsSync})
		}
		return f
	}
	video := audio(-10, 10, 10)
	video.Samples[1].Flags = FlagsNonSync
	for name, c := range map[string]struct {
		f       *Fragment
		samples int
		ticks   uint32
		skip    int64
	}{
		"at zero":          {audio(0, 10, 10), 0, 0, 0},
		"later":            {audio(5, 10, 10), 0, 0, 0},
		"one sample":       {audio(-10, 10, 10), 1, 0, 100},
		"one and a part":   {audio(-13, 10, 10), 1, 3, 100},
		"a part":           {audio(-3, 10, 10), 0, 3, 0},
		"all":              {audio(-20, 10, 10), 2, 0, 200},
		"more than all":    {audio(-30, 10, 10), 2, 0, 200},
		"depending sample": {video, 0, 0, 0},
	} {
		samples, ticks, skip := c.f.TrimNegative()
		if samples != c.samples || ticks != c.ticks || skip != c.skip {
			t.Errorf("%s: %d %d %d", name, samples, ticks, skip)
		}
	}
	for name, want := range map[string][2]int{
		"av-isml.ismv":               {1, 0},
		"av-ac3-delaymoov-isml.ismv": {0, 53333},
	} {
		s, err := readStream(reader(t, name), DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		samples, ticks, skip := s.fragments[1].TrimNegative()
		if samples != want[0] || int(ticks) != want[1] || samples == 1 && skip != int64(s.fragments[1].Samples[0].Size) {
			t.Errorf("%s: %d %d %d", name, samples, ticks, skip)
		}
	}
}

func BenchmarkParseMoof(b *testing.B) {
	s, err := readStream(reader(b, "av-isml.ismv"), DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseMoof(s.moofs[0], s.init, DefaultLimits(), Position{}); err != nil {
			b.Fatal(err)
		}
	}
}
