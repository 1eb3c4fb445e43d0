package cmaf

import (
	"fmt"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Chunks shorter than a tenth of a second, as of encoders that send every frame alone, are put
// together until they last a third of one. Longer ones are parts as they are: parts should be
// of about the same length.
const (
	shortest = 10 // chunks a second that are parts
	wanted   = 3  // parts a second that are made of shorter ones
)

// Part is what players at the live edge ask for: one or several chunks of a fragment.
type Part struct {
	From, To    int          // chunks
	Start       engine.Ticks // decode time of its first sample
	Length      engine.Ticks
	Independent bool // begins with a sync sample
	arrived     int64
}

// Parts divides the chunks of a fragment. Of one that is still arriving, the last part is
// left out until it cannot grow any more; the parts before it are the same in every view. Of an
// old fragment whose chunks cannot be read there are none.
func Parts(f *presentation.Fragment, timescale uint32, complete bool) []Part {
	var parts []Part
	chunks, err := f.ListChunks()
	if err != nil {
		return nil // who asks for the segment is told
	}
	closed := true // the last part cannot grow any more
	for i := range chunks {
		c := &chunks[i]
		n := len(parts)
		if closed {
			parts = append(parts, Part{From: i, Start: c.Decode, Independent: c.Sync})
			n++
		}
		p := &parts[n-1]
		p.To, p.arrived = i+1, c.Arrived
		p.Length += c.DecodeLength
		closed = c.DecodeLength >= engine.Ticks(timescale/shortest) || p.Length >= engine.Ticks(timescale/wanted)
	}
	if !complete && !closed {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// part makes the bytes of a part.
func part(t *presentation.Track, f *presentation.Fragment, p Part) (*Body, error) {
	b := &Body{}
	chunks, err := f.ListChunks()
	if err == nil && p.To > len(chunks) {
		err = fmt.Errorf("it has %d chunks, and %d are needed", len(chunks), p.To)
	}
	if err != nil {
		return nil, &output.Error{Kind: output.Broken, Text: fmt.Sprintf("The fragment at %d cannot be read; see the server's log.", f.Start), Err: err}
	}
	for i := p.From; i < p.To; i++ {
		c, err := chunk(t, f, i, &chunks[i])
		if err != nil {
			return nil, err
		}
		b.pieces = append(b.pieces, c.pieces...)
		b.size += c.size
	}
	return b, nil
}
