package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
)

// answered is an answer on a connection whose deadlines never come.
type answered struct{ *httptest.ResponseRecorder }

func (answered) SetReadDeadline(time.Time) error  { return nil }
func (answered) SetWriteDeadline(time.Time) error { return nil }

// one is the only publishing point there is.
type one struct{ only *point.Point }

func (o one) Point(name string) *point.Point {
	if name == o.only.Name() {
		return o.only
	}
	return nil
}

// alone runs a publishing point that keeps nothing, until the test of an input is over.
func alone(t *testing.T, dir string) (*point.Point, *Handler) {
	t.Helper()
	settings := engine.DefaultPointConfig()
	settings.Archive = false
	home, err := os.MkdirTemp(dir, "")
	if err == nil {
		err = os.Mkdir(filepath.Join(home, "oceans.isml"), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := point.New(point.Config{Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(filepath.Join(home, "oceans.isml")) }, Settings: settings,
		ClientManifest: func(*presentation.View) ([]byte, error) { return []byte("<x/>"), nil }, Tell: func(engine.Severity, string) {}, Grace: time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ran, os.RemoveAll(home)); err != nil {
			t.Error(err)
		}
	})
	return p, New(Config{Points: one{p}})
}

// beside is an encoder that sends to a handler while others do.
type beside struct {
	t    *testing.T
	body *io.PipeWriter
	left chan int // status of its answer
}

func sendBeside(t *testing.T, h http.Handler) *beside {
	pipe, body := io.Pipe()
	b := &beside{t: t, body: body, left: make(chan int, 1)}
	go func() {
		w, err := postTo(t.Context(), h, "/oceans.isml/Streams(steady)", pipe)
		if err = errors.Join(err, pipe.Close()); err != nil {
			w.Code = -1
		}
		b.left <- w.Code
	}()
	return b
}

func (b *beside) send(pieces ...[]byte) {
	b.t.Helper()
	for _, p := range pieces {
		if _, err := b.body.Write(p); err != nil {
			b.t.Fatalf("the steady encoder: %v", err)
		}
	}
}

// leave ends its body and returns how it was answered.
func (b *beside) leave() int {
	b.t.Helper()
	if err := b.body.Close(); err != nil {
		b.t.Fatal(err)
	}
	return <-b.left
}

// postTo sends a body straight to a handler, and returns the answer; status 0 is a broken connection.
func postTo(ctx context.Context, h http.Handler, target string, body io.Reader) (w answered, err error) {
	w = answered{httptest.NewRecorder()}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, io.MultiReader(body))
	if err != nil {
		return w, err
	}
	r.RemoteAddr, r.ContentLength = "192.0.2.9:4711", -1
	defer func() {
		cause := recover()
		if aborted, ok := cause.(error); ok && errors.Is(aborted, http.ErrAbortHandler) {
			w.Code = 0
		} else if cause != nil {
			panic(cause)
		}
	}()
	h.ServeHTTP(w, r)
	return w, nil
}

// FuzzBody posts any bytes to a publishing point that is on air: they are taken or refused with a
// sentence, and the encoder that sends meanwhile loses nothing.
func FuzzBody(f *testing.F) {
	for _, name := range []string{"av-isml.ismv", "av-cmaf.mp4", "av-fmp4-basedataoffset.mp4", "av-nomanifest-makezero.ismv", "bframes-isml.ismv",
		"2v1a-isml.ismv", "av-prft-isml.ismv", "hevc-hvc1-isml.ismv", "av-truncated-in-mdat.ismv", "bad-ac3-no-delaymoov.ismv", "1s-fragments-midgop-isml.ismv"} {
		b := vector(f, name)
		f.Add(b[:min(len(b), 32<<10)], "video", false)
	}
	small := vector(f, "audio-only-2s-isml.ismv")
	f.Add(small, "steady", false) // as a second encoder of the same stream
	f.Add(small, "audio", true)
	f.Add(append([]byte("\x00\x00\x00\x18stypmsdh\x00\x00\x00\x00lmsgmsdh"), small...), "cut", false)
	header, fragments, mark := split(f, small)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, body []byte, stream string, slowly bool) {
		if !engine.ValidElement(stream) || len(body) > 1<<20 {
			return
		}
		p, h := alone(t, dir)
		steady := sendBeside(t, h)
		steady.send(header, fragments[0])
		var in io.Reader = bytes.NewReader(body)
		if slowly {
			in = iotest.OneByteReader(in)
		}
		began := time.Now()
		w, err := postTo(t.Context(), h, "/oceans.isml/Streams("+stream+")", in)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("it took %s", took)
		}
		told := struct{ Detail string }{}
		if w.Code >= 400 && (w.Code == http.StatusInternalServerError || w.Header().Get("Content-Type") != "application/problem+json" ||
			json.Unmarshal(w.Body.Bytes(), &told) != nil || told.Detail == "") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if stream == "steady" { // another encoder of the same stream may set its clock, or end it
			steady.leave()
			return
		}
		steady.send(fragments[1:]...)
		steady.send(mark)
		if status := steady.leave(); status != http.StatusOK {
			t.Fatalf("the steady encoder got %d", status)
		}
		for _, tr := range p.Status().Tracks {
			if tr.Source == "steady" && tr.Fragments < int64(len(fragments)) {
				t.Errorf("the steady encoder's track: %+v", tr)
			}
		}
	})
}
