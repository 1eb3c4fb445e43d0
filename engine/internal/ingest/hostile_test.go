package ingest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// patched returns a copy of b in which the bytes at an offset behind the nth place of a word
// are others.
func patched(t testing.TB, b []byte, word string, nth, offset int, with ...byte) []byte {
	t.Helper()
	at := -1
	for range nth + 1 {
		next := bytes.Index(b[at+1:], []byte(word))
		if next < 0 {
			t.Fatalf("%q is not there", word)
		}
		at += 1 + next
	}
	out := bytes.Clone(b)
	copy(out[at+offset:], with)
	return out
}

// steadyEncoder sends along while others do what they like, and must lose nothing.
type steadyEncoder struct {
	*encoder
	fragments [][]byte
	mark      []byte
	sent      int
}

func (d *desk) steady() *steadyEncoder {
	header, fragments, mark := split(d.t, vector(d.t, "video-2997-isml.ismv"))
	e := &steadyEncoder{encoder: d.connect("steady"), fragments: fragments, mark: mark}
	e.send(header)
	e.next()
	return e
}

// next sends one more fragment, as long as there is one.
func (e *steadyEncoder) next() {
	e.desk.t.Helper()
	if e.sent < len(e.fragments) {
		e.send(e.fragments[e.sent])
		e.sent++
	}
}

// finish makes sure that everything has arrived.
func (e *steadyEncoder) finish() {
	e.desk.t.Helper()
	for e.sent < len(e.fragments) {
		e.next()
	}
	e.send(e.mark)
	if status := e.leave(); status != 200 {
		e.desk.t.Fatalf("the steady encoder got %d", status)
	}
	for _, tr := range e.desk.point.Status().Tracks {
		if tr.Source == "steady" && (tr.Fragments != int64(len(e.fragments)) || tr.Gaps != 0) {
			e.desk.t.Errorf("the steady encoder's track: %+v", tr)
		}
	}
}

type hostile struct {
	name   string
	body   []byte
	status int
	says   string
}

