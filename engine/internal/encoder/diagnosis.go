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
	inputs   []string
	input    string // what ffmpeg said of the input that it could not open; empty when it could
	detail   string // what the input's demuxer or protocol said before that
	unknown  string // what this ffmpeg does not know
	lost     bool   // the verdict: the connection to the publishing point was lost
	status   int    // HTTP status with which the engine refused; 0 when it did not
	reason   string // what stood beside the status: "Not Found"
	fatal    string // last line of level fatal or panic
	trouble  string // last line of level error that is not an aftermath
	leveled  *regexp.Regexp
	httpLine *regexp.Regexp
}

func newDiagnosis(url string, inputs ...string) *diagnosis {
	return &diagnosis{
		inputs:   inputs,
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
		d.ofInput(text)
	}
	for _, start := range []string{"Unknown encoder", "Unrecognized option", "No such filter", "Unknown input format", "Requested output format"} {
		if level != "warning" && strings.HasPrefix(text, start) {
			d.unknown = text
		}
	}
	if match := d.httpLine.FindStringSubmatch(text); match != nil {
		if status, err := strconv.Atoi(match[1]); err == nil {
			d.status, d.reason = status, match[2]
		}
	}
}

// ofInput notes what is said of an input that could not be opened: its address and a reason.
// Newer versions of ffmpeg leave the address out.
func (d *diagnosis) ofInput(text string) {
	if reason, ok := strings.CutPrefix(text, "Error opening input: "); ok {
		d.input = reason
		return
	}
	for _, input := range d.inputs {
		if reason, ok := strings.CutPrefix(text, input+": "); ok {
			d.input = reason
			return
		}
	}
	if d.input == "" && (d.url == "" || !strings.HasPrefix(text, d.url)) {
		d.detail = text
	}
}

// isAftermath tells what follows from a failure from the failure itself.
func isAftermath(text string) bool {
	for _, start := range []string{"Conversion failed", "Error closing file", "Error writing trailer", "URL read error", "Error opening input files", "Error opening input file ", "Error opening output file"} {
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
	case d.input != "":
		return d.unopened()
	case d.status != 0:
		return d.refusal()
	case strings.Contains(d.fatal, "matches no streams"):
		return fmt.Sprintf("the input lacks a track that is to be sent (%s): take it out of the encoder or choose another input", d.fatal), true
	case d.unknown != "":
		return d.lacking(), true
	}
	cause := d.fatal
	if cause == "" {
		cause = d.trouble
	}
	if reason, ok := strings.CutPrefix(cause, d.url+": "); ok {
		cause = "the publishing point could not be reached: " + reason
	} else if reason, ok := strings.CutPrefix(cause, "av_interleaved_write_frame(): "); ok {
		cause, d.lost = "the connection to the publishing point was lost: "+reason, true
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

func (d *diagnosis) lacking() string {
	return fmt.Sprintf("this ffmpeg cannot do what is asked of it (%s): install a full build or name another in the settings file (ffmpeg = \"/path/to/ffmpeg\")", d.unknown)
}

// unopened tells why an input could not be opened. Most of it may mend by itself: a sender
// starts, a camera is plugged in.
func (d *diagnosis) unopened() (words string, final bool) {
	said := d.detail + " " + d.input
	for _, one := range []struct {
		mark, words string
		final       bool
	}{
		{"Address already in use", "the address that the input is waited for at is in use already: stop what listens there or choose another port", false},
		{"Cannot assign requested address", "this machine has not the address that the input is waited for at: choose one of its own, such as 0.0.0.0", false},
		{"not on whitelist", "the input leads to a protocol that encoders do not read (" + d.detail + "): choose another input", true},
		{"No such filter", "", true},
		{"Unknown input format", "", true},
		{"Cannot open display", "the screen cannot be opened (" + d.detail + "): choose one that is there and that this user may see", false},
		{"Device or resource busy", "the device is in use by another program: end that, or choose another device", false},
		{"Permission denied", "the input may not be read: give this user the permission, for a camera by the group video", false},
		{"cannot open audio device", "the microphone is not there (" + d.detail + "): plug it in or choose another", false},
		{"No such process", "the sound server does not answer: start it, or choose another microphone", false},
		{"Cannot open video device", "the camera is not there (" + d.detail + "): plug it in or choose another", false},
		{"No such file or directory", "the input is not there (" + d.input + "): put it there or choose another", false},
		{"Failed to resolve hostname", "the input's host is not known (" + d.detail + "): correct its name", false},
		{"Server returned", "the input's server refused (" + d.input + "): correct the address or its user and password", false},
		{"Connection refused", "nobody answers at the input's address (connection refused): start the sender or correct the address", false},
		{"timed out", "nothing came from the input's address: start the sender or correct the address", false},
		{"unreachable", "there is no way to the input's address (" + d.input + "): look at the network", false},
		{"Invalid data found", "the input is no media that ffmpeg can read (" + strings.TrimSpace(d.detail+"; "+d.input) + "): choose another", true},
		{"", "the input could not be opened (" + d.input + "): look at the log, and at the input", false},
	} {
		if !strings.Contains(said, one.mark) {
			continue
		}
		if one.words == "" {
			d.unknown = d.detail
			return d.lacking(), true
		}
		return strings.Replace(one.words, "(; ", "(", 1), one.final
	}
	return d.input, false // not reached: the last mark is in everything
}
