//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What the documentation's commands are made of.
const (
	audioOptions = "-acodec aac -ac 2 -ab 64k"
	videoOptions = "-vcodec libx264 -preset veryfast -g 100 -keyint_min 100 -sc_threshold 0"

	// With these a key frame stands at every cut, too, which a single bitrate can bear.
	cutOptions = "-vcodec libx264 -preset veryfast -g 100 -keyint_min 50"
)

// film makes the input of the documentation's commands, oceans.mov, and returns its
// directory, where the commands are run. It is 12 s long and has a cut at 6.4 s.
func film(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	made := ffmpeg(t, append(strings.Fields("-f lavfi -i testsrc2=size=424x200:rate=25:duration=6.4[a];smptehdbars=size=424x200:rate=25:duration=5.6[b];[a][b]concat "+
		"-f lavfi -i sine=frequency=440:sample_rate=44100:duration=12 "+
		"-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ac 2"), filepath.Join(dir, "oceans.mov"))...)
	if code := made.wait(t); code != 0 {
		t.Fatalf("oceans.mov could not be made: exit %d\n%s", code, made.out)
	}
	return dir
}

// shell runs a command line as it is typed, until nothing of it runs any more.
func shell(t *testing.T, dir, line string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	p := launch(t, cmd)
	if code := p.wait(t); code != 0 {
		t.Fatalf("%s\nended with %d:\n%s", line, code, p.out)
	}
}

// encode makes a reference: the same encoding without a server.
func encode(t *testing.T, dir, options, file string) string {
	t.Helper()
	shell(t, dir, "ffmpeg -nostdin -y -i oceans.mov "+options+" "+file)
	return filepath.Join(dir, file)
}

// Each track of the film by its bitrate in bit/s, and how it is encoded.
const (
	large, small, sound = 400_000, 200_000, 64_000

	largeOptions = videoOptions + " -b:v 400k -s 848x400"
	smallOptions = videoOptions + " -b:v 200k -s 608x288"
)

// references are the packets of every track of the film, encoded without a server into
// another format.
func references(t *testing.T, dir string) map[int][]packet {
	t.Helper()
	both := probe(t, encode(t, dir, audioOptions+" "+largeOptions, "large.mp4"))
	return map[int][]packet{large: both[0], sound: both[1], small: probe(t, encode(t, dir, "-an "+smallOptions, "small.mp4"))[0]}
}

func TestOneStream(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s, dir := h.start(t), film(t)
	options := audioOptions + " " + cutOptions + " -b:v 400k -s 848x400 "
	shell(t, dir, "ffmpeg -y -i oceans.mov "+options+s.ingest("oceans", "oceans-400k-64k"))
	s.awaitState(t, "oceans", "stopped")

	encoded := probe(t, encode(t, dir, options, "large.mp4"))
	checkFiles(t, h, "oceans-400k-64k.ismv")
	served := checkServed(t, s, map[int][]packet{large: encoded[0], sound: encoded[1]})
	if n := len(served["video 400000"]); n != 4 {
		t.Errorf("%d video fragments, want one from each of the three regular key frames and one from the cut", n)
	}

	// What was archived is, packet for packet, what ffmpeg writes without a server.
	plain := probe(t, encode(t, dir, options, "plain.ismv"))
	archived := probe(t, h.path("oceans", "oceans-400k-64k.ismv"))
	for i := range plain {
		if !slices.Equal(plain[i], archived[i]) {
			t.Errorf("stream %d of the archive has %d packets, not the %d that ffmpeg writes; %s", i, len(archived[i]), len(plain[i]), difference(archived[i], plain[i]))
		}
	}
	checkReassembled(t, s, plain)
}

func difference(got, want []packet) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("packet %d is %+v, not %+v", i, got[i], want[i])
		}
	}
	return "the rest is the same"
}

