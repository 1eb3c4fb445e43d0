package output_test

import (
	"bytes"
	"errors"
	"testing"

	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// TestPayloadOfMarkers reads what a sender made, with a trun and without.
func TestPayloadOfMarkers(t *testing.T) {
	want := sender.Message(7, 100, sender.SpliceNull())
	for _, noRun := range []bool{false, true} {
		made := sender.SparseTrack{Name: "scte", Parent: "video", NoRun: noRun, NoManifest: true}
		capture, err := sender.Cut(made.Body(made.Fragment(1, 500, 0, want)))
		if err != nil {
			t.Fatal(err)
		}
		init, err := fmp4.ParseInit(nil, capture.Header[24:], fmp4.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		fragment := capture.Fragments[0].Bytes
		mdat := len(fragment) - len(want) - 8
		track := &presentation.Track{Header: init, Init: &init.Tracks[0]}
		f := &presentation.Fragment{Start: 501, Duration: 1, Media: archive.NewMemory(fragment[:mdat], fragment[mdat+8:])}
		got, err := output.Payload(track, f, int64(len(want)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("without a trun %t: %x, %v", noRun, got, err)
		}
		_, err = output.Payload(track, f, int64(len(want)-1))
		if broken := (*output.Error)(nil); !errors.As(err, &broken) || broken.Kind != output.Broken {
			t.Errorf("beyond the limit: %v", err)
		}
	}
}
