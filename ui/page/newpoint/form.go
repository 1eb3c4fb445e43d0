package newpoint

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/page/encoderform"
	"pubpoint/ui/words"
)

// form is what the operator has filled in: the point, and the encoder that sends to it.
type form struct {
	name    string
	window  time.Duration
	archive bool
	encoder *encoderform.Draft
}

func newForm() form {
	d := engine.DefaultPointConfig()
	return form{window: d.DVRWindow, archive: d.Archive, encoder: encoderform.NewDraft("")}
}

// kinds are the sources that are offered, in order.
func kinds() []engine.InputKind {
	return []engine.InputKind{engine.InputTestPattern, engine.InputFile, engine.InputDevice, engine.InputScreen, engine.InputNetwork,
		engine.InputCustom, encoderform.External}
}

// ladders, audioChoices and windowChoices are what can be chosen, in order.
func ladders() []encoderform.Video {
	return []encoderform.Video{encoderform.VideoOne, encoderform.VideoThree, encoderform.VideoFive}
}

func audioChoices() []int            { return []int{0, 64_000, 128_000, 192_000} }
func windowChoices() []time.Duration { return []time.Duration{0, 30 * time.Minute, 2 * time.Hour} }

// outside reports whether an encoder that is not ours sends to the point.
func (f form) outside() bool { return f.encoder.Kind == encoderform.External }

// nameProblem is why the name cannot be taken; empty when it can, or when there is none yet.
func (f form) nameProblem(taken []string) string {
	switch {
	case f.name == "":
		return ""
	case !engine.ValidName(f.name):
		return words.T(textBadName)
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
		return words.T(textNoName)
	}
	if p, wrong := f.encoder.InputProblem(); wrong {
		return p.Text
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
	s := f.encoder.Spec()
	s.Point = f.name
	if s.Point == "" {
		s.Point = exampleName
	}
	return s
}
