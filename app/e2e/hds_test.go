//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// f4m is a manifest of HTTP Dynamic Streaming, as far as it matters here.
type f4m struct {
	StreamType    string `xml:"streamType"`
	BootstrapInfo []struct {
		ID  string `xml:"id,attr"`
		URL string `xml:"url,attr"`
	} `xml:"bootstrapInfo"`
	Media []struct {
		Bitrate   int    `xml:"bitrate,attr"`
		URL       string `xml:"url,attr"`
		Bootstrap string `xml:"bootstrapInfoId,attr"`
	} `xml:"media"`
}

// flash is a small HDS client that plays one rendition from the live edge to the end. Like
// real ones it asks for the fragment that is not listed yet.
type flash struct {
	*player
	fragments, bootstrap string        // addresses
	first                uint32        // number of the first fragment
	got                  [][]byte      // fragments in order
	late                 int           // requests that were refused
	done                 chan struct{} // closed at the end of the event
	err                  error         // once done
}

// play begins to follow the best rendition.
func play(t *testing.T, s *server, point string) *flash {
	t.Helper()
	base := s.url(point, "")
	f := &flash{player: newPlayer(t, base+point+".f4m"), done: make(chan struct{})}
	var doc f4m
	eventually(t, "there is an HDS manifest", func() (any, bool) {
		a, err := f.get(t.Context(), http.MethodGet, f.base)
		if err != nil {
			return err, false
		}
		return a.status, a.status == http.StatusOK && xml.Unmarshal(a.body, &doc) == nil && len(doc.Media) == 2
	})
	if doc.StreamType != "live" {
		t.Fatalf("the stream is %q", doc.StreamType)
	}
	best := doc.Media[1]
	f.fragments = base + best.URL
	for _, b := range doc.BootstrapInfo {
		if b.ID == best.Bootstrap {
			f.bootstrap = base + b.URL
		}
	}
	go func() {
		defer close(f.done)
		f.err = f.follow(t.Context())
	}()
	return f
}

// follow fetches one fragment after the other until nothing more can come.
func (f *flash) follow(ctx context.Context) error {
	a, err := f.get(ctx, http.MethodGet, f.bootstrap)
	if err != nil {
		return err
	}
	first, _, _, err := readBootstrap(a.body)
	if err != nil {
		return err
	}
	f.first = first
	for next := first; ; {
		a, err := f.get(ctx, http.MethodGet, fmt.Sprintf("%sSeg1-Frag%d", f.fragments, next))
		if err != nil {
			return err
		}
		if a.status == http.StatusOK {
			f.got = append(f.got, a.body)
			next++
			continue
		}
		if a.status != http.StatusNotFound {
			return fmt.Errorf("fragment %d: %d %s", next, a.status, a.body)
		}
		f.late++
		b, err := f.get(ctx, http.MethodGet, f.bootstrap)
		if err != nil {
			return err
		}
		_, last, ended, err := readBootstrap(b.body)
		if err != nil {
			return err
		}
		if ended && next > last {
			return nil
		}
	}
}

// readBootstrap returns the numbers of the first and last fragment, and whether the table says
// that it ends there. It reads one segment and one table without strings, as servers of live
// streams write them.
func readBootstrap(b []byte) (first, last uint32, ended bool, err error) {
	const asrt, afrt = 43, 69
	if len(b) < afrt+37 || string(b[4:8]) != "abst" || string(b[asrt+4:asrt+8]) != "asrt" || string(b[afrt+4:afrt+8]) != "afrt" {
		return 0, 0, false, fmt.Errorf("not a bootstrap: %x", b)
	}
	count := binary.BigEndian.Uint32(b[asrt+21:])
	first = binary.BigEndian.Uint32(b[afrt+21:])
	ended = bytes.HasSuffix(b, make([]byte, 17))
	return first, first + count - 1, ended, nil
}

