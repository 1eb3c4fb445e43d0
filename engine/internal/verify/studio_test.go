package verify_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/ingest"
	"pubpoint/engine/internal/output/smooth"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/verify"
)

// studio is a publishing point that takes in captures of real encoders.
type studio struct {
	t     testing.TB
	dir   string
	point *point.Point
	url   string
	stop  func()
}

// Point implements ingest.Points.
func (s *studio) Point(string) *point.Point { return s.point }

func newStudio(t testing.TB, change ...func(*engine.PointConfig)) *studio {
	t.Helper()
	s := &studio{t: t, dir: filepath.Join(t.TempDir(), "oceans.isml")}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	settings := engine.DefaultPointConfig()
	settings.Fsync = "none"
	for _, c := range change {
		c(&settings)
	}
	s.open(settings)
	return s
}

// open runs the point over what is in the directory.
func (s *studio) open(settings engine.PointConfig) {
	s.point = point.New(point.Config{Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(s.dir) },
		Settings: settings, ClientManifest: smooth.ClientManifest, Grace: time.Hour, Patience: time.Minute})
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- s.point.Run(ctx) }()
	server := httptest.NewServer(ingest.New(ingest.Config{Points: s}))
	s.url = server.URL
	stopped := false
	s.stop = func() {
		if stopped {
			return
		}
		stopped = true
		server.Close()
		cancel()
		if err := <-ran; err != nil {
			s.t.Error(err)
		}
	}
	s.t.Cleanup(s.stop)
	<-s.point.Loaded()
}

// capture is a recording of a real encoder, in boxes: header, then a moof and an mdat each.
func capture(t testing.TB, name string) (header []byte, fragments [][]byte) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "fmp4", "testdata", name))
	if errors.Is(err, os.ErrNotExist) {
		b, err = os.ReadFile(filepath.Join("testdata", name))
	}
	if err != nil {
		t.Fatal(err)
	}
	var moof []byte
	for len(b) >= 8 {
		size := min(int(binary.BigEndian.Uint32(b)), len(b))
		switch string(b[4:8]) {
		case "moof":
			moof = b[:size]
		case "mdat":
			fragments = append(fragments, append(moof[:len(moof):len(moof)], b[:size]...))
		case "mfra":
		default:
			header = append(header, b[:size]...)
		}
		b = b[size:]
	}
	return header, fragments
}

// send posts a header and fragments under a stream id.
func (s *studio) send(id string, header []byte, fragments ...[]byte) {
	s.t.Helper()
	body := append(header[:len(header):len(header)], bytes.Join(fragments, nil)...)
	resp, err := http.Post(s.url+"/oceans.isml/Streams("+id+")", "", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s, %v", resp.Status, text, err)
	}
}

// end ends the event.
func (s *studio) end() {
	s.t.Helper()
	if err := s.point.SetState(context.Background(), engine.StateStopped); err != nil {
		s.t.Fatal(err)
	}
}

// again lets another event begin.
func (s *studio) again() {
	s.t.Helper()
	if err := s.point.SetState(context.Background(), engine.StateStarted); err != nil {
		s.t.Fatal(err)
	}
}

// check verifies a directory.
func check(t testing.TB, dir string) engine.Verification {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verify.Event(context.Background(), root, verify.Options{Base: "oceans", Patience: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := root.Close(); err != nil {
		t.Fatal(err)
	}
	return v
}

// told is what was found, for messages.
func told(v engine.Verification) string {
	var b strings.Builder
	for _, f := range v.Flaws {
		b.WriteString("\n  " + string(f.Verdict) + " " + f.File + " " + f.Start.String() + "-" + f.End.String() + " " + f.Text)
	}
	return string(v.Verdict) + b.String()
}
