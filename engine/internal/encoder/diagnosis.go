package encoder

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"pubpoint/engine/internal/proc"
)

// diagnosis gathers from ffmpeg's log why it ended. ffmpeg marks lines by level because it
// is run with -loglevel level: "[http @ 0x5] [warning] HTTP error 404 Not Found".
type diagnosis struct {
	url      string // of the push: left out of sentences
	status   int    // HTTP status with which the engine refused; 0 when it did not
	reason   string // what stood beside the status: "Not Found"
	fatal    string // last line of level fatal or panic
	trouble  string // last line of level error that is not an aftermath
	leveled  *regexp.Regexp
	httpLine *regexp.Regexp
}

func newDiagnosis(url string) *diagnosis {
	return &diagnosis{
		url:      url,
		leveled:  regexp.MustCompile(`^(?:\[[^\]]* @ [^\]]*\] )?\[(error|fatal|panic|warning)\] (.*)$`),
		httpLine: regexp.MustCompile(`^HTTP error ([45][0-9][0-9])\b ?(.*)$`),
	}
}

// add takes one line of the log.
func (d *diagnosis) add(line string) {
	match := d.leveled.FindStringSubmatch(line)
	if match == nil {
		return
	}
	level, text := match[1], strings.TrimSpace(match[2])
	switch level {
	case "fatal", "panic":
		d.fatal = text
	case "error":
		if !isAftermath(text) {
			d.trouble = text
		}
	}
	if match := d.httpLine.FindStringSubmatch(text); match != nil {
		if status, err := strconv.Atoi(match[1]); err == nil {
			d.status, d.reason = status, match[2]
		}
	}
}

// isAftermath tells what follows from a failure from the failure itself.
func isAftermath(text string) bool {
	for _, start := range []string{"Conversion failed", "Error closing file", "Error writing trailer", "URL read error"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// verdict tells an end in words, and whether starting again is pointless.
func (d *diagnosis) verdict(exit proc.Exit) (words string, final bool) {
	switch {
	case errors.Is(exit.Err, fs.ErrNotExist), errors.Is(exit.Err, exec.ErrNotFound), errors.Is(exit.Err, fs.ErrPermission):
		return exit.Words() + ": install ffmpeg or name it in the settings file (ffmpeg = \"/path/to/ffmpeg\"), then start again", true
	case exit.Err != nil:
		return exit.Words(), false
	case exit.Asked && (exit.Code == 0 || exit.Code == 255): // 255 is ffmpeg's answer to SIGINT
		return "stopped on request", false
	case exit.Asked || exit.Signal != "" || exit.Code == 0:
		return exit.Words(), false
	case d.status != 0:
		return d.refusal()
	case strings.Contains(d.fatal, "matches no streams"):
		return fmt.Sprintf("the input lacks a track that is to be sent (%s): take it out of the encoder or choose another input", d.fatal), true
	case strings.HasPrefix(d.fatal, "Unknown encoder"), strings.HasPrefix(d.fatal, "Unrecognized option"):
		return fmt.Sprintf("this ffmpeg cannot do what is asked of it (%s): install a full build or name another in the settings file (ffmpeg = \"/path/to/ffmpeg\")", d.fatal), true
	}
	cause := d.fatal
	if cause == "" {
		cause = d.trouble
	}
	if reason, ok := strings.CutPrefix(cause, d.url+": "); ok {
		cause = "the publishing point could not be reached: " + reason
	} else if reason, ok := strings.CutPrefix(cause, "av_interleaved_write_frame(): "); ok {
		cause = "the connection to the publishing point was lost: " + reason
	}
	if cause != "" {
		exit.Last = cause
	}
	return exit.Words(), false
}

// refusal is the engine's no as a sentence. A status that is a matter of time is not final.
func (d *diagnosis) refusal() (words string, final bool) {
	words = strings.TrimSpace(fmt.Sprintf("the engine refused the stream: %d %s", d.status, d.reason))
	switch d.status {
	case 401, 403:
		return words + ": allow this encoder in the publishing point's settings, then start it again", true
	case 404:
		return words + ": create the publishing point, then start the encoder again", true
	case 409:
		return words + ": start the publishing point, or stop the other encoder that sends this stream, then start again", true
	case 408, 425, 429:
		return words, false
	}
	if d.status < 500 {
		return words + ": see the publishing point's refusals, then start again", true
	}
	return words, false
}
