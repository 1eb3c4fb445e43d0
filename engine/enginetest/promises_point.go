package enginetest

import (
	"testing"
	"time"

	"pubpoint/engine"
)

func settingsChange(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	cfg := engine.DefaultPointConfig()
	cfg.Title, cfg.DVRWindow, cfg.AutoStart, cfg.ArchiveKeepBytes = "The sea", time.Minute, false, 1<<40
	cfg.OnReconnect, cfg.ArchiveSegment, cfg.ArchiveKeep = engine.ReconnectReject, time.Hour, 24*time.Hour
	for range 2 {
		if err := s.UpdatePoint(t.Context(), "oceans", cfg); err != nil {
			t.Fatalf("UpdatePoint: %v", err)
		}
		if p, err := s.Point("oceans"); err != nil || !p.Config.Equal(cfg) || p.Title != "The sea" {
			t.Errorf("after the change it is %+v (%v)", p, err)
		}
	}
	bad := cfg
	bad.LookAhead = 4
	wantKind(t, "UpdatePoint with bad settings", s.UpdatePoint(t.Context(), "oceans", bad), engine.BadInput)
	if err := s.UpdatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatalf("UpdatePoint: %v", err)
	}
	if p, err := s.Point("oceans"); err != nil || !p.Config.Equal(engine.DefaultPointConfig()) || p.Title != "oceans" {
		t.Errorf("with the defaults it is %+v (%v)", p, err)
	}
}

func deletedPoint(t *testing.T, s engine.Service) {
	for _, keep := range []bool{false, true} {
		create(t, s, "oceans")
		if err := s.SetPointState(t.Context(), "oceans", engine.StateStarted); err != nil {
			t.Fatalf("start: %v", err)
		}
		// It waits for an encoder, and is not on air yet.
		if err := s.DeletePoint(t.Context(), "oceans", engine.Deletion{KeepFiles: keep}); err != nil {
			t.Fatalf("DeletePoint: %v", err)
		}
		_, err := s.Point("oceans")
		wantKind(t, "Point of a deleted one", err, engine.NotFound)
		if points := s.Points(); len(points) != 0 {
			t.Errorf("there is %+v", points)
		}
	}
	create(t, s, "oceans")
	if p, err := s.Point("oceans"); err != nil || p.State != engine.StateIdle {
		t.Errorf("made again it is %s (%v)", p.State, err)
	}
}

func emptyArchive(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	if events, err := s.ArchivedEvents(t.Context(), "oceans"); err != nil || len(events) != 0 {
		t.Errorf("archive of a new point: %+v, %v", events, err)
	}
	_, err := s.PurgeArchive(t.Context(), "oceans", engine.Purge{})
	wantKind(t, "PurgeArchive of nothing", err, engine.BadInput)
	_, err = s.PurgeArchive(t.Context(), "oceans", engine.Purge{Event: "x", Before: time.Now()})
	wantKind(t, "PurgeArchive of two things", err, engine.BadInput)
	_, err = s.PurgeArchive(t.Context(), "oceans", engine.Purge{Event: "x"})
	wantKind(t, "PurgeArchive of an unknown event", err, engine.NotFound)
}
