package fmp4

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"
)

// decodeMoof has mp4ff read an egress moof, as a second opinion.
func decodeMoof(t testing.TB, b []byte) *mp4.MoofBox {
	t.Helper()
	decoded, err := mp4.DecodeBoxSR(0, bits.NewFixedSliceReader(b))
	if err != nil {
		t.Fatalf("%v in %x", err, b)
	}
	moof, ok := decoded.(*mp4.MoofBox)
	if !ok || len(moof.Trafs) != 1 || moof.Mfhd == nil || moof.Traf.Tfhd == nil || len(moof.Traf.Truns) != 1 {
		t.Fatalf("%T without the boxes of one track", decoded)
	}
	return moof
}

// Each fragment of each capture, rewritten, says the same to mp4ff, and parsed again it
// is the same fragment.
func TestSmoothMoofOfVectors(t *testing.T) {
	for _, v := range vectorTimes {
		s, err := readStream(reader(t, v.name), DefaultLimits())
		if err != nil && v.err == 0 {
			t.Fatal(err)
		}
		for _, f := range s.fragments {
			r := Rewrite{TrackID: f.TrackID, Sequence: 77, Start: f.Start, Duration: f.Duration,
				Lookahead: []Span{{f.End(), 10}, {f.End() + 10, math.MaxInt64}}}
			b := SmoothMoof(f, r)
			if !bytes.Equal(b, SmoothMoof(f, r)) {
				t.Fatal("the same input gave other bytes")
			}
			if cap(b) != len(b) {
				t.Errorf("%s: %d bytes in room for %d: the size was foreseen wrongly", v.name, len(b), cap(b))
			}
			moof := decodeMoof(t, b)
			tfhd, trun := moof.Traf.Tfhd, moof.Traf.Trun
			if moof.Mfhd.SequenceNumber != 77 || tfhd.TrackID != f.TrackID || tfhd.Flags != 0x20 ||
				moof.Traf.Tfdt != nil || trun.Version != 1 || int(trun.DataOffset) != len(b)+8 {
				t.Errorf("%s: %+v %+v", v.name, tfhd, trun)
			}
			trun.AddSampleDefaultValues(tfhd, nil)
			for n, got := range trun.Samples {
				if want := f.Samples[n]; got.Dur != want.Duration || got.Size != want.Size || got.Flags != want.Flags ||
					got.CompositionTimeOffset != want.CTO {
					t.Fatalf("%s: sample %d is %+v, want %+v", v.name, n, got, want)
				}
			}
			again, err := ParseMoof(b, s.init, DefaultLimits(), Position{})
			if err != nil || len(again) != 1 {
				t.Fatalf("%s: %v", v.name, err)
			}
			want := *f
			want.Sequence, want.PayloadOffset, want.HasTfxd, want.TfxdDuration = 77, 0, true, f.Duration
			if !reflect.DeepEqual(*again[0], want) {
				t.Errorf("%s: %+v, want %+v", v.name, *again[0], want)
			}
		}
	}
}

