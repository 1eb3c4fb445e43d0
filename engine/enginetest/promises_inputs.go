package enginetest

import (
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
)

// everyInput asks for the command of each kind of input. None may show a secret.
func everyInput(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	for _, in := range []engine.EncoderInput{
		{Kind: engine.InputTestPattern},
		{Kind: engine.InputFile, Path: "/a b.mp4", Loop: true, Fast: true},
		{Kind: engine.InputDevice, Device: "/dev/video0", Sound: "alsa:default"},
		{Kind: engine.InputScreen, Device: ":0", Sound: "pulse:default"},
		{Kind: engine.InputNetwork, URL: "srt://0.0.0.0:9000", Listen: true},
		{Kind: engine.InputNetwork, URL: "rtmp://203.0.113.7/live/x"},
		{Kind: engine.InputCustom, Args: []string{"-i", "a.mp4", "-c", "copy"}},
	} {
		spec := pattern("oceans", "one")
		spec.Input = in
		if command, err := s.EncoderCommand(spec); err != nil || command == "" {
			t.Errorf("EncoderCommand of %+v is %q, %v", in, command, err)
		}
	}
	spec := pattern("oceans", "one")
	spec.Method, spec.Restart, spec.MaxRestarts, spec.Preset = 1, engine.RestartNever, 3, "fast"
	if command, err := s.EncoderCommand(spec); err != nil || command == "" {
		t.Errorf("EncoderCommand of method 1 is %q, %v", command, err)
	}
}

// updateEncoder changes an encoder that is idle.
func updateEncoder(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	spec := pattern("oceans", "one")
	wantKind(t, "UpdateEncoder of none", s.UpdateEncoder(t.Context(), spec), engine.NotFound)
	if _, err := s.AddEncoder(t.Context(), spec); err != nil {
		t.Fatalf("AddEncoder: %v", err)
	}
	bad := spec
	bad.Input.Kind = "teleprinter"
	wantKind(t, "UpdateEncoder to nonsense", s.UpdateEncoder(t.Context(), bad), engine.BadInput)
	spec.Input = engine.EncoderInput{Kind: engine.InputNetwork, URL: "srt://0.0.0.0:9000", Listen: true}
	spec.Video, spec.Method = engine.Ladder(3), 2
	if err := s.UpdateEncoder(t.Context(), spec); err != nil {
		t.Fatalf("UpdateEncoder: %v", err)
	}
	all := s.Encoders()
	if len(all) != 1 || all[0].Spec.Input.URL != spec.Input.URL || !slices.Equal(all[0].Spec.Video, spec.Video) || all[0].Order != engine.OrderStop {
		t.Errorf("after UpdateEncoder there is %+v", all)
	}
}

func badProbes(t *testing.T, s engine.Service) {
	for _, in := range []engine.EncoderInput{
		{}, {Kind: "teleprinter"}, {Kind: engine.InputNetwork, URL: "ftp://h/x"}, {Kind: engine.InputCustom, Args: []string{"-i", "a"}},
	} {
		_, err := s.ProbeInput(t.Context(), in)
		wantKind(t, "ProbeInput", err, engine.BadInput)
	}
	_, err := s.ProbeInput(t.Context(), engine.EncoderInput{Kind: engine.InputFile, Path: "/there/is/no/such.mp4"})
	wantKind(t, "ProbeInput of no file", err, engine.NotFound)
	_, err = s.TryEncoder(t.Context(), pattern("oceans", "one"), time.Hour)
	wantKind(t, "TryEncoder for an hour", err, engine.BadInput)
	spec := pattern("oceans", "one")
	spec.Input.Kind = "teleprinter"
	_, err = s.TryEncoder(t.Context(), spec, time.Second)
	wantKind(t, "TryEncoder of nonsense", err, engine.BadInput)
	if _, err := s.CaptureDevices(t.Context()); err != nil && engine.KindOf(err) != engine.Unavailable {
		t.Errorf("CaptureDevices: %v", err)
	}
}
