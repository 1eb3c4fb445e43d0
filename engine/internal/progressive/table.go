package progressive

import (
	"math"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// maxSamples is how many samples a file may have: two days of two languages and video.
const maxSamples = 32 << 20

// run is a value that several samples have, one after the other.
type run struct {
	count uint32
	value int64
}

func extend(runs []run, value int64) []run {
	if n := len(runs); n > 0 && runs[n-1].value == value {
		runs[n-1].count++
		return runs
	}
	return append(runs, run{1, value})
}

// chunk is samples that lie together in the payload of one fragment.
type chunk struct {
	at      engine.Ticks // when its first sample is decoded, at scale
	media   presentation.Media
	off, n  int64
	samples uint32
}

// table is what a file says about the samples of one track, in ticks of the track.
type table struct {
	track   Track
	trak    []byte // as the encoder sent it
	sizes   []uint32
	deltas  []run    // between decode times: all samples but the last
	offsets []run    // presentation minus decode time, may be negative
	syncs   []uint32 // numbers of sync samples, from 1 on
	chunks  []chunk

	first    engine.Ticks // decode time of the first sample
	begin    engine.Ticks // presentation time of the first sample
	end      engine.Ticks // of the last picture or sound
	decode   engine.Ticks // of the newest sample
	last     int64        // its duration
	lowest   int64        // composition offset
	duration int64        // of the media
}

// window is the part of the event that a file shows, in ticks of a timescale.
type window struct {
	from, to  engine.Ticks
	timescale uint32
	open      bool // there is no video to say
}

func (w window) in(timescale uint32) (from, to engine.Ticks) {
	if w.open {
		return math.MinInt64, math.MaxInt64
	}
	return w.from.Rescale(w.timescale, timescale), w.to.Rescale(w.timescale, timescale)
}

// add takes one fragment's samples: those from index keep on that begin before end.
func (t *table) add(s *fmp4.Fragment, media presentation.Media, keep int, end engine.Ticks) error {
	decode, skip := engine.Ticks(s.DecodeStart), int64(0)
	c := chunk{media: media}
	for i, x := range s.Samples {
		switch {
		case i < keep:
			skip += int64(x.Size)
		case decode >= end:
			// Samples are ascending: none of the rest is wanted.
		default:
			if len(t.sizes) >= maxSamples {
				return fault(engine.TooLarge, "The range has more than %d samples; export it in parts.", maxSamples)
			}
			if c.samples == 0 {
				c.at, c.off = decode.Rescale(t.track.Stream.Timescale, scale), s.PayloadOffset+skip
			}
			if err := t.sample(decode, x); err != nil {
				return err
			}
			c.samples++
			c.n += int64(x.Size)
		}
		decode += engine.Ticks(x.Duration)
	}
	if c.samples > 0 {
		t.chunks = append(t.chunks, c)
	}
	return nil
}

// sample takes one sample. Decode times ascend, whatever the encoder's do; the presentation
// time stays.
func (t *table) sample(decode engine.Ticks, x fmp4.Sample) error {
	shown := decode + engine.Ticks(x.CTO)
	if len(t.sizes) == 0 {
		t.first, t.begin = decode, shown
	} else {
		decode = max(decode, t.decode+1)
		delta := int64(decode - t.decode)
		if delta > math.MaxInt32 {
			return fault(engine.Unsupported, "%.0f seconds of %s are missing within the range, more than an MP4 file can bridge; export what is before and behind by itself.",
				(decode - t.decode).Duration(t.track.Stream.Timescale).Seconds(), t.track.Stream.Name)
		}
		t.deltas = extend(t.deltas, delta)
		t.duration += delta
	}
	offset := int64(shown - decode)
	if offset > math.MaxInt32/2 || offset < math.MinInt32/2 {
		return fault(engine.Unsupported, "The composition offsets of %s are too large for an MP4 file; export a shorter range.", t.track.Stream.Name)
	}
	t.lowest = min(t.lowest, offset)
	t.offsets = extend(t.offsets, offset)
	t.sizes = append(t.sizes, x.Size)
	if x.Sync() {
		t.syncs = append(t.syncs, uint32(len(t.sizes)))
	}
	t.decode, t.last = decode, int64(x.Duration)
	t.end = max(t.end, shown+engine.Ticks(x.Duration))
	return nil
}

// finish ends the list: the last sample lasts as long as the encoder said.
func (t *table) finish() {
	t.deltas = extend(t.deltas, t.last)
	t.duration += t.last
	t.lowest = min(t.lowest, 0)
}

// leading counts the samples that are over before from: all but the last of them are left
// out, because a decoder of sound needs one to begin with.
func leading(s *fmp4.Fragment, from engine.Ticks) int {
	decode := engine.Ticks(s.DecodeStart)
	for i, x := range s.Samples {
		decode += engine.Ticks(x.Duration)
		if decode > from {
			return max(0, i-1)
		}
	}
	return len(s.Samples) - 1
}
