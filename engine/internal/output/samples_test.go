package output_test

import (
	"errors"
	"io"
	"testing"

	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// TestSamplesFillThePayload adds up what the tracks of each moof have: every byte of the
// payload belongs to one of them, however the encoder counted its offsets.
func TestSamplesFillThePayload(t *testing.T) {
	for _, p := range outputtest.Presentations(t) {
		size, used := map[presentation.Media]int64{}, map[presentation.Media]int64{}
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
					// Media are shared by the tracks of one moof and compared by address.
					size[f.Media] = f.Media.PayloadSize()
					used[f.Media] += own.PayloadSize
				}
			}
		}
		for media, total := range size {
			if _, err := media.WritePayload(io.Discard, 0, total); err != nil || used[media] > total {
				t.Errorf("%s: %d bytes of %d are used (%v)", p.Name, used[media], total, err)
			}
		}
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
