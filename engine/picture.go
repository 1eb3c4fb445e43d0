package engine

import "time"

// Thumbnail is a small picture of what a point shows.
type Thumbnail struct {
	At            time.Time     // when its fragment arrived
	Start         time.Duration // presentation time of its key frame
	Width, Height int           // pixels
	JPEG          []byte        // read only
}

// AudioLevel is how loud a point's newest sound was.
type AudioLevel struct {
	At    time.Time     // when its fragment arrived
	Peak  float64       // dBFS of the loudest sample, 0 or less; negative infinity for silence
	RMS   float64       // dBFS, over the whole fragment
	Peaks []float64     // dBFS of each channel
	Start time.Duration // presentation time of the fragment
	Span  time.Duration // its length
}

// Pictures shows what points have on air. Pictures and levels are made while somebody asks for
// them, one after the other for all points, so that their cost is bounded; they may be 10 s old.
type Pictures interface {
	// Thumbnail returns the newest picture of a point. Kinds: NotFound for a point that does not
	// exist, Unavailable while there is none (nothing on air, no video, no ffmpeg), with a sentence.
	Thumbnail(point string) (Thumbnail, error)
	// AudioLevel returns the newest level of a point's first audio stream. Kinds as Thumbnail.
	AudioLevel(point string) (AudioLevel, error)
}
