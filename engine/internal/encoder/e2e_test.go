//go:build unix

package encoder

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine/internal/proc"
)

// The tests in this file run the ffmpeg that is installed.

func realTool(t *testing.T) Tool {
	t.Helper()
	tool, err := Find(t.Context(), "")
	if err != nil {
		t.Fatalf("this test needs a real ffmpeg: %v", err)
	}
	return tool
}

// receiver is a publishing point that takes whatever is posted.
type receiver struct {
	url  string
	mu   sync.Mutex
	body bytes.Buffer

	request  atomic.Pointer[string]
	fragment chan struct{} // closed when the first moof has arrived
	over     chan error    // one value for each POST: how its body ended
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{fragment: make(chan struct{}), over: make(chan error, 100)}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		uri := req.Method + " " + req.RequestURI
		r.request.Store(&uri)
		_, err := io.Copy(r, req.Body)
		r.over <- err
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := bytes.Contains(r.body.Bytes(), []byte("moof"))
	n, err := r.body.Write(p)
	if !before && bytes.Contains(r.body.Bytes(), []byte("moof")) {
		close(r.fragment)
	}
	return n, err
}

func (r *receiver) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.body.Bytes())
}

// checkWhole looks for the number of tracks and for the empty mfra that ends a live stream.
func (r *receiver) checkWhole(t *testing.T, tracks int) {
	t.Helper()
	if err := <-r.over; err != nil {
		t.Errorf("the body ended with %v", err)
	}
	body := r.bytes()
	if !bytes.HasSuffix(body, []byte("\x00\x00\x00\x08mfra")) {
		t.Errorf("%d bytes do not end with an mfra: % x", len(body), body[max(0, len(body)-16):])
	}
	if n := bytes.Count(body, []byte("trak")); n != tracks {
		t.Errorf("%d tracks, want %d", n, tracks)
	}
}

func await(t *testing.T, what string, event <-chan struct{}) {
	t.Helper()
	select {
	case <-event:
	case <-time.After(generous):
		t.Fatalf("%s did not happen", what)
	}
}

func small(spec Spec) Spec {
	spec.FPS, spec.GOP, spec.Preset = 10, 500*time.Millisecond, "ultrafast"
	return spec
}

func TestRealGracefulStop(t *testing.T) {
	t.Setenv("http_proxy", "http://127.0.0.1:1") // must not be asked for an engine on this machine
	tool := realTool(t)
	two := []Rung{{160, 90, 60_000}, {96, 54, 30_000}}
	audio := AudioSpec{Bitrate: 32_000}
	for _, test := range []struct {
		name   string
		spec   Spec
		tracks int
		path   string
	}{
		{"two rungs and audio", Spec{Video: two, Audio: audio}, 3, "/sport/demo.isml/demo.ism?stream_id=demo-60k-30k-32k.ismv"},
		{"audio alone", Spec{Audio: audio}, 1, "/sport/demo.isml/demo.ism?stream_id=demo-32k.ismv"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newReceiver(t)
			test.spec.ID, test.spec.Point, test.spec.Input = "demo", "sport/demo", Input{Kind: TestPattern}
			spec := small(test.spec)
			s := perform(t, "", func(c *Config) { c.Spec, c.Tool, c.URL = spec, tool, IngestURL(r.url, spec) })
			s.Start(time.Now())
			s.await(t, Running)
			await(t, "the first fragment", r.fragment)
			s.Stop()
			if idle := s.await(t, Idle); idle.LastExit != "stopped on request" || !idle.Progress.End {
				t.Errorf("%+v, log %v", idle, s.Log(0))
			}
			r.checkWhole(t, test.tracks)
			if got := *r.request.Load(); got != "POST "+test.path {
				t.Errorf("request %s", got)
			}
		})
	}
}

