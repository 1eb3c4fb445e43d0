package doctor

import (
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

// commonScale is the timescale in which tracks are compared.
const commonScale = 10_000_000

// track is one track that is examined.
type track struct {
	engine.DiagnosedTrack
	timescale uint32
	judge     *finding.Track
	cuts      finding.Cuts // at commonScale

	begun      bool
	start, end engine.Ticks // as published, of all so far
	decode     engine.Ticks // end of the newest sample
	reorder    engine.Ticks // by how much pictures are shown after they are decoded
	bytes      int64        // of samples
	samples    int64
	media      engine.Ticks // sum of the fragments
	shortest   engine.Ticks // fragment
	longest    engine.Ticks
	open       *finding.Fragment // chunks that are not yet a whole fragment
	openDecode engine.Ticks
	chunked    bool
	heard      int64 // of audio: how many fragments there were when it was last held against pictures
}

func (t *track) duration(n engine.Ticks) time.Duration { return n.Duration(t.timescale) }

// published is where a fragment lies on its own clock.
func published(f *fmp4.Fragment) (start, end engine.Ticks) {
	length := f.Duration
	// With open groups of pictures the time to the next fragment is not the sum of the samples.
	if f.HasTfxd && f.TfxdDuration > 0 && f.TfxdDuration < 4*f.Duration {
		length = f.TfxdDuration
	}
	return engine.Ticks(f.Start), engine.Ticks(f.Start + length)
}

// isChunk reports whether a piece is less than a fragment, as encoders for low latency send them.
func (t *track) isChunk(f *fmp4.Fragment) bool { return f.Duration < int64(t.timescale) }

// leeway is how far times may miss one another and still follow: a sample, and a little more
// for chunks, of which stock ffmpeg tells times that are a picture off.
func (t *track) leeway(f *fmp4.Fragment) engine.Ticks {
	sample := engine.Ticks(f.Duration) / engine.Ticks(max(1, f.Count))
	if t.isChunk(f) {
		return max(sample, engine.Ticks(t.timescale/10))
	}
	return max(sample, finding.SameTime)
}

// follow judges where a piece begins. It reports whether its clock began again there.
func (t *track) follow(b *finding.Book, f *fmp4.Fragment, now time.Time) (broke bool) {
	start, _ := published(f)
	if start < 0 {
		b.Raise(finding.BeforeZero(&t.judge.Subject, t.duration(-start)), now)
	}
	if !t.begun {
		return false
	}
	off := engine.Ticks(f.DecodeStart) - t.decode
	switch leeway := t.leeway(f); {
	case off > leeway && start > t.end+leeway:
		b.Raise(finding.Missing(&t.judge.Subject, t.duration(off)), now)
	case off < -leeway:
		b.Raise(finding.JumpedBack(&t.judge.Subject, t.duration(-off)), now)
		return true
	}
	return false
}

// count adds a piece to the sums.
func (t *track) count(f *fmp4.Fragment) {
	start, end := published(f)
	if !t.begun {
		t.begun, t.start = true, start
	}
	t.end, t.decode = end, engine.Ticks(f.DecodeStart+f.Duration)
	t.bytes += f.PayloadSize
	t.samples += int64(f.Count)
	t.media += engine.Ticks(f.Duration)
	for i := range f.Samples {
		t.reorder = max(t.reorder, engine.Ticks(f.Samples[i].CTO), engine.Ticks(-f.Samples[i].CTO))
	}
}

// measure notes how long a whole fragment is.
func (t *track) measure(length engine.Ticks) {
	if t.Fragments == 0 || length < t.shortest {
		t.shortest = length
	}
	t.longest = max(t.longest, length)
	t.Fragments++
}

// told is the track as it is told.
func (t *track) told() engine.DiagnosedTrack {
	d := t.DiagnosedTrack
	d.Start, d.End = t.duration(t.start), t.duration(t.end)
	d.Shortest, d.Longest = t.duration(t.shortest), t.duration(t.longest)
	if media := t.duration(t.media).Seconds(); media > 0 {
		d.Mean, d.Rate = int(float64(t.bytes)*8/media), float64(t.samples)/media
	}
	return d
}
