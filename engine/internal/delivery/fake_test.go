package delivery

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/output/smooth"
	"pubpoint/engine/internal/presentation"
)

// points is a Directory that remembers what it was asked.
type points struct {
	mu    sync.Mutex
	refs  map[string]PointRef
	asked []string
}

func (p *points) Lookup(name string) (PointRef, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, name)
	ref, ok := p.refs[name]
	return ref, ok
}

// set changes a point.
func (p *points) set(name string, ref PointRef) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refs[name] = ref
}

// encoders is the ingest handler: it answers with what came.
type encoders struct {
	mu   sync.Mutex
	seen []string
}

func (e *encoders) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	e.mu.Lock()
	e.seen = append(e.seen, r.Method+" "+r.URL.RequestURI()+" "+string(body))
	e.mu.Unlock()
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
	}
}

func (e *encoders) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.seen)
}

// pages is the preview: it names what was asked for.
type pages struct{}

func (pages) ServeList(w http.ResponseWriter, _ *http.Request) { say(w, "list") }
func (pages) ServePoint(w http.ResponseWriter, _ *http.Request, point string) {
	say(w, "page of "+point)
}
func (pages) ServeFacts(w http.ResponseWriter, _ *http.Request, point string) {
	say(w, "facts of "+point)
}
func (pages) ServeEvent(w http.ResponseWriter, _ *http.Request, point, id string) {
	say(w, "page of "+point+", event "+id)
}
func (pages) ServeEventFacts(w http.ResponseWriter, _ *http.Request, point, id string) {
	say(w, "facts of "+point+", event "+id)
}
func (pages) ServeAsset(w http.ResponseWriter, r *http.Request) { say(w, "asset "+r.URL.Path) }

func say(w http.ResponseWriter, text string) {
	if _, err := io.WriteString(w, text); err != nil {
		panic(err)
	}
}

// counted is one call of Config.Count.
type counted struct {
	point  string
	class  output.Class
	status int
	bytes  int64
	remote string
}

// house is a handler with everything around it.
type house struct {
	http.Handler
	points   *points
	encoders *encoders
	event    outputtest.Presentation
	live     *outputtest.Source

	mu     sync.Mutex
	counts []counted
}

// newHouse has the points oceans (live, after 6 of 8 fragments), sports/arena (ended), idle,
// starting, broken and empty, and the finished files "film". tune may change the Config.
func newHouse(t testing.TB, tune func(*Config)) *house {
	t.Helper()
	h := &house{
		points: &points{}, encoders: &encoders{},
		event: outputtest.Presentation{Whole: outputtest.Synthetic{
			Name: "event", Video: []int{200_000, 400_000}, Audio: []string{"und"}, Fragments: 8}.View()},
	}
	h.live = outputtest.NewSource(h.event.Live(6))
	ended := outputtest.NewSource(h.event.Whole)
	h.points.refs = map[string]PointRef{
		"oceans":       {Source: h.live, State: engine.StateStarted},
		"sports/arena": {Source: ended, State: engine.StateStopped},
		"idle":         {State: engine.StateIdle},
		"shut-down":    {Source: ended, State: engine.StateIdle},
		"starting":     {Source: outputtest.NewSource(nil), State: engine.StateStarting},
		"broken":       {State: engine.StateError, Reason: "The disk is full; make room."},
		"empty":        {State: engine.StateStopped},
	}
	cfg := Config{
		Formats: []output.Format{smooth.New()}, Points: h.points,
		Finished: &points{refs: map[string]PointRef{"film": {Source: ended, State: engine.StateStopped}}},
		Ingest:   h.encoders, Preview: pages{},
		Now: func() time.Time { return time.Date(2026, 11, 22, 14, 0, 8, 123_000_000, time.UTC) },
		Count: func(point string, class output.Class, status int, bytes int64, remote string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.counts = append(h.counts, counted{point, class, status, bytes, remote})
		},
	}
	if tune != nil {
		tune(&cfg)
	}
	h.Handler = New(cfg)
	return h
}

// ask makes one request; fields are "Name: value".
func (h *house) ask(t testing.TB, method, target string, fields ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var _ presentation.Source = (*outputtest.Source)(nil)
