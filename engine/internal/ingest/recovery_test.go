package ingest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"pubpoint/engine"
)

func TestCrashIsRecovered(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	av := vector(t, "av-isml.ismv")
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(av[:len(av)-8])); status != 200 {
		t.Fatal(status, text)
	}
	before := timeline(d.point.Source().View(), "video")
	// What a killed program leaves: the files as they are now, with half a fragment.
	crashed := t.TempDir()
	if err := os.CopyFS(filepath.Join(crashed, "oceans.isml"), os.DirFS(d.dir)); err != nil {
		t.Fatal(err)
	}
	d.stop()
	d.dir = filepath.Join(crashed, "oceans.isml")
	f, err := os.OpenFile(filepath.Join(d.dir, "x.ismv"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(av[24+1522+1214:][:500]); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	d.open(engine.DefaultPointConfig())
	if st := d.await(engine.StateStarted); !st.SourceLost {
		t.Fatal("an encoder is said to be there")
	}
	// The last, short fragments were published in full before the crash.
	if got := timeline(d.point.Source().View(), "video"); got != before {
		t.Fatalf("before %s\nafter  %s", before, got)
	}
	if err := d.point.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	checkArchive(t, filepath.Join(d.dir, "x.ismv"), av)
}

func TestUnwritableDirectoryIsTold(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	d.stop()
	if err := os.RemoveAll(d.dir); err != nil {
		t.Fatal(err)
	}
	d.open(engine.DefaultPointConfig())
	st := d.await(engine.StateError)
	if st.Reason == "" || st.Action == "" {
		t.Fatalf("%+v", st)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 503 {
		t.Fatal(status, text)
	}
	if err := os.Mkdir(d.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := d.point.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
}