// TestRealFile sends a file whose name looks like an option to its end.
func TestRealFile(t *testing.T) {
	tool := realTool(t)
	t.Chdir(t.TempDir())
	if exit := proc.New(proc.Config{Path: tool.Path, Args: []string{
		"-v", "error", "-f", "lavfi", "-i", "testsrc2=size=128x96:rate=12:duration=2", "-f", "lavfi", "-i", "sine=duration=2",
		"-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "file:-x.mp4",
	}}).Run(t.Context()); !exit.OK() {
		t.Fatal(exit.Words())
	}
	r := newReceiver(t)
	spec := small(Spec{
		ID: "film", Point: "film", Input: Input{Kind: File, Path: "-x.mp4"},
		Video: []Rung{{160, 90, 60_000}, {96, 54, 30_000}}, Audio: AudioSpec{Bitrate: 32_000},
	})
	s := perform(t, "", func(c *Config) { c.Spec, c.Tool, c.URL = spec, tool, IngestURL(r.url, spec) })
	s.Start(time.Now())
	if idle := s.await(t, Idle); idle.LastExit != "the input came to its end" || idle.Ordered {
		t.Errorf("%+v, log %v", idle, s.Log(0))
	}
	r.checkWhole(t, 3)
}

func TestRealRefusal(t *testing.T) {
	tool := realTool(t)
	for _, test := range []struct {
		status int
		want   string
	}{
		{http.StatusNotFound, "the engine refused the stream: 404 Not Found: create"},
		{http.StatusForbidden, "the engine refused the stream: 403 Forbidden: allow"},
		{http.StatusConflict, "the engine refused the stream: 409 Conflict: start"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no", test.status)
		}))
		spec := small(Demo("demo", "demo"))
		s := perform(t, "", func(c *Config) { c.Spec, c.Tool, c.URL = spec, tool, IngestURL(server.URL, spec) })
		s.Start(time.Now())
		if failed := s.await(t, Failed); !strings.HasPrefix(failed.Failure, test.want) {
			t.Errorf("failure %q, want %q, log %v", failed.Failure, test.want, s.Log(0))
		}
		server.Close()
	}
}

// TestRealHang stops an ffmpeg with SIGSTOP, as a machine that hangs would: it is noticed,
// killed and replaced.
func TestRealHang(t *testing.T) {
	tool := realTool(t)
	r := newReceiver(t)
	clock := &handClock{}
	var frozen atomic.Bool
	spec := small(Spec{ID: "demo", Point: "demo", Input: Input{Kind: TestPattern}, Video: []Rung{{160, 90, 60_000}}})
	s := perform(t, "", func(c *Config) {
		c.Spec, c.Tool, c.URL = spec, tool, IngestURL(r.url, spec)
		c.StallAfter, c.HungAfter, c.Now = 10*time.Second, 20*time.Second, clock.now
		c.Seen = func() time.Time {
			if frozen.Load() {
				clock.advance(time.Second)
			}
			return time.Time{}
		}
		c.Ladder = proc.Ladder{AskFor: time.Hour, InterruptFor: 20 * time.Millisecond}
	})
	s.Start(time.Now())
	first := s.await(t, Running)
	if err := syscall.Kill(first.PID, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	frozen.Store(true)
	waiting := s.await(t, Waiting)
	frozen.Store(false)
	if waiting.LastExit != "hung (no sign of life for 20s) and was killed" {
		t.Errorf("last exit %q", waiting.LastExit)
	}
	if second := s.await(t, Running); second.PID == first.PID || second.Restarts != 1 {
		t.Errorf("second %+v", second)
	}
	if err := syscall.Kill(first.PID, 0); err == nil {
		t.Errorf("process %d still runs", first.PID)
	}
}

// TestRealClock draws the burnt-in clock once: the golden files cannot tell whether ffmpeg
// understands the quoting.
func TestRealClock(t *testing.T) {
	tool := realTool(t)
	if !tool.Clock {
		t.Logf("this ffmpeg has no font to draw a clock with; the plain picture is tried")
	}
	ctx, cancel := context.WithTimeout(t.Context(), generous)
	defer cancel()
	exit := proc.New(proc.Config{Path: tool.Path, Args: []string{
		"-v", "error", "-f", "lavfi", "-i", testPicture(Demo("demo", "demo"), tool), "-frames:v", "1", "-f", "null", "-",
	}}).Run(ctx)
	if !exit.OK() || exit.Last != "" {
		t.Errorf("%s; last line %q", exit.Words(), exit.Last)
	}
}
