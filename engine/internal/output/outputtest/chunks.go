package outputtest

import (
	"bytes"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// samplesAChunk is how many samples a chunk has, but for the last of a fragment.
const samplesAChunk = 3

// inChunks makes every fragment of v one that came in chunks. What is open while the event is
// live, Presentation.Live makes of them.
func inChunks(v *presentation.View) (*presentation.View, error) {
	for _, s := range v.Streams {
		for _, t := range s.Tracks {
			for i := range t.Fragments {
				if err := cutFragment(t, &t.Fragments[i]); err != nil {
					return nil, err
				}
			}
		}
	}
	return v, nil
}

// cutFragment replaces the media of f by chunks, and by all of them as one.
func cutFragment(t *presentation.Track, f *presentation.Fragment) error {
	whole, err := output.Samples(t, f)
	if err != nil {
		return err
	}
	var payload bytes.Buffer
	if _, err := f.Media.WritePayload(&payload, whole.PayloadOffset, whole.PayloadSize); err != nil {
		return err
	}
	whole.Start -= int64(f.Shift)
	whole.DecodeStart -= int64(f.Shift)
	whole.PayloadOffset = 0
	f.Media, _ = mediaOf(whole, payload.Bytes())
	f.Size = 0
	var chunks presentation.ChunkList
	for from := 0; from < whole.Count; from += samplesAChunk {
		part := whole.Section(from, min(from+samplesAChunk, whole.Count))
		c := presentation.Chunk{
			Decode: engine.Ticks(part.DecodeStart) + f.Shift, DecodeLength: engine.Ticks(part.Duration), Sync: part.Sync, Arrived: f.Arrived,
		}
		if c.Decode < f.Decode { // what lies before zero is not published
			c.DecodeLength -= f.Decode - c.Decode
			c.Decode = f.Decode
		}
		c.Media, c.Size = mediaOf(part, payload.Bytes()[part.PayloadOffset:][:part.PayloadSize])
		f.Size += c.Size
		chunks = append(chunks, c)
	}
	f.Chunks = chunks
	return nil
}

// mediaOf is media that has a fragment's samples alone, and the bytes of its boxes.
func mediaOf(f *fmp4.Fragment, payload []byte) (presentation.Media, int64) {
	m := &memory{moof: fmp4.PlainMoof(f), payload: payload}
	return m, int64(len(m.moof) + 8 + len(m.payload))
}

// openOf is a fragment that came in chunks as it was when half of them were there, or nil for
// one that came whole.
func openOf(t *presentation.Track, f *presentation.Fragment) *presentation.Fragment {
	all, ok := f.Chunks.(presentation.ChunkList)
	if !ok {
		return nil
	}
	n := (len(all) + 1) / 2
	chunks := all[:n:n]
	open := *f
	open.Chunks = chunks
	open.Size, open.DecodeLength = 0, 0
	for _, c := range chunks {
		open.Size += c.Size
		open.DecodeLength += c.DecodeLength
	}
	open.Duration = open.DecodeLength
	whole, err := output.Samples(t, f)
	if err != nil {
		panic(err) // mediaOf made it
	}
	whole.Start -= int64(f.Shift)
	whole.DecodeStart -= int64(f.Shift)
	part := whole.Section(0, min(n*samplesAChunk, whole.Count))
	var payload bytes.Buffer
	if _, err := f.Media.WritePayload(&payload, 0, part.PayloadSize); err != nil {
		panic(err) // it is in memory
	}
	open.Media, _ = mediaOf(part, payload.Bytes())
	return &open
}
