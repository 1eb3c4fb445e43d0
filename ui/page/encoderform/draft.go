package encoderform

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
)

// Video is how the pictures of a draft are sent.
type Video int

// The ways to send pictures: presets of 1, 3 and 5 rungs, rungs of the operator's own, the input's
// own pictures, and none at all.
const (
	VideoOne Video = iota
	VideoThree
	VideoFive
	VideoOwn
	VideoCopy
	VideoNone
)

// rungs is how many rungs a preset has; 0 for what is none.
func (v Video) rungs() int {
	switch v {
	case VideoOne:
		return 1
	case VideoThree:
		return 3
	case VideoFive:
		return 5
	default:
		return 0
	}
}

// RungText is a rung as typed: pixels and kbit/s.
type RungText struct{ Width, Height, Kbit string }

// Draft is what an operator has filled in of an encoder, right or wrong. Use NewDraft or DraftOf; it
// is used on Fyne's goroutine, and copied for others with Spec.
type Draft struct {
	ID    string // empty lets the engine choose
	Point string

	Kind       engine.InputKind // External for none of ours
	Path       string
	Loop       bool
	Native     bool // a file is read at its own speed
	Camera     string
	Microphone string
	Screen     string
	Heard      string // with the screen
	URL        string
	Listen     bool
	Args       string // one a line

	Video   Video
	Rungs   []RungText
	Audio   int // bit/s; 0 for none
	FPS     string
	GOP     string // seconds
	Preset  string
	Method  int
	Restart engine.RestartPolicy
	restMax int // kept as it was
}

// External is the kind of a draft whose stream comes from an encoder that is not ours.
const External engine.InputKind = "external"

const (
	defaultFPS    = 25
	defaultGOP    = 2 * time.Second
	defaultPreset = "veryfast"
)

// NewDraft is an encoder of a test pattern for that publishing point.
func NewDraft(point string) *Draft {
	d := DraftOf(engine.EncoderSpec{Point: point, Input: engine.EncoderInput{Kind: engine.InputTestPattern},
		Video: engine.Ladder(3), AudioBitrate: 128_000})
	d.Loop = true
	return d
}

// DraftOf is spec, to be changed.
func DraftOf(spec engine.EncoderSpec) *Draft {
	in := spec.Input
	d := &Draft{ID: spec.ID, Point: spec.Point, Kind: cmp.Or(in.Kind, engine.InputTestPattern), Path: in.Path, Loop: in.Loop, Native: !in.Fast,
		URL: in.URL, Listen: in.Listen, Args: strings.Join(in.Args, "\n"), Audio: spec.AudioBitrate,
		FPS: strconv.Itoa(cmp.Or(spec.FPS, defaultFPS)), GOP: secondsText(cmp.Or(spec.GOP, defaultGOP)), Preset: cmp.Or(spec.Preset, defaultPreset),
		Method: cmp.Or(spec.Method, 2), Restart: cmp.Or(spec.Restart, engine.RestartAlways), restMax: spec.MaxRestarts}
	if in.Kind == engine.InputScreen {
		d.Screen, d.Heard = in.Device, in.Sound
	} else {
		d.Camera, d.Microphone = in.Device, in.Sound
	}
	d.setRungs(spec.Video)
	d.Video = videoOf(spec)
	return d
}

func videoOf(spec engine.EncoderSpec) Video {
	switch {
	case spec.Copy:
		return VideoCopy
	case len(spec.Video) == 0:
		return VideoNone
	}
	for _, v := range []Video{VideoOne, VideoThree, VideoFive} {
		if slices.Equal(spec.Video, engine.Ladder(v.rungs())) {
			return v
		}
	}
	return VideoOwn
}

