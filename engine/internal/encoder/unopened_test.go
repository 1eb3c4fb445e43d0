package encoder

import (
	"strings"
	"testing"

	"pubpoint/engine/internal/proc"
)

// TestUnopenedInputs gives what a real ffmpeg printed of inputs that it could not open.
func TestUnopenedInputs(t *testing.T) {
	const push = "http://127.0.0.1:8088/x.isml/x.ism?stream_id=x-60k.ismv"
	for _, c := range []struct {
		input, log, words string
		final             bool
	}{
		{":77.0", "[x11grab @ 0x5] [error] Cannot open display :77.0, error 1.\n[error] :77.0: Input/output error", "the screen cannot be opened (Cannot open display :77.0, error 1.): ", false},
		{"/dev/video9", "[video4linux2,v4l2 @ 0x5] [error] Cannot open video device /dev/video9: No such file or directory\n[error] /dev/video9: No such file or directory", "the camera is not there", false},
		{"/dev/video0", "[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_STREAMON): Device or resource busy\n[error] /dev/video0: Device or resource busy", "the device is in use", false},
		{"/dev/video0", "[video4linux2,v4l2 @ 0x5] [error] Cannot open video device /dev/video0: Permission denied\n[error] /dev/video0: Permission denied", "the input may not be read", false},
		{"hw:9,0", "ALSA lib confmisc.c:165:(snd_config_get_card) Cannot get card index for 9\n[alsa @ 0x5] [error] cannot open audio device hw:9,0 (No such file or directory)\n[error] hw:9,0: Input/output error", "the microphone is not there", false},
		{"default", "[error] default: No such process", "the sound server does not answer", false},
		{"rtmp://127.0.0.1:1/live/key", "[rtmp @ 0x5] [error] Cannot open connection tcp://127.0.0.1:1?listen\n[error] rtmp://127.0.0.1:1/live/key: Address already in use", "the address that the input is waited for at is in use already", false},
		{"udp://127.0.0.1:1", "[udp @ 0x5] [error] bind failed: Address already in use\n[error] udp://127.0.0.1:1: Inappropriate ioctl for device", "the address that the input is waited for at is in use already", false},
		{"http://127.0.0.1:1/a.ts", "[http @ 0x5] [warning] HTTP error 404 File not found\n[error] http://127.0.0.1:1/a.ts: Server returned 404 Not Found", "the input's server refused (Server returned 404 Not Found)", false},
		{"srt://127.0.0.1:1", "[srt @ 0x5] [error] Connection to srt://127.0.0.1:1 failed: Connection timed out\n[error] srt://127.0.0.1:1: Connection timed out", "nothing came from the input's address", false},
		{"http://no.such/x", "[tcp @ 0x5] [error] Failed to resolve hostname no.such: Name or service not known\n[error] http://no.such/x: Input/output error", "the input's host is not known", false},
		{"file:a.mp4", "[mov @ 0x5] [error] moov atom not found\n[error] file:a.mp4: Invalid data found when processing input", "the input is no media that ffmpeg can read (moov atom not found; Invalid data", true},
		{"file:a.mp4", "[error] file:a.mp4: No such file or directory", "the input is not there", false},
		{"http://127.0.0.1/x", "[http @ 0x5] [error] Protocol 'tcp' not on whitelist 'file'!\n[error] http://127.0.0.1/x: Invalid argument", "the input leads to a protocol that encoders do not read (Protocol 'tcp'", true},
		{"nosuch", "[lavfi @ 0x5] [error] No such filter: 'nosuch'\n[error] nosuch: Invalid argument", "this ffmpeg cannot do what is asked of it (No such filter: 'nosuch')", true},
		{"x", "[error] Unrecognized option 'nosuch'.\n[fatal] Error splitting the argument list: Option not found", "this ffmpeg cannot do what is asked of it (Unrecognized option 'nosuch'.)", true},
		{"x", "[in#0 @ 0x6] [error] Error opening input: Connection refused\n[error] Error opening input file x.\n[error] Error opening input files: Connection refused", "nobody answers at the input's address", false},
		{"x", "[error] x: Something new", "the input could not be opened (Something new)", false},
		// What the engine says is told apart from what an input says.
		{"http://127.0.0.1:1/a.ts", "[http @ 0x5] [warning] HTTP error 404 Not Found\n[error] " + push + ": Server returned 404 Not Found", "the engine refused the stream: 404 Not Found", true},
	} {
		d := newDiagnosis(push, c.input)
		for line := range strings.Lines(c.log) {
			d.add(strings.TrimRight(line, "\n"))
		}
		if words, final := d.verdict(proc.Exit{Code: 1, Last: "last"}); !strings.HasPrefix(words, c.words) || final != c.final {
			t.Errorf("%s\nis told as %q, %v\nwant       %q, %v", c.log, words, final, c.words, c.final)
		}
	}
}
