package point

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// headerOf is that of a real encoder with one track of 10 MHz.
func headerOf(t testing.TB, kind engine.MediaType) *Header {
	t.Helper()
	name := "1s-fragments-midgop-isml.ismv"
	if kind == engine.Audio {
		name = "audio-only-2s-isml.ismv"
	}
	b, err := os.ReadFile(filepath.Join("..", "fmp4", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	d := archivetest.New()
	d.Put("x.ismv", archivetest.Header(b))
	scan, err := archive.ScanFile(d, "x.ismv", fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if err := scan.File.Close(); err != nil {
		t.Fatal(err)
	}
	return &Header{Raw: scan.Header, Init: scan.Init}
}

// camera is an encoder whose small fragments can be read back from an archive.
type camera struct {
	*Session
	t      testing.TB
	stream string
	length engine.Ticks
	next   engine.Ticks
	sent   uint32
}

// camera lets an encoder in whose fragments have a length.
func (s *stage) camera(stream string, kind engine.MediaType, length engine.Ticks) *camera {
	s.t.Helper()
	session, _, err := s.Open(context.Background(), SessionInfo{Stream: stream, Remote: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	c := &camera{Session: session, t: s.t, stream: stream, length: length}
	if err := c.Announce(context.Background(), headerOf(s.t, kind)); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// send sends the next n fragments.
func (c *camera) send(n int) {
	c.t.Helper()
	for range n {
		p := archivetest.Fragment(1, c.sent, uint64(c.next), uint64(c.length), 40)
		c.Received(200)
		err := c.Append(context.Background(), &Incoming{Moof: p.Moof, MdatHeader: p.MdatHeader, Payload: p.Payload, Tracks: p.Fragments})
		if err != nil {
			c.t.Fatal(err)
		}
		c.next += c.length
		c.sent++
	}
}

// ears hear what a point tells.
type ears struct {
	mu    sync.Mutex
	heard []string
	news  chan struct{}
}

func (e *ears) config(cfg *Config) {
	e.news = make(chan struct{})
	cfg.Tell = func(_ engine.Severity, text string) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, text)
		close(e.news)
		e.news = make(chan struct{})
	}
}

// await returns the first text with all of some words in it, once it is told.
func (e *ears) await(t *testing.T, words ...string) string {
	t.Helper()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	for {
		e.mu.Lock()
		heard, news := e.heard, e.news
		e.mu.Unlock()
		for _, text := range heard {
			all := true
			for _, w := range words {
				all = all && strings.Contains(text, w)
			}
			if all {
				return text
			}
		}
		select {
		case <-news:
		case <-late.C:
			t.Fatalf("%q was never told: %q", words, heard)
		}
	}
}

// shown is what viewers can have of one fragment.
type shown struct {
	presentation.Fragment
	bytes string
}

// fetch reads every fragment of a stream id, as viewers can.
func fetch(t testing.TB, v *presentation.View, source string) []shown {
	t.Helper()
	var out []shown
	if v == nil {
		return nil
	}
	for _, s := range v.Streams {
		for _, track := range s.Tracks {
			if track.Source != source {
				continue
			}
			for _, f := range track.Fragments {
				var b bytes.Buffer
				moof, err := f.Media.Moof()
				if err != nil {
					t.Fatal(err)
				}
				b.Write(moof)
				if _, err := f.Media.WritePayload(&b, 0, f.Media.PayloadSize()); err != nil {
					t.Fatal(err)
				}
				f.Media = nil
				out = append(out, shown{f, b.String()})
			}
		}
	}
	return out
}

// same makes sure that viewers can have the same of two presentations.
func same(t testing.TB, what string, got, want []shown) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d fragments, want %d", what, len(got), len(want))
	}
	for i := range got {
		a, b := got[i], want[i]
		a.Chunks, b.Chunks = nil, nil
		if a.Start != b.Start || a.Duration != b.Duration || a.Decode != b.Decode || a.Arrived != b.Arrived || a.Size != b.Size || a.bytes != b.bytes {
			t.Fatalf("%s: fragment %d is %+v, want %+v", what, i, a.Fragment, b.Fragment)
		}
	}
}

// scanned reads an archive file of a disk.
func scanned(t testing.TB, d archive.Directory, name string) *archive.Scan {
	t.Helper()
	scan, err := archive.ScanFile(d, name, fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if err := scan.File.Close(); err != nil {
		t.Fatal(err)
	}
	return scan
}
