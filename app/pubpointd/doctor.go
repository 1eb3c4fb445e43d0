package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"pubpoint/app/program"
	"pubpoint/engine"
	"pubpoint/engine/origin"
)

const doctorHelp = `Usage: pubpointd doctor [-json] [-id STREAM_ID] [-for DURATION] FILE|URL...

Examines what an encoder sends, by the rules that publishing points have for it, and says what
is wrong with it, what was measured, what to do, and which ffmpeg option does it. FILE is a capture
of what an encoder posts: fragmented MP4, ISMV or CMAF (ffmpeg ... -f ismv -movflags
isml+frag_keyframe - >capture.ismv). URL is a publishing point or its client manifest, of this
server or another (http://HOST/NAME.isml/Manifest; the newest fragments of each quality level are
fetched), or an address that gives such a stream.

  -id     the stream_id for posting: its bitrates are held against the tracks
  -for    how long an address or a pipe is examined (default 30s)
  -json   one JSON object for each FILE or URL, times in seconds

Times are on the stream's own clock. Of a file nobody knows when it was sent, so speed and clock
are judged only of a URL that gives a stream as it is made.
Exit code: 0 when nothing is wrong, 1 when something is (a warning or an error), 2 for bad
arguments, and when there is nothing to examine.
`

// doctorCommand is pubpointd doctor. It returns the program's exit code.
func doctorCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("doctor", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	asJSON := set.Bool("json", false, "")
	id := set.String("id", "", "")
	span := set.Duration("for", 0, "")
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(stderr, doctorHelp); err != nil {
			return program.ExitFailed
		}
		return program.ExitOK
	case err == nil && *span < 0:
		err = errors.New("-for must not be negative")
	case err == nil && set.NArg() == 0:
		err = errors.New("name the files or addresses to examine")
	}
	if err != nil {
		program.Say(stderr, name, "doctor: "+err.Error()+"; see pubpointd doctor -help")
		return program.ExitUsage
	}
	r := prescription{w: bufio.NewWriter(stdout)}
	code := program.ExitOK
	for _, what := range set.Args() {
		d, err := origin.Diagnose(ctx, what, origin.DiagnoseOptions{StreamID: *id, Span: *span})
		if err != nil {
			program.Say(stderr, name, "doctor: "+engine.Sentence(err))
			code = program.ExitUsage
			continue
		}
		if *asJSON {
			r.json(d)
		} else {
			r.text(d)
		}
	}
	if err := errors.Join(r.failed, r.w.Flush()); err != nil {
		program.Say(stderr, name, "doctor: "+err.Error())
		return program.ExitFailed
	}
	if code == program.ExitOK && r.bad {
		code = program.ExitFailed
	}
	return code
}

// prescription writes what an examination has found, for people or for programs.
type prescription struct {
	w      *bufio.Writer
	bad    bool
	failed error // of writing
}

func (r *prescription) line(format string, args ...any) {
	if _, err := fmt.Fprintf(r.w, format+"\n", args...); err != nil {
		r.failed = err
	}
}

// text writes what the stream is, a line for each track, and the findings.
func (r *prescription) text(d engine.Diagnosis) {
	what := d.Format
	if what == "" {
		what = "nothing that can be played"
	}
	end := "no end mark"
	if d.Ended {
		end = "ended"
	}
	r.line("%s: %s, %s, %s, %.1f s, %s", d.Source, what, size(d.Bytes), counted(int(d.Fragments), "fragment"), d.Duration.Seconds(), end)
	for _, t := range d.Tracks {
		r.line("  %s", trackLine(t))
	}
	for _, f := range d.Findings {
		r.bad = r.bad || f.Severity != engine.Info
		r.line("  %-7s %s%s: %s", f.Severity, f.Code, span(f), f.Text)
		r.line("          %s", f.Action)
		if f.Option != "" {
			r.line("          %s", f.Option)
		}
	}
	if len(d.Findings) == 0 {
		r.line("  nothing is wrong with it")
	}
	if d.Stopped != "" {
		r.line("  %s", d.Stopped)
	}
}

// span is when a finding was seen, and how often.
func span(f engine.DiagnosedFinding) string {
	text := ", " + clock(f.From)
	if f.To.Round(time.Millisecond) != f.From.Round(time.Millisecond) {
		text += " to " + clock(f.To)
	}
	if f.Count > 1 {
		text += fmt.Sprintf(", seen %d times", f.Count)
	}
	return text
}

// trackLine says what a track is.
func trackLine(t engine.DiagnosedTrack) string {
	parts := []string{t.Stream, t.Codec}
	switch t.Type {
	case engine.Video:
		parts = append(parts, fmt.Sprintf("%d×%d", t.Width, t.Height))
		if t.Rate > 0 {
			parts = append(parts, fmt.Sprintf("%.2f pictures/s", t.Rate))
		}
	case engine.Audio:
		parts = append(parts, fmt.Sprintf("%d Hz", t.SamplingRate), counted(t.Channels, "channel"))
	}
	if t.Language != "" && t.Language != "und" {
		parts = append(parts, t.Language)
	}
	if t.Nominal > 0 {
		parts = append(parts, fmt.Sprintf("nominal %d kbit/s", (t.Nominal+500)/1000))
	}
	if t.Fragments > 0 {
		parts = append(parts, fmt.Sprintf("mean %d kbit/s", (t.Mean+500)/1000), fmt.Sprintf("%s of %.2f to %.2f s", counted(int(t.Fragments), "fragment"), t.Shortest.Seconds(), t.Longest.Seconds()))
		parts = append(parts, signed(t.Start)+" to "+clock(t.End))
	} else {
		parts = append(parts, "no fragment")
	}
	return strings.Join(parts, ", ")
}

// counted is a number of things.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// signed is a presentation time that may lie before zero.
func signed(t time.Duration) string {
	if t < 0 {
		return "-" + clock(-t)
	}
	return clock(t)
}
