package page

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pubpoint/engine"
)

func hello(w io.Writer) error {
	_, err := io.WriteString(w, "hello")
	return err
}

func TestSaveFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	path, err := SaveFile(t.Context(), " ~/a.txt ", hello)
	if err != nil || path != filepath.Join(dir, "a.txt") {
		t.Fatalf("%q, %v", path, err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "hello" {
		t.Errorf("%q, %v", b, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name, path string
		ctx        context.Context
		write      func(io.Writer) error
		want       string
		kind       engine.Kind
	}{
		{"there", path, t.Context(), hello, "already", engine.Conflict},
		{"nothing", "", t.Context(), hello, "Name the file", engine.BadInput},
		{"directory", dir, t.Context(), hello, "is a directory", engine.BadInput},
		{"no directory", dir + "/none/b.txt", t.Context(), hello, "There is no directory " + dir + "/none", engine.BadInput},
		{"below a file", path + "/b.txt", t.Context(), hello, "cannot be written", engine.Storage},
		{"cancelled", dir + "/c.txt", gone, hello, "cancelled", engine.Unavailable},
		{"full", dir + "/d.txt", t.Context(), func(io.Writer) error { return &os.PathError{Err: syscall.ENOSPC} }, "The disk is full", engine.Storage},
		{"half", dir + "/e.txt", t.Context(), func(w io.Writer) error { return errors.Join(hello(w), errors.New("source lost")) }, "source lost", engine.Storage},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := SaveFile(c.ctx, c.path, c.write)
			if engine.KindOf(err) != c.kind || !strings.Contains(engine.Sentence(err), c.want) {
				t.Errorf("%v: %v", engine.KindOf(err), err)
			}
		})
	}
	if left, err := filepath.Glob(dir + "/*"); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
