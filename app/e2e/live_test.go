//go:build e2e

package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// viewer follows a live presentation as players do: it loads the manifest again and again
// and fetches each fragment as soon as it is listed.
type viewer struct {
	*player
	stop context.CancelFunc
	done chan struct{}

	mu      sync.Mutex
	seen    map[string]map[int64]*answer // by quality level and time
	trouble []string
	ended   bool // the manifest became that of a recording
}

// watch begins to follow. The viewer leaves when the event ends, when the server has gone,
// or when stop is called.
func watch(t *testing.T, manifest string) *viewer {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	v := &viewer{player: newPlayer(t, manifest), stop: stop, done: make(chan struct{}), seen: make(map[string]map[int64]*answer)}
	go func() {
		defer close(v.done)
		again := time.NewTicker(100 * time.Millisecond)
		defer again.Stop()
		for !v.look(ctx) {
			select {
			case <-again.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-v.done
	})
	return v
}

// look loads the manifest and what is new in it; it returns true when there is nothing more
// to wait for.
func (v *viewer) look(ctx context.Context) bool {
	m, levels, err := v.manifest(ctx)
	if err != nil {
		v.note(ctx, "the manifest: %v", err)
		return true
	}
	if m == nil {
		return false // nothing is on air yet
	}
	for _, l := range levels {
		for _, at := range l.spans {
			if v.has(l, at.start) {
				continue
			}
			a, err := v.get(ctx, http.MethodGet, v.address(l, at.start))
			if err != nil {
				v.note(ctx, "%s at %d: %v", l, at.start, err)
				return true
			}
			v.keep(ctx, l, at, a)
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended = !strings.EqualFold(m.IsLive, "true")
	return v.ended
}

// note keeps what went wrong while the viewer still wanted to see something.
func (v *viewer) note(ctx context.Context, format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if ctx.Err() == nil {
		v.trouble = append(v.trouble, fmt.Sprintf(format, args...))
	}
}

func (v *viewer) has(l *level, start int64) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.seen[l.String()][start] != nil
}

// keep looks at a fragment that was listed and remembers it.
func (v *viewer) keep(ctx context.Context, l *level, at span, a *answer) {
	f, err := parseFragment(a.body)
	switch {
	case a.status != http.StatusOK:
		v.note(ctx, "%s at %d is listed and answers %d: %s", l, at.start, a.status, a.body)
	case err != nil:
		v.note(ctx, "%s at %d: %v", l, at.start, err)
	case f.at != at:
		v.note(ctx, "%s at %d says that it is at %v", l, at.start, f.at)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seen[l.String()] == nil {
		v.seen[l.String()] = make(map[int64]*answer)
	}
	v.seen[l.String()][at.start] = a
}

// count is how many fragments of each of at least three quality levels have been seen.
func (v *viewer) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.seen) < 3 {
		return 0
	}
	fewest := 1 << 30
	for _, fragments := range v.seen {
		fewest = min(fewest, len(fragments))
	}
	return fewest
}

// await waits until the viewer has seen so many fragments of every quality level.
func (v *viewer) await(t *testing.T, fragments int) {
	t.Helper()
	eventually(t, fmt.Sprintf("a viewer has %d fragments of every quality level", fragments), func() (any, bool) {
		n := v.count()
		return n, n >= fragments
	})
}

// leave ends the viewing and fails the test for what went wrong.
func (v *viewer) leave(t *testing.T) {
	t.Helper()
	v.stop()
	<-v.done
	for _, text := range v.trouble {
		t.Error("a viewer had trouble: " + text)
	}
	if n := v.connections.Load(); n > 1 {
		t.Errorf("a viewer was disconnected %d times", n-1)
	}
}

// sameStill makes sure that everything the viewer saw is at its address now, unchanged.
func (v *viewer) sameStill(t *testing.T) {
	t.Helper()
	p := newPlayer(t, v.base)
	_, levels := p.mustManifest(t)
	for _, l := range levels {
		for start, before := range v.seen[l.String()] {
			now := p.mustGet(t, http.StatusOK, http.MethodGet, p.address(l, start))
			if !bytes.Equal(now.body, before.body) || now.header.Get("ETag") != before.header.Get("ETag") {
				t.Errorf("%s at %d was %d bytes with the tag %s and is %d with %s", l, start,
					len(before.body), before.header.Get("ETag"), len(now.body), now.header.Get("ETag"))
			}
		}
	}
}

func TestLive(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	v := watch(t, s.url("oceans", "Manifest"))
	p := newPlayer(t, v.base)
	if a, err := p.get(t.Context(), http.MethodGet, p.base); err != nil || a.status < 400 {
		t.Fatalf("a point without an event answers %+v, %v", a, err)
	}
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	v.await(t, 2)
	s.awaitState(t, "oceans", "started")

	checkLiveManifest(t, p)
	checkEdge(t, p)
	checkConditions(t, p)
	v.await(t, 4)

	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	<-v.done
	if !v.ended {
		t.Error("the viewer was not told of the end")
	}
	v.leave(t)
	v.sameStill(t)
	for _, l := range checkRecording(t, p) {
		for i, at := range l.spans[1:] {
			if d := at.start - l.spans[i].end(); d != 0 {
				t.Errorf("%s: a gap of %d before %d", l, d, at.start)
			}
		}
		if last := l.spans[len(l.spans)-1]; len(v.seen[l.String()]) != len(l.spans) {
			t.Errorf("%s: the viewer has %d of %d fragments, the last at %d", l, len(v.seen[l.String()]), len(l.spans), last.start)
		}
		download(t, p, l)
	}
	checkFiles(t, h, liveStream+".ismv")
}

// checkLiveManifest looks at what players need to know of a live event.
func checkLiveManifest(t *testing.T, p *player) {
	t.Helper()
	m, levels := p.mustManifest(t)
	if m.IsLive != "TRUE" || m.Duration != 0 || m.LookAhead != 2 || len(levels) != 3 {
		t.Errorf("the live manifest says %+v", m)
	}
	for _, l := range levels {
		for _, at := range l.spans {
			if l.kind == "video" && (at.duration != 10_000_000 || at.start%10_000_000 != 0) {
				t.Errorf("%s: a key frame each second gives a fragment %v", l, at)
			}
		}
	}
}

// checkRecording looks at what players need to know of a recording.
func checkRecording(t *testing.T, p *player) []*level {
	t.Helper()
	m, levels := p.mustManifest(t)
	if strings.EqualFold(m.IsLive, "true") || m.Duration == 0 {
		t.Errorf("the manifest of the ended event says %+v", m)
	}
	for _, l := range levels {
		if last := l.spans[len(l.spans)-1].end(); last > m.Duration {
			t.Errorf("%s ends at %d, the presentation at %d", l, last, m.Duration)
		}
	}
	return levels
}

// checkEdge asks for what is not there yet, and never was.
func checkEdge(t *testing.T, p *player) {
	t.Helper()
	_, levels := p.mustManifest(t)
	for _, l := range levels {
		last := l.spans[len(l.spans)-1]
		ahead := p.mustGet(t, http.StatusPreconditionFailed, http.MethodGet, p.address(l, last.start+1000*last.duration))
		if len(ahead.body) != 0 {
			t.Errorf("%s: the answer for a fragment to come has %d bytes: %s", l, len(ahead.body), ahead.body)
		}
		if got := ahead.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: a fragment to come may be cached: %q", l, got)
		}
		if ahead.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: a browser may not read that a fragment is to come: %v", l, ahead.header)
		}
		p.mustGet(t, http.StatusNotFound, http.MethodGet, p.address(l, l.spans[0].start+1_000_003))
	}
}

