package point

import (
	"reflect"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// TestLosses has media lost on two tracks; what follows on what is lost is one stretch.
func TestLosses(t *testing.T) {
	st := &stream{id: "x-200k"}
	sound := &track{stream: st, init: &fmp4.TrackInit{ID: 1, Timescale: 48000}}
	picture := &track{stream: st, init: &fmp4.TrackInit{ID: 2, Timescale: scale}}
	e := &event{}
	for _, n := range []engine.Ticks{0, 1, 2, 5} {
		e.lose(accepted{t: sound, start: n * 48000, length: 48000})
		e.lose(accepted{t: picture, start: n * second, length: second})
	}
	want := []loss{{"x-200k", 1, 0, 3 * second}, {"x-200k", 2, 0, 3 * second}, {"x-200k", 1, 5 * second, 6 * second}, {"x-200k", 2, 5 * second, 6 * second}}
	if !reflect.DeepEqual(e.losses, want) {
		t.Fatalf("%v", e.losses)
	}
	doc, err := servermanifest.ParseDocument(servermanifest.Stamp(servermanifest.Write(&servermanifest.Document{Meta: e.lossPairs()})))
	if err != nil {
		t.Fatal(err)
	}
	if got := readLosses(doc); !reflect.DeepEqual(got, want) {
		t.Errorf("read back: %v", got)
	}
	for range 3 * maxLosses {
		e.lose(accepted{t: picture, start: e.losses[len(e.losses)-1].end + second, length: second})
	}
	if len(e.losses) != maxLosses {
		t.Errorf("%d are remembered", len(e.losses))
	}
}
