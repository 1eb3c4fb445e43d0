package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// counted is a directory that counts the files that are open.
type counted struct {
	Directory
	open atomic.Int64
}

func (c *counted) Open(name string) (Handle, error) { return c.count(c.Directory.Open(name)) }

func (c *counted) OpenFile(name string, flag int, perm fs.FileMode) (Handle, error) {
	return c.count(c.Directory.OpenFile(name, flag, perm))
}

func (c *counted) count(h Handle, err error) (Handle, error) {
	if err != nil {
		return nil, err
	}
	c.open.Add(1)
	return &countedFile{Handle: h, open: &c.open}, nil
}

type countedFile struct {
	Handle
	open *atomic.Int64
}

func (f *countedFile) Close() error {
	f.open.Add(-1)
	return f.Handle.Close()
}

// shelf is a directory of n files of one byte each, and all of them open.
func shelf(t *testing.T, h *Handles, n int) (*counted, []*File) {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := &counted{Directory: On(root)}
	var files []*File
	for i := range n {
		name := fmt.Sprint(i, ".ismv")
		if err := root.WriteFile(name, []byte{byte(i)}, 0o644); err != nil {
			t.Fatal(err)
		}
		d, err := dir.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		f := newFile(name, d)
		if err := h.Manage(f, dir); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	t.Cleanup(func() {
		for _, f := range files {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
		if n := dir.open.Load(); n != 0 {
			t.Errorf("%d files are open", n)
		}
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	return dir, files
}

// first reads the one byte of a file.
func first(f *File) (byte, error) {
	var b [1]byte
	_, err := f.ReadAt(b[:], 0)
	return b[0], err
}

// TestHandlesAreBounded reads many files, some of them again and again: the number of those that are
// open stays, and those that are read most are among them.
func TestHandlesAreBounded(t *testing.T) {
	dir, files := shelf(t, NewHandles(4), 20)
	for round := range 3 {
		for i, f := range files {
			if b, err := first(f); err != nil || b != byte(i) {
				t.Fatal(round, i, b, err)
			}
			if n := dir.open.Load(); n > 4 {
				t.Fatalf("%d files are open", n)
			}
			if _, err := first(files[0]); err != nil || files[0].disk == nil {
				t.Fatal("the file that is read most was closed")
			}
		}
	}
	var b bytes.Buffer
	if _, err := files[1].CopyTo(&b, 0, 1); err != nil || !bytes.Equal(b.Bytes(), []byte{1}) {
		t.Error(b.Bytes(), err)
	}
	if err := files[2].Close(); err != nil {
		t.Error(err)
	}
	if _, err := first(files[2]); !errors.Is(err, ErrClosed) {
		t.Error("read after Close:", err)
	}
}

// TestFilesThatMoveOrGoAreRead renames a file that was closed meanwhile, removes one that is open, and
// puts others in the place of two.
func TestFilesThatMoveOrGoAreRead(t *testing.T) {
	dir, files := shelf(t, NewHandles(2), 6) // 4 and 5 are open
	moved, gone, replaced := files[0], files[5], files[1]
	moved.Moved("aside.ismv")
	for _, when := range []string{"before", "after"} {
		if b, err := first(moved); err != nil || b != 0 {
			t.Error(when, b, err)
		}
		if when == "before" {
			for _, f := range files[2:4] { // it is closed again
				if _, err := first(f); err != nil {
					t.Error(err)
				}
			}
			if err := dir.Rename("0.ismv", "aside.ismv"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := first(gone); err != nil {
		t.Fatal(err)
	}
	gone.Keep()
	if err := dir.Remove("5.ismv"); err != nil {
		t.Fatal(err)
	}
	for _, f := range files[2:5] {
		if _, err := first(f); err != nil {
			t.Error(err)
		}
	}
	if b, err := first(gone); err != nil || b != 5 {
		t.Error("removed while it was read:", b, err)
	}
	if err := errors.Join(dir.Rename("2.ismv", "1.ismv")); err != nil {
		t.Fatal(err)
	}
	if _, err := first(replaced); !errors.Is(err, errReplaced) {
		t.Error("another file was read in its place:", err)
	}
}

// TestHandlesAreSafeForAll reads all files from many goroutines, while some are closed for good.
func TestHandlesAreSafeForAll(t *testing.T) {
	_, files := shelf(t, NewHandles(3), 12)
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 40 {
				for i, f := range files {
					b, err := first(f)
					if i >= 10 && errors.Is(err, ErrClosed) {
						continue
					}
					if err != nil || b != byte(i) {
						t.Error(i, b, err)
						return
					}
				}
			}
		}()
	}
	for _, f := range files[10:] {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
}
