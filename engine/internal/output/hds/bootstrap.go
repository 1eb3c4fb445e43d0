package hds

import (
	"context"
	"encoding/binary"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// bootstrap asks for what fragments a live rendition has.
type bootstrap struct{ rendition rendition }

// Class is Bootstrap.
func (bootstrap) Class() output.Class { return output.Bootstrap }

// Render writes the bootstrap of the newest view. It says live for ever, and after the end
// that nothing follows: players refuse an update that is not live any more. Kinds: Starting
// and Never.
func (b bootstrap) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, starting()
	}
	p, err := b.rendition.find(v)
	if err != nil {
		return nil, err
	}
	steps := p.listed()
	switch {
	case len(steps) == 0 && v.Live:
		return nil, starting()
	case len(steps) == 0:
		return nil, never("The event ended without anything of this rendition.")
	}
	abst := p.abst(steps, true)
	return &output.Object{
		Type: "video/abst", Size: int64(len(abst)), Modified: v.Changed, Body: output.Bytes(abst),
	}, nil
}

// Why a fragment run has no duration (F4V 10.1, 2.11.2.2).
const (
	endOfAll  = 0
	skips     = 1 // numbers are left out
	loses     = 2 // media is missing
	skipsLose = 3
)

// run is an entry of the fragment run table: fragments of one duration, or, with duration 0,
// why there are none.
type run struct {
	first    uint32
	at       int64
	duration uint32
	why      byte
}

// runs is the fragment run table of steps, without its end.
func (p *playing) runs(steps []step) []run {
	var out []run
	for i, s := range steps {
		broken := i == 0 || s.spans[0].Discontinuity
		if i > 0 {
			before := steps[i-1]
			if why := between(before, s); why != 0 {
				out = append(out, run{first: uint32(before.number + 1), at: p.since(before.end), why: why})
				broken = true
			}
		}
		duration := s.end - s.start
		if i+1 < len(steps) && follows(s, steps[i+1]) {
			duration = steps[i+1].start - s.start
		}
		if broken || out[len(out)-1].duration != uint32(duration) {
			out = append(out, run{first: uint32(s.number), at: p.since(s.start), duration: uint32(duration)})
		}
	}
	return out
}

// between tells what is missing between two fragments; 0 for nothing.
func between(a, b step) byte {
	why := byte(0)
	if b.number != a.number+1 {
		why |= skips
	}
	if !follows(a, b) {
		why |= loses
	}
	return why
}

// follows tells whether b begins where a ends, to the millisecond that rounding may take.
func follows(a, b step) bool { return b.start-a.end <= 1 }

// abst writes a bootstrap (F4V 10.1, 2.11.2). There is one segment, and its count of fragments
// runs from the first of the table to the last, numbers that are left out included, because
// that is how every client counts.
func (p *playing) abst(steps []step, live bool) []byte {
	first, last := steps[0], steps[len(steps)-1]
	version, flags := uint32(last.number), byte(0)
	runs := p.runs(steps)
	if live {
		flags = 0x20
	}
	if !p.view.Live {
		version++
		runs = append(runs, run{why: endOfAll})
	}
	b := make([]byte, 0, 96+17*len(runs))
	b = append(b, 0, 0, 0, 0, 'a', 'b', 's', 't', 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, version)
	b = append(b, flags)
	b = binary.BigEndian.AppendUint32(b, 1000)
	b = binary.BigEndian.AppendUint64(b, uint64(p.since(last.end)))
	b = append(b, make([]byte, 8)...) // SMPTE offset
	b = append(b, 0, 0, 0, 0, 0)      // no movie identifier, servers, qualities, DRM data, metadata
	b = append(b, 1)
	b = appendASRT(b, uint32(last.number-first.number+1))
	b = append(b, 1)
	b = appendAFRT(b, runs)
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

// appendASRT appends a segment run table of one segment.
func appendASRT(b []byte, fragments uint32) []byte {
	b = append(b, 0, 0, 0, 25, 'a', 's', 'r', 't', 0, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, 1) // entries
	b = binary.BigEndian.AppendUint32(b, 1) // first segment
	return binary.BigEndian.AppendUint32(b, fragments)
}

// appendAFRT appends a fragment run table.
func appendAFRT(b []byte, runs []run) []byte {
	from := len(b)
	b = append(b, 0, 0, 0, 0, 'a', 'f', 'r', 't', 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, 1000)
	b = append(b, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(runs)))
	for _, r := range runs {
		b = binary.BigEndian.AppendUint32(b, r.first)
		b = binary.BigEndian.AppendUint64(b, uint64(r.at))
		b = binary.BigEndian.AppendUint32(b, r.duration)
		if r.duration == 0 {
			b = append(b, r.why)
		}
	}
	binary.BigEndian.PutUint32(b[from:], uint32(len(b)-from))
	return b
}
