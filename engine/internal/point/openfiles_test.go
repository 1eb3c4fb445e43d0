package point

import (
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
)

// doors is a directory that counts the media files that are open in it.
type doors struct {
	archive.Directory
	open atomic.Int64
}

func (d *doors) Open(name string) (archive.Handle, error) {
	h, err := d.Directory.Open(name)
	return d.count(name, h, err)
}

func (d *doors) OpenFile(name string, flag int, perm fs.FileMode) (archive.Handle, error) {
	h, err := d.Directory.OpenFile(name, flag, perm)
	return d.count(name, h, err)
}

func (d *doors) count(name string, h archive.Handle, err error) (archive.Handle, error) {
	if err != nil || strings.HasSuffix(name, ".ismx") || strings.HasSuffix(name, ".ism") {
		return h, err
	}
	d.open.Add(1)
	return &door{Handle: h, open: &d.open}, nil
}

type door struct {
	archive.Handle
	open *atomic.Int64
}

func (d *door) Close() error {
	d.open.Add(-1)
	return d.Handle.Close()
}

// TestOpenFilesOfALongEvent has an event of many segments, live, when another one has taken its
// place, and read back: all of it can be read, and few files are open.
func TestOpenFilesOfALongEvent(t *testing.T) {
	disk := archivetest.New()
	d := &doors{Directory: disk}
	few := func(cfg *Config) {
		cfg.Directory = func() (archive.Directory, error) { return d, nil }
		cfg.HotBytes, cfg.OpenFiles = 1, 2
	}
	const most = 2 + 3 + 1 // to read, to write, and one just being opened
	r := newRolled(t, disk, few)
	r.connect()
	r.run(203 * second)
	read := func(what string, x *rolled) (all [3][]shown) {
		t.Helper()
		for i, source := range []string{"low-200k", "high-400k", "sound-64k"} {
			all[i] = fetch(t, x.view(), source)
			if len(all[i]) < 90 {
				t.Errorf("%s: %d fragments of %s", what, len(all[i]), source)
			}
		}
		if n := d.open.Load(); n > most {
			t.Errorf("%s: %d files are open", what, n)
		}
		return all
	}
	want := read("live", r)
	if err := r.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	old := r.view()
	ended := read("ended", r)
	d = &doors{Directory: disk.Kill()}
	back := read("read back", newRolled(t, disk, few))
	for i := range want {
		same(t, "ended", ended[i][:len(want[i])], want[i])
		same(t, "read back", back[i], ended[i])
	}
	if err := r.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	r.connect() // its files are put aside
	if names := disk.Names(); !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, eventsDir+"/") }) {
		t.Errorf("nothing was put aside: %v", names)
	}
	for i, source := range []string{"low-200k", "high-400k", "sound-64k"} {
		same(t, "put aside", fetch(t, old, source), ended[i])
	}
}
