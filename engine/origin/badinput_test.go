package origin_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
)

// badInput is one item of the list of bad input in docs/promises.md: streams that no encoder
// should send, and what becomes of each.
type badInput struct {
	item   string
	bodies []io.Reader
	status int
	says   string // a part of the sentence that names the cause; empty when the stream is taken
	takes  int64  // how many fragments of each stream are taken in
	stream string // stream id of the first body, instead of one without bitrates
	orLost bool   // the connection may break off instead, because the body does
	length int    // of the longest body
}

// mostAllocated is how much all of the process may allocate while one bad body is taken in, beside
// a few times what was really sent: on a busy machine other parts of it have time for much. What
// strangers announce in these bodies is 2^32 and more.
const mostAllocated = 32 << 20

// TestBadInput posts every item of the list to a point of an origin while an encoder sends to
// another: each is told what is wrong, nothing is allocated on its word, and the other event and
// its archive are whole.
func TestBadInput(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "good", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	good := r.goodEncoder("good")
	if err := good.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	step := func(t *testing.T) {
		t.Helper()
		if more, err := good.Step(t.Context()); err != nil || !more {
			t.Fatalf("the good encoder cannot go on: more %v, %v", more, err)
		}
	}
	step(t)
	r.awaitState("good", engine.StateStarted)
	for n, c := range badInputs(t) {
		t.Run(c.item, func(t *testing.T) {
			point := fmt.Sprintf("bad%d", n)
			if err := r.CreatePoint(t.Context(), point, engine.DefaultPointConfig()); err != nil {
				t.Fatal(err)
			}
			for i, body := range c.bodies {
				stream := fmt.Sprintf("x%d", i%16)
				if c.stream != "" {
					stream = c.stream
				}
				r.hostile(t, c, point, stream, body)
			}
			step(t)
		})
	}
	if status, err := good.Finish(); err != nil || status != http.StatusOK {
		t.Fatalf("the good encoder got %d, %v", status, err)
	}
	st := r.awaitState("good", engine.StateStopped)
	var taken int64
	for _, track := range st.Tracks {
		taken += track.Fragments
		if track.Gaps != 0 {
			t.Errorf("the good stream has gaps: %+v", track)
		}
	}
	if taken != int64(good.Sent()) || !st.Archive.Sealed {
		t.Errorf("the good point has %d of %d fragments, archive %+v", taken, good.Sent(), st.Archive)
	}
	if v, err := r.VerifyArchive(t.Context(), "good", "", nil); err != nil || v.Verdict != engine.VerdictComplete {
		t.Errorf("the good archive is %s: %+v, %v", v.Verdict, v.Flaws, err)
	}
}

// hostile posts one bad stream and looks at the answer, at what it cost, and at what was taken.
func (r *running) hostile(t *testing.T, c badInput, point, stream string, body io.Reader) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	status, text := r.postStream(point, stream, body)
	runtime.ReadMemStats(&after)
	if c.orLost && status == 0 {
		return
	}
	if status != c.status || !strings.Contains(text, c.says) || c.says != "" && !strings.HasSuffix(strings.TrimSpace(text), ".\"}") && !strings.Contains(text, ".\",") {
		t.Errorf("%s: %d %s, want %d with a sentence that has %q", stream, status, text, c.status, c.says)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > uint64(mostAllocated+16*c.length) {
		t.Errorf("%s: %d bytes were allocated", stream, grown)
	}
	if c.takes == 0 {
		return
	}
	st, err := r.Point(point)
	if err != nil {
		t.Fatal(err)
	}
	var taken int64
	for _, track := range st.Tracks {
		if track.Source == stream {
			taken += track.Fragments
			if track.Bitrate < 10_000 || track.Bitrate > 1_000_000 {
				t.Errorf("%s: a track of %d bit/s", stream, track.Bitrate)
			}
		}
	}
	if taken != c.takes {
		t.Errorf("%s: %d fragments were taken, want %d", stream, taken, c.takes)
	}
}

// postStream posts a body as encoders do; a connection that is reset before the answer is read
// gives status 0.
func (r *running) postStream(point, stream string, body io.Reader) (int, string) {
	r.t.Helper()
	resp, err := http.Post(r.Addresses().Media+"/"+point+".isml/Streams("+stream+")", "", io.MultiReader(body))
	if err != nil {
		return 0, err.Error()
	}
	defer closing(r.t, resp.Body)
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(text)
}

