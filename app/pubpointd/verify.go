package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"pubpoint/app/api"
	"pubpoint/app/program"
	"pubpoint/engine"
	"pubpoint/engine/origin"
)

const verifyHelp = `Usage: pubpointd verify [-json] DIR...

Checks what was recorded, byte for byte, and changes nothing. DIR is a publishing point
(oceans.isml), one of its earlier events (oceans.isml/events/ID), or a document root with
points anywhere below. A server may be running on them.

  -json   one JSON object for each event, as the admin API has it

Verdicts: complete (also with a gap, where no media came in), unchecked (nothing to compare
with), repaired (a crash has left what recovery cuts or makes again), hole (media is missing),
altered (bytes are not those that were written).
Exit code: 0 when all is complete, 1 when something is not, 2 for bad arguments.
`

// verifyCommand is pubpointd verify. It returns the program's exit code.
func verifyCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("verify", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	asJSON := set.Bool("json", false, "")
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(stderr, verifyHelp); err != nil {
			return program.ExitFailed
		}
		return program.ExitOK
	case err == nil && set.NArg() == 0:
		err = errors.New("name the directories to check")
	}
	if err != nil {
		program.Say(stderr, name, "verify: "+err.Error()+"; see pubpointd verify -help")
		return program.ExitUsage
	}
	out := bufio.NewWriter(stdout)
	r := report{w: out, verdicts: map[engine.Verdict]int{}, began: time.Now()}
	tell := r.event
	if *asJSON {
		tell = r.json
	}
	err = origin.VerifyDirs(ctx, set.Args(), tell, nil)
	if err == nil && !*asJSON {
		r.sum()
	}
	if flushed := out.Flush(); err == nil {
		err = errors.Join(r.failed, flushed)
	}
	switch {
	case engine.KindOf(err) == engine.BadInput && err != nil:
		program.Say(stderr, name, "verify: "+engine.Sentence(err))
		return program.ExitUsage
	case err != nil:
		program.Say(stderr, name, "verify: "+engine.Sentence(err))
		return program.ExitFailed
	case r.bad:
		return program.ExitFailed
	}
	return program.ExitOK
}

// report writes what a check has found for people, or for programs.
type report struct {
	w        *bufio.Writer
	verdicts map[engine.Verdict]int
	files    int
	bytes    int64
	began    time.Time
	bad      bool
	failed   error // of writing
}

func (r *report) count(v engine.Verification) {
	r.verdicts[v.Verdict]++
	r.files += len(v.Files)
	r.bytes += v.Bytes
	r.bad = r.bad || !v.Verdict.Complete()
}

// json writes one event as an object on a line of its own.
func (r *report) json(v engine.Verification) error {
	r.count(v)
	out := api.VerificationOf(v)
	out.Dir = v.Dir
	if err := json.NewEncoder(r.w).Encode(out); err != nil {
		return err
	}
	return r.w.Flush()
}

func (r *report) line(format string, args ...any) {
	if _, err := fmt.Fprintf(r.w, format+"\n", args...); err != nil {
		r.failed = err
	}
}

// event writes an event with a line for each file and each flaw.
func (r *report) event(v engine.Verification) error {
	r.count(v)
	state := ""
	if v.Open {
		state = ", not ended"
	}
	if v.Event == "" && len(v.Files) == 0 {
		r.line("%s: nothing is recorded", v.Dir)
		return r.w.Flush()
	}
	r.line("%s: event %s%s: %s", v.Dir, v.Event, state, v.Verdict)
	for _, f := range v.Files {
		text := fmt.Sprintf("  %-9s %s, %s", f.Verdict, f.Name, size(f.Bytes))
		if f.Fragments > 0 {
			text += fmt.Sprintf(", %d fragments, %s to %s", f.Fragments, clock(f.Start), clock(f.End))
		}
		if f.Writing {
			text += ", is being written"
		}
		r.line("%s", text)
		for _, flaw := range v.Flaws {
			if flaw.File == f.Name {
				r.line("    %s%s%s: %s", flaw.Verdict, bytesOf(flaw), timesOf(v, flaw), flaw.Text)
			}
		}
	}
	return errors.Join(r.failed, r.w.Flush())
}

func bytesOf(f engine.Flaw) string {
	if f.To <= f.From {
		return ""
	}
	return fmt.Sprintf(", bytes %d to %d", f.From, f.To-1)
}

// timesOf tells where on the timeline a flaw is, and when that was.
func timesOf(v engine.Verification, f engine.Flaw) string {
	if !f.Timed {
		return ""
	}
	text := ", " + clock(f.Start) + " to " + clock(f.End)
	if from := v.At(f.Start); !from.IsZero() {
		const wall = "2006-01-02 15:04:05"
		text += " (" + from.UTC().Format(wall) + " to " + v.At(f.End).UTC().Format(wall) + " UTC)"
	}
	return text
}

// sum writes the last line.
func (r *report) sum() {
	text, events := "", 0
	for _, v := range []engine.Verdict{engine.VerdictComplete, engine.VerdictGap, engine.VerdictUnchecked, engine.VerdictRepaired,
		engine.VerdictHole, engine.VerdictAltered} {
		if n := r.verdicts[v]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, v)
			events += n
		}
	}
	took := max(time.Since(r.began), time.Millisecond)
	r.line("%d events, %d files, %s read in %.1f s (%.0f MB/s)%s", events, r.files, size(r.bytes), took.Seconds(),
		float64(r.bytes)/1e6/took.Seconds(), text)
}

// clock is a presentation time.
func clock(t time.Duration) string {
	t = t.Round(time.Millisecond)
	return fmt.Sprintf("%d:%02d:%06.3f", int(t.Hours()), int(t.Minutes())%60, (t % time.Minute).Seconds())
}

func size(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
}
