package newpoint

import (
	"slices"
	"time"

	"pubpoint/engine"
)

// origin is where the stream of a new point comes from.
type origin int

const (
	fromPattern origin = iota
	fromFile
	fromOutside
)

// form is what the operator has filled in.
type form struct {
	name    string
	origin  origin
	path    string
	loop    bool
	rungs   int // 1, 3 or 5
	audio   int // bit/s; 0 for none
	window  time.Duration
	archive bool
}

func newForm() form {
	d := engine.DefaultPointConfig()
	return form{rungs: 3, audio: 128_000, window: d.DVRWindow, archive: d.Archive, loop: true}
}

// rungChoices, audioChoices and windowChoices are what can be chosen, in order.
func rungChoices() []int             { return []int{1, 3, 5} }
func audioChoices() []int            { return []int{0, 64_000, 128_000, 192_000} }
func windowChoices() []time.Duration { return []time.Duration{0, 30 * time.Minute, 2 * time.Hour} }

// nameProblem is why the name cannot be taken; empty when it can, or when there is none yet.
func (f form) nameProblem(taken []string) string {
	switch {
	case f.name == "":
		return ""
	case !engine.ValidName(f.name):
		return textBadName
	case slices.Contains(taken, f.name):
		return textTaken(f.name)
	}
	return ""
}

// problem is why the point cannot be made of f; empty when it can.
func (f form) problem(taken []string) string {
	switch p := f.nameProblem(taken); {
	case p != "":
		return p
	case f.name == "":
		return textNoName
	case f.origin == fromFile && f.path == "":
		return textNoFile
	}
	return ""
}

// config is the point that f describes.
func (f form) config() engine.PointConfig {
	c := engine.DefaultPointConfig()
	c.DVRWindow, c.Archive = f.window, f.archive
	return c
}

// spec is the encoder that f describes. For a point that is fed from outside it is the one whose
// command is shown as an example.
func (f form) spec() engine.EncoderSpec {
	s := engine.EncoderSpec{Point: f.name, Video: engine.Ladder(f.rungs), AudioBitrate: f.audio,
		Input: engine.EncoderInput{Kind: engine.InputTestPattern}}
	if f.origin == fromFile {
		s.Input = engine.EncoderInput{Kind: engine.InputFile, Path: f.path, Loop: f.loop}
	}
	if s.Point == "" {
		s.Point = exampleName
	}
	return s
}