// documented is the only block of the README that begins with some words and has others in
// it, as a person copies it to a terminal.
func documented(t *testing.T, begin, has string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for i, block := range strings.Split(string(text), "```") {
		if block = strings.TrimSpace(block); i%2 == 1 && strings.HasPrefix(block, begin) && strings.Contains(block, has) {
			found = append(found, block)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the README has %d commands that begin with %q and have %q: %q", len(found), begin, has, found)
	}
	return found[0]
}

// publish runs a command of the README against a server. It is not held to real time.
func publish(t *testing.T, s *server, dir, command, folder string) {
	t.Helper()
	const told = "http://127.0.0.1:8088/"
	if !strings.Contains(command, told+"oceans.isml/oceans.ism?") {
		t.Fatalf("the command sends to nowhere known: %s", command)
	}
	shell(t, dir, strings.ReplaceAll(strings.ReplaceAll(command, told, s.media+"/"+folder+"/"), " -re ", " "))
	s.awaitState(t, folder+"%2Foceans", "stopped")
}

// TestDocumentedCommands runs the README's three commands for a film. Both ways to send two
// bitrates must come to the same presentation.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, folder := range []string{"one", "method1", "method2"} {
		h.mkdir(t, folder+"/oceans")
	}
	s, dir := h.start(t), film(t)
	publish(t, s, dir, documented(t, "ffmpeg", "stream_id=oceans-400k-64k.ismv"), "one")
	publish(t, s, dir, documented(t, "{ ffmpeg", "stream_id=oceans-200k.ismv"), "method1")
	publish(t, s, dir, documented(t, "ffmpeg", "stream_id=oceans-200k-64k-400k.ismv"), "method2")

	want := references(t, dir)
	in := func(folder string) *server {
		return &server{process: s.process, house: h, media: s.media + "/" + folder}
	}
	first, second := checkServed(t, in("method1"), want), checkServed(t, in("method2"), want)
	for key, f := range first {
		if !slices.EqualFunc(f, second[key], func(a, b *fragment) bool {
			return a.at == b.at && slices.Equal(a.ahead, b.ahead) && slices.Equal(a.samples, b.samples)
		}) {
			t.Errorf("%s is not the same by both methods", key)
		}
	}
	delete(want, small)
	// The first command lets key frames stand closer, which this film gives no cause for.
	alone := probe(t, encode(t, dir, audioOptions+" -vcodec libx264 -preset veryfast -g 100 -keyint_min 50 -sc_threshold 0 -b:v 400k -s 848x400", "alone.mp4"))
	want[large] = alone[0]
	checkServed(t, in("one"), want)
	for _, file := range []string{"one/oceans.isml/oceans-400k-64k.ismv", "method1/oceans.isml/oceans-400k-64k.ismv", "method1/oceans.isml/oceans-200k.ismv", "method2/oceans.isml/oceans-200k-64k-400k.ismv"} {
		archive, err := os.ReadFile(filepath.Join(h.root, file))
		if err != nil {
			t.Error(err)
			continue
		}
		checkSealed(t, archive, file)
	}
}

// TestSecondEvent sends two films to one point, one after the other: an address never means
// two things.
func TestSecondEvent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	p := newPlayer(t, s.url("oceans", "Manifest"))
	known := make(map[string]bool)
	for round, source := range []string{"testsrc2", "smptehdbars"} {
		args := strings.Fields("-f lavfi -i " + source + "=size=160x90:rate=25:duration=6 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 50 -bf 0 -b:v 100k")
		if encoder := ffmpeg(t, append(args, push(s.ingest("oceans", "oceans-100k"))...)...); encoder.wait(t) != 0 {
			t.Fatalf("event %d was not taken:\n%s", round, encoder.out)
		}
		s.awaitState(t, "oceans", "stopped")
		_, levels := p.mustManifest(t)
		if len(levels) != 1 || len(levels[0].spans) != 3 {
			t.Fatalf("event %d has %v", round, levels)
		}
		for _, at := range levels[0].spans {
			url := p.address(levels[0], at.start)
			if known[url] {
				t.Errorf("event %d uses %s again", round, url)
			}
			known[url] = true
		}
		download(t, p, levels[0])
		checkFiles(t, h, "oceans-100k.ismv")
	}
	for url := range known { // the first event's are gone or are what they were; never another picture
		a, err := p.get(t.Context(), http.MethodGet, url)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := parseFragment(a.body); a.status == http.StatusOK && (err != nil || !strings.HasSuffix(url, fmt.Sprintf("=%d)", f.at.start))) {
			t.Errorf("%s gives %v, %v", url, f, err)
		}
	}
	if earlier, err := filepath.Glob(h.path("oceans", "events", "*", "oceans-100k.ismv")); err != nil || len(earlier) != 1 {
		t.Errorf("the first event's archive is not kept: %v, %v", earlier, err)
	}
}

// checkFiles makes sure that the event has left the files that the documentation names.
func checkFiles(t *testing.T, h *house, archives ...string) {
	t.Helper()
	if text := h.read(t, "oceans", "oceans.ism"); !bytes.Contains(text, []byte("<smil")) || !bytes.Contains(text, []byte(archives[0])) {
		t.Errorf("oceans.ism is no server manifest of %s: %s", archives[0], text)
	}
	if m, _, err := parseManifest(h.read(t, "oceans", "oceans.ismc")); err != nil || strings.EqualFold(m.IsLive, "true") || m.Duration == 0 {
		t.Errorf("oceans.ismc is no manifest of a recording: %v %+v", err, m)
	}
	for _, name := range archives {
		checkSealed(t, h.read(t, "oceans", name), name)
	}
}

