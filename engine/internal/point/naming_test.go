package point

import (
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

func TestRatesInName(t *testing.T) {
	for id, want := range map[string][]int{
		"oceans-400k-64k":      {400_000, 64_000},
		"oceans-200k-64k-400k": {200_000, 64_000, 400_000},
		"oceans-200K":          {200_000},
		"oceans":               nil,
		"oceans-400":           nil,
		"oceans-0k":            nil,
		"oceans-k":             nil,
		"oceans-":              nil,
		"400k":                 nil, // a name alone names nothing
		"a-99999999999999999k": nil,
		"radio-64k-live-300k":  {300_000},
		"":                     nil,
	} {
		if got := finding.RatesInName(id); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", id, got, want)
		}
	}
}

func TestNominalRatesFallBackInOrder(t *testing.T) {
	header := &Header{
		Init: &fmp4.Init{Tracks: []fmp4.TrackInit{
			{ID: 1, Type: "video", Bitrate: 11}, {ID: 2, Type: "audio", Bitrate: 22}, {ID: 3, Type: "text"}, {ID: 4, Type: "video"},
		}},
		Manifest: &servermanifest.Manifest{Tracks: []servermanifest.Track{{TrackID: 1, SystemBitrate: 1111}, {TrackID: 2}}},
	}
	for _, c := range []struct {
		id       string
		want     []int
		mismatch bool
	}{
		{"x-100k-200k-300k", []int{100_000, 200_000, 1000, 300_000}, false},
		{"x-100k", []int{1111, 22, 1000, 0}, true},
		{"x", []int{1111, 22, 1000, 0}, false},
	} {
		got, _, mismatch := nominalRates(c.id, header)
		if !slices.Equal(got, c.want) || mismatch != c.mismatch {
			t.Errorf("%s: got %v %v, want %v", c.id, got, mismatch, c.want)
		}
	}
}

func TestStreamNames(t *testing.T) {
	for _, c := range []struct {
		init      fmp4.TrackInit
		announced string
		want      string
	}{
		{fmp4.TrackInit{Type: "video", Language: "eng"}, "", "video"},
		{fmp4.TrackInit{Type: "audio", Language: "und"}, "", "audio"},
		{fmp4.TrackInit{Type: "audio", Language: "eng"}, "", "audio_eng"},
		{fmp4.TrackInit{Type: "video"}, "video_und", "video"},
		{fmp4.TrackInit{Type: "audio", Language: "und"}, "audio_und", "audio"},
		{fmp4.TrackInit{Type: "audio", Language: "fra"}, "commentary", "commentary"},
		{fmp4.TrackInit{Type: "audio", Language: "fra"}, "../(x)=1", "x1"},
		{fmp4.TrackInit{Type: "audio", Language: "fra"}, "123", "audio_fra"},
	} {
		var announced *servermanifest.Track
		if c.announced != "" {
			announced = &servermanifest.Track{TrackName: c.announced}
		}
		if got := streamName(&c.init, announced); got != c.want {
			t.Errorf("%+v %q: got %s, want %s", c.init, c.announced, got, c.want)
		}
	}
}

func TestShiftsAreWholeTicksInEveryTimescale(t *testing.T) {
	for _, scales := range [][]uint32{{10_000_000}, {12_800, 48_000}, {90_000, 44_100}, {30_000, 48_000}, {1, 7}} {
		h := &fmp4.Init{}
		for _, s := range scales {
			h.Tracks = append(h.Tracks, fmp4.TrackInit{Timescale: s})
		}
		unit := shiftUnit(h)
		for _, at := range []engine.Ticks{0, 1, 12_345_678, -5, 1 << 54} {
			shift := roundUp(at, unit)
			if shift < at || shift-at >= unit {
				t.Errorf("%v: %d rounded up to %d by %d", scales, at, shift, unit)
			}
			for _, s := range scales {
				if back := shift.Rescale(shiftScale, s).Rescale(s, shiftScale); back != shift {
					t.Errorf("timescale %d: %d became %d", s, shift, back)
				}
			}
		}
	}
}
