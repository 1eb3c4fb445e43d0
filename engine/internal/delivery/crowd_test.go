package delivery

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/gate"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/hls"
	"pubpoint/engine/internal/output/outputtest"
)

// crowded is an event in chunks behind a gate.
func crowded(t *testing.T, limits engine.Limits) (outputtest.Presentation, *stage, string) {
	t.Helper()
	event := outputtest.Presentation{Whole: outputtest.WithChunks(outputtest.Synthetic{
		Name: "event", Video: []int{400_000}, Fragments: 8, Samples: 12}.View())}
	s := newStage(event.Live(4))
	h := newHouse(t, func(cfg *Config) {
		cfg.Formats, cfg.Gate = []output.Format{hls.CMAF()}, gate.New(gate.Config{Limits: limits})
		cfg.Points = &points{refs: map[string]PointRef{"oceans": {Source: s, State: engine.StateStarted}}}
	})
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return event, s, server.URL + "/oceans.isml/"
}

// wantCrowded holds an answer to what one who is turned away is told.
func wantCrowded(t *testing.T, res *http.Response, status int, key string) {
	t.Helper()
	var told problem
	text := bodyOf(t, res)
	err := json.Unmarshal([]byte(text), &told)
	if err != nil || res.StatusCode != status || told.Status != status || !strings.Contains(told.Detail, "The setting "+key+" ") ||
		res.Header.Get("Retry-After") != "2" || res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Cache-Control") != "no-store" ||
		res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s %v %s, want %d by %s", res.Status, res.Header, text, status, key)
	}
}

// TestTooManyWhoWait has requests wait for a playlist: who comes when no more may wait is told so at
// once, others are answered, and who waited gets what it waited for.
func TestTooManyWhoWait(t *testing.T) {
	event, s, base := crowded(t, engine.Limits{Waiting: 2})
	answers := make(chan int, 2)
	for _, query := range []string{"_HLS_msn=5", "_HLS_msn=4&_HLS_part=2"} {
		go func() {
			res, err := http.Get(base + "hls/video-400000.m3u8?" + query)
			if err != nil {
				answers <- 0
				return
			}
			_, err = io.Copy(io.Discard, res.Body)
			if err != nil || res.Body.Close() != nil {
				answers <- 0
				return
			}
			answers <- res.StatusCode
		}()
		s.awaitWaiting(t)
	}
	wantCrowded(t, get(t, base+"hls/video-400000.m3u8?_HLS_msn=5&_HLS_part=0"), http.StatusServiceUnavailable, "waiting-requests")
	wantCrowded(t, get(t, base+"hls/video-400000.m3u8?_HLS_msn=5"), http.StatusServiceUnavailable, "waiting-requests") // that somebody else waits for
	if res := get(t, base+"hls/video-400000.m3u8"); res.StatusCode != http.StatusOK || bodyOf(t, res) == "" {
		t.Errorf("who does not wait gets %s", res.Status)
	}
	s.show(event.Live(6))
	for range 2 {
		select {
		case status := <-answers:
			if status != http.StatusOK {
				t.Errorf("who waited gets %d", status)
			}
		case <-time.After(generous):
			t.Fatal("who waits is not answered")
		}
	}
}

// TestTooManyRequests: one is in the middle of its answer, and there may be no other.
func TestTooManyRequests(t *testing.T) {
	for key, c := range map[string]struct {
		limits engine.Limits
		status int
	}{
		"requests":             {engine.Limits{Requests: 1}, http.StatusServiceUnavailable},
		"requests-per-address": {engine.Limits{RequestsPerAddress: 1}, http.StatusTooManyRequests},
	} {
		t.Run(key, func(t *testing.T) {
			event, s, base := crowded(t, c.limits)
			res := get(t, base+"cmaf/video-400000/40000000.m4s")
			s.awaitWaiting(t)
			wantCrowded(t, get(t, base+"oceans-cmaf.m3u8"), c.status, key)
			s.show(event.Live(6))
			if n := len(bodyOf(t, res)); res.StatusCode != http.StatusOK || n == 0 {
				t.Errorf("%s, %d bytes", res.Status, n)
			}
		})
	}
}

// TestBodyOfAViewerIsNotWaitedFor asks for a manifest and announces a body that never comes.
func TestBodyOfAViewerIsNotWaitedFor(t *testing.T) {
	h := newHouse(t, func(cfg *Config) { cfg.WriteTimeout = 50 * time.Millisecond })
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	for _, framing := range []string{"Content-Length: 100", "Content-Length: 100000000", "Transfer-Encoding: chunked"} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(generous)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "GET /oceans.isml/Manifest HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", framing); err != nil {
			t.Fatal(err)
		}
		// Whether it is answered or cut off: it does not stay.
		if _, err := io.Copy(io.Discard, bufio.NewReader(conn)); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Errorf("%s: still there after %s", framing, generous)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWrongFragmentsCostNoMemory asks for very many different things that are not there.
func TestWrongFragmentsCostNoMemory(t *testing.T) {
	h := newHouse(t, func(cfg *Config) { cfg.Count, cfg.Gate = nil, gate.New(gate.Config{}) })
	ask := func(n int) {
		for _, target := range []string{
			fmt.Sprintf("/oceans.isml/QualityLevels(400000)/Fragments(video=%d)", 1_000_000_000_000+n*7),
			fmt.Sprintf("/oceans.isml/QualityLevels(%d)/Fragments(video=0)", n),
			fmt.Sprintf("/oceans.isml/QualityLevels(400000)/Fragments(s%d=0)", n),
			fmt.Sprintf("/nothing%d.isml/Manifest", n),
			fmt.Sprintf("/oceans.isml/Events(e%d)/Manifest", n),
			fmt.Sprintf("/oceans.isml/Manifest?dvr_window_length=%d", n),
			fmt.Sprintf("/%d", n),
		} {
			r := httptest.NewRequest(http.MethodGet, target, nil)
			r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", n>>16&255, n>>8&255, n&255)
			w := &discarded{header: http.Header{}}
			h.ServeHTTP(w, r)
			if w.status == http.StatusInternalServerError || w.status == 0 {
				t.Fatalf("%s: %d", target, w.status)
			}
		}
	}
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for n := range 100 { // fills the share of the cache that odd manifests have
		ask(n)
	}
	before := heap()
	for n := range 1_500 {
		ask(1000 + n)
	}
	if grown := heap() - before; grown > 8<<20 {
		t.Errorf("%d requests for nothing have left %d bytes", 7*1_500, grown)
	}
}

// discarded is an answer that nobody reads.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header         { return d.header }
func (d *discarded) Write(p []byte) (int, error) { return len(p), nil }
func (d *discarded) WriteHeader(status int) {
	if d.status == 0 {
		d.status = status
	}
}