// checkSealed makes sure that an archive ends with an index of every fragment in it.
func checkSealed(t *testing.T, archive []byte, name string) {
	t.Helper()
	all, err := boxes(archive)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	last := all[len(all)-1]
	if last.typ != "mfra" || !bytes.Contains(last.body, []byte("tfra")) || !bytes.HasSuffix(last.raw[:len(last.raw)-8], []byte("mfro")) {
		t.Errorf("%s is not sealed: it ends with %q", name, last.typ)
	}
}

// checkServed downloads every quality level and compares each picture and each piece of
// sound with the references. It returns the fragments by quality level.
func checkServed(t *testing.T, s *server, want map[int][]packet) map[string][]*fragment {
	t.Helper()
	p := newPlayer(t, s.url("oceans", "Manifest"))
	m, levels := p.mustManifest(t)
	if strings.EqualFold(m.IsLive, "true") || m.Duration == 0 {
		t.Errorf("the manifest is not of a recording: %+v", m)
	}
	served := make(map[string][]*fragment)
	for _, l := range levels {
		expected, ok := want[l.bitrate]
		if !ok {
			t.Errorf("nobody sent %s", l)
			continue
		}
		fragments := download(t, p, l)
		served[l.String()] = fragments
		var samples []sample
		for _, f := range fragments {
			samples = append(samples, f.samples...)
		}
		if l.bitrate == sound {
			expected = expected[1:] // the encoder's priming lies before zero
		}
		compare(t, l, samples, expected)
	}
	if len(served) != len(want) {
		t.Errorf("%d quality levels are served, %d were sent", len(served), len(want))
	}
	return served
}

// download fetches all fragments of a quality level and checks what they say of themselves
// and of each other.
func download(t *testing.T, p *player, l *level) []*fragment {
	t.Helper()
	var all []*fragment
	for i, at := range l.spans {
		f, err := parseFragment(p.mustGet(t, http.StatusOK, http.MethodGet, p.address(l, at.start)).body)
		if err != nil {
			t.Fatalf("%s, fragment at %d: %v", l, at.start, err)
		}
		if f.at != at {
			t.Errorf("%s: the manifest says %v, the fragment %v", l, at, f.at)
		}
		if !f.samples[0].sync {
			t.Errorf("%s: nobody can begin with the fragment at %d", l, at.start)
		}
		next := l.spans[i+1 : min(i+3, len(l.spans))]
		if !slices.Equal(f.ahead, next) {
			t.Errorf("%s: the fragment at %d announces %v, and %v follow", l, at.start, f.ahead, next)
		}
		all = append(all, f)
	}
	return all
}

// compare holds what was served against what was encoded: nothing is lost, moved, doubled
// or changed. Times were rounded to 100 ns once on either side.
func compare(t *testing.T, l *level, got []sample, want []packet) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d samples are served, %d were encoded", l, len(got), len(want))
		return
	}
	for i, g := range got {
		w := want[i]
		if d := g.pts - w.pts; d < -1 || d > 1 || g.size != w.size || g.md5 != w.md5 {
			t.Errorf("%s: sample %d is %+v, not %+v", l, i, g, w)
			return
		}
	}
}

// checkReassembled puts each quality level behind the archive's header and lets ffmpeg
// look at it and decode it.
func checkReassembled(t *testing.T, s *server, plain [][]packet) {
	t.Helper()
	all, err := boxes(s.read(t, "oceans", "oceans-400k-64k.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	var header []byte
	for _, b := range all[:3] {
		if b.typ == "ftyp" || b.typ == "moov" {
			header = append(header, b.raw...)
		}
	}
	p := newPlayer(t, s.url("oceans", "Manifest"))
	_, levels := p.mustManifest(t)
	for i, l := range levels {
		file := filepath.Join(t.TempDir(), l.stream+".ismv")
		whole := bytes.Clone(header)
		for _, at := range l.spans {
			whole = append(whole, p.mustGet(t, http.StatusOK, http.MethodGet, p.address(l, at.start)).body...)
		}
		if err := os.WriteFile(file, whole, 0o644); err != nil {
			t.Fatal(err)
		}
		want := plain[i]
		if l.kind == "audio" {
			want = want[1:]
		}
		got := probe(t, file)[i]
		if len(got) != len(want) {
			t.Errorf("%s: ffprobe finds %d packets, not %d", l, len(got), len(want))
			continue
		}
		for n := range got {
			g, w := got[n], want[n]
			// A fragment that is read alone begins at its own zero.
			g.pts, w.pts = g.pts-got[0].pts, w.pts-want[0].pts
			g.dts, w.dts = g.dts-got[0].dts, w.dts-want[0].dts
			if g != w {
				t.Errorf("%s: ffprobe finds packet %d to be %+v, not %+v", l, n, g, w)
				break
			}
		}
		if code := ffmpeg(t, "-v", "error", "-xerror", "-i", file, "-map", fmt.Sprint("0:", i), "-f", "null", "-").wait(t); code != 0 {
			t.Errorf("%s: ffmpeg does not decode it: exit %d", l, code)
		}
	}
}
