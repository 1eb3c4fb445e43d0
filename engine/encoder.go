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
	InputDevice      InputKind = "device"       // a camera and a microphone of this machine
	InputScreen      InputKind = "screen"       // what a screen of this machine shows
	InputNetwork     InputKind = "network"      // RTMP, SRT, RTSP, HTTP or UDP
	InputCustom      InputKind = "custom"       // arguments of the operator's own
)

// EncoderInput is what an encoder reads. Which fields count depends on Kind.
type EncoderInput struct {
	Kind InputKind `json:"kind" toml:"kind"`
	Path string    `json:"path,omitempty" toml:"path,omitempty"` // for InputFile
	Loop bool      `json:"loop,omitempty" toml:"loop,omitempty"` // begin again at the end, for InputFile
	// Fast reads a file as fast as the machine can instead of at its own speed.
	Fast bool `json:"fast,omitempty" toml:"fast,omitempty"`
	// Device and Sound are the ID of a CaptureDevice: for InputDevice the camera (may be empty) and
	// the microphone (may be empty), for InputScreen the screen and what is heard with it.
	Device string `json:"device,omitempty" toml:"device,omitempty"`
	Sound  string `json:"sound,omitempty" toml:"sound,omitempty"`
	// URL is for InputNetwork: "srt://10.0.0.5:9000", "rtmp://0.0.0.0:1935/live/key". Of the schemes
	// rtmp, rtmps, srt, rtsp, rtsps, http, https and udp. Its secrets are shown nowhere else.
	URL string `json:"url,omitempty" toml:"url,omitempty"`
	// Listen waits for a caller at URL instead of calling; RTMP, SRT, HTTP. UDP always does.
	Listen bool `json:"listen,omitempty" toml:"listen,omitempty"`
	// Args are for InputCustom: all of ffmpeg's arguments up to the address it posts to, which
	// is put behind them, with "-f ismv" when they name no format. No second output, no options that
	// write files, no other protocols than URL's and files.
	Args []string `json:"args,omitempty" toml:"args,omitempty"`
}

// Rung is one video quality level of a ladder.
type Rung struct {
	Width   int `json:"width" toml:"width"`     // pixels, even
	Height  int `json:"height" toml:"height"`   // pixels, even
	Bitrate int `json:"bitrate" toml:"bitrate"` // bit/s
}

// EncoderSpec is what to run: an ffmpeg that posts one stream to one publishing point, or one for
// each rung.
type EncoderSpec struct {
	ID           string        `json:"id" toml:"id"`       // unique; empty when adding lets the engine choose
	Point        string        `json:"point" toml:"point"` // name of the publishing point
	Input        EncoderInput  `json:"input" toml:"input"`
	Video        []Rung        `json:"video" toml:"video"`                 // ascending by bitrate; empty for audio only
	AudioBitrate int           `json:"audio_bitrate" toml:"audio_bitrate"` // bit/s; 0 for no audio
	FPS          int           `json:"fps" toml:"fps"`                     // frames per second; 0 means 25
	GOP          time.Duration `json:"gop" toml:"gop"`                     // key-frame distance; 0 means 2 s
	// Method is 1 for one process for each rung, the highest first and the sound with it; 2, and 0,
	// for one process that sends all tracks in one POST. What only one can read (a camera, an address
	// that is listened at, own arguments) needs 2.
	Method int `json:"method,omitempty" toml:"method,omitzero"`
	// Copy sends the input's own video and sound instead of encoding them anew; Video then has one
	// rung, which names its bitrate; its size may be 0. It must fit: see InputProbe. Pictures and sound
	// are both copied or neither. For InputFile and InputNetwork.
	Copy bool `json:"copy,omitempty" toml:"copy,omitempty"`
	// Preset is x264's speed preset; empty means "veryfast".
	Preset string `json:"preset,omitempty" toml:"preset,omitempty"`
	// Restart says what happens when it ends by itself; empty means RestartOnFailure for a file that is
	// not looped, else RestartAlways.
	Restart RestartPolicy `json:"restart,omitempty" toml:"restart,omitempty"`
	// MaxRestarts is after how many starts in a row that came to nothing it is given up; 0 means the
	// default of 10.
	MaxRestarts int `json:"max_restarts,omitempty" toml:"max_restarts,omitzero"`
}

// RestartPolicy says what happens when an encoder that shall run ends by itself.
type RestartPolicy string

// The restart policies.
const (
	RestartAlways    RestartPolicy = "always"     // it is started again, with growing pauses
	RestartOnFailure RestartPolicy = "on-failure" // unless it said that all went well, as at the end of a file
	RestartNever     RestartPolicy = "never"
)

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
	Stalled  bool   // the engine sees nothing arriving, whatever it reports
	Command  string // as started last, secrets as ***; one a line when there are several
	Progress EncoderProgress
	CPU      float64 // share of one core, all its processes; 0 when not known
	Memory   int64   // bytes resident, all its processes
	// Processes are the parts of an encoder that runs one process for each rung; else empty. The
	// fields above then tell the worst of them.
	Processes []EncoderProcess
	AsOf      time.Time // as PointStatus.AsOf
}

// EncoderProcess is one of several processes of an encoder.
type EncoderProcess struct {
	Stream   string // stream id that it posts, without extension
	State    EncoderState
	Reason   string
	PID      int
	Restarts int
	Stalled  bool // as of EncoderStatus
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

// InputProbe is what was found in an input.
type InputProbe struct {
	Format   string        // "QuickTime / MOV", for people
	Duration time.Duration // 0 when it does not end, or is not known
	Bitrate  int           // bit/s of all; 0 when not known
	Streams  []InputStream
	// Copies reports whether it can be sent without encoding it anew; when not, Why says why.
	Copies bool
	Why    string
}

// InputStream is one stream of an input.
type InputStream struct {
	Type         MediaType
	Codec        string // "h264"
	Profile      string // "High"; may be empty
	Bitrate      int    // bit/s; 0 when not known
	Width        int    // pixels; 0 for audio
	Height       int
	FPS          float64
	SamplingRate int // Hz; 0 for video
	Channels     int
	Language     string // ISO 639-2; may be empty
}

// DeviceKind is what a capture device gives.
type DeviceKind string

// The device kinds.
const (
	DeviceCamera     DeviceKind = "camera"
	DeviceMicrophone DeviceKind = "microphone"
	DeviceScreen     DeviceKind = "screen"
)

// CaptureDevice is something of this machine that an encoder can read.
type CaptureDevice struct {
	Kind  DeviceKind
	ID    string // as EncoderInput.Device and Sound
	Label string // for people
}

// EncoderTrial is how a spec ran for a while.
type EncoderTrial struct {
	Took   time.Duration
	Speed  float64 // 1 is real time; 0 when it never got going
	FPS    float64
	CPU    float64 // share of one core
	OK     bool    // it would keep up
	Text   string  // one sentence: how it went
	Action string  // one sentence: what to do; empty when OK
	Log    []string
}
