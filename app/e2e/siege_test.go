//go:build e2e && linux

package e2e

import (
	"context"
	"crypto/sha256"
	"errors"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The stream ids of the two rungs. The first sends each fragment in a request of its own,
// the second all in one.
const (
	rungOne = "oceans-90k"
	rungTwo = "oceans-40k"
)

// siege is one root whose server is killed again and again.
type siege struct {
	*house
	t        *testing.T
	chance   *rand.Rand
	one, two *rung
	seen     map[string]sight // by address below the server, of the event on air
	taken    atomic.Int64     // the newest fragment of the first rung that was acknowledged
	verdicts map[string]int
	late     int             // seen and not archived in time
	total    int             // seen, counted after each death
	events   map[string]bool // ids of those of which a fragment was acknowledged
}

// lookAhead is how many fragments behind one Smooth Streaming has to know before it gives it out.
const lookAhead = 2

// sight is what a viewer was given at an address.
type sight struct {
	rung string // stream id
	n    int64  // number of the fragment
	sum  [sha256.Size]byte
	tag  string
}

// deed is what goes on when the server is killed.
type deed string

const (
	streaming deed = "fragments arrive"
	sealing   deed = "the event is sealed"
	beginning deed = "another event begins"
)

// TestKilledAgainAndAgain kills the server 200 times and looks each time what has become of
// what it had acknowledged.
func TestKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, settings string
		seed           uint64
	}{
		{"one file", "fsync = \"none\"\n", 1},
		{"short files", "archive_segment = \"30s\"\n", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := &siege{house: newHouse(t), t: t, chance: rand.New(rand.NewPCG(c.seed, 0)),
				one: newRung(t, rungOne), two: newRung(t, rungTwo), seen: map[string]sight{}, events: map[string]bool{}, verdicts: map[string]int{}}
			g.inMemory(t)
			g.mkdir(t, "oceans")
			if err := os.WriteFile(g.path("oceans", "point.toml"), []byte(c.settings), 0o644); err != nil {
				t.Fatal(err)
			}
			g.taken.Store(-1)
			for round := range 100 {
				what := streaming
				if round%6 == 5 {
					what = sealing
				}
				g.round(round, what)
			}
			g.end()
			t.Logf("%d events, %d fragments looked at again, archives checked: %v", len(g.events), g.total, g.verdicts)
			if t.Logf("%d were acknowledged or shown before they were archived, as the disk was slow", g.late); g.late*20 > g.total {
				t.Errorf("that is too many")
			}
		})
	}
}