// goodEncoder is one that has plenty to send.
func (r *running) goodEncoder(point string) *sender.Encoder {
	r.t.Helper()
	capture, err := sender.Load(filepath.Join("..", "internal", "fmp4", "testdata", "video-2997-isml.ismv"))
	if err != nil {
		r.t.Fatal(err)
	}
	e, err := sender.New(capture, sender.Options{Point: r.Addresses().Media + "/" + point + ".isml", Stream: "good", Loop: 60})
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

// parts is a capture of a real encoder, of which bad streams are made.
type parts struct {
	t         testing.TB
	whole     []byte
	header    []byte // ftyp, the manifest's uuid and moov
	fragments [][]byte
	mark      []byte
}

func openParts(t testing.TB, name string) *parts {
	t.Helper()
	p := &parts{t: t, whole: vector(t, name)}
	capture, err := sender.Cut(p.whole)
	if err != nil {
		t.Fatal(err)
	}
	p.header = capture.Header
	for _, f := range capture.Fragments {
		p.fragments = append(p.fragments, f.Bytes)
	}
	p.mark = []byte("\x00\x00\x00\x08mfra")
	return p
}

// with returns a copy of b in which the bytes at an offset behind the first place of a word are
// others.
func (p *parts) with(b []byte, word string, offset int, bytesThere ...byte) []byte {
	p.t.Helper()
	at := bytes.Index(b, []byte(word))
	if at < 0 {
		p.t.Fatalf("%q is not there", word)
	}
	out := bytes.Clone(b)
	copy(out[at+offset:], bytesThere)
	return out
}

// at moves a fragment to another time.
func (p *parts) at(fragment []byte, ticks int64) []byte {
	return p.with(fragment, "\x6d\x1d\x9b\x05", 20, binary.BigEndian.AppendUint64(nil, uint64(ticks))...)
}

// manifest puts another server manifest into the header.
func (p *parts) manifest(xml []byte) []byte {
	at := bytes.Index(p.header, []byte("uuid")) - 4
	size := int(binary.BigEndian.Uint32(p.header[at:]))
	content := slices.Concat(p.header[at+8:at+28], xml)
	return slices.Concat(p.header[:at], oneBox("uuid", content), p.header[at+size:])
}

// hundredTracks repeats the first trak of the header.
func (p *parts) hundredTracks() []byte {
	moov, trak := bytes.Index(p.header, []byte("moov"))-4, bytes.Index(p.header, []byte("trak"))-4
	end := trak + int(binary.BigEndian.Uint32(p.header[trak:]))
	out := bytes.Clone(p.header[:end])
	for n := range 100 {
		out = append(out, p.with(p.header[trak:end], "tkhd", 24, 0, 0, 1, byte(n))...)
	}
	out = append(out, p.header[end:]...)
	binary.BigEndian.PutUint32(out[moov:], uint32(len(out)-moov))
	return out
}

// severalRuns splits the trun of the first fragment, which is the only child of its traf that has
// samples, behind its tenth sample.
func (p *parts) severalRuns() []byte {
	const first, entry, fixed = 10, 8, 24
	b := p.fragments[0]
	trun := bytes.Index(b, []byte("trun")) - 4
	count := binary.BigEndian.Uint32(b[trun+12:])
	end := trun + int(binary.BigEndian.Uint32(b[trun:]))
	const grown = fixed - 4 // the second run has no flags of a first sample
	offset := binary.BigEndian.Uint32(b[trun+16:]) + grown
	one := bytes.Clone(b[trun : trun+fixed+first*entry])
	binary.BigEndian.PutUint32(one, uint32(len(one)))
	binary.BigEndian.PutUint32(one[12:], first)
	binary.BigEndian.PutUint32(one[16:], offset)
	for n := range first {
		offset += binary.BigEndian.Uint32(one[fixed+n*entry+4:])
	}
	head := []byte{0, 0, 3, 1}
	head = binary.BigEndian.AppendUint32(head, count-first)
	head = binary.BigEndian.AppendUint32(head, offset)
	two := oneBox("trun", slices.Concat(head, b[trun+fixed+first*entry:end]))
	out := slices.Concat(b[:trun], one, two, b[end:])
	for _, parent := range []string{"moof", "traf"} {
		at := bytes.Index(out, []byte(parent)) - 4
		binary.BigEndian.PutUint32(out[at:], binary.BigEndian.Uint32(out[at:])+grown)
	}
	return out
}

// oneBox is a box.
func oneBox(name string, content []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(content)))
	return slices.Concat(b, []byte(name), content)
}

// sized is a box that says it has another size than it has; 1 is followed by one of 64 bits.
func sized(name string, size uint32, long ...byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, size)
	return slices.Concat(b, []byte(name), long, make([]byte, 24))
}

// of makes an item of the list.
func of(item string, status int, says string, takes int64, bodies ...[]byte) badInput {
	c := badInput{item: item, status: status, says: says, takes: takes}
	for _, b := range bodies {
		c.bodies, c.length = append(c.bodies, bytes.NewReader(b)), max(c.length, len(b))
	}
	return c
}

// dripped is a body of which one byte at a time can be read.
func dripped(c badInput) badInput {
	for i := range c.bodies {
		c.bodies[i] = iotest.OneByteReader(c.bodies[i])
	}
	return c
}
