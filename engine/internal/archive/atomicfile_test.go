package archive

import (
	"io/fs"
	"slices"
	"testing"

	"pubpoint/engine"
)

func names(t *testing.T, fsys fs.FS, dir string) []string {
	t.Helper()
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestWriteFileReplaces(t *testing.T) {
	root := openRoot(t)
	if err := root.Mkdir("sub", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"oceans.ism", "sub/oceans.ism"} {
		for _, data := range []string{"first", "", "second, longer"} {
			if err := WriteFile(On(root), name, []byte(data)); err != nil {
				t.Fatal(err)
			}
			if got := readFile(t, root, name); string(got) != data {
				t.Errorf("%s has %q, want %q", name, got, data)
			}
		}
	}
	if got := names(t, root.FS(), "."); !slices.Equal(got, []string{"oceans.ism", "sub"}) {
		t.Errorf("left in the directory: %v", got)
	}
}

func TestWriteFileFailsCleanly(t *testing.T) {
	root := openRoot(t)
	if err := root.MkdirAll("taken/full", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"taken", "no/such", "../outside"} {
		if err := WriteFile(On(root), name, []byte("x")); engine.KindOf(err) != engine.Storage || engine.Sentence(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := names(t, root.FS(), "."); !slices.Equal(got, []string{"taken"}) {
		t.Errorf("left in the directory: %v", got)
	}
}

func TestCleanRemovesLeftoversOnly(t *testing.T) {
	root := openRoot(t)
	for _, name := range []string{".pubpoint-ABC.tmp", ".pubpoint-DEF.tmp", "s.ismv", ".hidden", "x.tmp"} {
		if err := root.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := root.Mkdir(".pubpoint-dir.tmp", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Clean(On(root)); err != nil {
		t.Fatal(err)
	}
	want := []string{".hidden", ".pubpoint-dir.tmp", "s.ismv", "x.tmp"}
	if got := names(t, root.FS(), "."); !slices.Equal(got, want) {
		t.Errorf("left in the directory: %v, want %v", got, want)
	}
}
