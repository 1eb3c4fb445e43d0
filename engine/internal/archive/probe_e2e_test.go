//go:build e2e

package archive

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pubpoint/engine/internal/fmp4"
)

// probe runs ffprobe, which has nothing to say on stderr about a file that is well formed.
func probe(t *testing.T, args ...string) string {
	t.Helper()
	var complaints bytes.Buffer
	cmd := exec.Command("ffprobe", append([]string{"-v", "error"}, args...)...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("ffprobe %v: %v: %s", args, err, complaints.String())
	}
	return strings.TrimSpace(string(out))
}

// TestFfprobeReadsSealedArchives counts the packets of sealed archives, seeks in them, and
// lets ffprobe take its times from the index. It does not do both at once: ffprobe 5.1
// seeks to the start when it is told to use an index, its own as well.
func TestFfprobeReadsSealedArchives(t *testing.T) {
	for _, tt := range []struct {
		name, video, audio string
		mark               bool
	}{
		{"av-isml.ismv", "125", "236", false},
		{"av-isml.ismv", "125", "236", true},
		{"av-plain.ismv", "125", "236", false},
	} {
		root, c := openRoot(t), readCapture(t, tt.name)
		w, err := Create(On(root), "s.ismv", c.header, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer closeFile(t, w.File())
		for i, p := range c.pieces {
			if tt.mark && i == 2 {
				if err := w.Mark(Mark{Shift: 10_000_000, Discontinuity: true}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Append(p.moof, p.mdatHeader, p.payload); err != nil {
				t.Fatal(err)
			}
		}
		scan, err := ScanFile(On(root), "s.ismv", fmp4.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		defer closeFile(t, scan.File)
		if err := w.Seal(scan.TrackIndex()); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(root.Name(), "s.ismv")
		count := func(stream string, more ...string) string {
			args := append([]string{"-select_streams", stream, "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"}, more...)
			return probe(t, append(args, path)...)
		}
		if v, a := count("v"), count("a"); v != tt.video || a != tt.audio {
			t.Errorf("%s: %s video and %s audio packets, want %s and %s", tt.name, v, a, tt.video, tt.audio)
		}
		at := probe(t, "-select_streams", "v", "-read_intervals", "4.5%+#1",
			"-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", path)
		if !tt.mark && !strings.HasPrefix(at, "4.000000,K") {
			t.Errorf("%s: a seek to 4.5 s leads to %q, want the key frame at 4 s", tt.name, at)
		}
		log, err := exec.Command("ffprobe", "-v", "debug", "-use_mfra_for", "pts", "-count_packets", path).CombinedOutput()
		if err != nil || !bytes.Contains(log, []byte("found tfra")) || !bytes.Contains(log, []byte("found mfra time")) {
			t.Errorf("%s: ffprobe does not take the times of the index (%v)", tt.name, err)
		}
	}
}
