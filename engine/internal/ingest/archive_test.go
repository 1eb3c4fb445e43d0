package ingest

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pubpoint/engine"
)

// TestHeaderWithoutFragmentsIsPutAside kills the program when an encoder has announced
// itself and sent nothing: the file that is left has a header only, and the next event is
// archived under the same name all the same.
func TestHeaderWithoutFragmentsIsPutAside(t *testing.T) {
	av := vector(t, "av-isml.ismv")
	header, _, _ := split(t, av)
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.connect("x")
	e.send(header)
	d.until("a server manifest that names the stream", func(engine.PointStatus) bool {
		b, err := os.ReadFile(filepath.Join(d.dir, "oceans.ism"))
		return err == nil && bytes.Contains(b, []byte("x.ismv"))
	})
	running := d.stop
	defer func() {
		e.leave()
		running()
	}()
	left := filepath.Join(t.TempDir(), "oceans.isml")
	if err := os.CopyFS(left, os.DirFS(d.dir)); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(filepath.Join(left, "x.ismv")); err != nil || !bytes.Equal(kept, header) {
		t.Fatalf("the file left has %d bytes, not the header's %d; %v", len(kept), len(header), err)
	}

	next := &desk{t: t, dir: left, news: make(chan struct{})}
	next.open(engine.DefaultPointConfig())
	defer func() { next.stop() }()
	if status, text := next.post("/oceans.isml/Streams(x)", bytes.NewReader(av)); status != 200 {
		t.Fatal(status, text)
	}
	st := next.await(engine.StateStopped)
	if !st.Archive.Sealed || st.Archive.Reason != "" {
		t.Fatalf("archive %+v", st.Archive)
	}
	checkArchive(t, filepath.Join(left, "x.ismv"), av)
	aside, err := filepath.Glob(filepath.Join(left, "events", "*.left", "x.ismv"))
	if err != nil || len(aside) != 1 {
		t.Fatalf("put aside: %v, %v", aside, err)
	}
	if kept, err := os.ReadFile(aside[0]); err != nil || !bytes.Equal(kept, header) {
		t.Fatalf("what was put aside has %d bytes; %v", len(kept), err)
	}
}

// TestForeignFileUnderAnArchivesName must not be lost, and not stop the archive.
func TestForeignFileUnderAnArchivesName(t *testing.T) {
	av := vector(t, "av-isml.ismv")
	d := newDesk(t, engine.DefaultPointConfig())
	if err := os.WriteFile(filepath.Join(d.dir, "x.ismv"), []byte("foreign"), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(av)); status != 200 {
		t.Fatal(status, text)
	}
	if st := d.await(engine.StateStopped); !st.Archive.Sealed || st.Archive.Reason != "" {
		t.Fatalf("archive %+v", st.Archive)
	}
	checkArchive(t, filepath.Join(d.dir, "x.ismv"), av)
	aside, err := filepath.Glob(filepath.Join(d.dir, "events", "*.left", "x.ismv"))
	if err != nil || len(aside) != 1 {
		t.Fatalf("put aside: %v, %v", aside, err)
	}
	if kept, err := os.ReadFile(aside[0]); err != nil || string(kept) != "foreign" {
		t.Fatalf("what was put aside is %q; %v", kept, err)
	}
}

// TestArchiveThatCannotBeginIsTriedAgain has a file stand where the directory of earlier
// events belongs, so that what lies under the archive's name cannot be put aside.
func TestArchiveThatCannotBeginIsTriedAgain(t *testing.T) {
	av := vector(t, "av-isml.ismv")
	header, fragments, mark := split(t, av)
	d := newDesk(t, engine.DefaultPointConfig())
	inTheWay := filepath.Join(d.dir, "events")
	for _, name := range []string{inTheWay, filepath.Join(d.dir, "x.ismv")} {
		if err := os.WriteFile(name, []byte("foreign"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e := d.connect("x")
	e.send(header, fragments[0], fragments[1])
	st := d.arrived(2)
	if st.State != engine.StateStarted || st.Archive.Recording || st.Archive.Reason == "" {
		t.Fatalf("state %s, archive %+v", st.State, st.Archive)
	}
	for _, s := range d.point.Source().View().Streams {
		if len(s.Spans) != 1 {
			t.Fatalf("%s has %d spans while nothing can be archived", s.Name, len(s.Spans))
		}
	}
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	e.send(fragments[2])
	if st := d.arrived(3); !st.Archive.Recording || st.Archive.Reason != "" {
		t.Fatalf("archive %+v", st.Archive)
	}
	e.send(fragments[3], fragments[4], fragments[5], mark)
	if status := e.leave(); status != 200 {
		t.Fatal(status)
	}
	if st := d.await(engine.StateStopped); !st.Archive.Sealed || st.Archive.Reason != "" {
		t.Fatalf("archive %+v", st.Archive)
	}
	if got := timeline(d.point.Source().View(), "video"); got != "0+20000000 20000000+20000000 40000000+10000000" {
		t.Fatalf("timeline %s", got)
	}
	kept, err := os.ReadFile(filepath.Join(d.dir, "x.ismv"))
	if err != nil || !bytes.HasPrefix(kept, slices.Concat(header, slices.Concat(fragments[2:]...))) {
		t.Fatalf("the archive has %d bytes and not what came since; %v", len(kept), err)
	}
}

// TestManifestThatCannotBeWrittenIsTold has a directory in the way of the server manifest.
func TestManifestThatCannotBeWrittenIsTold(t *testing.T) {
	header, fragments, mark := split(t, vector(t, "av-isml.ismv"))
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.connect("x")
	inTheWay := filepath.Join(d.dir, "oceans.ism", "full")
	if err := os.MkdirAll(inTheWay, 0o755); err != nil {
		t.Fatal(err)
	}
	e.send(header, fragments[0])
	st := d.arrived(1)
	if st.State != engine.StateStarted || st.Reason == "" || st.Action == "" {
		t.Fatalf("state %s, reason %q, action %q", st.State, st.Reason, st.Action)
	}
	if err := os.RemoveAll(filepath.Dir(inTheWay)); err != nil {
		t.Fatal(err)
	}
	e.send(fragments[1])
	if st := d.arrived(2); st.Reason != "" {
		t.Fatalf("reason %q", st.Reason)
	}
	e.send(mark)
	if status := e.leave(); status != 200 {
		t.Fatal(status)
	}
	if st := d.await(engine.StateStopped); !st.Archive.Sealed {
		t.Fatalf("archive %+v", st.Archive)
	}
}
