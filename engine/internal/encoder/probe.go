package encoder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/proc"
)

// Bounds of one look into an input.
const (
	inspectFor     = 15 * time.Second
	maxInspected   = 4 << 20 // bytes of ffprobe's answer
	inspectSeconds = 12      // how far into a file key frames are looked for
)

// What [Inspect] fails with, besides words for people.
var (
	ErrProberMissing = errors.New("ffprobe was not found beside ffmpeg: install it with `apt-get install ffmpeg`")
	ErrNoAnswer      = errors.New("nothing came from the input within 15 s: start what sends it, or correct its address")
	ErrNoMedia       = errors.New("the input is no media that ffmpeg can read")
	ErrNotThere      = errors.New("the input is not there")
)

// FindProber returns the ffprobe that belongs to tool: the one in its folder, or the first in PATH.
func FindProber(tool Tool) (string, error) {
	beside := filepath.Join(filepath.Dir(tool.Path), "ffprobe"+filepath.Ext(tool.Path))
	if _, err := os.Stat(beside); err == nil {
		return beside, nil
	}
	found, err := exec.LookPath("ffprobe")
	if err != nil {
		return "", ErrProberMissing
	}
	return found, nil
}

// inspection is what ffprobe says, as far as it is looked at.
type inspection struct {
	Format struct {
		Name     string `json:"format_long_name"`
		Duration string `json:"duration"`
		Bitrate  string `json:"bit_rate"`
	} `json:"format"`
	Streams []inspected `json:"streams"`
	Packets []struct {
		Stream int    `json:"stream_index"`
		PTS    string `json:"pts_time"`
		Flags  string `json:"flags"`
	} `json:"packets"`
}

// inspected is one stream as ffprobe tells it.
type inspected struct {
	Index      int               `json:"index"`
	Type       string            `json:"codec_type"`
	Codec      string            `json:"codec_name"`
	Profile    string            `json:"profile"`
	Bitrate    string            `json:"bit_rate"`
	Width      int               `json:"width"`
	Height     int               `json:"height"`
	FrameRate  string            `json:"avg_frame_rate"`
	SampleRate string            `json:"sample_rate"`
	Channels   int               `json:"channels"`
	PixFmt     string            `json:"pix_fmt"`
	Tags       map[string]string `json:"tags"`
}

// ProbeArgs are the arguments with which ffprobe looks into an input.
func ProbeArgs(spec Spec, tool Tool) ([]string, error) {
	if spec.Input.Kind == Custom {
		return nil, errors.New("own arguments cannot be looked into: try the encoder instead")
	}
	from := openings(spec.WithDefaults(), tool)
	if len(from.inputs) == 0 {
		return nil, errors.New("there is nothing to look into: choose an input")
	}
	first := from.inputs[0]
	args := []string{"-v", "level+error", "-print_format", "json", "-show_format", "-show_streams"}
	if spec.Input.Kind == File {
		args = append(args, "-show_entries", "packet=stream_index,pts_time,flags", "-read_intervals", "%+"+strconv.Itoa(inspectSeconds))
	}
	for i := 0; i < len(first.options); i += 2 {
		if first.options[i] != "-thread_queue_size" { // ffmpeg's own
			args = append(args, first.options[i], first.options[i+1])
		}
	}
	return append(args, "-i", first.address), nil
}

// Inspect looks into what spec reads, with ffprobe, for 15 s at most. The error is a sentence
// without secrets; errors.Is finds one of this package's in it where it says which kind it is.
func Inspect(ctx context.Context, spec Spec, tool Tool) (engine.InputProbe, error) {
	program, err := FindProber(tool)
	if err != nil {
		return engine.InputProbe{}, err
	}
	args, err := ProbeArgs(spec, tool)
	if err != nil {
		return engine.InputProbe{}, err
	}
	limited, cancel := context.WithTimeout(ctx, inspectFor)
	defer cancel()
	var answer []byte
	why := newDiagnosis("", addresses(args)...)
	exit := proc.New(proc.Config{
		Path: program, Args: args,
		OnStdout: func(line []byte) {
			if len(answer)+len(line) <= maxInspected {
				answer = append(append(answer, line...), '\n')
			}
		},
		OnStderr: func(line []byte) { why.add(string(line)) },
		Ladder:   proc.Ladder{Interrupts: 1, InterruptFor: time.Second},
	}).Run(limited)
	switch {
	case ctx.Err() != nil:
		return engine.InputProbe{}, ctx.Err()
	case limited.Err() != nil:
		return engine.InputProbe{}, ErrNoAnswer
	case !exit.OK():
		return engine.InputProbe{}, unreadable(spec, why, exit)
	}
	var found inspection
	if err := json.Unmarshal(answer, &found); err != nil {
		return engine.InputProbe{}, fmt.Errorf("%w: ffprobe's answer cannot be read (%w)", ErrNoMedia, err)
	}
	return found.probe(), nil
}

