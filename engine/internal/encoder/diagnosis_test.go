package encoder

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"pubpoint/engine/internal/proc"
)

// TestVerdict gives the log lines of real failures.
func TestVerdict(t *testing.T) {
	const url = "http://127.0.0.1:8088/x.isml/x.ism?stream_id=x-60k.ismv"
	died := proc.Exit{Code: 1, Last: "last line"}
	for _, test := range []struct {
		name  string
		log   string
		exit  proc.Exit
		words string
		final bool
	}{
		{"404", "[http @ 0x55a7ac0abf00] [warning] HTTP error 404 Not Found\n[error] " + url + ": Server returned 404 Not Found", died,
			"the engine refused the stream: 404 Not Found: create the publishing point, then start the encoder again", true},
		{"403", "[http @ 0x5] [warning] HTTP error 403 Forbidden", died,
			"the engine refused the stream: 403 Forbidden: allow this encoder in the publishing point's settings, then start it again", true},
		{"409", "[http @ 0x5] [warning] HTTP error 409 Conflict\n[error] " + url + ": Server returned 4XX Client Error, but not one of 40{0,1,3,4}", died,
			"the engine refused the stream: 409 Conflict: start the publishing point, or stop the other encoder that sends this stream, then start again", true},
		{"400 without a reason", "[http @ 0x5] [warning] HTTP error 400", died,
			"the engine refused the stream: 400: see the publishing point's refusals, then start again", true},
		{"429", "[http @ 0x5] [warning] HTTP error 429 Too Many Requests", died, "the engine refused the stream: 429 Too Many Requests", false},
		{"503", "[http @ 0x5] [warning] HTTP error 503 Service Unavailable", died, "the engine refused the stream: 503 Service Unavailable", false},
		{"refused connection", "[tcp @ 0x5] [error] Connection to tcp://127.0.0.1:9 failed: Connection refused\n[error] " + url + ": Connection refused", died,
			"exit 1: the publishing point could not be reached: Connection refused", false},
		{"lost connection", "[error] av_interleaved_write_frame(): Connection reset by peer\n[http @ 0x5] [error] URL read error: End of file\n" +
			"[error] Error closing file " + url + ": End of file\n[info] Conversion failed!", died,
			"exit 1: the connection to the publishing point was lost: Connection reset by peer", false},
		{"missing track", "[fatal] Stream map '0:a:0' matches no streams.\nTo ignore this, add a trailing '?' to the map.", died,
			"the input lacks a track that is to be sent (Stream map '0:a:0' matches no streams.): take it out of the encoder or choose another input", true},
		{"missing encoder", "[fatal] Unknown encoder 'libx264'", died,
			"this ffmpeg cannot do what is asked of it (Unknown encoder 'libx264'): install a full build or name another in the settings file (ffmpeg = \"/path/to/ffmpeg\")", true},
		{"missing file", "[error] file:-nope.mp4: No such file or directory", died, "exit 1: file:-nope.mp4: No such file or directory", false},
		{"nothing said", "", died, "exit 1: last line", false},
		{"asked, q", "", proc.Exit{Asked: true}, "stopped on request", false},
		{"asked, SIGINT", "[info] Exiting normally, received signal 2.", proc.Exit{Asked: true, Code: 255}, "stopped on request", false},
		{"asked, too late", "", proc.Exit{Asked: true, Code: -1, Signal: "SIGKILL"}, "killed (SIGKILL) because it did not stop when asked", false},
		{"crashed", "[http @ 0x5] [warning] HTTP error 404 Not Found", proc.Exit{Code: -1, Signal: "SIGSEGV"}, "killed (SIGSEGV)", false},
		{"left something behind", "", proc.Exit{Err: errors.New("left")}, "ended by itself (exit 0) (left)", false},
	} {
		d := newDiagnosis(url)
		for line := range strings.Lines(test.log) {
			d.add(strings.TrimRight(line, "\n"))
		}
		if words, final := d.verdict(test.exit); words != test.words || final != test.final {
			t.Errorf("%s: %q, %v; want %q, %v", test.name, words, final, test.words, test.final)
		}
	}
	gone := proc.Exit{Code: -1, Err: fmt.Errorf("start: %w", fs.ErrNotExist)}
	if words, final := newDiagnosis(url).verdict(gone); !final || !strings.Contains(words, "name it in the settings file (ffmpeg = \"/path/to/ffmpeg\")") {
		t.Errorf("missing program: %q, %v", words, final)
	}
}
