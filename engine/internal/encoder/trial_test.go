package encoder

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine/internal/proc"
)

// wentOn is a process that was measured for 10 s.
func wentOn(speed float64, cpu time.Duration) trialRun {
	began := time.Unix(1_800_000_000, 0)
	return trialRun{
		first: Progress{At: began, OutTime: time.Second, Frame: 25},
		last:  Progress{At: began.Add(10 * time.Second), OutTime: time.Second + time.Duration(10*speed*float64(time.Second)), Frame: 25 + int64(250*speed)},
		exit:  proc.Exit{Asked: true, Duration: 10 * time.Second, CPU: cpu},
	}
}

func TestTrialVerdicts(t *testing.T) {
	failed := func(words string) trialRun { return trialRun{exit: proc.Exit{Code: 1}, words: words} }
	for _, c := range []struct {
		name         string
		input        Input
		runs         []trialRun
		ok           bool
		text, action string
	}{
		{"keeps up", Input{Kind: TestPattern}, []trialRun{wentOn(1, 4*time.Second)}, true, "It ran at 1.00x, 25 frames a second, and took 40 % of one core.", ""},
		{"too slow", Input{Kind: TestPattern}, []trialRun{wentOn(0.71, 19*time.Second)}, false, "It ran at 0.71x, 18 frames a second, and took 190 % of one core.", "Choose a faster preset or fewer rungs."},
		{"the slowest counts", Input{Kind: TestPattern}, []trialRun{wentOn(1, time.Second), wentOn(0.5, 9*time.Second)}, false, "It ran at 0.50x, 12 frames a second, and took 100 % of one core.", "Choose a faster preset"},
		{"busy machine", Input{Kind: TestPattern}, []trialRun{wentOn(0.5, time.Second)}, false, "It ran at 0.50x", "This machine is busy"},
		{"slow input", Input{Kind: Network, URL: "srt://h:1"}, []trialRun{wentOn(0.5, time.Second)}, false, "It ran at 0.50x", "Look at the input"},
		{"failed", Input{Kind: File, Path: "a"}, []trialRun{wentOn(1, 0), failed("the input is no media (x: y): choose another")}, false, "It failed: the input is no media (x: y).", "Choose another."},
		{"failed without advice", Input{Kind: File, Path: "a"}, []trialRun{failed("exit 1: what: ever")}, false, "It failed: exit 1: what: ever.", "Look at the log."},
		{"nobody came", Input{Kind: Network, URL: "srt://h:1", Listen: true}, []trialRun{{exit: proc.Exit{Asked: true}}}, false, "Nothing came from the input.", "Start what sends it"},
		{"stuck", Input{Kind: TestPattern}, []trialRun{{exit: proc.Exit{Asked: true}}}, false, "It did not get going.", "Look at the log."},
	} {
		got := summary(base(c.input), c.runs)
		if got.OK != c.ok || !strings.HasPrefix(got.Text, c.text) || !strings.HasPrefix(got.Action, c.action) || got.OK && got.Action != "" {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestTrialArgs keeps the real command up to its output, which must go nowhere.
func TestTrialArgs(t *testing.T) {
	for name, spec := range inputs() {
		line := strings.Join(TrialArgs(spec, Tool{System: "linux"}), " ")
		if strings.Contains(line, "127.0.0.1:8088") || !strings.HasSuffix(line, "-f null -") && spec.Input.Kind != Custom {
			t.Errorf("%s: %s", name, line)
		}
	}
}