// unreadable tells why ffprobe failed and of which kind that is.
func unreadable(spec Spec, why *diagnosis, exit proc.Exit) error {
	words, _ := why.verdict(exit)
	words = spec.masker()(words)
	said := why.detail + " " + why.input
	contains := func(marks ...string) bool {
		return slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(said, m) })
	}
	kind := ErrNoMedia
	switch {
	case contains("No such file", "Cannot open display", "cannot open audio device", "No such process", "404 Not Found"):
		kind = ErrNotThere
	case spec.Input.Kind == Network && !contains("Invalid data"):
		kind = ErrNoAnswer
	}
	return &inputError{kind: kind, words: words}
}

// inputError tells in words why an input could not be looked into, and of which kind that is.
type inputError struct {
	kind  error
	words string
}

// Error is one sentence, without a full stop.
func (e *inputError) Error() string { return e.words }

// Unwrap returns the kind.
func (e *inputError) Unwrap() error { return e.kind }

func (f *inspection) probe() engine.InputProbe {
	p := engine.InputProbe{Format: f.Format.Name, Bitrate: atoi(f.Format.Bitrate), Duration: length(f.Format.Duration)}
	for _, s := range f.Streams {
		one := engine.InputStream{
			Codec: s.Codec, Profile: s.Profile, Bitrate: atoi(s.Bitrate), Width: s.Width, Height: s.Height, Language: s.Tags["language"],
		}
		switch s.Type {
		case "video":
			one.Type, one.FPS = engine.Video, ratio(s.FrameRate)
		case "audio":
			one.Type, one.SamplingRate, one.Channels = engine.Audio, atoi(s.SampleRate), s.Channels
		default:
			continue
		}
		if one.Language == "und" {
			one.Language = ""
		}
		p.Streams = append(p.Streams, one)
	}
	p.Why = f.whyNot(p.Streams)
	p.Copies = p.Why == ""
	if p.Copies && len(f.Packets) == 0 {
		p.Why = "How far apart its key frames are is not known; fragments are as long."
	}
	return p
}

// whyNot says why an input cannot be sent as it is; empty when it can.
func (f *inspection) whyNot(streams []engine.InputStream) string {
	seen := map[engine.MediaType]bool{}
	for _, s := range streams {
		if seen[s.Type] {
			continue // the first of each type is sent
		}
		seen[s.Type] = true
		switch {
		case s.Type == engine.Video && s.Codec != "h264" && s.Codec != "hevc":
			return fmt.Sprintf("Its pictures are %s; publishing points take H.264 and HEVC, so they are encoded anew.", s.Codec)
		case s.Type == engine.Audio && s.Codec != "aac":
			return fmt.Sprintf("Its sound is %s; publishing points take AAC, so it is encoded anew, and the pictures with it.", s.Codec)
		}
	}
	if len(seen) == 0 {
		return "It has neither pictures nor sound."
	}
	for _, s := range f.Streams {
		if s.Type == "video" && s.PixFmt != "" && s.PixFmt != "yuv420p" && s.PixFmt != "yuvj420p" && s.PixFmt != "yuv420p10le" {
			return fmt.Sprintf("Its pictures are of the form %s, which few players show; they are encoded anew.", s.PixFmt)
		}
	}
	if gap := f.keyFrameGap(); gap > 10*time.Second {
		return fmt.Sprintf("Its key frames are more than %d s apart, and fragments would be as long; its pictures are encoded anew.", int(gap/time.Second))
	}
	return ""
}

// keyFrameGap is the longest distance of key frames in what was read of the first video stream;
// what was read without one counts to its end.
func (f *inspection) keyFrameGap() time.Duration {
	video := slices.IndexFunc(f.Streams, func(s inspected) bool { return s.Type == "video" })
	if video < 0 {
		return 0
	}
	var longest, last, newest float64
	found := false
	for _, p := range f.Packets {
		at, err := strconv.ParseFloat(p.PTS, 64)
		if p.Stream != f.Streams[video].Index || err != nil {
			continue
		}
		newest = max(newest, at)
		if !strings.HasPrefix(p.Flags, "K") {
			continue
		}
		if found {
			longest = max(longest, at-last)
		}
		last, found = at, true
	}
	if found {
		longest = max(longest, newest-last)
	}
	return time.Duration(min(longest, 1e6) * float64(time.Second))
}

func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0 // "N/A", or nothing: not known
	}
	return n
}

// length reads seconds; what is not known, or absurd, is 0.
func length(text string) time.Duration {
	f := number(text)
	if f < 0 || f > 1e9 {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// ratio reads "30000/1001".
func ratio(text string) float64 {
	over, under, _ := strings.Cut(text, "/")
	a, b := number(over), number(under)
	if a <= 0 || b <= 0 {
		return 0
	}
	return a / b
}
