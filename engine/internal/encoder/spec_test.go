package encoder

import (
	"strings"
	"testing"
	"time"
)

func TestValidSpecs(t *testing.T) {
	specs := []Spec{Demo("demo", "demo"), Demo("a", "sport/pitch1"), fileSpec("x.mp4")}
	for _, n := range []int{1, 2, 3, 5} {
		rungs, err := Ladder(n)
		if err != nil || len(rungs) != n {
			t.Fatalf("ladder of %d: %v, %v", n, rungs, err)
		}
		spec := Demo("demo", "demo")
		spec.Video = rungs
		specs = append(specs, spec)
	}
	for _, spec := range specs {
		if err := spec.Validate(); err != nil {
			t.Errorf("%+v: %v", spec, err)
		}
	}
	if rungs, err := Ladder(4); err == nil {
		t.Errorf("a ladder of 4: %v", rungs)
	}
}

func TestSpecsThatAreRefused(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Spec)
		want   string
	}{
		{"no id", func(s *Spec) { s.ID = "" }, "encoder's name"},
		{"id with shell characters", func(s *Spec) { s.ID = "a;rm" }, "encoder's name"},
		{"no point", func(s *Spec) { s.Point = "" }, "does not name a publishing point"},
		{"point upwards", func(s *Spec) { s.Point = "../etc" }, "does not name a publishing point"},
		{"point with an empty name", func(s *Spec) { s.Point = "a//b" }, "does not name a publishing point"},
		{"point with a query", func(s *Spec) { s.Point = "a?b=c&d" }, "does not name a publishing point"},
		{"point too long", func(s *Spec) { s.Point = strings.Repeat("a", 65) }, "does not name a publishing point"},
		{"no input", func(s *Spec) { s.Input.Kind = InputUnset }, "no input is chosen"},
		{"no file", func(s *Spec) { s.Input = Input{Kind: File} }, "no file is chosen"},
		{"NUL in a file", func(s *Spec) { s.Input = Input{Kind: File, Path: "a\x00b"} }, "NUL"},
		{"tone", func(s *Spec) { s.Input.Tone = 5 }, "cannot be heard"},
		{"nothing", func(s *Spec) { s.Video, s.Audio = nil, AudioSpec{} }, "nothing to send"},
		{"odd size", func(s *Spec) { s.Video[0].Width = 641 }, "641x360"},
		{"huge size", func(s *Spec) { s.Video[0].Height = 1 << 30 }, "choose even numbers"},
		{"broken rate", func(s *Spec) { s.Video[0].Bitrate = 800_001 }, "whole kbit/s"},
		{"negative rate", func(s *Spec) { s.Video[0].Bitrate = -1000 }, "whole kbit/s"},
		{"same rate", func(s *Spec) { s.Video[1].Bitrate = 800_000 }, "bitrate of its own"},
		{"too many rungs", func(s *Spec) { s.Video = make([]Rung, 17) }, "too many"},
		{"audio rate", func(s *Spec) { s.Audio.Bitrate = 1 }, "audio of 1 bit/s"},
		{"sample rate", func(s *Spec) { s.Audio.SampleRate = 47999 }, "47999 Hz"},
		{"channels", func(s *Spec) { s.Audio.Channels = 6 }, "6 audio channels"},
		{"fps", func(s *Spec) { s.FPS = -25 }, "-25 frames"},
		{"gop long", func(s *Spec) { s.GOP = time.Minute }, "GOP of 1m0s"},
		{"gop between frames", func(s *Spec) { s.GOP = 1990 * time.Millisecond }, "whole number of frames"},
		{"preset", func(s *Spec) { s.Preset = "-vf" }, "no preset"},
		{"method", func(s *Spec) { s.Method = 9 }, "method 9"},
	} {
		spec := Demo("demo", "demo")
		test.change(&spec)
		if err := spec.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want a sentence with %q", test.name, err, test.want)
		}
	}
}
