//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// export downloads a range of a point as a plain MP4 file.
func (s *server) export(t *testing.T, point, query string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.admin+"/api/v1/points/"+point+"/export.mp4?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Length") != strconv.Itoa(len(b)) {
		t.Fatalf("export %s: %d %s", query, resp.StatusCode, b[:min(len(b), 300)])
	}
	file := filepath.Join(t.TempDir(), "export.mp4")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// decodes lets ffmpeg decode all of a file, without a complaint.
func decodes(t *testing.T, file string) {
	t.Helper()
	out, err := exec.Command("ffmpeg", "-v", "warning", "-nostdin", "-i", file, "-map", "0", "-f", "null", "-").CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("ffmpeg decodes %s: %v\n%s", file, err, out)
	}
}

// within takes the packets that are shown from a time on, and before another, at their times
// since zero.
func within(packets []packet, from, to, zero int64) []packet {
	var out []packet
	for _, p := range packets {
		if p.pts >= from && p.pts < to {
			p.pts, p.dts = p.pts-zero, p.dts-zero
			out = append(out, p)
		}
	}
	return out
}

// samePackets holds packets of an export to those of a reference: the same bytes at the same
// times, as exact as their clocks.
func samePackets(t *testing.T, what string, got, want []packet) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s has %d packets, want %d", what, len(got), len(want))
		return
	}
	const rounding = 800 // half a tick of the coarsest clock, 12800 a second, on both sides
	for i, p := range got {
		w := want[i]
		if p.size != w.size || p.md5 != w.md5 || p.pts < w.pts-rounding || p.pts > w.pts+rounding || p.dts < w.dts-rounding || p.dts > w.dts+rounding {
			t.Errorf("%s packet %d is %+v, want %+v", what, i, p, w)
			return
		}
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s, dir := h.start(t), film(t)
	options := audioOptions + " " + cutOptions + " -bf 3 -b:v 400k -s 848x400 " // pictures out of order
	shell(t, dir, "ffmpeg -y -i oceans.mov "+options+s.ingest("oceans", "oceans-400k-64k"))
	s.awaitState(t, "oceans", "stopped")
	want := probe(t, encode(t, dir, options, "reference.mp4"))

	whole := s.export(t, "oceans", "")
	decodes(t, whole)
	got := probe(t, whole)
	samePackets(t, "video", got[0], want[0])
	samePackets(t, "audio", got[1], want[1][:len(got[1])])
	if n := len(want[1]) - len(got[1]); n > 4 {
		t.Errorf("%d packets of sound are missing at the end", n)
	}

	part := s.export(t, "oceans", "from=5&to=9") // key frames are at 0, 4, 6.4 and 10.4 s
	decodes(t, part)
	got = probe(t, part)
	samePackets(t, "video from 4 s", got[0], within(want[0], 40_000_000, 104_000_000, 40_000_000))
	if got[0][0].pts != 0 {
		t.Errorf("the first picture is shown at %d", got[0][0].pts)
	}
	first := got[1][0].pts // of the sound that the decoder begins with
	samePackets(t, "audio from 4 s", got[1], within(want[1], 40_000_000+first-10, 104_000_000, 40_000_000))
	if first > 0 || first < -600_000 {
		t.Errorf("the first sound is at %d", first)
	}

	sound := s.export(t, "oceans", "video=none&from=2")
	decodes(t, sound)
	if got := probe(t, sound); len(got) != 1 || len(got[0]) < 300 {
		t.Errorf("sound alone is %d streams", len(got))
	}
	playsFile(t, part)
}

// playsFile lets Chromium play a file.
func playsFile(t *testing.T, file string) {
	t.Helper()
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".mp4") {
			http.ServeFile(w, r, file)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		if _, err := io.WriteString(w, `<!doctype html><link rel="icon" href="data:,"><video muted autoplay src="file.mp4"></video>
<script>window.pubpoint = { mode: 'file', video: document.querySelector('video') }</script>`); err != nil {
			t.Error(err)
		}
	}))
	defer served.Close()
	b := browse(t, served.URL, 640, 360)
	state := b.plays(t, "file", 1)
	if state.Duration < 6.39 || state.Duration > 6.41 || state.Width != 848 {
		t.Errorf("Chromium plays %+v", state)
	}
	b.clean(t, served.URL)
}
