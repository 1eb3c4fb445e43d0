package encoder

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"pubpoint/engine/internal/proc"
)

// The oldest ffmpeg whose options this package knows.
const (
	leastMajor = 4
	leastMinor = 4
)

// probeFor bounds each question put to an ffmpeg; maxProbeLines what is kept of the answer.
const (
	probeFor      = 20 * time.Second
	maxProbeLines = 4096
)

// ErrToolMissing says that there is no ffmpeg to run.
var ErrToolMissing = errors.New("ffmpeg was not found: install it with `apt-get install ffmpeg` or name it in the settings file (ffmpeg = \"/path/to/ffmpeg\")")

// Tool is an ffmpeg that can encode for a publishing point.
type Tool struct {
	Path    string // of the program
	Version Version
	Clock   bool   // it can draw text and finds a font to do so
	System  string // operating system whose devices it reads, as runtime.GOOS; empty is this one
}

// Find asks the ffmpeg at path, or the first in PATH when path is empty, for its version and
// abilities. The error is a sentence with a next step; errors.Is finds [ErrToolMissing] in it
// when there is none. It runs the program a few times, which takes tenths of a second.
func Find(ctx context.Context, path string) (Tool, error) {
	name := path
	if name == "" {
		name = "ffmpeg"
	}
	full, err := exec.LookPath(name)
	if err != nil {
		if path == "" {
			return Tool{}, ErrToolMissing
		}
		return Tool{}, fmt.Errorf("%s cannot be run (%w): %w", path, err, ErrToolMissing)
	}
	tool := Tool{Path: full}
	if tool.Version, err = askVersion(ctx, full); err != nil {
		return Tool{}, err
	}
	if !tool.Version.AtLeast(leastMajor, leastMinor) {
		return Tool{}, fmt.Errorf("ffmpeg %s at %s is too old: install %d.%d or newer, or name another in the settings file (ffmpeg = \"/path/to/ffmpeg\")",
			tool.Version.Text, full, leastMajor, leastMinor)
	}
	if err := checkAbilities(ctx, full); err != nil {
		return Tool{}, err
	}
	tool.Clock = canDrawText(ctx, full)
	return tool, ctx.Err()
}

func askVersion(ctx context.Context, path string) (Version, error) {
	lines, err := ask(ctx, path, "-version")
	if err != nil {
		return Version{}, err
	}
	if len(lines) == 0 {
		return Version{}, fmt.Errorf("%s said nothing when asked for its version: name an ffmpeg in the settings file (ffmpeg = \"/path/to/ffmpeg\")", path)
	}
	version, err := ParseVersion(lines[0])
	if err != nil {
		return Version{}, fmt.Errorf("%s is not an ffmpeg (%w): name an ffmpeg in the settings file (ffmpeg = \"/path/to/ffmpeg\")", path, err)
	}
	return version, nil
}

func checkAbilities(ctx context.Context, path string) error {
	for _, need := range []struct {
		list  string
		names []string
		what  string
	}{
		{"-encoders", []string{"libx264", "aac"}, "encoder"},
		{"-muxers", []string{"ismv"}, "Smooth Streaming muxer"},
	} {
		lines, err := ask(ctx, path, need.list)
		if err != nil {
			return err
		}
		for _, name := range need.names {
			if !listed(lines, name) {
				return fmt.Errorf("the ffmpeg at %s was built without the %s %s: install a full build (`apt-get install ffmpeg`) or name another in the settings file (ffmpeg = \"/path/to/ffmpeg\")",
					path, need.what, name)
			}
		}
	}
	return nil
}

// listed finds name in a list such as `ffmpeg -encoders` prints: flags, name, description.
// One muxer may have several names, joined by commas.
func listed(lines []string, name string) bool {
	for _, line := range lines {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[1] == "=" { // "V..... = Video" explains a flag
			continue
		}
		for one := range strings.SplitSeq(fields[1], ",") {
			if one == name {
				return true
			}
		}
	}
	return false
}

// canDrawText draws one character: a drawtext filter may be listed and still find no font.
func canDrawText(ctx context.Context, path string) bool {
	lines, err := ask(ctx, path, "-filters")
	if err != nil || !listed(lines, "drawtext") {
		return false
	}
	_, err = ask(ctx, path, "-loglevel", "error", "-f", "lavfi",
		"-i", "color=size=64x36:rate=1,drawtext=text=0", "-frames:v", "1", "-f", "null", "-")
	return err == nil
}

// ask runs ffmpeg with a question and returns what it says on standard output.
func ask(ctx context.Context, path string, args ...string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeFor)
	defer cancel()
	var lines []string
	exit := proc.New(proc.Config{
		Path: path, Args: append([]string{"-hide_banner"}, args...),
		OnStdout: func(line []byte) {
			if len(lines) < maxProbeLines {
				lines = append(lines, string(line))
			}
		},
		Ladder: proc.Ladder{Interrupts: 1},
	}).Run(ctx)
	if !exit.OK() {
		return nil, fmt.Errorf("%s %s failed (%s): install ffmpeg anew or name another in the settings file (ffmpeg = \"/path/to/ffmpeg\")",
			path, strings.Join(args, " "), exit.Words())
	}
	return lines, nil
}
