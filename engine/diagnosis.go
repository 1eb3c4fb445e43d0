package engine

import "time"

// Diagnosis is what an examination of an encoder's stream has found: a capture of what it sent,
// an address to get it from, or what a publishing point makes of it.
type Diagnosis struct {
	Source    string        // the file or address that was examined
	Format    string        // in words: "fragmented MP4 (isml)", "Smooth Streaming client manifest (live)"
	Bytes     int64         // read
	Fragments int64         // of all tracks
	Duration  time.Duration // of the longest track
	Ended     bool          // it has an end mark
	Stopped   string        // one sentence: why it was not examined to its end; else empty
	Tracks    []DiagnosedTrack
	Findings  []DiagnosedFinding // worst first
}

// DiagnosedTrack is one track of what was examined.
type DiagnosedTrack struct {
	ID           uint32
	Stream       string // name: "video", "audio_eng"
	Type         MediaType
	Codec        string // RFC 6381, or a FourCC
	Width        int    // pixels; 0 for audio
	Height       int
	SamplingRate int // Hz; 0 for video
	Channels     int
	Language     string  // ISO 639-2, "und" when not told
	Nominal      int     // bit/s that was promised; 0 when nothing was
	Mean         int     // bit/s of its samples
	Rate         float64 // samples in a second: pictures, frames of sound
	Fragments    int64
	Start, End   time.Duration // on the stream's own clock
	Shortest     time.Duration // of its fragments
	Longest      time.Duration
}

// DiagnosedFinding is a finding with its times on the stream's own clock; First and Last of the
// Finding are zero.
type DiagnosedFinding struct {
	Finding
	From, To time.Duration // when it was first and last seen
}
