package shield

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How the stage behaves. Its answers carry the fields that the real origin sends.
const (
	slow       = 200 * time.Millisecond // how long it takes for media
	held       = 1200 * time.Millisecond
	pieces     = 10 // of a segment that is arriving
	piece      = 100 * time.Millisecond
	immutable  = "public, max-age=31536000, immutable"
	mediaSize  = 100_000
	pointPath  = "/demo.isml/"
	capability = `="Pubpoint/1.0"`
)

// stage is an origin made up for measuring: one point on air whose addresses are those of the
// formats. It counts what it is asked for.
type stage struct {
	name     string // told in X-Stage, as answers of two origins are the same
	server   *http.Server
	listener net.Listener
	done     chan error

	mu     sync.Mutex
	counts map[string]int // by path and query, POST before those of encoders
	ready  map[string]bool
}

// openStage starts it at an address of its own on this machine.
func openStage(ctx context.Context, name string) (*stage, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the demonstration origin finds no port: %w", err)
	}
	s := &stage{name: name, listener: l, done: make(chan error, 1), counts: map[string]int{}, ready: map[string]bool{}}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { s.done <- s.server.Serve(l) }()
	return s, nil
}

// close ends it as a crash does.
func (s *stage) close() error {
	err := s.server.Close()
	<-s.done
	s.done <- http.ErrServerClosed // it may be closed again
	return err
}

func (s *stage) origin() Origin {
	host, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		return Origin{} // the address of a listener always has both
	}
	return Origin{Host: host, Port: port}
}

// count is how often something whose address begins with prefix was asked for.
func (s *stage) count(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for path, times := range s.counts {
		if strings.HasPrefix(path, pointPath+prefix) {
			n += times
		}
	}
	return n
}

// countExactly is how often one address was asked for.
func (s *stage) countExactly(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[pointPath+path]
}

// publish lets a segment be there that was not yet.
func (s *stage) publish(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready[pointPath+path] = true
}

func (s *stage) note(r *http.Request) (times int, ready bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[r.URL.RequestURI()]++
	return s.counts[r.URL.RequestURI()], s.ready[r.URL.Path]
}

// ServeHTTP answers what the checks ask for.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("X-Stage", s.name)
	times, ready := s.note(r)
	switch path := strings.TrimPrefix(r.URL.Path, pointPath); {
	case r.Method == http.MethodPost:
		s.ingest(w, r)
	case r.URL.Path == "/time":
		s.say(w, 200, "no-store", time.Now().UTC().Format(time.RFC3339Nano))
	case path == "Manifest" || path == "demo.mpd" || path == "hds.video-1.abst":
		h.Set("Vary", "Accept-Encoding")
		s.say(w, 200, s.stale(r, "max-age=1", ", stale-while-revalidate=6, stale-if-error=6"), s.now())
	case path == "hls-cmaf/video-1.m3u8":
		s.playlist(w, r)
	case path == "facts.json":
		s.say(w, 200, "no-store", s.now())
	case strings.HasPrefix(path, "later/") && !ready:
		s.say(w, 404, s.stale(r, "max-age=1", ", stale-while-revalidate=6"), "not yet")
	case strings.HasPrefix(path, "future/"):
		s.say(w, 412, s.stale(r, "max-age=1", ", stale-while-revalidate=6"), "")
	case strings.HasPrefix(path, "gone/"):
		s.say(w, 410, "max-age=60", "gone")
	case strings.HasPrefix(path, "arriving/"):
		s.arriving(w, r)
	case strings.HasPrefix(path, "torn/") && times == 1:
		s.torn(w)
	case strings.HasPrefix(path, "held/"):
		s.media(w, r, held)
	default:
		s.media(w, r, slow)
	}
}

// stale adds what a shield may do, when one asks.
func (s *stage) stale(r *http.Request, fresh, stale string) string {
	if strings.Contains(r.Header.Get("Surrogate-Capability"), capability) {
		return fresh + stale
	}
	return fresh
}

// now is a body that tells when it was made.
func (s *stage) now() string { return strconv.FormatInt(time.Now().UnixMilli(), 10) }

func (s *stage) say(w http.ResponseWriter, status int, caching, text string) {
	w.Header().Set("Cache-Control", caching)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	// Who has gone away need not hear it.
	_, _ = io.WriteString(w, text)
}

// playlist is held back until it has what is asked for.
func (s *stage) playlist(w http.ResponseWriter, r *http.Request) {
	msn := r.URL.Query().Get("_HLS_msn")
	if msn == "" {
		s.say(w, 200, s.stale(r, "max-age=1", ", stale-while-revalidate=6, stale-if-error=6"), s.now())
		return
	}
	if pause(r.Context(), held) {
		s.say(w, 200, "max-age=1", "msn "+msn+" part "+r.URL.Query().Get("_HLS_part"))
	}
}

func (s *stage) media(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	if !pause(r.Context(), wait) {
		return
	}
	w.Header().Set("Accept-Ranges", "none")
	w.Header().Set("ETag", `"`+strconv.Itoa(len(r.URL.Path))+`"`)
	s.say(w, 200, immutable, strings.Repeat("0123456789", mediaSize/10))
}

// arriving gives a segment piece by piece.
func (s *stage) arriving(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", immutable)
	flush := http.NewResponseController(w)
	for range pieces {
		if _, err := io.WriteString(w, strings.Repeat("0123456789", mediaSize/pieces/10)); err != nil {
			return
		}
		if err := flush.Flush(); err != nil || !pause(r.Context(), piece) {
			return
		}
	}
}

// torn breaks off in the middle.
func (s *stage) torn(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", immutable)
	w.Header().Set("Content-Length", strconv.Itoa(mediaSize))
	if _, err := io.WriteString(w, strings.Repeat("0123456789", mediaSize/20)); err == nil {
		_ = http.NewResponseController(w).Flush() // who has gone away need not see it break
	}
	panic(http.ErrAbortHandler)
}

// ingest reads until the encoder stops, and counts what it has got under POST.
func (s *stage) ingest(w http.ResponseWriter, r *http.Request) {
	p := make([]byte, 64<<10)
	for {
		n, err := r.Body.Read(p)
		s.mu.Lock()
		s.counts["POST"] += n
		s.mu.Unlock()
		if err != nil {
			break
		}
	}
	w.WriteHeader(http.StatusOK)
}

func (s *stage) posted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts["POST"]
}

// pause lets time pass; false when ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
