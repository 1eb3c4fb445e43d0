package encoder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindThePretendTool(t *testing.T) {
	for _, test := range []struct {
		set   string
		clock bool
		err   string // part of the sentence; empty: found
	}{
		{"full", true, ""},
		{"snapshot", true, ""},
		{"no-font", false, ""},
		{"no-drawtext", false, ""},
		{"old", false, "ffmpeg 4.2.7-0ubuntu0.1 at"},
		{"no-x264", false, "without the encoder libx264: install a full build"},
		{"no-ismv", false, "without the Smooth Streaming muxer ismv: install a full build"},
		{"not-ffmpeg", false, "is not an ffmpeg"},
	} {
		t.Run(test.set, func(t *testing.T) {
			t.Setenv(pretendEnv, "answers "+test.set)
			tool, err := Find(t.Context(), os.Args[0])
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("%+v, %v, want %q", tool, err, test.err)
				}
				return
			}
			if err != nil || tool.Path != os.Args[0] || tool.Clock != test.clock || tool.Version.Text == "" {
				t.Errorf("%+v, %v", tool, err)
			}
		})
	}
}

func TestFindNothing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Find(t.Context(), "")
	if !errors.Is(err, ErrToolMissing) || !strings.Contains(err.Error(), "apt-get install ffmpeg") {
		t.Errorf("nothing in PATH: %v", err)
	}
	gone := filepath.Join(t.TempDir(), "ffmpeg")
	if _, err := Find(t.Context(), gone); !errors.Is(err, ErrToolMissing) || !strings.Contains(err.Error(), gone) {
		t.Errorf("nothing at the path: %v", err)
	}
}
