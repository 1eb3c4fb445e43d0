package encoder

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/proc"
)

// Bounds of a trial.
const (
	MaxTrial     = 30 * time.Second // the longest that is measured
	trialPrelude = 20 * time.Second // how long an input may take to come
	trialLog     = 200              // lines that are kept
	liveSpeed    = 0.95             // slower does not keep up with real time
)

// TrialArgs are the arguments with which a process of spec is tried: the real ones up to the
// output, which is thrown away.
func TrialArgs(spec Spec, tool Tool) []string {
	spec = spec.WithDefaults()
	args := append(common(), encodeArgs(spec, tool)...)
	switch {
	case spec.Input.Kind != Custom:
		return append(args, "-f", "null", "-")
	case customFormat(spec.Input.Args) == "":
		args = append(args, "-f", "ismv", "-movflags", "isml+frag_keyframe")
	}
	// Options of the muxer among own arguments need their muxer.
	return append(args, "-y", os.DevNull)
}

// trialRun is how one process of a trial went.
type trialRun struct {
	first, last Progress // the blocks between which is measured
	exit        proc.Exit
	words       string
}

// Try runs all processes of spec for length, thrown away what they make, and tells how they
// went. The error is that of ctx alone: an ffmpeg that fails is a trial that went badly.
func Try(ctx context.Context, spec Spec, tool Tool, length time.Duration) (engine.EncoderTrial, error) {
	spec = spec.WithDefaults()
	length = min(max(length, time.Second), MaxTrial)
	parts, log, began := Parts(spec), proc.NewTail(trialLog), time.Now()
	runs := make([]trialRun, len(parts))
	var group sync.WaitGroup
	for i, part := range parts {
		group.Go(func() { runs[i] = tryOne(ctx, part, tool, length, log) })
	}
	group.Wait()
	if ctx.Err() != nil {
		return engine.EncoderTrial{}, ctx.Err()
	}
	trial := summary(spec, runs)
	trial.Took = time.Since(began)
	for _, line := range log.Lines(0) {
		trial.Log = append(trial.Log, line.Text)
	}
	return trial, nil
}

// tryOne runs one process until it has been measured for length, or has ended.
func tryOne(ctx context.Context, spec Spec, tool Tool, length time.Duration, log *proc.Tail) trialRun {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	tooLate := time.AfterFunc(trialPrelude+length, stop)
	defer tooLate.Stop()
	var run trialRun
	mask, args, parser := spec.masker(), TrialArgs(spec, tool), &progressParser{}
	why := newDiagnosis("", addresses(args)...)
	run.exit = proc.New(proc.Config{
		Path: tool.Path, Args: args, Stdin: true, MaxLineBytes: 4 << 10,
		OnStdout: func(line []byte) {
			block, ok := parser.line(line, time.Now())
			if !ok || block.OutTime <= 0 {
				return
			}
			if run.first.At.IsZero() {
				run.first = block
			}
			run.last = block
			if block.At.Sub(run.first.At) >= length {
				stop()
			}
		},
		OnStderr: func(line []byte) {
			log.Add(time.Now(), mask(string(line)))
			why.add(string(line))
		},
		Ladder: proc.Ladder{Ask: []byte("q"), AskFor: time.Second, Interrupts: 1, InterruptFor: time.Second},
	}).Run(ctx)
	run.words, _ = why.verdict(run.exit)
	run.words = mask(run.words)
	return run
}

// speed is media time against wall time, and the frames in a second of wall time.
func (r *trialRun) speed() (speed, fps float64) {
	wall := r.last.At.Sub(r.first.At).Seconds()
	if wall < 0.2 { // a short file went through at once: ffmpeg's own figures are all there is
		return max(0, r.last.Speed), max(0, r.last.FPS)
	}
	return (r.last.OutTime - r.first.OutTime).Seconds() / wall, float64(max(0, r.last.Frame-r.first.Frame)) / wall
}

// summary is the verdict on all processes: the slowest counts.
func summary(spec Spec, runs []trialRun) engine.EncoderTrial {
	var t engine.EncoderTrial
	for i := range runs {
		r := &runs[i]
		if !r.exit.Asked && !r.exit.OK() || r.last.At.IsZero() {
			return failedTrial(spec, r)
		}
		speed, fps := r.speed()
		if i == 0 || speed < t.Speed {
			t.Speed, t.FPS = speed, fps
		}
		if r.exit.Duration > 0 {
			t.CPU += float64(r.exit.CPU) / float64(r.exit.Duration)
		}
	}
	how := fmt.Sprintf("It ran at %sx", strconv.FormatFloat(t.Speed, 'f', 2, 64))
	if t.FPS > 0 {
		how += fmt.Sprintf(", %.0f frames a second", t.FPS)
	}
	t.Text = fmt.Sprintf("%s, and took %.0f %% of one core.", how, 100*t.CPU)
	t.OK = t.Speed >= liveSpeed
	if t.OK {
		return t
	}
	switch {
	case slices.Contains([]InputKind{Network, Device, Screen}, spec.Input.Kind) && t.CPU < 0.6:
		t.Action = "Look at the input: it brings less than real time, and this machine has time left."
	case spec.Copy || len(spec.Video) == 0:
		t.Action = "Look at what else this machine does; there is nothing to encode more cheaply."
	case t.CPU < 0.6:
		t.Action = "This machine is busy with other work; end that, or choose a faster preset or fewer rungs."
	default:
		t.Action = "Choose a faster preset or fewer rungs."
	}
	return t
}

func failedTrial(spec Spec, r *trialRun) engine.EncoderTrial {
	if r.last.At.IsZero() && r.exit.Asked {
		t := engine.EncoderTrial{Text: "Nothing came from the input.", Action: "Start what sends it, or correct its address, and try again."}
		if !spec.waits() && spec.Input.Kind != Network {
			t = engine.EncoderTrial{Text: "It did not get going.", Action: "Look at the log."}
		}
		return t
	}
	what, todo := advice(r.words)
	if todo == "" || strings.HasPrefix(r.words, "exit ") {
		what, todo = r.words, "look at the log"
	}
	return engine.EncoderTrial{Text: "It failed: " + what + ".", Action: strings.ToUpper(todo[:1]) + todo[1:] + "."}
}

// advice parts a sentence at the colon behind which it says what to do. Colons in parentheses are
// somebody else's words.
func advice(words string) (what, todo string) {
	depth := 0
	for i, r := range words {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth == 0 && strings.HasPrefix(words[i:], ": "):
			return words[:i], words[i+2:]
		}
	}
	return words, ""
}
