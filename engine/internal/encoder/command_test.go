package encoder

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func fileSpec(path string) Spec {
	return Spec{
		ID: "film", Point: "sport/pitch1",
		Input: Input{Kind: File, Path: path, Loop: true, NativeRate: true},
		Video: []Rung{{848, 480, 1_200_000}},
		Audio: AudioSpec{Bitrate: 96_000, SampleRate: 44100, Channels: 1},
	}
}

func TestArgs(t *testing.T) {
	three, err := Ladder(3)
	if err != nil {
		t.Fatal(err)
	}
	clock := Tool{Path: "ffmpeg", Clock: true}
	plain := Tool{Path: "ffmpeg"}
	fast := Spec{
		ID: "bulk", Point: "bulk", Input: Input{Kind: File, Path: "/media/a b.mp4"},
		Video: three, FPS: 50, GOP: time.Second, Preset: "medium",
	}
	for _, test := range []struct {
		name string
		spec Spec
		tool Tool
	}{
		{"demo", Demo("demo", "demo"), clock},
		{"demo-without-clock", Demo("demo", "demo"), plain},
		{"file-loop", fileSpec("/media/oceans.mp4"), clock},
		{"file-fast-video-only", fast, clock},
		{"file-like-an-option", fileSpec("-x"), clock},
		{"file-like-an-address", fileSpec("http://example.test/a'b.mp4"), clock},
		{"audio-only", Spec{ID: "radio", Point: "radio-64k", Input: Input{Kind: TestPattern, Tone: 1000}, Audio: AudioSpec{Bitrate: 64_000}}, clock},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.spec.Validate(); err != nil {
				t.Fatal(err)
			}
			url := IngestURL("http://127.0.0.1:8088/", test.spec)
			args := Args(test.spec, url, test.tool)
			got := strings.Join(args, "\n") + "\n\n" + CommandLine("ffmpeg", args) + "\n"
			checkGolden(t, test.name, got)
		})
	}
}

// checkGolden compares with testdata/args/NAME.golden.
func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	golden := filepath.Join("testdata", "args", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("arguments of %s changed; got:\n%s\nwant:\n%s", name, got, want)
	}
}

func TestAddresses(t *testing.T) {
	demo := Demo("demo", "demo")
	for _, test := range []struct{ point, url string }{
		{"oceans", "http://127.0.0.1:8088/oceans.isml/oceans.ism?stream_id=oceans-800k-300k-64k.ismv"},
		{"live/oceans", "http://127.0.0.1:8088/live/oceans.isml/oceans.ism?stream_id=oceans-800k-300k-64k.ismv"},
		{"oceans-64k", "http://127.0.0.1:8088/oceans-64k.isml/oceans-64k.ism?stream_id=oceans-64k-live-800k-300k-64k.ismv"},
	} {
		demo.Point = test.point
		if got := IngestURL("http://127.0.0.1:8088", demo); got != test.url {
			t.Errorf("%s: %s, want %s", test.point, got, test.url)
		}
	}
}

// TestCommandLineInAShell gives awkward words to a real shell and reads them back.
func TestCommandLineInAShell(t *testing.T) {
	words := []string{"plain", "", "two words", "it's", `back\slash`, "$HOME", "`id`", "a;b", "[0:v]", "*", "~", "#", "\"", "a\nb", "-x", "%{a}", "!", "é"}
	line := CommandLine("printf", append([]string{`%s\0`}, words...))
	out, err := exec.Command("sh", "-c", line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); strings.Join(got, "|") != strings.Join(words, "|") {
		t.Errorf("the shell read %q from %s", got, line)
	}
}
