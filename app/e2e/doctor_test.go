//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// examine runs pubpointd doctor and returns its exit code and what it says.
func examine(t *testing.T, what ...string) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t, "pubpointd"), append([]string{"doctor"}, what...)...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// TestDoctorOfStockEncoders examines a minute of what stock ffmpeg sends: what is good has no
// warning, and what is bad has the one that it should have.
func TestDoctorOfStockEncoders(t *testing.T) {
	const (
		pattern = "-f lavfi -i testsrc2=size=160x90:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000 -t 60 "
		video   = "-c:v libx264 -preset ultrafast -threads 1 -pix_fmt yuv420p -b:v 60k "
		gop     = "-g 50 -keyint_min 50 -sc_threshold 0 "
		sound   = "-c:a aac -ac 2 -b:a 48k "
		smooth  = "-f ismv -movflags isml+frag_keyframe"
	)
	for _, c := range []struct{ name, args, want string }{
		{"plain", pattern + video + gop + sound + smooth, ""},
		{"B-frames", pattern + video + gop + sound + "-preset veryfast -bf 3 " + smooth, ""},
		{"29.97", strings.Replace(pattern, "rate=25", "rate=30000/1001", 1) + video + "-g 60 -keyint_min 60 -sc_threshold 0 " + sound + smooth, ""},
		{"44.1 kHz", strings.Replace(pattern, "48000", "44100", 1) + video + gop + sound + smooth, ""},
		{"CMAF", pattern + video + gop + sound + "-f mp4 -movflags cmaf+frag_keyframe+empty_moov+default_base_moof", ""},
		{"CMAF in chunks", pattern + video + gop + sound + "-f mp4 -movflags cmaf+frag_every_frame+empty_moov+default_base_moof", ""},
		{"in chunks", pattern + video + gop + sound + "-f ismv -movflags isml -frag_duration 500000", ""},
		{"sound alone", pattern + "-vn " + sound + "-f ismv -movflags isml -frag_duration 2000000", ""},
		{"key frame every 10 s", pattern + video + sound + "-g 250 -keyint_min 250 -sc_threshold 0 " + smooth, "gop-long"},
		{"key frames anywhere", pattern + video + sound + "-g 250 -force_key_frames 0,3,4,7,8,11,13,14,17,18,21,24,25,28,31,34,36,39,40,42,45,47,50,53,55,58 " + smooth, "gop-variable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.ismv")
			args := append(append([]string{"-hide_banner", "-nostdin", "-y", "-loglevel", "error"}, strings.Fields(c.args)...), "pipe:1")
			encode := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `file=$1; shift; exec "$@" >"$file"`, "sh", file, "ffmpeg"}, args...)...)
			if out, err := encode.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			code, out := examine(t, file)
			if c.want == "" && code != 0 || c.want != "" && (code != 1 || !strings.Contains(out, "warning "+c.want)) {
				t.Errorf("exit %d, want %q:\n%s", code, c.want, out)
			}
		})
	}
}

// TestDoctorVisitsAPoint examines a point on air by its address.
func TestDoctorVisitsAPoint(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	e := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	s.awaitState(t, "oceans", "started")
	eventually(t, "the doctor finds fragments", func() (any, bool) {
		code, out := examine(t, s.url("oceans", ""))
		return out, code == 0 && strings.Contains(out, "video, H264, 320×180") && strings.Contains(out, "fragments of 1.00 to 1.00 s")
	})
	var found struct {
		Findings []struct{ Code, Severity string }
	}
	if status := s.api(t, "GET", "/api/v1/points/oceans/findings", nil, &found); status != 200 {
		t.Fatal(status)
	}
	for _, f := range found.Findings {
		if f.Severity != "info" {
			t.Errorf("%+v", found.Findings)
		}
	}
	e.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
}
