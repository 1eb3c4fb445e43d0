package output_test

import (
	"cmp"
	"errors"
	"slices"
	"testing"

	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// section is a part of a payload.
type section struct{ from, size int64 }

// TestSamplesFillThePayload lays what the tracks of each moof have side by side: every byte
// of the payload belongs to one of them, however the encoder counted its offsets.
func TestSamplesFillThePayload(t *testing.T) {
	for _, p := range outputtest.Presentations(t) {
		sections := map[presentation.Media][]section{} // the tracks of one moof share their Media
		for _, s := range p.Whole.Streams {
			for _, track := range s.Tracks {
				for i := range track.Fragments {
					f := &track.Fragments[i]
					own, err := output.Samples(track, f)
					if err != nil {
						t.Fatalf("%s %s@%d: %v", p.Name, s.Name, f.Start, err)
					}
					if own.TrackID != track.Init.ID || own.Start > int64(f.Start) || own.Start < int64(f.Start)-int64(f.Duration) {
						t.Errorf("%s %s@%d: got track %d from %d on", p.Name, s.Name, f.Start, own.TrackID, own.Start)
					}
					sections[f.Media] = append(sections[f.Media], section{own.PayloadOffset, own.PayloadSize})
				}
			}
		}
		for media, parts := range sections {
			slices.SortFunc(parts, func(a, b section) int { return cmp.Compare(a.from, b.from) })
			end := int64(0)
			for _, part := range parts {
				if part.from != end {
					t.Errorf("%s: a part begins at byte %d of the payload, want %d", p.Name, part.from, end)
				}
				end = part.from + part.size
			}
			if end != media.PayloadSize() {
				t.Errorf("%s: %d bytes of a payload are used, of %d", p.Name, end, media.PayloadSize())
			}
		}
	}
}

// TestChunksHaveTheSamplesOfTheirFragments reads the chunks of fragments, and of those that are
// open, one by one.
func TestChunksHaveTheSamplesOfTheirFragments(t *testing.T) {
	read := func(track *presentation.Track, f *presentation.Fragment) []fmp4.Sample {
		own, err := output.Samples(track, f)
		if err != nil {
			t.Fatal(err)
		}
		return own.Samples
	}
	chunks, open := 0, 0
	check := func(track *presentation.Track, f *presentation.Fragment) {
		var samples []fmp4.Sample
		at := f.Decode
		list, err := f.ListChunks()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			if c.Decode != at {
				t.Fatalf("a chunk is decoded at %d, the last one ends at %d", c.Decode, at)
			}
			at += c.DecodeLength
			samples = append(samples, read(track, &presentation.Fragment{Start: c.Decode, Shift: f.Shift, Media: c.Media})...)
		}
		if !slices.Equal(samples, read(track, f)) || at != f.Decode+f.DecodeLength {
			t.Fatalf("%d samples until %d in the chunks of %+v", len(samples), at, f)
		}
		chunks += len(list)
	}
	for _, p := range outputtest.Presentations(t) {
		for _, s := range p.Live(1).Streams {
			for _, track := range s.Tracks {
				for i := range track.Fragments {
					if track.Fragments[i].Chunks != nil {
						check(track, &track.Fragments[i])
					}
				}
				if track.Open != nil {
					check(track, track.Open)
					open++
				}
			}
		}
	}
	if chunks < 50 || open < 5 {
		t.Errorf("%d chunks, %d open", chunks, open)
	}
}

func TestSamplesAreShifted(t *testing.T) {
	v := outputtest.Synthetic{Name: "shift", Video: []int{400_000}, Fragments: 2}.View()
	track := v.Streams[0].Tracks[0]
	f := track.Fragments[1]
	f.Start, f.Shift = f.Start+77, 77
	own, err := output.Samples(track, &f)
	if err != nil || own.Start != int64(f.Start) || own.DecodeStart != int64(f.Start) {
		t.Errorf("Samples = %+v, %v, want a start of %d", own, err, f.Start)
	}
}

func TestSamplesOfAnotherTrack(t *testing.T) {
	v := outputtest.Synthetic{Name: "other", Video: []int{400_000}, Fragments: 1}.View()
	track := *v.Streams[0].Tracks[0]
	track.Init = &fmp4.TrackInit{ID: 9}
	_, err := output.Samples(&track, &track.Fragments[0])
	var why *output.Error
	if !errors.As(err, &why) || why.Kind != output.Broken || why.Err == nil {
		t.Errorf("Samples = %v, want kind Broken with a cause", err)
	}
}
