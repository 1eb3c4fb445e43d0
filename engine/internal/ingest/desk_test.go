package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
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
	cfg   Config // of the handler that the next open makes

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
	return d.until("state "+string(want), func(st engine.PointStatus) bool { return st.State == want })
}

// until returns once the point's status is as described.
func (d *desk) until(what string, reached func(engine.PointStatus) bool) engine.PointStatus {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), deadline)
	defer cancel()
	for {
		d.mu.Lock()
		news := d.news
		d.mu.Unlock()
		st := d.point.Status()
		if reached(st) {
			return st
		}
		// The status changes just before or after something is told: look again soon.
		look, done := context.WithTimeout(ctx, 10*time.Millisecond)
		select {
		case <-news:
		case <-look.Done():
		}
		done()
		if ctx.Err() != nil {
			d.t.Fatalf("%s never came: %+v; told: %q", what, st, d.told)
		}
	}
}

// arrived returns once the point has taken so many fragments in.
func (d *desk) arrived(fragments int64) engine.PointStatus {
	d.t.Helper()
	return d.until(fmt.Sprint(fragments, " fragments"), func(st engine.PointStatus) bool {
		var n int64
		for _, t := range st.Tracks {
			n += t.Fragments
		}
		return n >= fragments
	})
}

// crash ends the program without warning: what it leaves are its files as they are now.
func (d *desk) crash() {
	d.t.Helper()
	left := filepath.Join(d.t.TempDir(), "oceans.isml")
	if err := os.CopyFS(left, os.DirFS(d.dir)); err != nil {
		d.t.Fatal(err)
	}
	d.stop()
	d.dir = left
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
func (d *desk) open(settings engine.PointConfig, change ...func(*point.Config)) {
	cfg := point.Config{
		Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(d.dir) }, Settings: settings,
		ClientManifest: func(v *presentation.View) ([]byte, error) { return []byte("<" + v.Event + "/>"), nil },
		Tell:           d.tell, Grace: time.Millisecond,
		Patience: time.Minute, // whatever the machine has to do, what is shown is archived
	}
	for _, c := range change {
		c(&cfg)
	}
	d.point = point.New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- d.point.Run(ctx) }()
	d.cfg.Points = d
	server := httptest.NewServer(New(d.cfg))
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

// encoder is a POST that goes on.
type encoder struct {
	desk     *desk
	body     *io.PipeWriter
	answered chan int
}

// connect begins a POST of a stream.
func (d *desk) connect(stream string) *encoder {
	d.t.Helper()
	r, w := io.Pipe()
	e := &encoder{desk: d, body: w, answered: make(chan int, 1)}
	go func() {
		status, _ := d.post("/oceans.isml/Streams("+stream+")", r)
		e.answered <- status
	}()
	return e
}

// send sends a piece of the body.
func (e *encoder) send(pieces ...[]byte) {
	e.desk.t.Helper()
	for _, b := range pieces {
		if _, err := e.body.Write(b); err != nil {
			e.desk.t.Fatal(err)
		}
	}
}

// leave ends the body in order and returns the answer.
func (e *encoder) leave() int {
	e.desk.t.Helper()
	if err := e.body.Close(); err != nil {
		e.desk.t.Fatal(err)
	}
	return <-e.answered
}

// split cuts a capture into its header, its fragments, and its end mark.
func split(t testing.TB, body []byte) (header []byte, fragments [][]byte, mark []byte) {
	t.Helper()
	boxes := fmp4.NewReader(bytes.NewReader(body), fmp4.DefaultLimits())
	var moof []byte
	for {
		box, err := boxes.Next()
		if errors.Is(err, io.EOF) {
			return header, fragments, mark
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := boxes.Bytes(0)
		if err != nil {
			t.Fatal(err)
		}
		switch box.Type {
		case "moof":
			moof = b
		case "mdat":
			fragments = append(fragments, slices.Concat(moof, b))
		case "mfra":
			mark = b
		default:
			header = append(header, b...)
		}
	}
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

// closing closes what a test has read.
func closing(t *testing.T, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
