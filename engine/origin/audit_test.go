package origin

import (
	"os"
	"path/filepath"
	"testing"

	"pubpoint/engine"
)

func TestAuditSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "state", alarmsFile), []byte("{}"), 0o644); err != nil { // of an earlier version
		t.Fatal(err)
	}
	w := watch(t, dir)
	w.Record(engine.Action{Who: "window", What: "stop", Outcome: engine.Done})
	w.stop()
	w = watch(t, dir)
	if got := w.Actions(10, 0); len(got) != 1 || got[0].Who != "window" || got[0].Seq != 1 {
		t.Errorf("after a restart there is %+v", got)
	}
	w.stop()
	files, err := os.ReadDir(filepath.Join(dir, "state"))
	if err != nil || len(files) < 3 {
		t.Fatalf("kept are %v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("others may read %s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestAliveAsksEveryPoint(t *testing.T) {
	dir := t.TempDir()
	w := watch(t, dir)
	if err := w.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if err := w.Alive(t.Context()); err != nil {
		t.Error(err)
	}
}
