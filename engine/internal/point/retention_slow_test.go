package point

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive/archivetest"
)

// TestDeletingDelaysNobody has the disk take long to delete the files of two events while
// another one is on air: its media is shown meanwhile.
func TestDeletingDelaysNobody(t *testing.T) {
	r := newRolled(t, archivetest.New(), func(cfg *Config) { cfg.Settings.ArchiveKeep = time.Hour })
	for range 3 {
		if err := r.SetState(t.Context(), engine.StateStarted); err != nil {
			t.Fatal(err)
		}
		r.connect()
		r.run(3 * second)
		r.low.next, r.high.next, r.sound.next = 0, 0, 0
		if err := r.SetState(t.Context(), engine.StateStopped); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	r.connect()
	r.run(3 * second)
	r.clock.advance(2 * time.Hour)
	r.impatient()
	if err := r.do(t.Context(), "wait long for orders", func(w *writer) error { w.cfg.Drain = time.Hour; return nil }); err != nil {
		t.Fatal(err)
	}
	gate, begun := make(chan struct{}), make(chan struct{}, 100)
	r.disk.Fault(func(op archivetest.Op) error {
		if op.Kind == "remove" && strings.HasPrefix(op.Name, "events/") {
			begun <- struct{}{}
			<-gate
		}
		return nil
	})
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		r.look(t)
		<-begun
		r.run(9 * second)
	}()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	select {
	case <-shown:
	case <-late.C:
		t.Error("nothing is shown while files are deleted")
	}
	close(gate)
	<-shown
	r.told.await(t, "was deleted, as archive_keep says")
}
