package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
)

// deadline is generous: it only ends a test that hangs.
const deadline = time.Minute

// vector reads a capture of a real encoder.
func vector(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "fmp4", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// desk is one publishing point behind an HTTP server.
type desk struct {
	t     *testing.T
	dir   string
	point *point.Point
	url   string
	stop  func()

	mu   sync.Mutex
	told []string
	news chan struct{}
}

func (d *desk) Point(name string) *point.Point {
	if name == d.point.Name() {
		return d.point
	}
	return nil
}

// tell keeps what the point says, and wakes whoever waits for it.
func (d *desk) tell(_ engine.Severity, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, text)
	close(d.news)
	d.news = make(chan struct{})
}

// await returns once the point is in the given state.
func (d *desk) await(want engine.State) engine.PointStatus {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), deadline)
	defer cancel()
	for {
		d.mu.Lock()
		news := d.news
		d.mu.Unlock()
		if st := d.point.Status(); st.State == want {
			return st
		}
		// A state is entered just before or after something is told: look again soon.
		look, done := context.WithTimeout(ctx, 10*time.Millisecond)
		select {
		case <-news:
		case <-look.Done():
		}
		done()
		if ctx.Err() != nil {
			d.t.Fatalf("state is %s, not %s; told: %q", d.point.Status().State, want, d.told)
		}
	}
}

func newDesk(t *testing.T, settings engine.PointConfig) *desk {
	t.Helper()
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "oceans.isml"), news: make(chan struct{})}
	if err := os.Mkdir(d.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	d.open(settings)
	t.Cleanup(func() { d.stop() })
	return d
}

// open runs the point over what is in its directory.
func (d *desk) open(settings engine.PointConfig) {
	d.point = point.New(point.Config{
		Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(d.dir) }, Settings: settings,
		ClientManifest: func(v *presentation.View) ([]byte, error) { return []byte("<" + v.Event + "/>"), nil },
		Tell:           d.tell, Grace: time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- d.point.Run(ctx) }()
	server := httptest.NewServer(New(Config{Points: d}))
	d.url = server.URL
	var once sync.Once
	d.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ran; err != nil {
				d.t.Errorf("run: %v", err)
			}
			server.CloseClientConnections()
			server.Close()
		})
	}
}