// flv makes a file of fragments: the FLV header, and what is in each mdat.
func flv(t *testing.T, fragments [][]byte) string {
	t.Helper()
	out := []byte("FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00")
	for _, f := range fragments {
		all, err := boxes(f)
		if err != nil || len(all) == 0 || all[len(all)-1].typ != "mdat" {
			t.Fatalf("a fragment has %d boxes: %v", len(all), err)
		}
		out = append(out, all[len(all)-1].body...)
	}
	file := filepath.Join(t.TempDir(), "fragments.flv")
	if err := os.WriteFile(file, out, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// compareFLV wants the packets of an FLV file to be a run of those that were archived, without
// a hole, the same bytes at the same times. It returns how many pictures there are.
func compareFLV(t *testing.T, what, file string, pictures, sound []packet) int {
	t.Helper()
	streams := probe(t, file)
	if len(streams) != 2 {
		t.Fatalf("%s has %d streams", what, len(streams))
	}
	for i, want := range [][]packet{pictures, sound} {
		got := streams[i]
		if len(got) == 0 {
			t.Fatalf("%s: stream %d is empty", what, i)
		}
		at := slices.IndexFunc(want, func(p packet) bool { return p.md5 == got[0].md5 && near(p.pts, got[0].pts) })
		if at < 0 || at+len(got) > len(want) {
			t.Fatalf("%s: stream %d begins with a packet at %d that was not sent, or ends behind what was", what, i, got[0].pts)
		}
		shift := want[at+len(got)-1].dts - got[len(got)-1].dts
		for n, g := range got {
			w := want[at+n]
			if g.md5 != w.md5 || g.size != w.size || !near(g.pts, w.pts) || g.dts > 0 && !near(g.dts+shift, w.dts) || g.dts > g.pts {
				t.Fatalf("%s: packet %d of stream %d is %+v, not %+v decoded %d earlier", what, n, i, g, w, shift)
			}
		}
	}
	heard, shown := streams[1], last(streams[0])
	if end := min(last(sound), shown); last(heard) < end-600_000 {
		t.Errorf("%s: the sound ends at %d, the pictures at %d", what, last(heard), shown)
	}
	return len(streams[0])
}

// last is the time of the last packet that is seen or heard.
func last(packets []packet) int64 {
	newest := packets[0].pts
	for _, p := range packets {
		newest = max(newest, p.pts)
	}
	return newest
}

// published are the archived packets of a track at the times at which they are published.
// ffprobe puts tracks with times before zero, or pictures shown before they are decoded, later
// as a whole; by how much, the first fragment tells.
func published(t *testing.T, s *server, l *level, archived []packet) []packet {
	t.Helper()
	p := newPlayer(t, s.url("oceans", "Manifest"))
	first, err := parseFragment(p.mustGet(t, http.StatusOK, http.MethodGet, p.address(l, l.spans[0].start)).body)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(archived, func(p packet) bool { return p.md5 == first.samples[0].md5 })
	if at < 0 {
		t.Fatalf("%s begins with what is not in the archive", l)
	}
	later := archived[at].pts - first.samples[0].pts
	out := slices.Clone(archived[at:])
	for i := range out {
		out[i].pts -= later
	}
	return out
}

// near tells whether two times in 100 ns are the same in milliseconds, however rounded.
func near(a, b int64) bool { return a-b < 11_000 && b-a < 11_000 }

// ytdlp downloads the HDS of a point into a file.
func ytdlp(t *testing.T, url, file string) *process {
	t.Helper()
	return launch(t, exec.Command("yt-dlp", "--newline", "--no-part", "--no-cache-dir", "-o", file, url))
}

// TestHDS plays an event of B-frames live, with a client of our own and with yt-dlp, and both
// of its manifests afterwards with yt-dlp. What they get is what was sent.
func TestHDS(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	encoder := ffmpeg(t, append(strings.Fields("-re -f lavfi -i testsrc2=size=160x90:rate=25 -re -f lavfi -i sine=frequency=440:sample_rate=48000 "+
		"-filter_complex [0:v]split=2[a][b];[b]scale=320:180[c] -map [a] -map 1:a -map [c] "+
		"-c:v libx264 -preset veryfast -threads 1 -pix_fmt yuv420p -bf 3 -g 50 -keyint_min 50 -sc_threshold 0 "+
		"-b:v:0 100k -b:v:1 300k -c:a aac -ac 2 -b:a 64k"), push(s.ingest("oceans", liveStream))...)...)
	follower := play(t, s, "oceans")

	dir := t.TempDir()
	recorder := ytdlp(t, s.url("oceans", "oceans.f4m"), filepath.Join(dir, "live.flv"))
	recorder.out.await(t, `frag 4/`)
	if err := recorder.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	recorder.wait(t)
	encoder.interrupt(t)
	select {
	case <-follower.done:
	case <-time.After(deadline):
		t.Fatal("the client never saw the end of the event")
	}
	if follower.err != nil {
		t.Fatal(follower.err)
	}

	sent := probe(t, h.path("oceans", liveStream+".ismv"))
	_, levels := newPlayer(t, s.url("oceans", "Manifest")).mustManifest(t)
	pictures, sound := published(t, s, levels[1], sent[2]), published(t, s, levels[2], sent[1])
	n := compareFLV(t, "our client's recording", flv(t, follower.got), pictures, sound)
	if want := len(pictures) - int(follower.first-1)*100; n != want {
		t.Errorf("our client got %d pictures from fragment %d on, want %d", n, follower.first, want)
	}
	// A fragment of 4 s is held for 3.5 s, so one refusal each is what an eager client gets.
	if n := len(follower.got); follower.late > n+2 {
		t.Errorf("%d requests were refused for %d fragments; they should have been held", follower.late, n)
	}
	for i := range follower.got[:len(follower.got)-1] { // the last may be too short for sound
		compareFLV(t, fmt.Sprintf("fragment %d", int(follower.first)+i), flv(t, follower.got[i:i+1]), pictures, sound)
	}
	if n := compareFLV(t, "what yt-dlp recorded", filepath.Join(dir, "live.flv"), pictures, sound); n < 300 {
		t.Errorf("yt-dlp recorded %d pictures, want at least 3 fragments of 100", n)
	}
	recordings(t, s, dir, pictures, sound)
}

// recordings downloads the ended event by both manifests.
func recordings(t *testing.T, s *server, dir string, pictures, sound []packet) {
	t.Helper()
	eventually(t, "the manifest is that of a recording", func() (any, bool) {
		a, err := newPlayer(t, "").get(t.Context(), http.MethodGet, s.url("oceans", "oceans.f4m"))
		if err != nil {
			return err, false
		}
		var doc f4m
		return a.status, errors.Join(xml.Unmarshal(a.body, &doc)) == nil && doc.StreamType == "recorded"
	})
	for _, manifest := range []string{"oceans.f4m", "oceans-set.f4m"} {
		file := filepath.Join(dir, manifest+".flv")
		p := ytdlp(t, s.url("oceans", manifest), file)
		if code := p.wait(t); code != 0 {
			t.Fatalf("yt-dlp ended with %d on %s", code, manifest)
		}
		if n := compareFLV(t, "yt-dlp's copy by "+manifest, file, pictures, sound); n != len(pictures) {
			t.Errorf("yt-dlp got %d pictures by %s, want %d", n, manifest, len(pictures))
		}
	}
}