func secondsText(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

func (d *Draft) setRungs(rungs []engine.Rung) {
	d.Rungs = nil
	for _, r := range rungs {
		d.Rungs = append(d.Rungs, rungText(r))
	}
}

func rungText(r engine.Rung) RungText {
	return RungText{strconv.Itoa(r.Width), strconv.Itoa(r.Height), strconv.Itoa(r.Bitrate / 1000)}
}

// SetVideo changes how pictures are sent, and the rungs with it.
func (d *Draft) SetVideo(v Video) {
	if n := v.rungs(); n > 0 {
		d.setRungs(engine.Ladder(n))
	}
	switch {
	case v == VideoCopy && len(d.Rungs) > 0:
		d.Rungs = d.Rungs[len(d.Rungs)-1:]
	case v != VideoNone && len(d.Rungs) == 0:
		d.setRungs(engine.Ladder(1))
	}
	d.Video = v
}

// Input is what the draft reads.
func (d *Draft) Input() engine.EncoderInput {
	in := engine.EncoderInput{Kind: d.Kind}
	switch d.Kind {
	case engine.InputFile:
		in.Path, in.Loop, in.Fast = strings.TrimSpace(d.Path), d.Loop, !d.Native
	case engine.InputDevice:
		in.Device, in.Sound = d.Camera, d.Microphone
	case engine.InputScreen:
		in.Device, in.Sound = d.Screen, d.Heard
	case engine.InputNetwork:
		in.URL, in.Listen = strings.TrimSpace(d.URL), d.Listen && canListen(d.URL)
	case engine.InputCustom:
		in.Args = argsOf(d.Args)
	default: // a test pattern is the example for an encoder that is not ours
		in.Kind = engine.InputTestPattern
	}
	return in
}

// argsOf is one argument a line; empty lines are left out.
func argsOf(text string) []string {
	var args []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) != "" {
			args = append(args, line)
		}
	}
	return args
}

// Spec is the encoder that the draft describes; what is wrong in it is left at zero.
func (d *Draft) Spec() engine.EncoderSpec {
	s := engine.EncoderSpec{ID: strings.TrimSpace(d.ID), Point: d.Point, Input: d.Input(), FPS: number(d.FPS), GOP: seconds(d.GOP),
		Copy: d.Video == VideoCopy, Preset: d.Preset, Method: d.Method, Restart: d.Restart, MaxRestarts: d.restMax}
	if d.heard() {
		s.AudioBitrate = d.Audio
	}
	if d.seen() {
		for _, r := range d.Rungs {
			s.Video = append(s.Video, engine.Rung{Width: number(r.Width), Height: number(r.Height), Bitrate: 1000 * number(r.Kbit)})
		}
		slices.SortStableFunc(s.Video, func(a, b engine.Rung) int { return cmp.Compare(a.Bitrate, b.Bitrate) })
	}
	return s
}

// Bitrate is what the draft sends in all, in bit/s.
func (d *Draft) Bitrate() int {
	s := d.Spec()
	sum := s.AudioBitrate
	for _, r := range s.Video {
		sum += r.Bitrate
	}
	return sum
}

// seen and heard report whether pictures and sound are sent: a device that is not chosen sends none.
func (d *Draft) seen() bool {
	return d.Video != VideoNone && (d.Kind != engine.InputDevice || d.Camera != "" || d.Microphone == "")
}

func (d *Draft) heard() bool {
	switch d.Kind {
	case engine.InputDevice:
		return d.Audio > 0 && d.Microphone != ""
	case engine.InputScreen:
		return d.Audio > 0 && d.Heard != ""
	default:
		return d.Audio > 0
	}
}

// number is the whole number typed, or 0.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0 // what it should be is said beside its field
	}
	return n
}

// seconds is the span typed, to a millisecond; 0 when it is none.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	if err != nil || f < 0 || f > 3600 {
		return 0 // as in number
	}
	return time.Duration(f*1000+0.5) * time.Millisecond
}

// copyOf takes size and bitrate of the pictures of an input that is to be copied.
func (d *Draft) copyOf(p engine.InputProbe) {
	for _, s := range p.Streams {
		if s.Type != engine.Video || len(d.Rungs) == 0 {
			continue
		}
		r := &d.Rungs[0]
		r.Width, r.Height = strconv.Itoa(s.Width), strconv.Itoa(s.Height)
		if rate := cmp.Or(s.Bitrate, p.Bitrate); rate > 0 {
			r.Kbit = strconv.Itoa((rate + 500) / 1000)
		}
		return
	}
}
