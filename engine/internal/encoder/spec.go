package encoder

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// InputKind is where pictures and sound come from. The zero value is "not chosen".
type InputKind uint8

// The kinds of input.
const (
	InputUnset  InputKind = iota
	TestPattern           // a moving test picture with a clock, and a tone
	File                  // a media file on this machine
	Device                // a camera and a microphone of this machine
	Screen                // what a screen of this machine shows
	Network               // RTMP, SRT, RTSP, HTTP or UDP
	Custom                // arguments of the operator's own
)

// String is the kind in words.
func (k InputKind) String() string {
	words := [...]string{"not chosen", "test pattern", "file", "device", "screen", "network", "own arguments"}
	if int(k) >= len(words) {
		return words[0]
	}
	return words[k]
}

// Input is one source. Which fields count depends on Kind.
type Input struct {
	Kind InputKind

	Tone int // TestPattern: frequency of the tone in Hz, 20 to 20000; 0 means 440

	Path       string // File: the file
	Loop       bool   // File: begin again at the end, for ever
	NativeRate bool   // File: read at the speed of playback; without it as fast as possible

	Device string // Device: the camera, or empty; Screen: the screen, empty for the first one
	Sound  string // Device, Screen: the microphone, or empty; on Linux "alsa:NAME" or "pulse:NAME"

	URL    string // Network: where it comes from
	Listen bool   // Network: wait for a caller at URL instead of calling

	Args []string // Custom: ffmpeg's arguments up to the address it posts to
}

// Method is how a ladder is spread over processes and requests, by the numbers that the
// documentation of publishing points gives them. The zero value means OneProcess.
type Method uint8

// The methods.
const (
	ProcessPerRung Method = 1 // one ffmpeg and one POST for each rung; the sound goes with the highest
	OneProcess     Method = 2 // one ffmpeg that sends all tracks in one POST
)

// Restart is what happens when an ffmpeg that is wanted ends by itself.
type Restart uint8

// The restart policies.
const (
	RestartDefault   Restart = iota // RestartOnFailure for a file that is not looped, else RestartAlways
	RestartAlways                   // it is started again, with growing pauses
	RestartOnFailure                // unless its input came to its end
	RestartNever
)

// Rung is one video track of a ladder.
type Rung struct {
	Width, Height int // in pixels; even, 32 to 7680
	Bitrate       int // in bits/s; whole kbit/s, 10k to 100M
}

// AudioSpec is the one audio track, AAC-LC.
type AudioSpec struct {
	Bitrate    int // in bits/s; whole kbit/s, 8k to 512k; 0 means no audio
	SampleRate int // in Hz; 0 means 48000
	Channels   int // 1 or 2; 0 means 2
}

// Spec is what one encoder sends. Zero values of the fields that have a default take it in
// [Spec.WithDefaults].
type Spec struct {
	ID     string        // names the encoder; same alphabet as the name of a publishing point
	Point  string        // publishing point, nested ones with slashes: "oceans", "sport/pitch1"
	Input  Input         //
	Video  []Rung        // at most 16; empty for audio alone
	Audio  AudioSpec     //
	GOP    time.Duration // distance of key frames and length of fragments, 0.5 to 10 s; 0 means 2 s
	FPS    int           // frames per second of every rung, 1 to 120; 0 means 25
	Preset string        // x264's speed preset; empty means "veryfast"
	Method Method        // 0 means OneProcess
	// Copy sends the input's own pictures and sound instead of encoding them anew: both or
	// neither, because sound that was encoded anew lies a little beside pictures that were not.
	// Video then has one rung at most, which names the bitrate; its size may be 0. For File and Network.
	Copy    bool
	Restart Restart
	// MaxRestarts is after how many starts in a row that came to nothing it is given up, 1 to 1000;
	// 0 means 10.
	MaxRestarts int
	// Timeline is set for each start of a process that shares one with others.
	Timeline Timeline
}

// WithDefaults returns the spec with its defaults filled in. Video is not copied.
func (s Spec) WithDefaults() Spec {
	if s.Input.Kind == TestPattern && s.Input.Tone == 0 {
		s.Input.Tone = 440
	}
	if s.Audio.Bitrate > 0 && s.Audio.SampleRate == 0 {
		s.Audio.SampleRate = 48000
	}
	if s.Audio.Bitrate > 0 && s.Audio.Channels == 0 {
		s.Audio.Channels = 2
	}
	if s.GOP == 0 {
		s.GOP = 2 * time.Second
	}
	if s.FPS == 0 {
		s.FPS = 25
	}
	if s.Preset == "" {
		s.Preset = "veryfast"
	}
	if s.Method == 0 {
		s.Method = OneProcess
	}
	if s.Restart == RestartDefault {
		s.Restart = RestartAlways
		if s.Input.Kind == File && !s.Input.Loop {
			s.Restart = RestartOnFailure
		}
	}
	return s
}

