package state

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

var day = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// opened is a log over a directory, and what it told and read.
type opened struct {
	*Log
	dir  *Dir
	past []engine.Event
	told chan engine.Event
}

func open(t *testing.T, path string) *opened {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	o := &opened{dir: d, told: make(chan engine.Event, 100)}
	o.Log, o.past = OpenLog(d, slog.New(slog.DiscardHandler), func(e engine.Event) { o.told <- e })
	return o
}

// end runs the log to its orderly end and closes the directory.
func (o *opened) end(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := o.Run(ctx); err != nil {
		t.Error(err)
	}
	if err := o.dir.Close(); err != nil {
		t.Error(err)
	}
}

func event(seq int64) engine.Event {
	return engine.Event{Seq: seq, At: day.Add(time.Duration(seq) * time.Second), Severity: engine.Warning, Point: "oceans", Encoder: "one", Text: fmt.Sprintf("It \"rains\"\n<%d>.", seq), Note: seq%2 == 0}
}

func TestEventsComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "state")
	var want []engine.Event
	for run := range 3 {
		o := open(t, path)
		if !slices.Equal(o.past, want) {
			t.Fatalf("run %d reads %+v", run, o.past)
		}
		for range 10 {
			e := event(int64(len(want) + 1))
			want = append(want, e)
			o.Put(e)
		}
		o.end(t)
	}
	info, err := os.Stat(filepath.Join(path, logName))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
}

func TestOnlyTheNewestFilesAreKept(t *testing.T) {
	path := t.TempDir()
	seq := int64(0)
	for range 20 {
		o := open(t, path)
		o.max = 2000
		for range 5 {
			seq++
			o.Put(event(seq))
		}
		o.end(t)
	}
	files, err := os.ReadDir(path)
	if err != nil || len(files) != 3 {
		t.Errorf("files are %v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Size() > 2000 {
			t.Errorf("%s has %d bytes (%v)", f.Name(), info.Size(), err)
		}
	}
	o := open(t, path)
	if n := len(o.past); n < 10 || n > 30 || o.past[n-1].Seq != seq || o.past[0].Seq != seq-int64(n)+1 {
		t.Errorf("%d events are left: %+v", n, o.past)
	}
	o.end(t)
}

// Whatever a crash or a disk makes of the file costs the damaged lines alone.
func TestDamagedLinesAreLeftOut(t *testing.T) {
	path := t.TempDir()
	o := open(t, path)
	for i := range 5 {
		o.Put(event(int64(i + 1)))
	}
	o.end(t)
	name := filepath.Join(path, logName)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(bytes.TrimSpace(whole), []byte("\n"))
	for what, c := range map[string]struct {
		text string
		want int
	}{
		"torn":       {strings.TrimSpace(string(whole[:len(whole)-9])), 4},
		"zeros":      {string(lines[0]) + strings.Repeat("\x00", 500) + "\n" + string(lines[1]), 2},
		"nothing":    {"", 0},
		"no events":  {"{}\n[]\nnull\n{\"seq\":-1}\n{\"seq\":9223372036854775807,\"at\":\"2026-07-01T12:00:00Z\"}\n", 0},
		"twice":      {string(whole) + string(whole), 5},
		"far ahead":  {string(lines[0]) + "{\"seq\":900,\"at\":\"2026-07-01T12:00:00Z\"}\n" + string(whole), 5},
		"too far":    {string(whole) + "{\"seq\":9007199254740991,\"at\":\"2026-07-01T12:00:00Z\"}\n", 5},
		"no newline": {strings.TrimSpace(string(whole)), 5},
	} {
		if err := os.WriteFile(name, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := open(t, path)
		if len(o.past) != c.want {
			t.Errorf("%s: %d events, want %d", what, len(o.past), c.want)
		}
		o.Put(event(100))
		o.end(t)
		o = open(t, path)
		if n := len(o.past); n != c.want+1 || o.past[n-1] != event(100) {
			t.Errorf("%s: later there are %+v", what, o.past)
		}
		o.end(t)
	}
}

func TestADiskThatFailsIsToldAndDoesNotHold(t *testing.T) {
	path := t.TempDir()
	if err := os.Mkdir(filepath.Join(path, logName), 0o700); err != nil { // in the place of the file
		t.Fatal(err)
	}
	o := open(t, path)
	for i := range 3 {
		o.Put(event(int64(i + 1)))
		o.write()
	}
	if e := <-o.told; len(o.told) != 0 || !strings.Contains(e.Text, "cannot be written") {
		t.Fatalf("told was %q", e.Text)
	}
	if err := os.Remove(filepath.Join(path, logName)); err != nil {
		t.Fatal(err)
	}
	o.Put(event(4))
	o.write()
	if e := <-o.told; !strings.Contains(e.Text, "lacks 3 events") {
		t.Fatalf("told was %q", e.Text)
	}
	o.end(t)
	o = open(t, path)
	if len(o.past) != 1 || o.past[0] != event(4) {
		t.Errorf("kept are %+v", o.past)
	}
	o.end(t)
}

func TestAQueueIsBounded(t *testing.T) {
	path := t.TempDir()
	o := open(t, path)
	for i := range maxPending + 7 {
		e := event(int64(i + 1))
		e.Text = strings.Repeat("ü", maxText)
		o.Put(e)
	}
	o.write()
	if e := <-o.told; !strings.Contains(e.Text, "lacks 7 events") {
		t.Errorf("told was %q", e.Text)
	}
	o.end(t)
	o = open(t, path)
	if len(o.past) == 0 || len(o.past) > maxPending {
		t.Errorf("%d events", len(o.past))
	}
	for _, e := range o.past {
		if len(e.Text) > maxText || strings.Trim(e.Text, "ü") != "" {
			t.Fatalf("a text of %d bytes ends with %q", len(e.Text), e.Text[len(e.Text)-4:])
		}
	}
	o.end(t)
}

func TestRunWritesAsItGoes(t *testing.T) {
	path := t.TempDir()
	o := open(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- o.Run(ctx) }()
	o.Put(event(1))
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if b, err := os.ReadFile(filepath.Join(path, logName)); err == nil && bytes.HasSuffix(b, []byte("}\n")) {
			break
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("nothing was written")
		}
	}
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	if err := o.dir.Close(); err != nil {
		t.Error(err)
	}
}

func TestADirectoryIsForOne(t *testing.T) {
	path := t.TempDir()
	o := open(t, path)
	if _, err := Open(path); err == nil {
		t.Error("two have it")
	}
	o.end(t)
	open(t, path).end(t)
	file := filepath.Join(path, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil {
		t.Error("a file is taken for a directory")
	}
}
