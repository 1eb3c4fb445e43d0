package origin

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pubpoint/engine"
)

// patience only ends a test that hangs.
const patience = time.Minute

// newOrigin makes an origin that does not run: a test drives its parts.
func newOrigin(t *testing.T) *Origin {
	t.Helper()
	o, err := New(Config{Root: t.TempDir(), Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		o.fleet.close()
		o.fleet.group.Wait()
		o.points.close()
		o.points.group.Wait()
		if err := o.root.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// closed reports whether a point has been told to close.
func closed(e *entry) bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// ended waits until something has come to its end.
func ended(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
		t.Fatalf("%s never ended", what)
	}
}

// TestPointMadeBehindAScanStays drops what a scan has not seen: a directory that was made
// when the scan had passed its place is there all the same, one that is gone is not.
func TestPointMadeBehindAScanStays(t *testing.T) {
	o := newOrigin(t)
	for _, name := range []string{"stays", "gone"} {
		if err := o.CreatePoint(t.Context(), name, engine.DefaultPointConfig()); err != nil {
			t.Fatal(err)
		}
	}
	stays, gone := o.points.get("stays"), o.points.get("gone")
	if err := os.RemoveAll(filepath.Join(o.cfg.Root, "gone.isml")); err != nil {
		t.Fatal(err)
	}
	o.points.drop(map[string]bool{})
	ended(t, "the point without a directory", gone.done)
	if o.points.get("gone") != nil || o.points.get("stays") != stays || closed(stays) {
		t.Fatal("the wrong points were dropped")
	}
}

// TestPointThatIsGoneIsNotOpened opens what somebody has found just before it was deleted.
func TestPointThatIsGoneIsNotOpened(t *testing.T) {
	o := newOrigin(t)
	if err := o.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if err := o.DeletePoint(t.Context(), "oceans", engine.Deletion{}); err != nil {
		t.Fatal(err)
	}
	if e := o.points.open("oceans", "oceans.isml"); e != nil || o.points.get("oceans") != nil {
		t.Error("a point without a directory was opened")
	}
}

func TestPointsMadeDuringScansStay(t *testing.T) {
	o := newOrigin(t)
	for i := range 20 { // a walk shall take a while
		if err := os.MkdirAll(filepath.Join(o.cfg.Root, "deep", fmt.Sprint(i), "er"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var made []*entry
	for i := range 200 {
		name := fmt.Sprintf("point-%d", i)
		scanned := make(chan struct{})
		go func() {
			defer close(scanned)
			o.points.scan()
		}()
		if err := o.CreatePoint(t.Context(), name, engine.DefaultPointConfig()); err != nil {
			t.Fatal(err)
		}
		made = append(made, o.points.get(name))
		ended(t, "the scan", scanned)
	}
	for i, e := range made {
		if e == nil || closed(e) || o.points.get(fmt.Sprintf("point-%d", i)) != e {
			t.Fatalf("point %d was closed by a scan that was under way", i)
		}
	}
}

func TestNamesWithTheExtensionAreRefused(t *testing.T) {
	o := newOrigin(t)
	for _, name := range []string{"a.isml", "a.ISML", "a.ism", "a.isml/b", "a/b.isml", ".isml"} {
		if err := o.CreatePoint(t.Context(), name, engine.DefaultPointConfig()); engine.KindOf(err) != engine.BadInput {
			t.Errorf("%s: %v", name, err)
		}
		if p := o.points.Point(name); p != nil {
			t.Errorf("%s is a point", name)
		}
	}
	// What somebody else made is left alone.
	if err := os.MkdirAll(filepath.Join(o.cfg.Root, "x.isml.isml"), 0o755); err != nil {
		t.Fatal(err)
	}
	o.points.scan()
	if n := len(o.Points()); n != 0 {
		t.Errorf("%d points", n)
	}
}

// TestFinishedFilesAreReadAgainWhenTheyChange copies a directory of finished files in two
// steps, as a slow copy does.
func TestFinishedFilesAreReadAgainWhenTheyChange(t *testing.T) {
	o := newOrigin(t)
	dir := filepath.Join(o.cfg.Root, "film.ism")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	first := o.points.find("film", vodExt)
	if first == nil {
		t.Fatal("there is no film")
	}
	o.points.scan()
	if o.points.get("film.ism") != first {
		t.Fatal("it was read again although nothing has changed")
	}
	if err := os.WriteFile(filepath.Join(dir, "film.ism"), []byte("<smil/>"), 0o644); err != nil {
		t.Fatal(err)
	}
	o.points.scan()
	if next := o.points.get("film.ism"); next == nil || next == first || !closed(first) {
		t.Fatal("it was not read again")
	}
}
