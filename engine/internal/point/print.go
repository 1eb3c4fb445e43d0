package point

import (
	"hash/crc32"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// printsKept is how many of a track's newest fragments are remembered for comparison: a
// second encoder that is further behind is not compared.
const printsKept = 64

// fingerprint is what is remembered of an accepted fragment.
type fingerprint struct {
	start, end engine.Ticks // as published
	decode     engine.Ticks
	size       int64
	sum        uint32
}

// prints are those of a track's newest fragments, in order; the oldest are overwritten.
type prints struct {
	ring []fingerprint
	next int // where the next one goes once the ring is full
}

func (p *prints) add(f fingerprint) {
	if len(p.ring) < printsKept {
		p.ring = append(p.ring, f)
		return
	}
	p.ring[p.next] = f
	p.next = (p.next + 1) % printsKept
}

// find returns the first print that fits, or nil.
func (p *prints) find(fits func(*fingerprint) bool) *fingerprint {
	for i := range p.ring {
		if fits(&p.ring[i]) {
			return &p.ring[i]
		}
	}
	return nil
}

// checksum is the Castagnoli sum of a fragment's samples: the processor works it out.
func (in *Incoming) checksum(f *fmp4.Fragment) uint32 {
	from := min(max(0, f.PayloadOffset), int64(len(in.Payload)))
	to := min(from+max(0, f.PayloadSize), int64(len(in.Payload)))
	return crc32.Checksum(in.Payload[from:to], crc32.MakeTable(crc32.Castagnoli))
}

// remember keeps the fingerprint of a fragment that has been accepted.
func (a *accepted) remember(in *Incoming) {
	a.t.prints.add(fingerprint{
		start: a.start, end: a.start + a.length, decode: a.decode(),
		size: a.f.PayloadSize, sum: in.checksum(a.f),
	})
}

// sampleLength is the mean length of a fragment's samples, in ticks.
func sampleLength(f *fmp4.Fragment) engine.Ticks {
	return engine.Ticks(f.Duration) / engine.Ticks(max(1, f.Count, len(f.Samples)))
}

// leeway is how far a fragment may begin before the end of the one before it and still be
// another one: encoders that are locked to one clock cut their sound up to a sample apart.
// It is less than the fragment itself, or the same one would come twice.
func leeway(f *fmp4.Fragment) engine.Ticks {
	return min(max(sameTime, sampleLength(f)), engine.Ticks(f.Duration)/2)
}
