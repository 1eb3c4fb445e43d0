package choosefile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"Zebra.MP4", "apple.txt", ".hidden.mp4"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "yard"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "link.mp4")); err != nil {
		t.Fatal(err)
	}
	l, err := read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if media := l.shown(false); len(media) != 2 || media[0].name != "yard" || media[1].name != "Zebra.MP4" {
		t.Errorf("media: %+v", media)
	}
	if all := l.rows(true); len(all) != 3 || all[0][0].Text != "yard/" || all[1][0].Text != "apple.txt" {
		t.Errorf("all: %+v", all)
	}
	if _, ok := l.at(2, false); ok {
		t.Error("there is a third medium")
	}
	if l, err := read(filepath.Join(dir, "Zebra.MP4")); err != nil || l.file != filepath.Join(dir, "Zebra.MP4") {
		t.Errorf("a file is %+v, %v", l, err)
	}
	if _, err := read(filepath.Join(dir, "gone")); err == nil || sentenceOf(err) != textGone {
		t.Errorf("what is gone is %v", err)
	}
	if _, err := read(""); err != nil {
		t.Errorf("the user's own directory: %v", err)
	}
	if got := sentenceOf(os.ErrPermission); got != textForbidden {
		t.Errorf("what is forbidden is %q", got)
	}
}