// ffmpeg's own moof, when nothing is to change, is ours byte for byte.
func TestSmoothMoofEqualsEncoders(t *testing.T) {
	for _, name := range []string{"av-isml.ismv", "bframes-isml.ismv", "hevc-hvc1-isml.ismv", "av-ac3-delaymoov-isml.ismv"} {
		s, err := readStream(reader(t, name), DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		for n, f := range s.fragments {
			got := SmoothMoof(f, Rewrite{TrackID: f.TrackID, Sequence: f.Sequence, Start: f.Start, Duration: f.TfxdDuration})
			if !bytes.Equal(got, s.moofs[n]) {
				t.Errorf("%s, fragment %d:\n%x, want\n%x", name, n+1, got, s.moofs[n])
			}
		}
	}
}

func TestSmoothMoofChanges(t *testing.T) {
	gop := &Fragment{TrackID: 1, Samples: []Sample{
		{10, 100, FlagsSync, 0}, {11, 20, FlagsNonSync, 0}, {12, 30, FlagsNonSync, 0},
	}}
	bgop := &Fragment{TrackID: 1, Samples: []Sample{
		{10, 100, FlagsSync, 0}, {11, 20, FlagsNonSync, -5}, {12, 30, FlagsSync, 0}, {13, 40, FlagsNonSync, 0},
	}}
	audio := &Fragment{TrackID: 2, Samples: []Sample{
		{10, 1, FlagsSync, 0}, {11, 2, FlagsSync, 0}, {12, 3, FlagsSync, 0},
	}}
	for name, c := range map[string]struct {
		f     *Fragment
		r     Rewrite
		flags uint32
		want  []Sample
	}{
		"nothing":             {gop, Rewrite{}, 0x305, gop.Samples},
		"audio":               {audio, Rewrite{}, 0x301, audio.Samples},
		"key frames inside":   {bgop, Rewrite{}, 0xf01, bgop.Samples},
		"trimmed":             {audio, Rewrite{Trim: 1}, 0x301, audio.Samples[1:]},
		"trimmed with ticks":  {audio, Rewrite{Trim: 1, TrimTicks: 4}, 0x301, []Sample{{7, 2, FlagsSync, 0}, audio.Samples[2]}},
		"ticks beyond":        {audio, Rewrite{Trim: 2, TrimTicks: 40}, 0x301, []Sample{{1, 3, FlagsSync, 0}}},
		"trimmed to nothing":  {audio, Rewrite{Trim: 9, TrimTicks: 1}, 0x301, nil},
		"trim below zero":     {audio, Rewrite{Trim: -1}, 0x301, audio.Samples},
		"keys":                {gop, Rewrite{KeyOnly: true}, 0x301, []Sample{{33, 100, FlagsSync, 0}}},
		"keys with ticks":     {gop, Rewrite{KeyOnly: true, TrimTicks: 3}, 0x301, []Sample{{30, 100, FlagsSync, 0}}},
		"keys of audio":       {audio, Rewrite{KeyOnly: true}, 0x301, audio.Samples},
		"keys where none are": {gop, Rewrite{KeyOnly: true, Trim: 1}, 0x301, nil},
	} {
		c.r.TrackID = 5
		b := SmoothMoof(c.f, c.r)
		moof := decodeMoof(t, b)
		trun := moof.Traf.Trun
		trun.AddSampleDefaultValues(moof.Traf.Tfhd, nil)
		var got []Sample
		for _, s := range trun.Samples {
			got = append(got, Sample{s.Dur, s.Size, s.Flags, s.CompositionTimeOffset})
		}
		if !reflect.DeepEqual(got, c.want) || trun.Flags != c.flags || moof.Traf.Tfhd.TrackID != 5 {
			t.Errorf("%s: %x %v, want %x %v", name, trun.Flags, got, c.flags, c.want)
		}
	}
	if n, size := gop.KeyRun(0); n != 1 || size != 100 {
		t.Errorf("%d %d", n, size)
	}
	if n, size := audio.KeyRun(1); n != 2 || size != 5 {
		t.Errorf("%d %d", n, size)
	}
}

// A sample that has no ticks to lose is left alone, and a still that is shown for longer
// than 32 bits can say stays as long as they can.
func TestSmoothMoofDurationBounds(t *testing.T) {
	f := &Fragment{Samples: []Sample{{0, 1, FlagsSync, 0}, {math.MaxUint32, 1, FlagsNonSync, 0}, {2, 1, FlagsNonSync, 0}}}
	if got := decodeMoof(t, SmoothMoof(f, Rewrite{TrimTicks: 1})).Traf.Trun.Samples[0].Dur; got != 0 {
		t.Error(got)
	}
	if got := decodeMoof(t, SmoothMoof(f, Rewrite{KeyOnly: true})).Traf.Trun.Samples[0].Dur; got != math.MaxUint32 {
		t.Error(got)
	}
}

func BenchmarkSmoothMoof(b *testing.B) {
	s, err := readStream(reader(b, "av-isml.ismv"), DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		SmoothMoof(s.fragments[0], Rewrite{TrackID: 1, Sequence: 1, Lookahead: []Span{{1, 2}, {3, 4}}})
	}
}
