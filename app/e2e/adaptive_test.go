//go:build e2e

package e2e

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lines are the addresses that a playlist lists, and the value of the first attribute URI.
func lines(playlist []byte) (addresses []string, uri string) {
	for line := range strings.Lines(string(playlist)) {
		line = strings.TrimSpace(line)
		if _, rest, ok := strings.Cut(line, `URI="`); ok && uri == "" {
			uri, _, _ = strings.Cut(rest, `"`)
		}
		if line != "" && !strings.HasPrefix(line, "#") {
			addresses = append(addresses, line)
		}
	}
	return addresses, uri
}

// save fetches all that a media playlist lists into one file, its header first.
func save(t *testing.T, p *player, playlist, file string) {
	t.Helper()
	base := p.base[:strings.LastIndexByte(p.base, '/')+1]
	addresses, header := lines(p.mustGet(t, http.StatusOK, http.MethodGet, base+playlist).body)
	if header != "" {
		addresses = append([]string{header}, addresses...)
	}
	var all bytes.Buffer
	for _, a := range addresses {
		all.Write(p.mustGet(t, http.StatusOK, http.MethodGet, base+path.Join(path.Dir(playlist), a)).body)
	}
	if err := os.WriteFile(file, all.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAnHourOfTransportStream sends an hour that reaches over the wrap of the 33-bit clock, puts
// its segments one behind the other, and lets ffprobe read them all: without a word, and with
// every picture and every second of sound.
func TestAnHourOfTransportStream(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s, dir := h.start(t), t.TempDir()
	args := strings.Fields("-f lavfi -i testsrc=size=64x36:rate=1 -f lavfi -i sine=sample_rate=16000 -t 3600 " +
		"-c:v libx264 -preset ultrafast -bf 2 -g 4 -keyint_min 4 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -b:a 16k -output_ts_offset 93600")
	if code := ffmpeg(t, append(args, push(s.ingest("oceans", "oceans-100k-16k"))...)...).wait(t); code != 0 {
		t.Fatalf("the encoder ended with %d", code)
	}
	s.awaitState(t, "oceans", "stopped")
	p := newPlayer(t, s.url("oceans", "oceans.m3u8"))
	playlists, _ := lines(p.mustGet(t, http.StatusOK, http.MethodGet, p.base).body)
	if len(playlists) != 2 {
		t.Fatalf("playlists %v", playlists)
	}
	file := filepath.Join(dir, "hour.ts")
	save(t, p, playlists[0], file)
	out, err := exec.Command("ffprobe", "-v", "warning", "-count_packets", "-of", "csv=p=0",
		"-show_entries", "stream=codec_name,nb_read_packets", file).CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	got := strings.Fields(string(out))
	slices.Sort(got)
	got = slices.Compact(got) // ffprobe lists them by program as well
	if !slices.Equal(got, []string{"aac,56251", "h264,3600"}) {
		t.Errorf("ffprobe says %q", out)
	}
}

// TestSamplesOutAreSamplesIn sends a file with B-frames and fetches it as CMAF and as MPEG-TS. In
// CMAF every sample has the time, the size and the bytes that it had; in MPEG-TS, whose pictures
// are packed otherwise, the times and the decoded pictures are the same.
func TestSamplesOutAreSamplesIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s, dir := h.start(t), t.TempDir()
	source := filepath.Join(dir, "source.ismv")
	encode := strings.Fields("-f lavfi -i testsrc2=size=160x90:rate=25 -f lavfi -i sine=sample_rate=48000 -t 12 " +
		"-c:v libx264 -preset ultrafast -bf 3 -g 50 -keyint_min 50 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -f ismv -movflags isml+frag_keyframe")
	if code := ffmpeg(t, append(encode, source)...).wait(t); code != 0 {
		t.Fatalf("the encoder ended with %d", code)
	}
	media, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(s.ingest("oceans", "oceans-100k-64k"), "video/mp4", bytes.NewReader(media))
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	s.awaitState(t, "oceans", "stopped")
	want := probe(t, source)

	p := newPlayer(t, s.url("oceans", "oceans-cmaf.m3u8"))
	playlists, sound := lines(p.mustGet(t, http.StatusOK, http.MethodGet, p.base).body)
	for i, playlist := range []string{playlists[0], sound} {
		file := filepath.Join(dir, "track.mp4")
		save(t, p, playlist, file)
		got, sent := packetsFromZero(probe(t, file)[0]), packetsFromZero(heardOf(want[i]))
		comparePackets(t, playlist, got, sent, true)
	}

	p = newPlayer(t, s.url("oceans", "oceans.m3u8"))
	playlists, _ = lines(p.mustGet(t, http.StatusOK, http.MethodGet, p.base).body)
	file := filepath.Join(dir, "both.ts")
	save(t, p, playlists[0], file)
	packets := probe(t, file)
	for i := range packets {
		comparePackets(t, "MPEG-TS", packetsFromZero(packets[i]), packetsFromZero(heardOf(want[i])), false)
	}
	if a, b := pictures(t, file), pictures(t, source); a != b {
		t.Error("the pictures of the transport stream are others")
	}
}

// heardOf leaves out the sound that comes before time zero, which no format gives out.
func heardOf(packets []packet) []packet {
	for len(packets) > 0 && packets[0].pts+packets[0].duration <= 0 {
		packets = packets[1:]
	}
	return packets
}

// comparePackets holds what came out against what was sent; exact also by bytes, else by times of
// 90 kHz.
func comparePackets(t *testing.T, what string, got, want []packet, exact bool) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d packets, want %d", what, len(got), len(want))
	}
	for i := range got {
		off := max(got[i].pts-want[i].pts, want[i].pts-got[i].pts)
		decoded := got[i].dts - got[0].dts - want[i].dts + want[0].dts
		if off > 200 || decoded > 200 || decoded < -200 || exact && (off > 1 || got[i].size != want[i].size || got[i].md5 != want[i].md5) {
			t.Fatalf("%s: packet %d is %+v, want %+v", what, i, got[i], want[i])
		}
	}
}

// pictures are the checksums of all decoded pictures of a file.
func pictures(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.Command("ffmpeg", "-v", "error", "-i", file, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framehash", "-hash", "md5", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var sums []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Split(line, ","); !strings.HasPrefix(line, "#") && len(fields) > 1 {
			sums = append(sums, strings.TrimSpace(fields[len(fields)-1]))
		}
	}
	return strings.Join(sums, "\n")
}
