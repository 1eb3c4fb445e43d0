package delivery

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/dash"
	"pubpoint/engine/internal/output/hls"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// stage is a source whose views a test shows, and which tells when somebody waits for the next.
type stage struct {
	mu      sync.Mutex
	view    *presentation.View
	changed chan struct{}
	waiting chan struct{} // a token for each that begins to wait
}

func newStage(v *presentation.View) *stage {
	return &stage{view: v, changed: make(chan struct{}), waiting: make(chan struct{}, 100)}
}

func (s *stage) show(v *presentation.View) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view = v
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *stage) View() *presentation.View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.view
}

func (s *stage) Wait(ctx context.Context, after uint64) (*presentation.View, error) {
	for {
		s.mu.Lock()
		v, changed := s.view, s.changed
		s.mu.Unlock()
		if v.Version > after {
			return v, nil
		}
		s.waiting <- struct{}{}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// chunked is an event in chunks, on stage after 4 segments and a half, behind a real connection.
func chunked(t *testing.T) (outputtest.Presentation, *stage, string) {
	t.Helper()
	event := outputtest.Presentation{Whole: outputtest.WithChunks(outputtest.Synthetic{
		Name: "event", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 8, Samples: 12}.View())}
	s := newStage(event.Live(4))
	h := newHouse(t, func(cfg *Config) {
		cfg.Formats = []output.Format{hls.CMAF(), dash.New()}
		cfg.Points = &points{refs: map[string]PointRef{"oceans": {Source: s, State: engine.StateStarted}}}
	})
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return event, s, server.URL + "/oceans.isml/"
}

// generous is how long a test waits for what must come.
const generous = time.Minute

func (s *stage) awaitWaiting(t *testing.T) {
	t.Helper()
	select {
	case <-s.waiting:
	case <-time.After(generous):
		t.Fatal("nobody waits")
	}
}

// TestPlaylistIsHeldUntilItHasThePart asks for the part that comes next.
func TestPlaylistIsHeldUntilItHasThePart(t *testing.T) {
	event, s, base := chunked(t)
	for query, want := range map[string]int{
		"_HLS_part=1":            http.StatusBadRequest,
		"_HLS_msn=x":             http.StatusBadRequest,
		"_HLS_msn=7":             http.StatusBadRequest, // 4 is arriving
		"_HLS_msn=4&_HLS_part=1": http.StatusOK,         // is there
	} {
		res := get(t, base+"hls/video-400000.m3u8?"+query)
		if _ = bodyOf(t, res); res.StatusCode != want {
			t.Errorf("%s answers %s, want %d", query, res.Status, want)
		}
	}
	for _, c := range []struct{ query, has string }{
		{"_HLS_msn=4&_HLS_part=2", "/40000000.m4s\n"},
		{"_HLS_msn=5", "/50000000.m4s\n"},
		{"_HLS_msn=6&_HLS_part=4&_HLS_skip=YES", "/70000000.0.m4s\""}, // it has parts 0 to 3: the first of the next
	} {
		answers := make(chan string, 1)
		go func() {
			res, err := http.Get(base + "hls/video-400000.m3u8?" + c.query)
			if err != nil {
				answers <- err.Error()
				return
			}
			b, err := io.ReadAll(res.Body)
			if err != nil || res.Body.Close() != nil {
				answers <- "the answer broke off"
				return
			}
			answers <- string(b)
		}()
		s.awaitWaiting(t)
		select {
		case early := <-answers:
			t.Fatalf("%s was answered at once: %s", c.query, early)
		default:
		}
		s.show(event.Live(len(s.View().Streams[0].Spans) + 1))
		select {
		case text := <-answers:
			if !strings.Contains(text, c.has) {
				t.Errorf("%s: there is no %s in %s", c.query, c.has, text)
			}
		case <-time.After(generous):
			t.Fatalf("%s was never answered", c.query)
		}
	}
	ended := *event.Whole
	s.show(&ended)
	if text := bodyOf(t, get(t, base+"hls/video-400000.m3u8?_HLS_msn=99&_HLS_part=3")); !strings.Contains(text, "#EXT-X-ENDLIST") {
		t.Errorf("after the end: %s", text)
	}
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestSegmentIsSentAsItArrives fetches a segment whose second half has not come yet: the first is
// there before it, and in the end the bytes are those that everybody gets later.
func TestSegmentIsSentAsItArrives(t *testing.T) {
	event, s, base := chunked(t)
	res := get(t, base+"cmaf/video-400000/40000000.m4s")
	if res.StatusCode != http.StatusOK || res.ContentLength != -1 {
		t.Fatalf("%s, %d bytes", res.Status, res.ContentLength)
	}
	first := make([]byte, 400)
	if _, err := io.ReadFull(res.Body, first); err != nil {
		t.Fatal(err)
	}
	s.awaitWaiting(t)
	s.show(event.Live(5))
	rest := bodyOf(t, res)
	whole := bodyOf(t, get(t, base+"cmaf/video-400000/40000000.m4s"))
	if !bytes.Equal(append(first, rest...), []byte(whole)) {
		t.Errorf("%d bytes as they came, %d later", len(first)+len(rest), len(whole))
	}
}
