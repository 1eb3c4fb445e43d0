package cmaf

import (
	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// partsASecond is how many parts are made of a second of media at most: chunks shorter than
// that, as of encoders that send every frame alone, are put together.
const partsASecond = 3

// Part is what players at the live edge ask for: one or several chunks of a fragment.
type Part struct {
	From, To    int          // chunks
	Start       engine.Ticks // decode time of its first sample
	Length      engine.Ticks
	Independent bool // begins with a sync sample
	arrived     int64
}

// Parts divides the chunks of a fragment. Of one that is still arriving, the last part is
// left out until it cannot grow any more; the parts before it are the same in every view.
func Parts(f *presentation.Fragment, timescale uint32, complete bool) []Part {
	var parts []Part
	least := engine.Ticks(timescale / partsASecond)
	for i := range f.Chunks {
		c := &f.Chunks[i]
		n := len(parts)
		if n == 0 || parts[n-1].Length >= least {
			parts = append(parts, Part{From: i, Start: c.Decode, Independent: c.Sync})
			n++
		}
		p := &parts[n-1]
		p.To, p.arrived = i+1, c.Arrived
		p.Length += c.DecodeLength
	}
	if n := len(parts); !complete && n > 0 && parts[n-1].Length < least {
		parts = parts[:n-1]
	}
	return parts
}

// part makes the bytes of a part.
func part(t *presentation.Track, f *presentation.Fragment, p Part) (*Body, error) {
	b := &Body{}
	for i := p.From; i < p.To; i++ {
		c, err := chunk(t, f, i)
		if err != nil {
			return nil, err
		}
		b.pieces = append(b.pieces, c.pieces...)
		b.size += c.size
	}
	return b, nil
}
