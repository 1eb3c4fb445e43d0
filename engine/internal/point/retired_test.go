package point

import (
	"testing"

	"pubpoint/engine/internal/archive/archivetest"
)

// TestDeletedFilesAreClosedInTheEnd has the settings keep everything again while files that were
// deleted are still open.
func TestDeletedFilesAreClosedInTheEnd(t *testing.T) {
	r := newRolled(t, archivetest.New(), keeping)
	r.connect()
	r.run(100 * second)
	r.look(t)
	s := Settings{Config: r.Status().Config}
	s.Config.ArchiveKeep = 0
	if err := r.Configure(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	open := func() (n int) {
		if err := r.do(t.Context(), "look", func(w *writer) error { n = len(w.deleted); return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	r.look(t)
	if open() == 0 {
		t.Fatal("nothing was deleted, or it was closed at once")
	}
	due := false
	if err := r.do(t.Context(), "look", func(w *writer) error { due = !w.retention.IsZero(); return nil }); err != nil {
		t.Fatal(err)
	}
	r.clock.advance(2 * retiredFor)
	r.look(t)
	if n := open(); n != 0 || !due {
		t.Errorf("%d files are open, due %v", n, due)
	}
}
