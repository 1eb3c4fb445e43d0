package state

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pubpoint/engine"
)

// openAudit opens an audit log; end writes what is pending and closes its directory.
func openAudit(t *testing.T, path string) (a *Audit, end func()) {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	a = OpenAudit(d, slog.New(slog.DiscardHandler))
	return a, func() {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := a.Run(ctx); err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestActionsComeBack(t *testing.T) {
	path := t.TempDir()
	for run := range 3 {
		a, end := openAudit(t, path)
		if got := a.Actions(1000, 0); len(got) != 10*run || run > 0 && (got[0].Seq != 1 || got[0].What != "stop \"0\"\n") {
			t.Fatalf("run %d reads %+v", run, got)
		}
		for i := range 10 {
			a.Record(engine.Action{Who: "window", What: fmt.Sprintf("stop \"%d\"\n", i), Outcome: engine.Done, Detail: strings.Repeat("ä", 600)})
		}
		end()
	}
	info, err := os.Stat(filepath.Join(path, auditName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
	a, end := openAudit(t, path)
	defer end()
	for _, c := range []struct {
		limit       int
		after       int64
		first, last int64
	}{{5, 0, 26, 30}, {5, 3, 4, 8}, {100, 28, 29, 30}, {1000, 0, 1, 30}} {
		got := a.Actions(c.limit, c.after)
		if got[0].Seq != c.first || got[len(got)-1].Seq != c.last || len(got) != int(c.last-c.first+1) {
			t.Errorf("limit %d after %d: %d to %d", c.limit, c.after, got[0].Seq, got[len(got)-1].Seq)
		}
	}
	if got := a.Actions(5, 30); len(got) != 0 {
		t.Errorf("behind the last: %+v", got)
	}
	if got := a.Actions(-1, 0); len(got) != 0 {
		t.Errorf("limit -1: %+v", got)
	}
}

func TestActionsAreBounded(t *testing.T) {
	path := t.TempDir()
	for range 4 {
		a, end := openAudit(t, path)
		a.max = 3000
		for i := range 3 * keptActions {
			a.Record(engine.Action{What: "w", Outcome: engine.Done, Point: "p"})
			if i%10 == 9 {
				a.write()
			}
		}
		if n := len(a.Actions(1<<20, 0)); n < keptActions || n > 2*keptActions {
			t.Errorf("%d actions are in memory", n)
		}
		end()
	}
	for _, name := range []string{auditName, oldAuditName} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || info.Size() > 3000 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestDamagedActionsAreLeftOut(t *testing.T) {
	path := t.TempDir()
	a, end := openAudit(t, path)
	a.Record(engine.Action{What: "one"})
	end()
	f, err := os.OpenFile(filepath.Join(path, auditName), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("{\"seq\":9007199254740991,\"at\":\"2026-01-01T00:00:00Z\"}\nrubbish\n{\"seq\":2,\"at"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	a, end = openAudit(t, path)
	a.Record(engine.Action{What: "two"})
	end()
	a, end = openAudit(t, path)
	defer end()
	if got := a.Actions(10, 0); len(got) != 2 || got[1].Seq != 2 || got[1].What != "two" {
		t.Errorf("read back is %+v", got)
	}
}

func TestActionsWithoutADirectory(t *testing.T) {
	a := OpenAudit(nil, slog.New(slog.DiscardHandler))
	a.Record(engine.Action{What: "one"})
	if got := a.Actions(10, 0); len(got) != 1 || got[0].At.IsZero() {
		t.Errorf("remembered is %+v", got)
	}
}

func TestWriteFile(t *testing.T) {
	path := t.TempDir()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "old.json"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{d.WriteFile("new.json", []byte("1")), d.WriteFile("new.json", []byte("2")), d.Restrict("old.json"), d.Restrict("none")} {
		if err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"old.json", "new.json"} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if err := d.WriteFile("none/new.json", nil); err == nil {
		t.Error("a file was written where there is no directory")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir(path); err != nil || len(files) != 3 {
		t.Errorf("files are %v, %v", files, err)
	}
}
