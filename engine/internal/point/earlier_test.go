package point

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Events may have been named by their encoders, so the newest is the one that was sealed last.
func TestEarlierEventsAreOrderedByTheirEnd(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for i, id := range []string{"final", "20260701T180000.000Z", "cup", "20260702T180000.000Z", "20260703T180000.000Z.left", ".purged-x"} {
		if err := os.MkdirAll(filepath.Join(dir, eventsDir, id), 0o755); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, eventsDir, id, "oceans.ism")
		if err := os.WriteFile(file, []byte("<smil/>"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, eventsDir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := Earlier(root, "oceans")
	if want := []string{"20260702T180000.000Z", "cup", "20260701T180000.000Z", "final"}; err != nil || !slices.Equal(ids, want) {
		t.Errorf("%q %v, want %q", ids, err, want)
	}
	left, err := Purged(root)
	if err != nil || !slices.Equal(left, []string{"events/.purged-x"}) {
		t.Errorf("being deleted are %q, %v", left, err)
	}
	if err := root.Close(); err != nil {
		t.Error(err)
	}
}