// hostileBodies are streams that no encoder should send, and what it is told.
func hostileBodies(t *testing.T) []hostile {
	whole := vector(t, "av-isml.ismv")
	header, fragments, mark := split(t, whole)
	moof := fragments[0][:binary.BigEndian.Uint32(fragments[0])]
	ftyp := header[:24]
	var all []hostile
	for _, boxType := range []string{"ftyp", "uuid", "moov", "moof", "mdat", "free", "styp", "mfra", "abcd"} {
		for size, word := range map[string][]byte{
			"0":           {0, 0, 0, 0},
			"7":           {0, 0, 0, 7},
			"64-bit 0":    {0, 0, 0, 1},
			"64-bit 15":   {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 15},
			"64-bit 2^63": {0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0},
			"64-bit ones": {0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255},
		} {
			b := slices.Concat(word[:4], []byte(boxType), word[4:], make([]byte, 16))
			all = append(all, hostile{"size " + size + " of " + boxType, slices.Concat(header, moof, b), 400, ""})
		}
		huge := slices.Concat([]byte{255, 255, 255, 255}, []byte(boxType), make([]byte, 64))
		all = append(all, hostile{"size 2^32-1 of " + boxType, slices.Concat(header, moof, huge), 413, "limit"})
	}
	for _, child := range []string{"mvhd", "trak", "mdia", "stbl", "avcC", "mvex"} {
		all = append(all, hostile{child + " beyond its parent", patched(t, whole, child, 0, -4, 0, 255, 255, 255), 400, ""},
			hostile{child + " of size 0", patched(t, whole, child, 0, -4, 0, 0, 0, 0), 400, ""})
	}
	for _, child := range []string{"mfhd", "traf", "tfhd", "trun"} {
		all = append(all, hostile{child + " beyond its parent", patched(t, whole, child, 0, -4, 0, 255, 255, 255), 400, ""})
	}
	many := append(bytes.Clone(header[24:]), fragments[0]...) // as many samples as there can be
	return append(all,
		hostile{"2^32-1 samples", patched(t, whole, "trun", 0, 8, 255, 255, 255, 255), 400, "samples"},
		hostile{"a sample of 2^32-1 bytes", patched(t, whole, "trun", 0, 24, 255, 255, 255, 255), 400, "mdat"},
		hostile{"data offset before the mdat", patched(t, whole, "trun", 0, 12, 0x80, 0, 0, 0), 400, ""},
		hostile{"another track than the header has", patched(t, whole, "tfhd", 0, 8, 0, 0, 0, 9), 400, "track 9"},
		hostile{"2^32-1 sample descriptions", patched(t, whole, "stsd", 0, 8, 255, 255, 255, 255), 400, ""},
		hostile{"two sample descriptions", patched(t, whole, "stsd", 0, 8, 0, 0, 0, 2), 415, ""},
		hostile{"timescale 0", patched(t, whole, "mdhd", 0, 24, 0, 0, 0, 0), 400, "timescale"},
		hostile{"moof before moov", slices.Concat(ftyp, fragments[0]), 412, "header"},
		hostile{"mdat before moof", slices.Concat(header, fragments[0][len(moof):]), 412, "moof"},
		hostile{"no ftyp", many, 200, ""},
		hostile{"100 tracks", hundredTracks(t, header), 413, "32 tracks"},
		hostile{"moov twice", slices.Concat(header, fragments[0], header, fragments[1], mark), 200, ""},
		hostile{"another header inside", slices.Concat(header, fragments[0], patched(t, header, "mdhd", 0, 24, 0, 0, 3, 232)), 409, "header"},
		hostile{"VC-1", patched(t, whole, "avc1", 0, 0, []byte("vc-1")...), 415, "libx264"},
		hostile{"AV1", patched(t, whole, "avc1", 0, 0, []byte("av01")...), 415, "libx264"},
		hostile{"WMA", patched(t, whole, "mp4a", 0, 0, []byte("wma ")...), 415, "aac"},
		hostile{"encrypted", patched(t, whole, "avc1", 0, 0, []byte("encv")...), 415, "encrypted"},
		hostile{"2-byte NAL lengths", patched(t, whole, "avcC", 0, 8, 0xfd), 415, "NAL"},
		hostile{"no parameter sets", patched(t, whole, "avcC", 0, 9, 0xe0), 400, "global_header"},
		hostile{"a time beyond all others", patched(t, whole, "\x6d\x1d\x9b\x05", 0, 20, 0x20), 400, "clock"},
		hostile{"unknown boxes", slices.Concat(box("wide", 8, ""), header, box("abcd", 100_000, ""), fragments[0], box("free", 8, ""), box("meta", 900, ""), fragments[1], mark), 200, ""},
		hostile{"backward times", slices.Concat(header, slices.Concat(fragments...), fragments[2], fragments[0], mark), 200, ""},
		hostile{"a manifest in UTF-16", slices.Concat(ftyp, manifestBox(inUTF16(smilOf("video"))), header[24+1522:], fragments[0], mark), 200, ""},
		hostile{"a manifest cut short", slices.Concat(ftyp, manifestBox([]byte(smilOf("video")[:90])), header[24+1522:], fragments[0], mark), 200, ""},
		hostile{"a manifest that explodes", slices.Concat(ftyp, manifestBox([]byte(laughs)), header[24+1522:], fragments[0], mark), 200, ""},
		hostile{"a manifest of nothing", slices.Concat(ftyp, manifestBox(nil), header[24+1522:], fragments[0], mark), 200, ""},
		hostile{"an end mark alone", mark, 412, "header"},
		hostile{"nothing but a header", header, 200, ""},
		hostile{"a page", []byte("<!DOCTYPE html><html><body>hello</body></html>"), 400, "isml"},
	)
}

const laughs = `<?xml version="1.0"?><!DOCTYPE smil [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>` +
	`<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch><video systemBitrate="&c;"/></switch></body></smil>`

func smilOf(name string) string {
	return `<?xml version="1.0" encoding="utf-16"?><smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head/><body><switch>` +
		`<video systemBitrate="123000"><param name="trackID" value="1" valuetype="data"/><param name="trackName" value="` + name + `" valuetype="data"/></video></switch></body></smil>`
}

