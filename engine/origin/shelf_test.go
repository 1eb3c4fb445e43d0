package origin

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
)

// newShelf is an origin with a point that has recorded n events and shows the last; ids are of the
// ones before it.
func newShelf(t *testing.T, n int) (o *Origin, media string, ids []string) {
	t.Helper()
	o = newOrigin(t)
	o.cfg.Grace = time.Millisecond
	t.Cleanup(o.points.shelf.close)
	server := httptest.NewServer(o.handler)
	t.Cleanup(server.Close)
	if err := o.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join("..", "internal", "fmp4", "testdata", "av-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		resp, err := http.Post(server.URL+"/oceans.isml/Streams(x-200k-64k)", "", bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode != 200 {
			t.Fatal(resp.Status, err)
		}
		if err := o.SetPointState(t.Context(), "oceans", engine.StateStopped); err != nil {
			t.Fatal(err)
		}
		if err := o.SetPointState(t.Context(), "oceans", engine.StateStarted); err != nil {
			t.Fatal(err)
		}
	}
	events, err := o.ArchivedEvents(t.Context(), "oceans")
	if err != nil || len(events) != n {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for _, e := range events[1:] {
		ids = append(ids, e.ID)
	}
	return o, server.URL + "/oceans.isml/", ids
}

func status(t *testing.T, url string) int {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return 0
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Error(err)
	}
	return resp.StatusCode
}

func (s *shelf) count() (open, users int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.open {
		users += e.users
	}
	return len(s.open), users
}

// An event is closed when nobody has asked for it in a while, and read again when its files change.
func TestShelfIsSwept(t *testing.T) {
	o, media, ids := newShelf(t, 2)
	s, k := o.points.shelf, shelved{"oceans.isml", ids[0]}
	reader, err := s.take(t.Context(), "oceans", k)
	if err != nil {
		t.Fatal(err)
	}
	s.sweep(time.Now().Add(2 * idleEvent))
	if n, users := s.count(); n != 1 || users != 1 {
		t.Fatalf("with a reader %d are open for %d", n, users)
	}
	if again, err := s.take(t.Context(), "oceans", k); err != nil || again != reader {
		t.Fatalf("opened twice: %v", err)
	}
	s.put(reader)
	if err := os.WriteFile(filepath.Join(o.cfg.Root, k.path(), "note.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.sweep(time.Now())
	if n, _ := s.count(); n != 0 {
		t.Fatal("it is not read again though its files have changed")
	}
	if reader.Source().View() == nil {
		t.Fatal("it is taken away from who reads it")
	}
	fresh, err := s.take(t.Context(), "oceans", k)
	if err != nil || fresh == reader {
		t.Fatalf("%v", err)
	}
	s.put(reader)
	ended(t, "what was read again", reader.done)
	s.put(fresh)
	s.sweep(time.Now())
	if n, _ := s.count(); n != 1 {
		t.Fatal("it is closed at once")
	}
	s.sweep(time.Now().Add(2 * idleEvent))
	ended(t, "what nobody reads", fresh.done)
	if got := status(t, media+"Events("+ids[0]+")/Manifest"); got != 200 {
		t.Errorf("later it answers %d", got)
	}
}

func TestShelfIsFull(t *testing.T) {
	o, media, ids := newShelf(t, maxOpenEvents+2)
	s := o.points.shelf
	var held []*openEvent
	for _, id := range ids[:maxOpenEvents] {
		e, err := s.take(t.Context(), "oceans", shelved{"oceans.isml", id})
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, e)
	}
	last := media + "Events(" + ids[maxOpenEvents] + ")/Manifest"
	if got := status(t, last); got != http.StatusServiceUnavailable {
		t.Errorf("one more than can be open answers %d", got)
	}
	for _, e := range held {
		s.put(e)
	}
	if got := status(t, last); got != 200 {
		t.Errorf("once there is room it answers %d", got)
	}
	if n, users := s.count(); n != maxOpenEvents || users != 0 {
		t.Errorf("%d are open for %d", n, users)
	}
}

// Many viewers, sweeps and a purge at the same time.
func TestShelfUnderLoad(t *testing.T) {
	o, media, ids := newShelf(t, maxOpenEvents+4)
	var viewers sync.WaitGroup
	for v := range 8 {
		viewers.Go(func() {
			for i := range 3 * len(ids) {
				id := ids[(i*7+v)%len(ids)]
				got := status(t, media+"Events("+id+")/Manifest")
				purged := id == ids[3] && got == 404
				if got != 200 && got != http.StatusServiceUnavailable && !purged {
					t.Errorf("%s answers %d", id, got)
				}
			}
		})
	}
	viewers.Go(func() {
		for range 50 {
			o.points.shelf.sweep(time.Now().Add(2 * idleEvent))
		}
	})
	viewers.Go(func() {
		if _, err := o.PurgeArchive(t.Context(), "oceans", engine.Purge{Event: ids[3]}); err != nil {
			t.Error(err)
		}
	})
	viewers.Wait()
	if n, users := o.points.shelf.count(); n > maxOpenEvents || users != 0 {
		t.Errorf("%d are open for %d", n, users)
	}
	if got := status(t, media+"Events("+ids[3]+")/Manifest"); got != 404 {
		t.Errorf("the purged event answers %d", got)
	}
}
