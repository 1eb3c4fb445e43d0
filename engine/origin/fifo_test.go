//go:build unix

package origin

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/point"
)

// TestSettingsThatAreNoFileDoNotHang has a pipe lie where the settings belong: whoever opens
// it to read waits until somebody writes.
func TestSettingsThatAreNoFileDoNotHang(t *testing.T) {
	o := newOrigin(t)
	dir := filepath.Join(o.cfg.Root, "oceans.isml")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, pointFileName), 0o644); err != nil {
		t.Fatal(err)
	}
	var found *point.Point
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		o.points.scan()
		found = o.points.Point("oceans")
	}()
	ended(t, "looking for the point", looked)
	if found == nil {
		t.Fatal("there is no point")
	}
	// Nobody knows whom the settings would let in.
	if st := found.Status(); st.State != engine.StateError || !st.Config.Equal(engine.DefaultPointConfig()) {
		t.Fatalf("state %s, settings %+v", st.State, st.Config)
	}
	told := false
	for _, e := range o.RecentEvents(-1) {
		told = told || e.Severity == engine.Warning && strings.Contains(e.Text, pointFileName)
	}
	if !told {
		t.Fatalf("nobody is told: %+v", o.RecentEvents(-1))
	}
}
