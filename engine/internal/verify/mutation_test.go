package verify_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/verify"
)

// mutations is how many are tried.
const mutations = 10_000

// set is a recorded event in memory, with an older copy of each file.
type set struct {
	now, old map[string][]byte
	names    []string
}

// record has an event of two streams and keeps its files, also of its middle.
func record(t *testing.T) *set {
	t.Helper()
	s := newStudio(t)
	audio, sound := capture(t, "audio-only-2s-isml.ismv")
	video, pictures := capture(t, "1s-fragments-midgop-isml.ismv")
	s.send("sound-32k", audio, sound[:2]...)
	s.send("picture-30k", video, pictures[:2]...)
	read := func() map[string][]byte {
		files := map[string][]byte{}
		entries, err := os.ReadDir(s.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() == "point.state" { // an order, no archive
				continue
			}
			if files[e.Name()], err = os.ReadFile(filepath.Join(s.dir, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
		return files
	}
	r := &set{old: read()}
	s.send("sound-32k", audio, sound[2:]...)
	s.send("picture-30k", video, pictures[2:]...)
	s.end()
	r.now = read()
	for name := range r.now {
		r.names = append(r.names, name)
	}
	slices.Sort(r.names)
	if v := check(t, s.dir); v.Verdict != engine.VerdictComplete || len(r.names) != 6 {
		t.Fatalf("%v: %s", r.names, told(v))
	}
	return r
}

// mutation is one change to the files, and where it must be found.
type mutation struct {
	what  string
	files []string // one of which must be named
	at    int64    // the first byte changed in the first of them; -1 when it is about the file
}

// mutate changes the files in dir by chance; ok is false when the chance changed nothing.
func (r *set) mutate(dir string, chance *rand.Rand) (m mutation, ok bool, err error) {
	name := r.names[chance.IntN(len(r.names))]
	before := r.now[name]
	b := bytes.Clone(before)
	at := chance.IntN(len(b))
	m = mutation{files: []string{name}, at: int64(at)}
	switch kind := chance.IntN(12); kind {
	case 0:
		m.what = "byte"
		b[at] = byte(chance.Uint32())
	case 1:
		m.what = "bit"
		b[at] ^= 1 << chance.IntN(8)
	case 2:
		m.what = "truncation"
		b = b[:at]
	case 3:
		m.what = "insertion"
		b = slices.Insert(b, at, noise(chance, 1+chance.IntN(50))...)
	case 4:
		m.what = "deletion"
		b = slices.Delete(b, at, min(len(b), at+1+chance.IntN(500)))
	case 5:
		m.what = "burst"
		copy(b[at:], noise(chance, 1+chance.IntN(2000)))
	case 6:
		m.what = "zeros"
		clear(b[at:min(len(b), at+1+chance.IntN(2000))])
	case 7:
		m.what, m.at = "something behind", int64(len(b))
		b = append(b, noise(chance, 1+chance.IntN(100))...)
	case 8:
		m.what = "swap"
		b, m.at = swap(name, b, chance)
	case 9:
		m.what, m.at = "older copy", -1
		b = r.old[name] // nil for what was not there yet
	case 10:
		m.what, m.at = "removal", -1
		b = nil
	case 11:
		m.what, m.at = "renaming", -1
		other := "other" + filepath.Ext(name)
		m.files = append(m.files, other)
		if err := os.WriteFile(filepath.Join(dir, other), b, 0o644); err != nil {
			return m, false, err
		}
		b = nil
	}
	if b == nil {
		return m, true, os.Remove(filepath.Join(dir, name))
	}
	// A new file costs less than writing over one, which many file systems force to the disk.
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		return m, false, err
	}
	return m, !bytes.Equal(b, before), os.WriteFile(filepath.Join(dir, name), b, 0o644)
}

func noise(chance *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(chance.Uint32())
	}
	return b
}

// swap exchanges two fragments of a media file, two records of an index, or two lines.
func swap(name string, b []byte, chance *rand.Rand) ([]byte, int64) {
	parts := pieces(name, b)
	i, j := chance.IntN(len(parts)), chance.IntN(len(parts))
	i, j = min(i, j), max(i, j)
	at := int64(0)
	for _, p := range parts[:i] {
		at += int64(len(p))
	}
	parts[i], parts[j] = parts[j], parts[i]
	return bytes.Join(parts, nil), at
}

// pieces parts a file into what may be swapped.
func pieces(name string, b []byte) (parts [][]byte) {
	switch filepath.Ext(name) {
	case ".ismv":
		for len(b) > 0 {
			size := int(binary.BigEndian.Uint32(b))
			if string(b[4:8]) == "moof" {
				size += int(binary.BigEndian.Uint32(b[size:]))
			}
			parts, b = append(parts, b[:size]), b[size:]
		}
	case ".ismx":
		parts, b = append(parts, b[:16]), b[16:]
		for len(b) > 0 {
			size := int(binary.BigEndian.Uint32(b))
			parts, b = append(parts, b[:size]), b[size:]
		}
	default:
		parts = bytes.SplitAfter(b, []byte("\n"))
	}
	return parts
}

// when is where on the timeline a byte of a file is, with a fragment's length on each side.
func (r *set) when(name string, at int64) (from, to time.Duration, ok bool) {
	if filepath.Ext(name) != ".ismv" || at < 0 {
		return 0, 0, false
	}
	length, end := 2*time.Second+100*time.Millisecond, int64(0)
	if name == "picture-30k.ismv" {
		length = time.Second
	}
	n := -1
	for _, p := range pieces(name, r.now[name]) {
		if string(p[4:8]) == "moof" {
			n++
		}
		if end += int64(len(p)); at < end {
			return time.Duration(n-1) * length, time.Duration(n+2) * length, string(p[4:8]) == "moof"
		}
	}
	return 0, 0, false
}

// found says what is wrong with a verification of a mutation; empty when it tells all.
func (r *set) found(m mutation, v engine.Verification) string {
	if v.Verdict.Complete() {
		return "not found"
	}
	i := slices.IndexFunc(v.Flaws, func(f engine.Flaw) bool { return slices.Contains(m.files, f.File) && !f.Verdict.Complete() })
	if i < 0 {
		return "found in another file"
	}
	from, to, ok := r.when(m.files[0], m.at)
	if !ok {
		return ""
	}
	for _, f := range v.Flaws {
		if f.File == m.files[0] && f.Timed && f.Start <= to && f.End >= from {
			return ""
		}
	}
	return fmt.Sprintf("not found between %s and %s", from, to)
}

// put writes files as they were.
func (r *set) put(dir string, names ...string) error {
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if b, ok := r.now[name]; ok {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestMutations changes a recorded event in ten thousand ways and finds each.
func TestMutations(t *testing.T) {
	r := record(t)
	const workers = 2
	var all sync.WaitGroup
	kinds := make([]map[string]int, workers)
	for n := range workers {
		dir := t.TempDir()
		kinds[n] = map[string]int{}
		all.Go(func() {
			chance := rand.New(rand.NewPCG(uint64(n), 7))
			if err := r.put(dir, r.names...); err != nil {
				t.Error(err)
				return
			}
			for range mutations / workers {
				if err := r.try(t, dir, chance, kinds[n]); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	t.Log(kinds)
}

// try makes one mutation and looks for it.
func (r *set) try(t *testing.T, dir string, chance *rand.Rand, kinds map[string]int) error {
	m, ok, err := r.mutate(dir, chance)
	for err == nil && !ok { // chance changed nothing
		if err = r.put(dir, m.files...); err == nil {
			m, ok, err = r.mutate(dir, chance)
		}
	}
	if err != nil {
		return err
	}
	kinds[m.what]++
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	v, err := verify.Event(context.Background(), root, verify.Options{Base: "oceans", Patience: -1})
	if err != nil {
		return fmt.Errorf("%+v: %w", m, err)
	}
	if why := r.found(m, v); why != "" {
		t.Errorf("%s: %s of %v at %d: %s", why, m.what, m.files, m.at, told(v))
	}
	return errors.Join(root.Close(), r.put(dir, m.files...))
}
