package cmaf

import (
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// Sound in chunks of 0.512 s is cut at even seconds, so that every tenth fragment or so has three
// chunks instead of four. Each length is told before the fragment begins, and while it arrives.
func TestPredictedSound(t *testing.T) {
	const step = 5_120_000
	track := presentation.Track{Init: &fmp4.TrackInit{Type: string(engine.Audio), Timescale: 10_000_000}}
	var start engine.Ticks = 266_667 // the first sound of an event need not be at zero
	short := 0
	for n := range 40 {
		length, chunks := engine.Ticks(0), presentation.ChunkList(nil)
		for at := start; at/20_000_000 == start/20_000_000; at += step {
			chunks = append(chunks, presentation.Chunk{DecodeLength: step})
			length += step
		}
		if length == 3*step {
			short++
		}
		if n >= steady {
			if got := Predicted(&track); got != length {
				t.Fatalf("fragment %d at %d is told to last %d, lasts %d", n, start, got, length)
			}
			track.Open = &presentation.Fragment{Start: start, Chunks: chunks[:1]}
			if got := Predicted(&track); got != length {
				t.Fatalf("arriving fragment %d at %d is told to last %d, lasts %d", n, start, got, length)
			}
			track.Open = nil
		}
		track.Fragments = append(track.Fragments, presentation.Fragment{Start: start, Duration: length, Chunks: chunks})
		start += length
	}
	if short == 0 {
		t.Error("no fragment was shorter than the others")
	}
}
