package engine

import (
	"math/bits"
	"time"
)

// Ticks counts units of a timescale. It is signed, because encoders send audio that
// begins before zero.
type Ticks int64

// Duration converts t, counted in units of timescale per second, to a time.Duration,
// rounding toward zero. It does not overflow for times within 292 years.
func (t Ticks) Duration(timescale uint32) time.Duration {
	if timescale == 0 {
		return 0
	}
	whole := int64(t) / int64(timescale)
	rest := int64(t) % int64(timescale)
	return time.Duration(whole)*time.Second + time.Duration(rest*int64(time.Second)/int64(timescale))
}

// Rescale converts t from one timescale to another, rounding down. Values that do not
// fit 64 bits are cut to the largest that does.
func (t Ticks) Rescale(from, to uint32) Ticks {
	if from == to || from == 0 {
		return t
	}
	n, negative := uint64(t), false
	if t < 0 {
		n, negative = uint64(-t), true
	}
	hi, lo := bits.Mul64(n, uint64(to))
	if hi >= uint64(from) {
		const largest = Ticks(1<<63 - 1)
		if negative {
			return -largest
		}
		return largest
	}
	q, rest := bits.Div64(hi, lo, uint64(from))
	if negative {
		if rest != 0 {
			q++
		}
		return -Ticks(q)
	}
	return Ticks(q)
}

// MediaType is what a track carries.
type MediaType string

// The media types of a stream.
const (
	Video MediaType = "video"
	Audio MediaType = "audio"
	Text  MediaType = "text"
)

// TrackStatus is one instant of one track.
type TrackStatus struct {
	Stream       string // name of the stream players know: "video", "audio_eng"
	Type         MediaType
	Source       string // stream_id that carries it
	Bitrate      int    // nominal bit/s: the number in the quality level's URL
	Arriving     int    // bit/s arriving now
	Codec        string // RFC 6381
	Width        int    // pixels; 0 for audio
	Height       int
	SamplingRate int // Hz; 0 for video
	Channels     int
	Language     string // ISO 639-2, "und" when not told
	Timescale    uint32 // ticks per second of LastStart and LastLength
	LastStart    Ticks  // start of the newest fragment
	LastLength   Ticks  // its duration
	LastArrival  time.Time
	Fragments    int64
	Bytes        int64
	Gaps         int64 // places where media is missing
	Ended        bool  // its encoder said that it is over
}

// Label is a short name for people: "1280×720 2500k", "audio eng 64k".
func (t TrackStatus) Label() string {
	return trackLabel(t)
}