// checkConditions asks for manifests and fragments in the ways that save bytes.
func checkConditions(t *testing.T, p *player) {
	t.Helper()
	_, levels := p.mustManifest(t)
	url := p.address(levels[0], levels[0].spans[0].start)
	whole := p.mustGet(t, http.StatusOK, http.MethodGet, url)
	if got := whole.header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("a fragment never changes, and its Cache-Control is %q", got)
	}
	if whole.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(whole.header.Get("Access-Control-Expose-Headers"), "Date") {
		t.Errorf("a browser may not read a fragment or its date: %v", whole.header)
	}
	unchanged := p.mustGet(t, http.StatusNotModified, http.MethodGet, url, "If-None-Match", whole.header.Get("ETag"))
	head := p.mustGet(t, http.StatusOK, http.MethodHead, url)
	if len(unchanged.body) != 0 || len(head.body) != 0 || head.header.Get("Content-Length") != fmt.Sprint(len(whole.body)) || head.header.Get("ETag") != whole.header.Get("ETag") {
		t.Errorf("304 has %d bytes, HEAD says %v of %d bytes", len(unchanged.body), head.header, len(whole.body))
	}
	p.mustGet(t, http.StatusOK, http.MethodHead, p.base)

	zipped := p.mustGet(t, http.StatusOK, http.MethodGet, p.base, "Accept-Encoding", "gzip")
	if zipped.header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("the manifest is not compressed: %v", zipped.header)
	}
	r, err := gzip.NewReader(bytes.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if m, _, err := parseManifest(text); err != nil || m.IsLive != "TRUE" {
		t.Errorf("the compressed manifest: %v, %+v", err, m)
	}
	// The manifest changes each second, so the question may come too late once.
	eventually(t, "a manifest that has not changed is not sent again", func() (any, bool) {
		a, err := p.get(t.Context(), http.MethodGet, p.base)
		if err != nil {
			return err, false
		}
		b, err := p.get(t.Context(), http.MethodGet, p.base, "If-None-Match", a.header.Get("ETag"))
		if err != nil {
			return err, false
		}
		return b.status, b.status == http.StatusNotModified && len(b.body) == 0
	})
}
