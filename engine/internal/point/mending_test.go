package point

import (
	"testing"

	"pubpoint/engine/internal/fmp4"
)

// foreseenWrongly makes every second sample of tracks of some types begin where the next one does and last 0,
// as encoders do that send each frame alone and tell its time from the one after the next.
func foreseenWrongly(t *testing.T, f *footage, pieces []*Incoming, kinds map[string]bool) (mended []*Incoming, altered int) {
	t.Helper()
	frames := map[uint32]int{}
	for _, in := range pieces {
		part := in.Tracks[0]
		if kinds[f.header.Init.Track(part.TrackID).Type] {
			if frames[part.TrackID]++; frames[part.TrackID]%2 == 0 {
				in = tooLate(t, f, in, part)
				altered++
			}
		}
		mended = append(mended, in)
	}
	return mended, altered
}

// tooLate is a piece of one sample that begins when it should have ended.
func tooLate(t *testing.T, f *footage, in *Incoming, part *fmp4.Fragment) *Incoming {
	t.Helper()
	own := part.Section(0, 1)
	own.DecodeStart += own.Duration
	own.Start += own.Duration
	own.Samples = []fmp4.Sample{own.Samples[0]}
	own.Samples[0].Duration, own.Duration = 0, 0
	out := *in
	out.Moof = fmp4.PlainMoof(own)
	var err error
	if out.Tracks, err = fmp4.ParseMoof(out.Moof, f.header.Init, fmp4.DefaultLimits(), fmp4.Position{}); err != nil {
		t.Fatal(err)
	}
	return &out
}

// TestSamplesWithoutLengthFillWhatIsMissingBeforeThem sends sound, pictures or both, of which every
// second sample begins too late and lasts 0: nothing is lost, and the fragments are those of an
// encoder that tells its times right, live and read back.
func TestSamplesWithoutLengthFillWhatIsMissingBeforeThem(t *testing.T) {
	f := readFootage(t, "av-cmaf.mp4")
	want, _ := record(t, f, f.pieces(t, f.each(1, false)))
	for name, kinds := range map[string]map[string]bool{
		"sound": {"audio": true}, "pictures": {"video": true}, "both": {"audio": true, "video": true},
	} {
		t.Run(name, func(t *testing.T) {
			pieces, altered := foreseenWrongly(t, f, f.pieces(t, f.each(1, false)), kinds)
			if altered < 50 {
				t.Fatalf("only %d samples were altered", altered)
			}
			live, back := record(t, f, pieces)
			sameGroups(t, live, want)
			differ(t, "read back", told(t, back, true), told(t, live, true))
			for _, s := range live.Streams {
				for i := range s.Tracks[0].Fragments {
					chunksOf(t, s.Tracks[0], &s.Tracks[0].Fragments[i])
				}
			}
		})
	}
}
