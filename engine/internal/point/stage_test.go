package point

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// scale is the timescale of the media in tests, and second that many ticks.
const (
	scale  = shiftScale
	second = engine.Ticks(scale)
)

// stage is one publishing point that runs over a directory of its own.
type stage struct {
	*Point
	t   *testing.T
	dir string
}

// newStage runs a point whose settings and clock may be changed first.
func newStage(t *testing.T, change ...func(*Config)) *stage {
	t.Helper()
	s := &stage{t: t, dir: filepath.Join(t.TempDir(), "oceans.isml")}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(s.dir) }, Settings: engine.DefaultPointConfig(),
		ClientManifest: noManifest,
	}
	for _, c := range change {
		c(&cfg)
	}
	var stop func() error
	s.Point, stop = runPoint(t, cfg)
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return s
}

// runPoint runs a point until it is stopped.
func runPoint(t testing.TB, cfg Config) (p *Point, stop func() error) {
	t.Helper()
	p = New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- p.Run(ctx) }()
	<-p.Loaded()
	return p, func() error {
		cancel()
		return <-ran
	}
}

// noManifest stands for the client manifest of an event.
func noManifest(v *presentation.View) ([]byte, error) { return []byte("<" + v.Event + "/>"), nil }

// view is the presentation that is shown.
func (s *stage) view() *presentation.View { return s.Source().View() }

// earlier are the events that were put aside.
func (s *stage) earlier() []string {
	s.t.Helper()
	dirs, err := os.ReadDir(filepath.Join(s.dir, eventsDir))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		s.t.Fatal(err)
	}
	var names []string
	for _, d := range dirs {
		names = append(names, d.Name())
	}
	return names
}

// source is an encoder of one track.
type source struct {
	*Session
	t    *testing.T
	kind engine.MediaType
	gone context.Context
}

// header is that of an encoder with one track.
func header(kind engine.MediaType, timescale uint32) *Header {
	return &Header{Raw: []byte("header of " + string(kind)), Init: &fmp4.Init{Tracks: []fmp4.TrackInit{
		{ID: 1, Type: string(kind), Timescale: timescale, Language: "und", SampleEntry: "none"},
	}}}
}

// connect lets an encoder in and announces its track.
func (s *stage) connect(stream string, kind engine.MediaType, timescale uint32) *source {
	s.t.Helper()
	session, gone, err := s.Open(s.t.Context(), SessionInfo{Stream: stream, Remote: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	e := &source{Session: session, t: s.t, kind: kind, gone: gone}
	if err := e.Announce(s.t.Context(), header(kind, timescale)); err != nil {
		s.t.Fatal(err)
	}
	return e
}

// send sends a fragment that players can begin with.
func (e *source) send(start, length engine.Ticks) {
	e.t.Helper()
	if err := e.try(start, length); err != nil {
		e.t.Fatal(err)
	}
}

func (e *source) try(start, length engine.Ticks) error {
	e.Received(100)
	payload := []byte("media")
	return e.Append(e.t.Context(), &Incoming{
		Moof: []byte("moof"), MdatHeader: []byte("mdatmdat"), Payload: payload,
		Tracks: []*fmp4.Fragment{{
			TrackID: 1, Start: int64(start), Duration: int64(length), DecodeStart: int64(start), Sync: true,
			Samples: make([]fmp4.Sample, 50), PayloadSize: int64(len(payload)),
		}},
	})
}

// end sends the end mark and closes the connection.
func (e *source) end() {
	e.t.Helper()
	if err := e.End(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
	e.Close("ended by the encoder")
}

// hands is a clock that goes on when a test says so.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func newHands() *hands { return &hands{now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// starts are those of a track's fragments.
func starts(v *presentation.View, source string) []engine.Ticks {
	var out []engine.Ticks
	for _, s := range v.Streams {
		for _, t := range s.Tracks {
			for i := range t.Fragments {
				if t.Source == source {
					out = append(out, t.Fragments[i].Start)
				}
			}
		}
	}
	return out
}

// onGrid makes sure that a stream's timeline goes from zero in steps of one length, and
// returns at which of them a clock began again.
func onGrid(t *testing.T, v *presentation.View, stream string, length engine.Ticks, want int) (breaks []engine.Ticks) {
	t.Helper()
	spans := v.Stream(stream).Spans
	if len(spans) != want {
		t.Errorf("%s has %d spans, want %d: %v", stream, len(spans), want, spans)
	}
	for i, p := range spans {
		if p.Start != engine.Ticks(i)*length || p.Duration != length {
			t.Fatalf("span %d is %d+%d, not on the grid of %d: %v", i, p.Start, p.Duration, length, spans)
		}
		if p.Discontinuity {
			breaks = append(breaks, p.Start)
		}
	}
	return breaks
}

// within makes sure that all of some starts are among others.
func within(t *testing.T, some, others []engine.Ticks) {
	t.Helper()
	for _, at := range some {
		if !slices.Contains(others, at) {
			t.Errorf("%d is not among %v", at, others)
		}
	}
}
