package cmaf

import (
	"context"
	"errors"
	"io"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// arriving is the body of a segment whose chunks are still coming: each is written as soon as
// it is there. What is written in the end is what Segment makes of the complete fragment.
type arriving struct {
	ctx  context.Context
	src  presentation.Source
	path Path
	view *presentation.View
}

// errStalled says that the encoder has stopped in the middle of a segment.
var errStalled = errors.New("no more of the segment came in time")

// WriteTo writes chunks until the fragment is complete. It fails when none comes for longer
// than any chunk lasts, when the event is gone, and with the errors of w.
func (a *arriving) WriteTo(w io.Writer) (int64, error) {
	var written int64
	chunks := 0
	for v := a.view; ; {
		t, err := a.path.track(v)
		if err != nil {
			return written, err
		}
		f := chunked(t, a.path.At)
		if f == nil || chunks > f.Chunks.Len() {
			return written, errStalled
		}
		if n := f.Chunks.Len(); chunks < n {
			body, err := part(t, f, Part{From: chunks, To: n})
			if err != nil {
				return written, err
			}
			sent, err := body.WriteTo(w)
			written += sent
			if err != nil {
				return written, err
			}
			if f, ok := w.(interface{ Flush() }); ok {
				f.Flush()
			}
			chunks = n
		}
		if f != t.Open {
			return written, nil
		}
		if v, err = a.wait(v.Version); err != nil {
			return written, err
		}
	}
}

// wait returns the next view.
func (a *arriving) wait(after uint64) (*presentation.View, error) {
	ctx, cancel := context.WithTimeout(a.ctx, hold)
	defer cancel()
	v, err := a.src.Wait(ctx, after)
	if err != nil && a.ctx.Err() == nil {
		return nil, errors.Join(errStalled, err)
	}
	return v, err
}

// Predicted is how long the fragment that is arriving will be, or the next one between two of
// them, for players that must know before it is complete; 0 when what arrives does not follow
// the last fragment, or the encoder does not keep to one length.
func Predicted(t *presentation.Track) engine.Ticks {
	n := len(t.Fragments)
	if n < steady || t.Open != nil && !near(t.Fragments[n-1].End(), t.Open.Start) {
		return 0
	}
	last := t.Fragments[n-1].Duration
	if step := LongestChunk(t); t.Init.Type == string(engine.Audio) && step > 0 && cut(t, step, last/20) {
		return cell(t, t.Fragments[n-1].End(), step)
	}
	for _, f := range t.Fragments[n-steady:] {
		if d := f.Duration - last; d > last/20 || -d > last/20 {
			return 0
		}
	}
	return last
}

// cell is how long a fragment of sound from start on is that is made of chunks of one length: it
// ends with the chunk that reaches the next even second of the published timeline. Lengths differ by
// a chunk now and then, when chunks do not go into two seconds evenly.
func cell(t *presentation.Track, start, step engine.Ticks) engine.Ticks {
	grid := presentation.CellSeconds * engine.Ticks(t.Init.Timescale)
	rest := grid - start%grid
	return (rest + step - 1) / step * step
}

// cut reports whether the newest fragments of sound are as cell tells.
func cut(t *presentation.Track, step, patience engine.Ticks) bool {
	for _, f := range t.Fragments[len(t.Fragments)-steady:] {
		if d := f.Duration - cell(t, f.Start, step); d > patience || -d > patience {
			return false
		}
	}
	return true
}

// steady is how many fragments of one length tell that the next will have it too.
const steady = 3

// LongestChunk is the longest chunk of the fragment that is arriving and of the one before it.
func LongestChunk(t *presentation.Track) engine.Ticks {
	var longest engine.Ticks
	longest = max(longest, longestOf(t.Open))
	if n := len(t.Fragments); n > 0 {
		longest = max(longest, longestOf(&t.Fragments[n-1]))
	}
	return longest
}

func longestOf(f *presentation.Fragment) engine.Ticks {
	var longest engine.Ticks
	if f == nil {
		return 0
	}
	chunks, err := f.ListChunks()
	if err != nil {
		return 0 // the newest ones are in memory
	}
	for i := range chunks {
		longest = max(longest, chunks[i].DecodeLength)
	}
	return longest
}