func inUTF16(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, c := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, c)
	}
	return out
}

func manifestBox(xml []byte) []byte {
	return box("uuid", 28+len(xml), fmp4.UUIDServerManifest+"\x00\x00\x00\x00"+string(xml))
}

// hundredTracks repeats the first trak of a header.
func hundredTracks(t *testing.T, header []byte) []byte {
	t.Helper()
	at := bytes.Index(header, []byte("moov")) - 4
	trak := bytes.Index(header, []byte("trak")) - 4
	size := int(binary.BigEndian.Uint32(header[trak:]))
	out := bytes.Clone(header[:trak+size])
	for n := range 100 {
		b := bytes.Clone(header[trak : trak+size])
		out = append(out, patched(t, b, "tkhd", 0, 24, 0, 0, 1, byte(n))...)
	}
	out = append(out, header[trak+size:]...)
	binary.BigEndian.PutUint32(out[at:], uint32(len(out)-at))
	return out
}

// TestHostileEncoders posts every line of the list of bad input beside an encoder that goes
// on: each is told what is wrong with it, and nothing of the other is lost.
func TestHostileEncoders(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	steady := d.steady()
	d.await(engine.StateStarted)
	for i, c := range hostileBodies(t) {
		status, text := d.post(fmt.Sprintf("/oceans.isml/Streams(x%d)", i), bytes.NewReader(c.body))
		if status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %s, want %d with %q", c.name, status, text, c.status, c.says)
		}
		if i%40 == 0 {
			steady.next()
		}
	}
	steady.finish()
}

// TestHostileManifestsAreFound says which manifests could not be read, and reads the others.
func TestHostileManifestsAreFound(t *testing.T) {
	header, fragments, _ := split(t, vector(t, "av-isml.ismv"))
	for name, c := range map[string]struct {
		xml   []byte
		found bool
		rate  int
	}{
		"UTF-16": {inUTF16(smilOf("video")), false, 123_000}, "cut short": {[]byte(smilOf("video")[:90]), true, 0}, "explodes": {[]byte(laughs), true, 0}, "empty": {nil, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(slices.Concat(header[:24], manifestBox(c.xml), header[24+1522:], fragments[0]))); status != 200 {
				t.Fatal(status, text)
			}
			st := d.point.Status()
			if found := len(st.Findings) == 1 && st.Findings[0].Code == "manifest-unreadable"; found != c.found || !c.found && len(st.Findings) > 0 {
				t.Errorf("findings %+v", st.Findings)
			}
			if c.rate > 0 && st.Tracks[0].Bitrate != c.rate {
				t.Errorf("%d bit/s", st.Tracks[0].Bitrate)
			}
		})
	}
}

// TestHostileNames tries to leave the directory by way of a name.
func TestHostileNames(t *testing.T) {
	body := vector(t, "av-isml.ismv")
	d := newDesk(t, engine.DefaultPointConfig())
	for _, name := range []string{
		"..", "%2e%2e", "..%2fx", "%2e%2e%2f%2e%2e%2fx", "a%5c..%5cb", "%00", "a%00b", "CON", "con.ismv", "COM1", "NUL.x", strings.Repeat("n", 300), ".hidden", "-x", "a%20b", "a%0ab", "a;b", "%ff", "oceans.ism%2f..",
		"a/b", "a/../b", "%28", "(", "",
	} {
		for _, form := range []string{"/oceans.isml/Streams(%s)", "/oceans.isml/oceans.ism?stream_id=%s", "/oceans.isml/Events(%s)/Streams(x)"} {
			if form != "/oceans.isml/Streams(%s)" && strings.Contains(name, ";") {
				continue // what is behind it is another parameter
			}
			status, text := d.put(http.MethodPost, fmt.Sprintf(form, name), body)
			if status != 400 || !strings.HasSuffix(strings.TrimSpace(text), "}") {
				t.Errorf(form+": %d %s", name, status, text)
			}
		}
	}
	if st := d.point.Status(); st.State != engine.StateIdle {
		t.Fatalf("state %s", st.State)
	}
}