// post sends a body as encoders do: chunked, without a type.
func (d *desk) post(target string, body io.Reader) (int, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.url+target, io.MultiReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer closing(d.t, resp.Body)
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// timeline writes a stream's spans as start+duration, in ticks.
func timeline(v *presentation.View, stream string) string {
	s := v.Stream(stream)
	if s == nil {
		return "no stream"
	}
	var out []string
	for _, p := range s.Spans {
		text := fmt.Sprintf("%d+%d", p.Start, p.Duration)
		if p.Discontinuity {
			text = "|" + text
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestCapturesBecomePresentations(t *testing.T) {
	for _, c := range []struct {
		file, id string
		want     map[string]string
		rates    map[string][]int
	}{
		{"av-isml.ismv", "oceans-400k-64k",
			map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000", "audio": "0+20053333 20053333+20053334 40106667+9893333"},
			map[string][]int{"video": {400000}, "audio": {64000}}},
		{"av-plain.ismv", "oceans",
			map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000"},
			map[string][]int{"audio": {32000}}},
		{"2v1a-isml.ismv", "oceans-200k-64k-400k",
			map[string]string{"video": "0+20000000 20000000+20000000"},
			map[string][]int{"video": {200000, 400000}, "audio": {64000}}},
		{"2v1a-isml.ismv", "oceans-200k", // wrong count: the encoder's manifest counts
			map[string]string{"video": "0+20000000 20000000+20000000"},
			map[string][]int{"video": {30000, 60000}, "audio": {32000}}},
		{"v-2audio-lang-isml.ismv", "x", map[string]string{"audio_eng": "0+20053333 20053333+19946667", "audio_fra": "0+20053333 20053333+19946667"}, nil},
		{"video-2997-isml.ismv", "x", map[string]string{"video": "0+20020000 20020000+20020000 40040000+20020000 60060000+10010000"}, nil},
		{"bframes-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000"}, nil},
		{"audio-only-2s-isml.ismv", "x", map[string]string{"audio": "0+19840000 19840000+20053333 39893333+20053334 59946667+53333"}, nil},
		{"hevc-hev1-opengop-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+20000000 40000000+10000000"}, nil},
		{"redundant-a-wallclock-isml.ismv", "x", nil, nil},
		{"av-prft-isml.ismv", "x", map[string]string{"video": "0+20000000 20000000+10000000"}, nil},
	} {
		t.Run(c.file+" "+c.id, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			body := vector(t, c.file)
			status, text := d.post("/oceans.isml/oceans.ism?stream_id="+c.id+".ismv", bytes.NewReader(body))
			if status != http.StatusOK {
				t.Fatalf("status %d: %s", status, text)
			}
			st := d.await(engine.StateStopped)
			v := d.point.Source().View()
			for name, want := range c.want {
				if got := timeline(v, name); got != want {
					t.Errorf("%s\n got %s\nwant %s", name, got, want)
				}
			}
			for name, rates := range c.rates {
				for i, want := range rates {
					if got := v.Stream(name).Tracks[i].Bitrate; got != want {
						t.Errorf("%s track %d has %d bit/s, want %d", name, i, got, want)
					}
				}
			}
			if !st.Archive.Sealed || v.Live {
				t.Errorf("archive %+v, live %v", st.Archive, v.Live)
			}
			checkArchive(t, filepath.Join(d.dir, c.id+".ismv"), body)
		})
	}
}

// checkArchive makes sure that the file begins with what was sent, up to its end mark.
func checkArchive(t *testing.T, name string, sent []byte) {
	t.Helper()
	kept, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndex(sent, []byte("mfra")) - 4
	if bytes.Contains(sent, []byte("prft")) {
		return // information about the encoder's clock is not media
	}
	if end < 0 || !bytes.HasPrefix(kept, sent[:end]) {
		t.Error("the archive does not begin with the bytes that were sent")
	}
	if !bytes.Contains(kept[end:], []byte("tfra")) || !bytes.Contains(kept[end:], []byte("mfro")) {
		t.Error("the archive has no index")
	}
}

func TestEndedEventComesBackFromDisk(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/Streams(oceans-200k-64k-400k)", bytes.NewReader(vector(t, "2v1a-isml.ismv"))); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	before := d.point.Source().View()
	d.stop()
	d.open(engine.DefaultPointConfig())
	d.await(engine.StateStopped)
	after := d.point.Source().View()
	if len(before.Streams) != len(after.Streams) || before.Event != after.Event || before.LookAhead != after.LookAhead {
		t.Fatalf("before %+v\nafter %+v", before, after)
	}
	for i, s := range before.Streams {
		other := after.Streams[i]
		if timeline(before, s.Name) != timeline(after, other.Name) || len(s.Tracks) != len(other.Tracks) {
			t.Fatalf("%s: %s became %s", s.Name, timeline(before, s.Name), timeline(after, other.Name))
		}
		for j, track := range s.Tracks {
			if track.Bitrate != other.Tracks[j].Bitrate {
				t.Fatalf("%s: %d became %d", s.Name, track.Bitrate, other.Tracks[j].Bitrate)
			}
			for k := range track.Fragments {
				equalMedia(t, &track.Fragments[k], &other.Tracks[j].Fragments[k])
			}
		}
	}
}

func equalMedia(t *testing.T, a, b *presentation.Fragment) {
	t.Helper()
	var x, y bytes.Buffer
	for buf, f := range map[*bytes.Buffer]*presentation.Fragment{&x: a, &y: b} {
		moof, err := f.Media.Moof()
		if err != nil {
			t.Fatal(err)
		}
		buf.Write(moof)
		if _, err := f.Media.WritePayload(buf, 0, f.Media.PayloadSize()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(x.Bytes(), y.Bytes()) {
		t.Fatalf("fragment at %d has other bytes on disk", a.Start)
	}
}

func TestOneByteAtATime(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/Streams(x)", iotest.OneByteReader(bytes.NewReader(vector(t, "1s-fragments-midgop-isml.ismv")))); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
}

func TestLostConnectionIsNotTheEnd(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	status, _ := d.post("/oceans.isml/Streams(x)", io.MultiReader(bytes.NewReader(vector(t, "av-truncated-in-mdat.ismv")), iotest.ErrReader(io.ErrUnexpectedEOF)))
	if status != 0 {
		t.Fatalf("status %d for a connection that broke", status)
	}
	st := d.await(engine.StateStarted)
	for !st.SourceLost { // the server may still be reading
		st = d.await(engine.StateStarted)
	}
	if got := timeline(d.point.Source().View(), "video"); got != "0+20000000 20000000+20000000" && got != "0+20000000" {
		t.Fatalf("timeline %s", got)
	}
	// The same encoder sends everything again, as after a reconnect: nothing comes twice.
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	if got := timeline(d.point.Source().View(), "video"); got != "0+20000000 20000000+20000000 40000000+10000000" {
		t.Fatalf("timeline %s", got)
	}
}

func TestMethodOneTwoProcesses(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	first, second := io.Pipe()
	answered := make(chan int)
	go func() {
		status, _ := d.post("/oceans.isml/oceans.ism?stream_id=oceans-400k-64k.ismv", first)
		answered <- status
	}()
	av := vector(t, "av-isml.ismv")
	if _, err := second.Write(av[:len(av)-8]); err != nil {
		t.Fatal(err)
	}
	if status, text := d.post("/oceans.isml/oceans.ism?stream_id=oceans-200k.ismv", bytes.NewReader(vector(t, "1s-fragments-midgop-isml.ismv"))); status != 200 {
		t.Fatal(status, text)
	}
	if st := d.point.Status(); st.State != engine.StateStarted {
		t.Fatalf("a rung that ends alone ended the event: %s", st.State)
	}
	if _, err := second.Write(av[len(av)-8:]); err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != 200 {
		t.Fatal(status)
	}
	d.await(engine.StateStopped)
	s := d.point.Source().View().Stream("video")
	if len(s.Tracks) != 2 {
		t.Fatalf("%d quality levels", len(s.Tracks))
	}
}

func TestSecondEventNeverReusesATime(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	seen := map[string]bool{}
	for n := range 3 {
		if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 200 {
			t.Fatal(status, text)
		}
		d.await(engine.StateStopped)
		for _, s := range d.point.Source().View().Streams {
			if len(s.Spans) != 3 {
				t.Fatalf("event %d: %s has %d spans", n, s.Name, len(s.Spans))
			}
			for _, p := range s.Spans {
				key := fmt.Sprint(s.Name, p.Start)
				if seen[key] {
					t.Fatalf("event %d uses %s again", n, key)
				}
				seen[key] = true
			}
		}
		if n == 1 { // the memory of times survives a restart
			d.stop()
			d.open(engine.DefaultPointConfig())
			d.await(engine.StateStopped)
		}
	}
	events, err := os.ReadDir(filepath.Join(d.dir, "events"))
	if err != nil || len(events) != 2 {
		t.Fatalf("%d earlier events, %v", len(events), err)
	}
}

func TestClockThatBeganAgain(t *testing.T) {
	long := vector(t, "audio-only-2s-isml.ismv")
	for policy, want := range map[engine.ReconnectPolicy]string{
		engine.ReconnectContinue: "|", engine.ReconnectReject: "409", engine.ReconnectNewEvent: "2 events",
	} {
		t.Run(string(policy), func(t *testing.T) {
			settings := engine.DefaultPointConfig()
			settings.OnReconnect = policy
			d := newDesk(t, settings)
			// Four fragments and no end mark, then the clock is back at the beginning.
			for range 2 {
				if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(long[:len(long)-8])); status != 200 {
					if want == "409" && status == 409 && strings.Contains(text, "on_reconnect") {
						return
					}
					t.Fatal(status, text)
				}
			}
			v := d.point.Source().View()
			got := timeline(v, "audio")
			switch want {
			case "|":
				if strings.Count(got, "|") != 1 || strings.Count(got, "+") < 6 {
					t.Fatalf("timeline %s", got)
				}
			case "2 events":
				if events, err := os.ReadDir(filepath.Join(d.dir, "events")); err != nil || len(events) != 1 {
					t.Fatalf("earlier events %v, %v", events, err)
				}
			default:
				t.Fatal("not rejected")
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, target string
		body         []byte
		status       int
		says         string
	}{
		{"unknown point", "/nothing.isml/Streams(x)", vector(t, "av-isml.ismv"), 404, "nothing.isml"},
		{"no stream id", "/oceans.isml/oceans.ism", vector(t, "av-isml.ismv"), 400, "stream_id"},
		{"traversal", "/oceans.isml/Streams(..%2f..%2fx)", vector(t, "av-isml.ismv"), 400, ""},
		{"no point in the URL", "/oceans/Streams(x)", vector(t, "av-isml.ismv"), 400, "publishing point"},
		{"not mp4", "/oceans.isml/Streams(x)", []byte(strings.Repeat("hello world, this is no media\n", 100)), 400, ""},
		{"fragment first", "/oceans.isml/Streams(x)", vector(t, "av-isml.ismv")[24+1522+1214:], 412, "header"},
		{"box size 7", "/oceans.isml/Streams(x)", []byte("\x00\x00\x00\x07ftypisml"), 400, ""},
		{"box too large", "/oceans.isml/Streams(x)", []byte("\x7f\xff\xff\xffmoovxxxx"), 413, ""},
		{"malformed moov", "/oceans.isml/Streams(x)", vector(t, "bad-ac3-no-delaymoov.ismv"), 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			status, text := d.post(c.target, bytes.NewReader(c.body))
			if status != c.status || !strings.Contains(text, c.says) {
				t.Fatalf("got %d %s, want %d with %q", status, text, c.status, c.says)
			}
			st := d.point.Status()
			if st.State != engine.StateIdle {
				t.Fatalf("state %s", st.State)
			}
			told := len(st.Refusals) == 1 && st.Refusals[0].Status == c.status
			if mine := strings.HasPrefix(c.target, "/oceans.isml/") && c.name != "traversal"; told != mine {
				t.Fatalf("the point's operator is told of %+v", st.Refusals)
			}
		})
	}
}

// TestRefusalClosesTheConnection sends headers and a piece of an endless body, as ffmpeg
// does: the refusal must arrive at once, and the connection must end.
func TestRefusalClosesTheConnection(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, conn)
	if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "POST /nothing.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n"); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(got, []byte("HTTP/1.1 404 ")) || !bytes.Contains(got, []byte("mkdir")) && !bytes.Contains(got, []byte("make the directory")) {
		t.Fatalf("got %q", got)
	}
}

// TestEncoderThatLeavesAtOnce sends a whole stream and closes the connection behind its last
// byte, as ffmpeg does: everything that was sent counts, and so does the end.
func TestEncoderThatLeavesAtOnce(t *testing.T) {
	av := vector(t, "av-isml.ismv")
	for range 20 {
		d := newDesk(t, engine.DefaultPointConfig())
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST /oceans.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(av), av); err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		st := d.await(engine.StateStopped)
		if got := timeline(d.point.Source().View(), "audio"); got != "0+20053333 20053333+20053334 40106667+9893333" {
			t.Fatalf("timeline %s", got)
		}
		for st.Sources[0].Connected { // the server may still be reading
			st = d.await(engine.StateStopped)
		}
		if got := st.Sources[0].Ending; got != "ended by the encoder" {
			t.Fatalf("the encoder's stream is said to be %q", got)
		}
	}
}

func TestStopDismissesAndHolds(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	r, w := io.Pipe()
	answered := make(chan int)
	go func() {
		status, _ := d.post("/oceans.isml/Streams(x)", r)
		answered <- status
	}()
	av := vector(t, "av-isml.ismv")
	if _, err := w.Write(av[:len(av)-8]); err != nil {
		t.Fatal(err)
	}
	d.await(engine.StateStarted)
	if err := d.point.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != http.StatusConflict {
		t.Fatalf("the encoder got %d", status)
	}
	if status, _ := d.post("/oceans.isml/Streams(x)", bytes.NewReader(av)); status != http.StatusConflict {
		t.Fatalf("an encoder started a point that was stopped: %d", status)
	}
	if err := d.point.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(av)); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	if err := d.point.SetState(t.Context(), "sideways"); engine.KindOf(err) != engine.BadInput {
		t.Fatalf("got %v", err)
	}
}

