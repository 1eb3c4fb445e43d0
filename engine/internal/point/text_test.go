package point

import (
	"testing"
	"time"

	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/scte35"
	"pubpoint/engine/internal/servermanifest"
)

func TestTextOf(t *testing.T) {
	captions := fmp4.TrackInit{Type: "text", Codec: "dfxp", SampleEntry: "dfxp"}
	markers := fmp4.TrackInit{Type: "text", Codec: "scte", SampleEntry: "scte", Scheme: fmp4.SchemeSCTE35}
	for name, c := range map[string]struct {
		init      fmp4.TrackInit
		announced *servermanifest.Track
		want      presentation.Text
	}{
		"captions":  {captions, nil, presentation.Text{Subtype: "CAPT"}},
		"subtitles": {captions, &servermanifest.Track{Subtype: "SUBT"}, presentation.Text{Subtype: "SUBT"}},
		"captions now and then": {captions, &servermanifest.Track{ParentTrackName: "video_und"},
			presentation.Text{Subtype: "CAPT", Parent: "video"}},
		"captions in the manifest": {captions, &servermanifest.Track{ManifestOutput: true},
			presentation.Text{Subtype: "CAPT", InManifest: true}},
		"markers that nobody announced": {markers, nil,
			presentation.Text{Subtype: "DATA", Scheme: fmp4.SchemeSCTE35, Parent: "video", InManifest: true}},
		"markers without a parent": {markers, &servermanifest.Track{Subtype: "DATA", Scheme: "urn:x"},
			presentation.Text{Subtype: "DATA", Scheme: "urn:x", Parent: "video", InManifest: true}},
		"markers to be fetched": {markers, &servermanifest.Track{Subtype: "ADI3", ParentTrackName: "audio_eng"},
			presentation.Text{Subtype: "ADI3", Scheme: fmp4.SchemeSCTE35, Parent: "audio_eng"}},
	} {
		got := textOf(&c.init, c.announced)
		if got == nil || *got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
			continue
		}
		// What the point's server manifest says of it is read back as the same.
		back := textOf(&c.init, nil)
		back.Parent, back.InManifest = "", false
		if readText(back, textParams(got)); *back != *got {
			t.Errorf("%s: read back as %+v from %v", name, back, textParams(got))
		}
	}
	if textOf(&fmp4.TrackInit{Type: "video"}, nil) != nil || textParams(nil) != nil {
		t.Error("video has text")
	}
}

func TestMarkerText(t *testing.T) {
	for want, e := range map[string]scte35.Event{
		"Splice out announced for 12:00:04, 30 s (event 1).":                    {ID: 1, Out: true, Duration: 30 * time.Second},
		"Splice in announced for 12:00:04 (event 1).":                           {ID: 1, In: true},
		"Provider advertisement start announced for 12:00:04, 7.5 s (event 2).": {ID: 2, Type: 0x30, Out: true, Duration: 7500 * time.Millisecond},
		"The splice announced as event 3 does not take place.":                  {ID: 3, Cancel: true},
	} {
		if got := markerText(e, "12:00:04"); got != want {
			t.Errorf("%+v is told as %q, want %q", e, got, want)
		}
	}
}

func TestSparseLength(t *testing.T) {
	for name, c := range map[string]struct {
		f    fmp4.Fragment
		want int64
	}{
		"none":           {fmp4.Fragment{HasTfxd: true}, 1},
		"of tfxd":        {fmp4.Fragment{HasTfxd: true, TfxdDuration: 500, Duration: 3}, 500},
		"of the samples": {fmp4.Fragment{Duration: 300}, 300},
		"beyond all":     {fmp4.Fragment{HasTfxd: true, TfxdDuration: 1 << 61}, 24 * 3600 * 1000},
		"negative":       {fmp4.Fragment{HasTfxd: true, TfxdDuration: -5}, 1},
	} {
		if got := sparseLength(&c.f, 1000); int64(got) != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
