//go:build unix

package encoder

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/proc"
)

// The tests in this file run the ffmpeg that is installed, and feed it by another one.

// sending runs ffmpeg over and over until the test ends: its receiver may not wait yet.
func sending(t *testing.T, tool Tool, output ...string) {
	t.Helper()
	args := strings.Fields("-v error -re -f lavfi -i testsrc2=size=160x90:rate=30 -re -f lavfi -i sine=sample_rate=44100 " +
		"-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -pix_fmt yuv420p -g 15 -c:a aac -b:a 48k")
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil {
			proc.New(proc.Config{Path: tool.Path, Args: append(args, output...), Ladder: proc.Ladder{InterruptFor: 200 * time.Millisecond}}).Run(ctx)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

// freePort is one that nobody used a moment ago: ffmpeg cannot choose and tell one.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

// runs sends spec to a receiver until the first fragment is there, stops, and returns all of it.
func runs(t *testing.T, tool Tool, spec Spec, tracks int) {
	t.Helper()
	r := newReceiver(t)
	changes := make(chan Status, 1000)
	e, err := New(Config{Spec: spec, Tool: tool, URL: IngestURL(r.url, spec), OnChange: func(s Status) { changes <- s }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := e.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	defer running.Wait()
	defer cancel()
	e.Start(time.Now())
	select {
	case <-r.fragment:
	case <-time.After(generous):
		var lines []string
		for _, l := range e.Log(0) {
			lines = append(lines, l.Text)
		}
		t.Fatalf("nothing arrived: %+v\n%s", e.Status().LastExit, strings.Join(lines, "\n"))
	}
	e.Stop()
	for e.Status().State != Idle {
		select {
		case <-changes:
		case <-time.After(generous):
			t.Fatalf("it does not stop: %+v", e.Status())
		}
	}
	r.checkWhole(t, tracks)
}

// clip makes a short film.
func clip(t *testing.T, tool Tool, name string, options ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	args := strings.Fields("-v error -f lavfi -i testsrc2=size=160x90:rate=25:duration=3 -f lavfi -i sine=duration=3 " +
		"-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -b:a 48k")
	if exit := proc.New(proc.Config{Path: tool.Path, Args: append(append(args, options...), path)}).Run(t.Context()); !exit.OK() {
		t.Fatal(exit.Words())
	}
	return path
}

func TestRealNetwork(t *testing.T) {
	tool := realTool(t)
	for _, c := range []struct {
		name, listen string // %d is the port
		send         []string
	}{
		{"UDP", "udp://127.0.0.1:%d", []string{"-f", "mpegts", "udp://127.0.0.1:%d?pkt_size=1316"}},
		{"SRT", "srt://127.0.0.1:%d", []string{"-f", "mpegts", "srt://127.0.0.1:%d?pkt_size=1316"}},
		{"RTMP", "rtmp://127.0.0.1:%d/live/secretkey", []string{"-f", "flv", "rtmp://127.0.0.1:%d/live/secretkey"}},
		{"HTTP", "http://127.0.0.1:%d/in", []string{"-f", "mpegts", "-method", "POST", "http://127.0.0.1:%d/in"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			port := freePort(t)
			last := len(c.send) - 1
			sending(t, tool, append(append([]string{}, c.send[:last]...), fmt.Sprintf(c.send[last], port))...)
			spec := small(base(Input{Kind: Network, URL: fmt.Sprintf(c.listen, port), Listen: c.name != "UDP"}))
			spec.Video = []Rung{{160, 90, 60_000}, {96, 54, 30_000}}
			runs(t, tool, spec, 3)
		})
	}
}

// TestRealCalls calls senders that wait, and copies, and sends sound alone.
func TestRealCalls(t *testing.T) {
	tool := realTool(t)
	film := clip(t, tool, "a.ts", "-bf", "0")
	web := httptest.NewServer(http.FileServer(http.Dir(filepath.Dir(film))))
	t.Cleanup(web.Close)
	calls := func(change func(*Spec)) Spec {
		spec := small(base(Input{Kind: Network, URL: web.URL + "/a.ts"}))
		change(&spec)
		return spec
	}
	for name, c := range map[string]struct {
		spec   Spec
		tracks int
	}{
		"HTTP":        {calls(func(*Spec) {}), 2},
		"sound alone": {calls(func(s *Spec) { s.Video = nil }), 1},
		"copy":        {calls(func(s *Spec) { s.Copy = true }), 2},
		"copy of a file": {calls(func(s *Spec) {
			s.Input, s.Copy = Input{Kind: File, Path: film, Loop: true, NativeRate: true}, true
		}), 2},
		"own arguments": {calls(func(s *Spec) {
			s.Input = Input{Kind: Custom, Args: []string{"-re", "-i", film, "-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-b:v", "60k"}}
		}), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs(t, tool, c.spec, c.tracks)
		})
	}
	t.Run("SRT", func(t *testing.T) {
		t.Parallel()
		port := freePort(t)
		sending(t, tool, "-f", "mpegts", fmt.Sprintf("srt://127.0.0.1:%d?pkt_size=1316&mode=listener", port))
		runs(t, tool, small(base(Input{Kind: Network, URL: fmt.Sprintf("srt://127.0.0.1:%d", port)})), 2)
	})
}

// TestRealScreen captures the screen of an X server without a monitor, by one process and by two.
func TestRealScreen(t *testing.T) {
	tool := realTool(t)
	name := screen(t)
	for _, method := range []Method{OneProcess, ProcessPerRung} {
		spec := small(base(Input{Kind: Screen, Device: name}))
		spec.Audio, spec.Method, spec.Video = AudioSpec{}, method, []Rung{{160, 90, 60_000}, {96, 54, 30_000}}
		if method == OneProcess {
			runs(t, tool, spec, 2)
			continue
		}
		for _, part := range Parts(spec) {
			part.Timeline = NewTimeline(time.Now(), time.Now(), part.GOP)
			runs(t, tool, part, 1)
		}
	}
	probe, err := Inspect(t.Context(), base(Input{Kind: Screen, Device: name}).noSound(), tool)
	if err != nil || len(probe.Streams) != 1 || probe.Streams[0].Width != 320 || probe.Copies {
		t.Errorf("probe of a screen: %+v, %v", probe, err)
	}
}

func (s Spec) noSound() Spec {
	s.Audio = AudioSpec{}
	return s
}

// screen starts an X server and returns its display.
func screen(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	display := make(chan string, 1)
	var running sync.WaitGroup
	path, err := exec.LookPath("Xvfb")
	if err != nil {
		t.Fatalf("this test needs an X server: %v", err)
	}
	running.Go(func() {
		proc.New(proc.Config{Path: path, Args: []string{"-displayfd", "1", "-screen", "0", "320x240x24"},
			OnStdout: func(line []byte) { display <- ":" + strings.TrimSpace(string(line)) }}).Run(ctx)
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	select {
	case name := <-display:
		return name
	case <-time.After(generous):
		t.Fatal("the X server does not start")
		return ""
	}
}

func TestRealProbe(t *testing.T) {
	tool := realTool(t)
	film := clip(t, tool, "a.mp4")
	probe, err := Inspect(t.Context(), base(Input{Kind: File, Path: film}), tool)
	if err != nil || !probe.Copies || probe.Why != "" || len(probe.Streams) != 2 || probe.Duration < 2900*time.Millisecond ||
		probe.Streams[0].Type != engine.Video || probe.Streams[0].FPS != 25 || probe.Streams[1].SamplingRate != 44100 {
		t.Errorf("probe %+v, %v", probe, err)
	}
	old := clip(t, tool, "a.mpg", "-c:v", "mpeg2video", "-c:a", "mp2")
	if probe, err = Inspect(t.Context(), base(Input{Kind: File, Path: old}), tool); err != nil || probe.Copies || !strings.Contains(probe.Why, "mpeg2video") {
		t.Errorf("probe %+v, %v", probe, err)
	}
	for _, c := range []struct {
		input Input
		kind  error
	}{
		{Input{Kind: File, Path: "real_test.go"}, ErrNoMedia},
		{Input{Kind: Device, Device: "/dev/video99"}, ErrNotThere},
		{Input{Kind: Network, URL: fmt.Sprintf("http://127.0.0.1:%d/x", freePort(t))}, ErrNoAnswer},
	} {
		if _, err := Inspect(t.Context(), base(c.input), tool); !errors.Is(err, c.kind) {
			t.Errorf("%+v: %v", c.input, err)
		}
	}
}

func TestRealTrial(t *testing.T) {
	tool := realTool(t)
	spec := small(base(Input{Kind: TestPattern}))
	spec.Method, spec.Video = ProcessPerRung, []Rung{{160, 90, 60_000}, {96, 54, 30_000}}
	trial, err := Try(t.Context(), spec, tool, time.Second)
	if err != nil || trial.Speed <= 0 || trial.FPS <= 0 || trial.CPU <= 0 || len(trial.Log) == 0 || !strings.HasPrefix(trial.Text, "It ran at ") {
		t.Errorf("trial %+v, %v", trial, err)
	}
	own := base(Input{Kind: Custom, Args: strings.Fields("-re -f lavfi -i testsrc2=size=160x90 -c:v libx264 -preset ultrafast -f ismv -movflags isml+frag_keyframe")})
	if trial, err = Try(t.Context(), own, tool, time.Second); err != nil || !strings.HasPrefix(trial.Text, "It ran at ") {
		t.Errorf("trial of own arguments %+v, %v", trial, err)
	}
	if trial, err = Try(t.Context(), base(Input{Kind: File, Path: "real_test.go"}), tool, time.Second); err != nil || trial.OK || !strings.HasPrefix(trial.Text, "It failed: the input is no media") {
		t.Errorf("trial of no media %+v, %v", trial, err)
	}
	broken, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = Try(broken, spec, tool, time.Second); !errors.Is(err, context.Canceled) {
		t.Errorf("a trial that is broken off: %v", err)
	}
}