// round starts the server, compares, lets media flow, and kills it.
func (g *siege) round(n int, what deed) {
	t := g.t
	s := g.start(t)
	g.unharmed(s, n)
	if state := s.state(t, "oceans"); state == "stopped" || state == "idle" {
		s.order(t, "oceans", "started")
		what = beginning
		g.taken.Store(-1)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var errs [3]error
	next := int64(0)
	if had := g.recorded(t, "oceans", rungTwo); len(had) > 0 && what != beginning {
		next = had[len(had)-1]
	}
	all.Go(func() { errs[0] = g.one.single(ctx, s.ingest("oceans", rungOne), g.taken.Load()+1, &g.taken) })
	all.Go(func() { errs[1] = g.two.endless(ctx, s.ingest("oceans", rungTwo), next) })
	all.Go(func() { errs[2] = g.view(ctx, s) })
	g.wait(what, s)
	s.kill(t)
	cancel()
	all.Wait()
	if what == beginning {
		clear(g.seen) // of the event before, or of the new one: who knows
	}
	g.forget()
	if err := errors.Join(errs[:]...); err != nil && what != sealing {
		t.Fatalf("round %d, while %s: %v", n, what, err)
	}
}

// forget strikes out what viewers were given before it was archived, because the disk had been
// slow: that much a death may cost.
func (g *siege) forget() {
	kept := map[string][]int64{rungOne: g.recorded(g.t, "oceans", rungOne), rungTwo: g.recorded(g.t, "oceans", rungTwo)}
	if n := int64(len(kept[rungOne])) - 1; n < g.taken.Load() {
		g.late += int(g.taken.Load() - n)
		g.taken.Store(n)
	}
	maps.DeleteFunc(g.seen, func(_ string, s sight) bool {
		g.total++
		// A fragment is given out when two more behind it are there, which tell where it leads.
		late := !slices.Contains(kept[s.rung], s.n+lookAhead)
		if late {
			g.late++
		}
		return late
	})
}

// wait lets a moment pass that differs each time.
func (g *siege) wait(what deed, s *server) {
	pause := func(limit time.Duration) {
		timer := time.NewTimer(time.Duration(g.chance.Int64N(int64(limit))))
		defer timer.Stop()
		<-timer.C
	}
	switch what {
	case streaming:
		pause(120 * time.Millisecond)
	case beginning:
		pause(40 * time.Millisecond)
	case sealing:
		pause(60 * time.Millisecond)
		ctx, cancel := context.WithTimeout(g.t.Context(), deadline)
		ordered := make(chan struct{})
		go func() {
			defer close(ordered)
			// The server may be gone before it answers: that is what this is about.
			_ = s.request(ctx, http.MethodPut, "/api/v1/points/oceans/state", `{"state":"stopped"}`)
		}()
		pause(40 * time.Millisecond)
		cancel()
		<-ordered
	}
}

// view fetches what the manifest lists, as long as the server is there.
func (g *siege) view(ctx context.Context, s *server) error {
	p := &player{base: s.url("oceans", "Manifest"), client: &http.Client{Transport: &http.Transport{DisableCompression: true}}}
	defer p.client.CloseIdleConnections()
	for ctx.Err() == nil {
		_, levels, err := p.manifest(ctx)
		if err != nil {
			return nil //nolint:nilerr // the server was killed
		}
		for _, l := range levels {
			for _, at := range l.spans {
				path := l.at(at.start)
				if _, has := g.seen[path]; has {
					continue
				}
				a, err := p.get(ctx, http.MethodGet, p.address(l, at.start))
				if err != nil {
					return nil //nolint:nilerr // as above
				}
				if a.status == http.StatusOK {
					rung := map[int]string{90_000: rungOne, 40_000: rungTwo}[l.bitrate]
					g.seen[path] = sight{rung, (at.start - l.spans[0].start) / step, sha256.Sum256(a.body), a.header.Get("ETag")}
				}
			}
		}
	}
	return nil
}

// unharmed makes sure that a server which was killed has come back with everything.
func (g *siege) unharmed(s *server, n int) {
	t := g.t
	p := newPlayer(t, s.url("oceans", "Manifest"))
	defer func() {
		if t.Failed() { // the directory goes with the test
			t.Logf("numbers in the archive: %v and %v\n%s", g.recorded(t, "oceans", rungOne), g.recorded(t, "oceans", rungTwo), g.read(t, "oceans", "oceans.ism"))
		}
	}()
	if id := s.event(t, "oceans"); g.taken.Load() >= 0 {
		g.events[id] = true
	}
	for path, before := range g.seen {
		a := p.mustGet(t, http.StatusOK, http.MethodGet, s.url("oceans", path))
		if sha256.Sum256(a.body) != before.sum || a.header.Get("ETag") != before.tag {
			t.Fatalf("round %d: %s was %s and is %s, %d bytes", n, path, before.tag, a.header.Get("ETag"), len(a.body))
		}
	}
	s.state(t, "oceans") // the directory has been read when this is answered
	if left := g.leftovers(t, "oceans"); len(left) > 0 {
		t.Fatalf("round %d leaves %v", n, left)
	}
	// The index equals what a scan finds, and the media its checksums.
	all, _ := verify(t, g.path("oceans"))
	for _, v := range all {
		g.verdicts[v.Verdict]++
		if v.Verdict != "complete" && v.Verdict != "gap" && v.Verdict != "repaired" {
			t.Fatalf("round %d: the archive is %+v", n, v)
		}
	}
	had := g.recorded(t, "oceans", rungOne)
	for i := range g.taken.Load() + 1 {
		if !slices.Contains(had, i) {
			t.Fatalf("round %d: fragment %d of %d was acknowledged and is not in the archive: %v", n, i, g.taken.Load(), had)
		}
	}
}

// end ends the last event well and looks at all of them.
func (g *siege) end() {
	t := g.t
	s := g.start(t)
	g.unharmed(s, -1)
	if s.state(t, "oceans") == "started" {
		s.order(t, "oceans", "stopped")
	}
	g.unharmed(s, -1)
	if code := s.terminate(t); code != 0 {
		t.Errorf("the server ended with %d:\n%s", code, s.out)
	}
	away := 0
	for id := range g.events {
		if _, err := os.Stat(g.path("oceans", "events", id, "oceans.ism")); err != nil || id == "" {
			away++
		}
	}
	if len(g.events) < 4 || away > 1 { // the last one is where it was
		entries, err := os.ReadDir(g.path("oceans", "events"))
		t.Errorf("of the events %v %d are not put aside: %v, %v", g.events, away, entries, err)
	}
}