// TestBodiesThatEndAnywhere cuts a stream at every byte of its header and its first moof, and
// at some of its media.
func TestBodiesThatEndAnywhere(t *testing.T) {
	header, fragments, _ := split(t, vector(t, "1s-fragments-midgop-isml.ismv"))
	whole := slices.Concat(header, fragments[0], fragments[1])
	d := newDesk(t, engine.DefaultPointConfig())
	steady := d.steady()
	d.await(engine.StateStarted)
	moof := int(binary.BigEndian.Uint32(fragments[0]))
	step := 1
	for cut := 0; cut < len(whole); cut += step {
		status, text := d.post("/oceans.isml/Streams(cut)", bytes.NewReader(whole[:cut]))
		if status != 200 && status != 0 {
			t.Fatalf("at %d: %d %s", cut, status, text)
		}
		if cut > len(header)+moof+16 {
			step = 487
		}
	}
	steady.finish()
}

// TestChunksOfOneByte sends every byte of a stream as a chunk of its own.
func TestChunksOfOneByte(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/Streams(x)", iotest.OneByteReader(bytes.NewReader(vector(t, "audio-only-2s-isml.ismv")))); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	if n := d.point.Status().Tracks[0].Fragments; n != 4 {
		t.Fatalf("%d fragments", n)
	}
}

// announce begins a POST by hand, with a header, a moof, and an mdat that says it has so many
// bytes, and sends some of them.
func (d *desk) announce(stream string, size int64, send int) (net.Conn, error) {
	header, fragments, _ := split(d.t, vector(d.t, "video-2997-isml.ismv"))
	moof := fragments[0][:binary.BigEndian.Uint32(fragments[0])]
	mdat := append(binary.BigEndian.AppendUint32(nil, uint32(size)), "mdat"+strings.Repeat("x", send)...)
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
		return nil, err
	}
	piece := slices.Concat(header, moof, mdat)
	// A refused encoder may find its connection gone before it has sent all.
	_, err = fmt.Fprintf(conn, "POST /oceans.isml/Streams(%s) HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", stream, size+10_000, piece)
	return conn, err
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestManyPromisesOfMuch has 500 encoders announce 100 MB each: more than one fragment may
// have, so all are refused, and nothing is allocated for them.
func TestManyPromisesOfMuch(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	steady := d.steady()
	d.await(engine.StateStarted)
	before := heap()
	var wait sync.WaitGroup
	for i := range 500 {
		wait.Go(func() {
			conn, err := d.announce(fmt.Sprint("big", i), 100<<20, 100)
			if err != nil {
				t.Error(err)
				return
			}
			defer closing(t, conn)
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("%v %v", resp, err)
			}
		})
	}
	wait.Wait()
	if grown := heap() - before; grown > 64<<20 {
		t.Errorf("%d bytes more are in use", grown)
	}
	steady.finish()
}

// TestMemoryOfAllEncodersIsBounded allows fragments of 100 MB and has forty encoders send some
// of one and stop, while eight megabytes can be kept: those that take most have to go, and
// the one that sends small fragments stays.
func TestMemoryOfAllEncodersIsBounded(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	d.stop()
	limits := fmp4.DefaultLimits()
	limits.Mdat = 128 << 20
	d.cfg.Limits, d.cfg.InFlight = limits, 8<<20
	d.open(engine.DefaultPointConfig())
	steady := d.steady()
	d.await(engine.StateStarted)
	var conns []net.Conn
	refused := make(chan int, 40)
	var wait sync.WaitGroup
	for i := range 40 {
		conn, err := d.announce(fmt.Sprint("big", i), 100<<20, 600<<10)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
		wait.Go(func() {
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				return // it was one of those that may stay until the test closes it
			}
			text, err := io.ReadAll(resp.Body)
			if err != nil || !strings.Contains(string(text), "memory") || resp.Header.Get("Retry-After") == "" {
				t.Errorf("%s %v", text, err)
			}
			refused <- resp.StatusCode
		})
	}
	for range 40 - 8 {
		if status := <-refused; status != http.StatusServiceUnavailable {
			t.Fatalf("refused with %d", status)
		}
	}
	steady.finish()
	for _, c := range conns {
		closing(t, c)
	}
	wait.Wait()
}
