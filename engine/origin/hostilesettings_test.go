package origin_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pubpoint/engine"
)

// TestBrokenSettingsNeverOpenAPoint has settings as a crash or an unmounted disk leaves them, when
// nothing is known of before.
func TestBrokenSettingsNeverOpenAPoint(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"half written":       func(path string) error { return os.WriteFile(path, []byte("title = \"The oce"), 0o600) },
		"keys in other case": func(path string) error { return os.WriteFile(path, []byte("INGEST_AUTH = [\"x:sec"), 0o600) },
		"a directory":        func(path string) error { return os.Mkdir(path, 0o700) },
		"link to nothing":    func(path string) error { return os.Symlink("elsewhere.toml", path) },
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "oceans.isml")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := put(filepath.Join(dir, "point.toml")); err != nil {
				t.Fatal(err)
			}
			r := run(t, root)
			r.awaitState("oceans", engine.StateError)
			if status := r.probe(); status != http.StatusServiceUnavailable {
				t.Errorf("an encoder gets %d", status)
			}
			if status, _, b := r.get("/oceans.isml/Manifest"); status != http.StatusForbidden {
				t.Errorf("a viewer gets %d %.200s", status, b)
			}
		})
	}
}

// TestSettingsThatVanishBehindALink has a link to shared settings lose what it leads to, while the point
// is open for those who are named there.
func TestSettingsThatVanishBehindALink(t *testing.T) {
	r := run(t, t.TempDir())
	r.make()
	shared := filepath.Join(r.root, "shared.toml")
	r.write(shared, "play_from = [\"192.0.2.1\"]\nallow_from = [\"192.0.2.1\"]\n")
	if err := os.Symlink("../shared.toml", r.pointFile()); err != nil {
		t.Fatal(err)
	}
	r.await("the limits", func() bool { return r.probe() == http.StatusForbidden })
	if err := os.Remove(shared); err != nil {
		t.Fatal(err)
	}
	r.awaitState("oceans", engine.StateError)
	if status, _, b := r.get("/oceans.isml/Manifest"); status != http.StatusForbidden {
		t.Errorf("a viewer gets %d %.200s", status, b)
	}
}

// TestClipOfAPointThatNobodyMayWatch cuts a clip while who may watch its point cannot be understood.
func TestClipOfAPointThatNobodyMayWatch(t *testing.T) {
	r := run(t, t.TempDir())
	r.make()
	r.finished("x-200k-64k")
	r.write(r.pointFile(), "play_from = [\"10.0.0.0/99\"]\n")
	r.await("the limit", func() bool { status, _, _ := r.get("/oceans.isml/Manifest"); return status == http.StatusForbidden })
	_, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Name: "goal"})
	if engine.KindOf(err) != engine.Conflict {
		t.Errorf("the clip was cut: %v", err)
	}
	if status, _, b := r.get("/goal.ism/Manifest"); status == http.StatusOK {
		t.Errorf("everybody may watch it: %.200s", b)
	}
}

// TestNothingOfSettingsIsShown has a key and a password stand where they cannot be understood: what everybody
// may read, and what operators are told, has nothing of them.
func TestNothingOfSettingsIsShown(t *testing.T) {
	const secret = "correcthorsebatterystaplecorrecthorse"
	for name, text := range map[string]string{
		"a key without quotes":        "signed_playback = true\nplayback_key = " + secret + "\n",
		"a password without quotes":   "title = \"x\"\ningest_auth = [van:" + secret + "]\n",
		"a password without its name": "ingest_auth = [\"" + secret + "\"]\nplay_from = [\"" + secret + "\"]\n",
		"a quote without end":         "ingest_auth = [\"van:" + secret + "\n",
		"an escape that is none":      "ingest_auth = [\"van:\\" + secret + "\"]\n",
		"one of a table":              "ingest_auth = {van = " + secret + "}\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, t.TempDir())
			r.make()
			r.write(r.pointFile(), text)
			r.await("the settings", func() bool {
				status, _, _ := r.get("/oceans.isml/Manifest")
				return status == http.StatusForbidden || r.probe() == http.StatusServiceUnavailable
			})
			status, _, b := r.get("/oceans.isml/Manifest")
			if status == http.StatusOK {
				t.Errorf("a viewer gets %d", status)
			}
			_, _, list := r.get("/")
			_, _, page := r.get("/oceans.isml/")
			_, _, refusal := r.publish(http.NoBody, "")
			if shown := string(b) + string(list) + string(page) + refusal; strings.Contains(shown, secret) {
				t.Errorf("shown is %s", shown)
			}
			for _, e := range r.RecentEvents(-1) {
				if strings.Contains(e.Text, secret) && !strings.Contains(text, "play_from") {
					t.Errorf("told is %s", e.Text)
				}
			}
		})
	}
}
