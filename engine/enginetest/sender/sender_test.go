package sender

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func capture(t *testing.T) *Capture {
	t.Helper()
	c, err := Load(filepath.Join("..", "..", "internal", "fmp4", "testdata", "av-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// receiver keeps the bodies that it is sent.
type receiver struct {
	*httptest.Server
	bodies chan []byte // of whole and broken requests
	paths  chan string
	status int
}

func receive(t *testing.T, status int) *receiver {
	r := &receiver{bodies: make(chan []byte, 100), paths: make(chan string, 100), status: status}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, err := io.ReadAll(req.Body)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !isNet(err) {
			t.Error(err)
		}
		r.paths <- req.Method + " " + req.RequestURI
		r.bodies <- b
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func isNet(err error) bool {
	var lost net.Error
	return errors.As(err, &lost)
}

func newEncoder(t *testing.T, c *Capture, o Options) *Encoder {
	t.Helper()
	e, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestCut(t *testing.T) {
	c := capture(t)
	var video, audio []int64
	for _, f := range c.Fragments {
		if f.Track == 1 {
			video = append(video, f.Start, f.Duration)
		} else {
			audio = append(audio, f.Start, f.Duration)
		}
	}
	if !slices.Equal(video, []int64{0, 20000000, 20000000, 20000000, 40000000, 10000000}) || len(audio) != 6 || audio[0] != -213333 {
		t.Errorf("video %v, audio %v", video, audio)
	}
	if len(c.End) != 8 || string(c.Header[4:8]) != "ftyp" {
		t.Errorf("end %x, header %.8q", c.End, c.Header)
	}
	if _, err := Cut([]byte("nothing that is a capture")); err == nil {
		t.Error("nonsense was cut")
	}
}

func TestRunSendsTheCaptureAsItIs(t *testing.T) {
	c, r := capture(t), receive(t, http.StatusOK)
	for _, size := range []int{0, 1000} {
		e := newEncoder(t, c, Options{Point: r.URL + "/oceans.isml", Stream: "x", Event: "show", ChunkSize: size})
		if status, err := e.Run(t.Context()); err != nil || status != http.StatusOK {
			t.Fatal(status, err)
		}
		if b := <-r.bodies; len(b) != 0 {
			t.Errorf("the probe has %d bytes", len(b))
		}
		want := slices.Clone(c.Header)
		for _, f := range c.Fragments {
			want = append(want, f.Bytes...)
		}
		if got := <-r.bodies; !bytes.Equal(got, append(want, c.End...)) {
			t.Errorf("%d bytes arrived, other than were captured", len(got))
		}
		<-r.paths
		if got := <-r.paths; got != "POST /oceans.isml/Events(show)/Streams(x)" {
			t.Errorf("request %s", got)
		}
	}
}

func TestEncoderComesBack(t *testing.T) {
	c, r := capture(t), receive(t, http.StatusOK)
	e := newEncoder(t, c, Options{Point: r.URL + "/oceans.isml", Stream: "x", NoProbe: true, NoEnd: true})
	connect := func(fragments int) {
		if err := e.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range fragments {
			if _, err := e.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	connect(5)
	if err := e.StepPart(100); err != nil {
		t.Fatal(err)
	}
	if err := e.Break(); err != nil || e.Sent() != 5 {
		t.Fatal(e.Sent(), err)
	}
	<-r.bodies // as much as the server saw of it
	connect(5) // four again: two of each track
	if status, err := e.Finish(); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	want := slices.Clone(c.Header)
	for _, f := range c.Fragments[1:6] {
		want = append(want, f.Bytes...)
	}
	if got := <-r.bodies; !bytes.Equal(got, want) {
		t.Errorf("%d bytes after the reconnect, want %d", len(got), len(want))
	}
}

func TestRunTriesAgain(t *testing.T) {
	r := receive(t, http.StatusServiceUnavailable)
	e := newEncoder(t, capture(t), Options{Point: r.URL + "/oceans.isml", Stream: "x", Retries: 2, Pause: time.Millisecond})
	if _, err := e.Run(t.Context()); err == nil || len(r.bodies) != 3 {
		t.Errorf("%d requests, %v", len(r.bodies), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Run(ctx); err == nil {
		t.Error("it ran without its context")
	}
}

func TestTimesAreChangedInPlace(t *testing.T) {
	c := capture(t)
	e := newEncoder(t, c, Options{Point: "x", Stream: "x", Loop: 2, Offset: 10 * time.Second, Rate: 0.5})
	for n, want := range map[int][2]int64{0: {100000000, 10000000}, 2: {110000000, 10000000}, 6: {125000000, 10000000}} {
		f, err := e.Fragment(n)
		if err != nil {
			t.Fatal(err)
		}
		if f.Track != 1 || f.Start != want[0] || f.Duration != want[1] {
			t.Errorf("fragment %d: track %d at %d+%d, want %v", n, f.Track, f.Start, f.Duration, want)
		}
	}
	if c.Fragments[0].Start != 0 || e.Len() != 12 {
		t.Error("the capture itself has changed")
	}
}

func TestSkipAndRealTime(t *testing.T) {
	c, r := capture(t), receive(t, http.StatusOK)
	e := newEncoder(t, c, Options{Point: r.URL + "/o.isml", Stream: "x", NoProbe: true, NoHeader: true, NoEnd: true, SkipFrom: 1, SkipTo: 5, Speed: 100})
	began := time.Now()
	if _, err := e.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-r.bodies; !bytes.Equal(got, slices.Concat(c.Fragments[0].Bytes, c.Fragments[5].Bytes)) {
		t.Errorf("%d bytes arrived", len(got))
	}
	if took := time.Since(began); took < 40*time.Millisecond {
		t.Errorf("5 s of media at 100 times their speed took %v", took)
	}
}

func TestPostTellsItsLength(t *testing.T) {
	r := receive(t, http.StatusOK)
	marker := Markers("scte", "video")
	body := marker.Body(marker.Fragment(1, 5, 0, Message(7, 3, Splice{ID: 7, Out: true}.Section())))
	if status, err := Post(t.Context(), r.URL+"/o.isml/Streams(scte)", nil, body); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	got := <-r.bodies
	c, err := Cut(got)
	if err != nil || len(c.Fragments) != 1 || c.Fragments[0].Start != 5 || c.Fragments[0].Timescale != 10_000_000 {
		t.Fatalf("%+v, %v", c, err)
	}
	if !strings.Contains(string(c.Header), `name="parentTrackName" value="video"`) {
		t.Error("the header does not name the parent")
	}
}
