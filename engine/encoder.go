package engine

import "time"

// Order is what an operator wants of an encoder. What it does is its EncoderState: the
// two are different facts.
type Order string

// The orders.
const (
	OrderStop Order = "stop"
	OrderRun  Order = "run"
)

// EncoderState is what a supervised encoder does.
type EncoderState string

// The states of a supervised encoder.
const (
	EncoderIdle     EncoderState = "idle"     // not running, and not asked to
	EncoderStarting EncoderState = "starting" // process launched, no progress yet
	EncoderRunning  EncoderState = "running"  // progress is reported
	EncoderStopping EncoderState = "stopping" // asked to stop, not gone yet
	EncoderWaiting  EncoderState = "waiting"  // ended unexpectedly; will be started again
	EncoderFailed   EncoderState = "failed"   // given up; Reason says why
)

// InputKind is the kind of thing an encoder reads.
type InputKind string

// The input kinds.
const (
	InputTestPattern InputKind = "test-pattern" // moving bars, a clock and a tone
	InputFile        InputKind = "file"         // a media file, read at its own speed
)

// EncoderInput is what an encoder reads.
type EncoderInput struct {
	Kind InputKind `json:"kind" toml:"kind"`
	Path string    `json:"path,omitempty" toml:"path,omitempty"` // for InputFile
	Loop bool      `json:"loop,omitempty" toml:"loop,omitempty"` // begin again at the end, for InputFile
}

// Rung is one video quality level of a ladder.
type Rung struct {
	Width   int `json:"width" toml:"width"`     // pixels, even
	Height  int `json:"height" toml:"height"`   // pixels, even
	Bitrate int `json:"bitrate" toml:"bitrate"` // bit/s
}

// EncoderSpec is what to run: one ffmpeg that posts one stream to one publishing point.
type EncoderSpec struct {
	ID           string        `json:"id" toml:"id"`       // unique; empty when adding lets the engine choose
	Point        string        `json:"point" toml:"point"` // name of the publishing point
	Input        EncoderInput  `json:"input" toml:"input"`
	Video        []Rung        `json:"video" toml:"video"`                 // ascending by bitrate; empty for audio only
	AudioBitrate int           `json:"audio_bitrate" toml:"audio_bitrate"` // bit/s; 0 for no audio
	FPS          int           `json:"fps" toml:"fps"`                     // frames per second; 0 means 25
	GOP          time.Duration `json:"gop" toml:"gop"`                     // key-frame distance; 0 means 2 s
}

// EncoderStatus is one instant of a supervised encoder: the process's ledger. What the
// engine sees arriving from it is the SourceStatus of its point.
type EncoderStatus struct {
	Spec     EncoderSpec
	Stream   string // stream id that it posts, without extension: the Stream of its SourceStatus
	Order    Order
	State    EncoderState
	Reason   string // one sentence: the last exit in words, or why it has failed
	PID      int    // 0 when not running
	Since    time.Time
	Began    time.Time // of the running process
	Restarts int
	Stalled  bool // it reports no progress and the engine sees nothing arriving
	Command  string
	Progress EncoderProgress
}

// EncoderProgress is what the encoder last said of itself.
type EncoderProgress struct {
	At      time.Time // when it was said; zero before the first
	Frame   int64
	FPS     float64
	Speed   float64 // 1 is real time; 0 when not told
	OutTime time.Duration
	Bitrate float64 // bit/s of the first output; 0 when not told
	Dropped int64
	Doubled int64
}

// LogLine is one line an encoder printed.
type LogLine struct {
	Seq  int64 // grows by one a line; used to ask for what is new
	At   time.Time
	Text string
}

// ToolStatus tells which ffmpeg is used.
type ToolStatus struct {
	Path    string
	Version string
	Reason  string // one sentence with the next step when none can be used; else empty
}