// gopFrames is the GOP length in frames.
func (s Spec) gopFrames() int {
	return int(s.GOP * time.Duration(s.FPS) / time.Second)
}

// Validate returns nil, or one sentence that says what is wrong and what would be right. It
// judges the spec with its defaults; it does not look whether a file exists.
func (s Spec) Validate() error {
	s = s.WithDefaults()
	if !validName(s.ID) {
		return fmt.Errorf("the encoder's name %q is not usable: take letters, digits, dot, hyphen and underscore, a letter or digit first, at most 64", s.ID)
	}
	for name := range strings.SplitSeq(s.Point, "/") {
		if !validName(name) {
			return fmt.Errorf("%q does not name a publishing point: take letters, digits, dot, hyphen and underscore, a letter or digit first, at most 64", s.Point)
		}
	}
	if len(s.Video) == 0 && s.Audio.Bitrate == 0 && s.Input.Kind != Custom {
		return fmt.Errorf("there is nothing to send: add a video rung or an audio bitrate")
	}
	if s.Restart > RestartNever {
		return fmt.Errorf("restart policy %d is not known: choose always, on failure or never", s.Restart)
	}
	if s.MaxRestarts < 0 || s.MaxRestarts > 1000 {
		return fmt.Errorf("%d restarts in a row: choose 0 to 1000", s.MaxRestarts)
	}
	for _, check := range []func() error{s.validateMethod, s.validateInput, s.validateVideo, s.validateAudio} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (s Spec) validateVideo() error {
	if len(s.Video) > 16 {
		return fmt.Errorf("%d video rungs are too many: at most 16", len(s.Video))
	}
	for i, r := range s.Video {
		sizeless := r.Width == 0 && r.Height == 0 && (s.Copy || s.Input.Kind == Custom)
		if !sizeless && (!validSide(r.Width) || !validSide(r.Height)) {
			return fmt.Errorf("video rung %d measures %dx%d: choose even numbers from 32 to 7680", i+1, r.Width, r.Height)
		}
		if !validRate(r.Bitrate, 10_000, 100_000_000) {
			return fmt.Errorf("video rung %d has %d bit/s: choose whole kbit/s from 10 to 100000", i+1, r.Bitrate)
		}
		if slices.ContainsFunc(s.Video[:i], func(o Rung) bool { return o.Bitrate == r.Bitrate }) {
			return fmt.Errorf("two video rungs have %d kbit/s: give each a bitrate of its own, players tell them apart by it", r.Bitrate/1000)
		}
	}
	if s.FPS < 1 || s.FPS > 120 {
		return fmt.Errorf("%d frames per second: choose 1 to 120", s.FPS)
	}
	if s.GOP < 500*time.Millisecond || s.GOP > 10*time.Second {
		return fmt.Errorf("a GOP of %v: choose 0.5 to 10 seconds", s.GOP)
	}
	if s.GOP*time.Duration(s.FPS)%time.Second != 0 {
		return fmt.Errorf("a GOP of %v is not a whole number of frames at %d frames per second: choose a multiple of a frame", s.GOP, s.FPS)
	}
	if !slices.Contains(presets(), s.Preset) {
		return fmt.Errorf("x264 has no preset %q: choose one of %s", s.Preset, strings.Join(presets(), ", "))
	}
	return nil
}

func (s Spec) validateAudio() error {
	a := s.Audio
	if a.Bitrate == 0 {
		return nil
	}
	if !validRate(a.Bitrate, 8_000, 512_000) {
		return fmt.Errorf("audio of %d bit/s: choose whole kbit/s from 8 to 512", a.Bitrate)
	}
	if !slices.Contains([]int{16000, 22050, 24000, 32000, 44100, 48000}, a.SampleRate) {
		return fmt.Errorf("an audio sample rate of %d Hz: choose 48000, 44100, 32000, 24000, 22050 or 16000", a.SampleRate)
	}
	if a.Channels != 1 && a.Channels != 2 {
		return fmt.Errorf("%d audio channels: choose 1 or 2", a.Channels)
	}
	return nil
}

func validName(name string) bool {
	// Compiled on use: specs are validated by hand of an operator, not in a loop.
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`).MatchString(name)
}

func validSide(pixels int) bool { return pixels >= 32 && pixels <= 7680 && pixels%2 == 0 }

func validRate(rate, low, high int) bool { return rate >= low && rate <= high && rate%1000 == 0 }

// presets are x264's speed presets that a live encoder can use, fastest first.
func presets() []string {
	return []string{"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"}
}
