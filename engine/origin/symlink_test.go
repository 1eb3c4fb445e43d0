package origin_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// TestLinksOutOfTheDocumentRoot puts links to a directory outside where points, events, recordings and
// files of a point are: nothing outside is listed, given out, or written to.
func TestLinksOutOfTheDocumentRoot(t *testing.T) {
	outside, root := t.TempDir(), t.TempDir()
	secret := "<!-- outside -->" + strings.Repeat("s", 300)
	put := func(elements ...string) {
		t.Helper()
		name := filepath.Join(elements...)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(secret), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to string, elements ...string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(elements...)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"away.ism", "film.ism", "oceans.ism", "oceans.ismc", "x.ismv", "point.toml", "point.state", "events.jsonl"} {
		put(outside, name)
	}
	link(outside, root, "away.isml")
	link(outside, root, "film.ism")
	link("..", root, "up.isml")
	if err := os.MkdirAll(filepath.Join(root, "oceans.isml", "events"), 0o755); err != nil {
		t.Fatal(err)
	}
	link(outside, root, "oceans.isml", "events", "20260101T000000.000Z")
	for _, name := range []string{"oceans.ismc", "point.toml", "point.state", "oceans-64k.ismv", "oceans-64k.ismx"} {
		link(filepath.Join(outside, name), root, "oceans.isml", name)
	}
	r := run(t, root)
	for _, target := range []string{
		"/away.isml/Manifest", "/away.isml/away.ism/Manifest", "/away.isml/", "/film.ism/Manifest", "/film.ism/film.ismc", "/up.isml/Manifest",
		"/oceans.isml/oceans.ismc", "/oceans.isml/Manifest", "/oceans.isml/Events(20260101T000000.000Z)/Manifest", "/oceans.isml/point.toml", "/oceans.isml/x.ismv",
	} {
		status, _, body := r.get(target)
		if status == http.StatusOK && (target != "/oceans.isml/") || bytes.Contains(body, []byte("outside")) {
			t.Errorf("%s: %d %.200s", target, status, body)
		}
	}
	// An encoder's bytes do not go there either, whatever becomes of it.
	r.post("/oceans.isml/Streams(oceans-64k)", bytes.NewReader(vector(t, "audio-only-2s-isml.ismv")))
	r.post("/away.isml/Streams(x)", bytes.NewReader(vector(t, "audio-only-2s-isml.ismv")))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, st := range []engine.State{engine.StateStarted, engine.StateStopped} {
		if err := r.SetPointState(ctx, "oceans", st); err != nil {
			t.Log("as it may:", err)
		}
	}
	if err := r.CreatePoint(ctx, "away", engine.DefaultPointConfig()); err == nil {
		t.Error("a point was made where a link is")
	}
	for _, p := range r.Points() {
		if p.Name != "oceans" {
			t.Errorf("there is a point %s", p.Name)
		}
	}
	r.stop()
	entries, err := os.ReadDir(outside)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 8 {
		t.Errorf("outside are %v", entries)
	}
	for _, e := range entries {
		if b, err := os.ReadFile(filepath.Join(outside, e.Name())); err != nil || string(b) != secret {
			t.Errorf("%s is %.80q, %v", e.Name(), b, err)
		}
	}
}