func TestCrashIsRecovered(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	av := vector(t, "av-isml.ismv")
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(av[:len(av)-8])); status != 200 {
		t.Fatal(status, text)
	}
	before := timeline(d.point.Source().View(), "video")
	// What a killed program leaves: the files as they are now, with half a fragment.
	crashed := t.TempDir()
	if err := os.CopyFS(filepath.Join(crashed, "oceans.isml"), os.DirFS(d.dir)); err != nil {
		t.Fatal(err)
	}
	d.stop()
	d.dir = filepath.Join(crashed, "oceans.isml")
	f, err := os.OpenFile(filepath.Join(d.dir, "x.ismv"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(av[24+1522+1214:][:500]); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	d.open(engine.DefaultPointConfig())
	if st := d.await(engine.StateStarted); !st.SourceLost {
		t.Fatal("an encoder is said to be there")
	}
	// The last, short fragments were published in full before the crash.
	if got := timeline(d.point.Source().View(), "video"); got != before {
		t.Fatalf("before %s\nafter  %s", before, got)
	}
	if err := d.point.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	checkArchive(t, filepath.Join(d.dir, "x.ismv"), av)
}

func TestUnwritableDirectoryIsTold(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	d.stop()
	if err := os.RemoveAll(d.dir); err != nil {
		t.Fatal(err)
	}
	d.open(engine.DefaultPointConfig())
	st := d.await(engine.StateError)
	if st.Reason == "" || st.Action == "" {
		t.Fatalf("%+v", st)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 503 {
		t.Fatal(status, text)
	}
	if err := os.Mkdir(d.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := d.point.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
}

func TestEmptyProbe(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	resp, err := http.Post(d.url+"/oceans.isml/Streams(x)", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || d.point.Status().State != engine.StateIdle {
		t.Fatal(resp.StatusCode, d.point.Status().State)
	}
}

// closing closes what a test has read.
func closing(t *testing.T, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
