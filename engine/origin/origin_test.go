package origin_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/origin"
)

// deadline only ends a test that hangs.
const deadline = time.Minute

// running is an origin over a document root of its own.
type running struct {
	*origin.Origin
	t    testing.TB
	root string
	stop func()
}

func run(t testing.TB, root string) *running {
	t.Helper()
	o, err := origin.New(origin.Config{Root: root, Listen: "127.0.0.1:0", Version: "test", Grace: 10 * time.Millisecond, Scan: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- o.Run(ctx) }()
	r := &running{Origin: o, t: t, root: root}
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		http.DefaultClient.CloseIdleConnections() // the server waits for those that were never used
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("run: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	}
	t.Cleanup(r.stop)
	return r
}

func vector(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "internal", "fmp4", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (r *running) get(path string) (int, http.Header, []byte) {
	r.t.Helper()
	resp, err := http.Get(r.Addresses().Media + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer closing(r.t, resp.Body)
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, b
}

func (r *running) post(path string, body io.Reader) int {
	r.t.Helper()
	resp, err := http.Post(r.Addresses().Media+path, "", io.MultiReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	defer closing(r.t, resp.Body)
	return resp.StatusCode
}

// await returns once what happened makes done true.
func (r *running) await(what string, done func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), deadline)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			r.t.Fatalf("%s never came; events: %+v", what, r.RecentEvents(20))
		}
	}
}

func (r *running) awaitState(name string, want engine.State) engine.PointStatus {
	r.t.Helper()
	var st engine.PointStatus
	r.await("state "+string(want), func() bool {
		var err error
		st, err = r.Point(name)
		return err == nil && st.State == want
	})
	return st
}

// manifest is what a Smooth player reads.
type manifest struct {
	IsLive   string `xml:"IsLive,attr"`
	Duration int64  `xml:"Duration,attr"`
	Streams  []struct {
		Name      string `xml:"Name,attr"`
		URL       string `xml:"Url,attr"`
		TimeScale int64  `xml:"TimeScale,attr"`
		Levels    []struct {
			Bitrate int `xml:"Bitrate,attr"`
		} `xml:"QualityLevel"`
		Chunks []struct {
			T *int64 `xml:"t,attr"`
			D int64  `xml:"d,attr"`
		} `xml:"c"`
	} `xml:"StreamIndex"`
}

// urls are all fragments that a manifest names.
func (m *manifest) urls() []string {
	var out []string
	for _, s := range m.Streams {
		var at int64
		for _, c := range s.Chunks {
			if c.T != nil {
				at = *c.T
			}
			for _, l := range s.Levels {
				u := strings.ReplaceAll(strings.ReplaceAll(s.URL, "{bitrate}", fmt.Sprint(l.Bitrate)), "{start time}", fmt.Sprint(at))
				out = append(out, u)
			}
			at += c.D
		}
	}
	return out
}

func parse(t testing.TB, b []byte) *manifest {
	t.Helper()
	var m manifest
	if err := xml.Unmarshal(b, &m); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return &m
}

func TestMkdirPostWatchRestart(t *testing.T) {
	root := t.TempDir()
	r := run(t, root)
	if err := os.Mkdir(filepath.Join(root, "oceans.isml"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.awaitState("oceans", engine.StateIdle)
	if status := r.post("/oceans.isml/oceans.ism?stream_id=oceans-200k-64k-400k.ismv", bytes.NewReader(vector(t, "2v1a-isml.ismv"))); status != 200 {
		t.Fatal(status)
	}
	r.awaitState("oceans", engine.StateStopped)
	bodies := map[string][]byte{}
	check := func() {
		t.Helper()
		for _, path := range []string{"/oceans.isml/Manifest", "/oceans.isml/manifest", "/oceans.isml/oceans.ism/Manifest", "/oceans.isml/oceans.ism?manifest=live", "/oceans.isml/oceans.ismc"} {
			status, header, b := r.get(path)
			if status != 200 || header.Get("Access-Control-Allow-Origin") != "*" {
				t.Fatalf("%s: %d %s", path, status, b)
			}
			m := parse(t, b)
			if m.IsLive != "" || m.Duration == 0 || len(m.urls()) != 6 {
				t.Fatalf("%s: %s", path, b)
			}
			for _, u := range m.urls() {
				status, header, b := r.get("/oceans.isml/" + u)
				if status != 200 || header.Get("Etag") == "" {
					t.Fatalf("%s: %d %s", u, status, b)
				}
				if bodies[u] == nil {
					bodies[u] = append(b, header.Get("Etag")...)
				} else if !bytes.Equal(bodies[u], append(b, header.Get("Etag")...)) {
					t.Fatalf("%s changed", u)
				}
			}
		}
	}
	check()
	kept, err := os.ReadFile(filepath.Join(root, "oceans.isml", "oceans.ismc"))
	if err != nil || len(parse(t, kept).urls()) != 6 {
		t.Fatal(err)
	}
	r.stop()
	r = run(t, root)
	check() // from the first request on, however long reading the archive takes
	if status, _, b := r.get("/oceans.isml/"); status != 200 || !bytes.Contains(b, []byte("oceans")) {
		t.Fatalf("preview %d", status)
	}
	if status, _, b := r.get("/"); status != 200 || !bytes.Contains(b, []byte("oceans.isml/")) {
		t.Fatalf("list %d %s", status, b)
	}
}

func TestFinishedFilesInAnIsmDirectory(t *testing.T) {
	root := t.TempDir()
	r := run(t, root)
	if err := r.CreatePoint(t.Context(), "a/b", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if status := r.post("/a/b.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 200 {
		t.Fatal(status)
	}
	r.awaitState("a/b", engine.StateStopped)
	if err := os.CopyFS(filepath.Join(root, "b.ism"), os.DirFS(filepath.Join(root, "a", "b.isml"))); err != nil {
		t.Fatal(err)
	}
	r.await("the film", func() bool {
		status, _, _ := r.get("/b.ism/Manifest")
		return status == 200
	})
	if got := r.post("/b.isml/Streams(x)", strings.NewReader("x")); got != 404 {
		t.Fatal(got)
	}
	if len(r.Points()) != 1 {
		t.Fatalf("%d points", len(r.Points()))
	}
}

func TestCreatePoint(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.DVRWindow, cfg.Title, cfg.LookAhead = 30*time.Minute, "The \"sea\"", 1
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	if st, err := r.Point("oceans"); err != nil || !st.Config.Equal(cfg) {
		t.Fatalf("%+v %v", st.Config, err)
	}
	if err := r.CreatePoint(t.Context(), "oceans", cfg); engine.KindOf(err) != engine.Conflict {
		t.Fatal(err)
	}
	for _, name := range []string{"", "..", "../x", "a//b", "CON", strings.Repeat("x", 300), "a b", ".hidden"} {
		if err := r.CreatePoint(t.Context(), name, cfg); engine.KindOf(err) != engine.BadInput {
			t.Fatalf("%q: %v", name, err)
		}
	}
	r.stop()
	r = run(t, r.root)
	r.await("the settings", func() bool { st, err := r.Point("oceans"); return err == nil && st.Config.Equal(cfg) })
}

func TestAddressInUse(t *testing.T) {
	r := run(t, t.TempDir())
	other, err := origin.New(origin.Config{Root: t.TempDir(), Listen: strings.TrimPrefix(r.Addresses().Media, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Listen(t.Context()); engine.KindOf(err) != engine.Conflict {
		t.Fatal(err)
	}
}

func TestSupervisedTestPattern(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	spec := engine.EncoderSpec{
		Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, FPS: 10, GOP: time.Second,
		Video: []engine.Rung{{Width: 96, Height: 54, Bitrate: 30_000}, {Width: 160, Height: 90, Bitrate: 60_000}}, AudioBitrate: 32_000,
	}
	r.await("ffmpeg", func() bool { return r.EncoderTool().Version != "" || r.EncoderTool().Reason != "" })
	id, err := r.AddEncoder(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.OrderEncoder(t.Context(), id, engine.OrderRun); err != nil {
		t.Fatal(err)
	}
	r.awaitState("oceans", engine.StateStarted)
	r.await("a live manifest", func() bool {
		status, _, b := r.get("/oceans.isml/Manifest")
		return status == 200 && parse(t, b).IsLive == "TRUE"
	})
	r.await("a bitrate", func() bool {
		s, err := r.Series(engine.Query{Metric: engine.MetricBitrate, Point: "oceans", Track: engine.TrackKey("video", 60_000)})
		return err == nil && len(s.Samples) > 0 && s.Samples[len(s.Samples)-1].Value > 0
	})
	if err := r.OrderEncoder(t.Context(), id, engine.OrderStop); err != nil {
		t.Fatal(err)
	}
	st := r.awaitState("oceans", engine.StateStopped)
	if len(st.Tracks) != 3 || !st.Archive.Sealed {
		t.Fatalf("%+v", st)
	}
	if err := r.RemoveEncoder(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// closing closes what a test has read.
func closing(t testing.TB, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
