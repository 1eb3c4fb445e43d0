package origin_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
)

// soakFor is the environment variable that says how long TestSoak runs: "10m". Without it the test
// takes some thousand fragments in and ends.
const soakFor = "PUBPOINT_SOAK"

// What TestSoak does in one stretch, between two looks at what is in use.
const (
	stretch  = 900      // fragments; ten minutes of media on three tracks
	shortRun = 4        // stretches without soakFor
	warmUp   = 2        // stretches until the archive is as long as it may get
	mostMore = 8 << 20  // bytes in use that come and go
	mostWait = 72 << 20 // with what waits for a disk that is slow; see point.Config.ArchiveQueue

	// perStretch is how many archive files each stretch fills, and so deletes: the program keeps
	// those open for a minute, which is not compressed.
	perStretch = 3
)

// footprint is what a program has of what may leak.
type footprint struct {
	memory                      int64
	goroutines, files, archived int
}

func (f footprint) String() string {
	return fmt.Sprintf("%d KiB in use, %d goroutines, %d file descriptors, %d archive files", f.memory>>10, f.goroutines, f.files, f.archived)
}

// TestSoak lets an event run whose time is compressed: media comes as fast as the machine takes it,
// the encoder loses its connection again and again, players follow in every format, and what is
// old is deleted. What is in use after each stretch is what was in use after the first ones.
func TestSoak(t *testing.T) {
	var length time.Duration
	if text := os.Getenv(soakFor); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("%s must be a duration, as 10m: %v", soakFor, err)
		}
	}
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.DVRWindow, cfg.ArchiveSegment, cfg.ArchiveKeep = 2*time.Minute, 5*time.Minute, 15*time.Minute
	cfg.Fsync = "none" // a hundred times as fast as real time, everything would wait for the disk
	memory := int64(mostMore)
	if length == 0 {
		memory = mostWait // too short to wait for a disk that others use
	}
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	e := r.channel("oceans")
	began := time.Now()
	var flat footprint
	var watched atomic.Int64
	var ends []time.Time // of the stretches
	for n := 1; n <= shortRun || time.Since(began) < length; n++ {
		r.stretch(e, n, &watched)
		ends = append(ends, time.Now())
		within := func(f footprint) bool {
			return n <= warmUp || f.memory <= flat.memory+memory && f.goroutines <= flat.goroutines+10 &&
				f.files <= flat.files+10+perStretch*len(since(ends, time.Minute)) && f.archived <= flat.archived+12
		}
		f := r.settled(e, within)
		media := time.Duration(e.Sent()/6) * 4 * time.Second
		t.Logf("%v: %d fragments, %v of media, %d answers for players: %v", time.Since(began).Round(time.Second), e.Sent(), media, watched.Load(), f)
		if !within(f) {
			t.Fatalf("it was %v at first; events %+v", flat, r.RecentEvents(20))
		}
		if n <= warmUp {
			flat = footprint{max(flat.memory, f.memory), max(flat.goroutines, f.goroutines), max(flat.files, f.files), max(flat.archived, f.archived)}
		}
	}
	if err := e.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, err := e.Finish(); err != nil || status != http.StatusOK {
		t.Fatalf("the encoder got %d, %v", status, err)
	}
	st := r.awaitState("oceans", engine.StateStopped)
	for _, track := range st.Tracks {
		if track.Gaps != 0 {
			t.Errorf("gaps: %+v", track)
		}
	}
}

// stretch has the encoder connect, send and lose its connection while players follow.
func (r *running) stretch(e *sender.Encoder, n int, watched *atomic.Int64) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.t.Context())
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var players sync.WaitGroup
	defer players.Wait()
	defer cancel()
	if err := e.Connect(ctx); err != nil {
		r.t.Fatal(err)
	}
	r.steps(e, 60)
	r.taken("oceans", e) // there is something to play
	for _, path := range []string{"Manifest", "oceans.m3u8", "oceans-cmaf.m3u8", "oceans.mpd", "oceans.f4m"} {
		players.Go(func() { r.follow(ctx, client, "/oceans.isml/"+path, watched) })
	}
	r.steps(e, stretch-60)
	r.taken("oceans", e) // a connection that breaks off loses what is on its way
	if n%2 == 0 {
		if err := e.StepPart(1000); err != nil { // it dies inside a fragment
			r.t.Fatal(err)
		}
	}
	if err := e.Break(); err != nil {
		r.t.Fatal(err)
	}
}

// follow loads a client manifest again and again, and what the presentation shows.
func (r *running) follow(ctx context.Context, c *http.Client, path string, watched *atomic.Int64) {
	for ctx.Err() == nil {
		for _, path := range []string{path, "/oceans.isml/facts.json"} {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Addresses().Media+path, nil)
			if err != nil {
				r.t.Error(err)
				return
			}
			resp, err := c.Do(req)
			if err != nil {
				if ctx.Err() == nil {
					r.t.Error(err)
				}
				return
			}
			if resp.StatusCode >= 500 || resp.StatusCode == http.StatusNotFound {
				r.t.Errorf("%s: %s", path, resp.Status)
			}
			if n, err := io.Copy(io.Discard, resp.Body); err == nil && n > 0 {
				watched.Add(1)
			}
			closing(r.t, resp.Body)
		}
	}
}

// since are the times that are no longer ago.
func since(times []time.Time, ago time.Duration) []time.Time {
	i := 0
	for i < len(times) && time.Since(times[i]) > ago {
		i++
	}
	return times[i:]
}

// settled looks at what is in use until it is within bounds, or never will be. What waits for a slow
// disk is in memory, and let go of when the disk has it and more media comes: so a little comes.
func (r *running) settled(e *sender.Encoder, within func(footprint) bool) footprint {
	r.t.Helper()
	quiet := time.NewTicker(100 * time.Millisecond)
	defer quiet.Stop()
	f := r.footprint()
	for range 600 {
		if within(f) {
			break
		}
		<-quiet.C
		if err := e.Connect(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		r.steps(e, 6)
		r.taken("oceans", e)
		if err := e.Break(); err != nil {
			r.t.Fatal(err)
		}
		f = r.footprint()
	}
	return f
}

func (r *running) footprint() footprint {
	r.t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		r.t.Fatal(err)
	}
	archived, err := filepath.Glob(filepath.Join(r.root, "oceans.isml", "*"))
	if err != nil {
		r.t.Fatal(err)
	}
	return footprint{inUse(), runtime.NumGoroutine(), len(files), len(archived)}
}
