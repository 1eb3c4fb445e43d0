package thumbnail

import (
	"encoding/binary"
	"errors"
	"math"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// level measures bare samples of 16 bits, little endian, channel by channel. The first lead of
// each channel are left out: without the fragment before it a decoder cannot tell them.
func level(s *shot, raw []byte, lead int) (engine.AudioLevel, error) {
	channels := s.init.Channels
	if channels < 1 || len(raw) < 2*channels {
		return engine.AudioLevel{}, errors.New("what came back is no sound")
	}
	frames := len(raw) / (2 * channels)
	if frames > 2*lead {
		raw = raw[2*channels*lead:]
		frames -= lead
	}
	peaks := make([]int, channels)
	sum := 0.0
	for i := range frames {
		for c := range channels {
			v := int(int16(binary.LittleEndian.Uint16(raw[2*(i*channels+c):])))
			peaks[c] = max(peaks[c], v, -v)
			sum += float64(v) * float64(v)
		}
	}
	l := engine.AudioLevel{At: s.at(), Start: s.start(), Span: s.frag.Duration.Duration(s.scale)}
	loudest := 0
	for _, p := range peaks {
		loudest = max(loudest, p)
		l.Peaks = append(l.Peaks, decibels(float64(p)))
	}
	l.Peak, l.RMS = decibels(float64(loudest)), decibels(math.Sqrt(sum/float64(frames*channels)))
	return l, nil
}

// decibels is an amplitude in dBFS, 0 at most; silence is negative infinity.
func decibels(v float64) float64 { return min(0, 20*math.Log10(v/math.MaxInt16)) }

// leadOf is how many samples of each channel the first piece of a fragment has.
func leadOf(t *fmp4.TrackInit, samples []fmp4.Sample) int {
	if len(samples) == 0 || t.Timescale == 0 {
		return 0
	}
	return int(uint64(samples[0].Duration) * uint64(max(0, t.SamplingRate)) / uint64(t.Timescale))
}
