//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// connect opens a control room over an engine that runs elsewhere.
func (s *server) connect(t *testing.T, screen *screen) *room {
	t.Helper()
	dir := t.TempDir()
	r := &room{server: &server{house: s.house, media: s.media, admin: s.admin, token: s.token}, screen: screen, layout: filepath.Join(dir, "layout.json")}
	cmd := exec.Command(program(t, "pubpoint"), "-connect", s.admin, "-token-file", filepath.Join(filepath.Dir(s.config), "token"),
		"-config", filepath.Join(dir, "window.toml"), "-dump-layout", r.layout)
	cmd.Env = append(environment("WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"),
		"DISPLAY="+screen.display, "HOME="+dir, "LIBGL_ALWAYS_SOFTWARE=1")
	r.process = launch(t, cmd)
	name := strings.TrimPrefix(s.admin, "http://") + " — Pubpoint"
	eventually(t, "the window is on the screen and says which engine it drives", func() (any, bool) {
		out, err := screen.xdotool("search", "--name", "^"+name+"$")
		r.window, _, _ = strings.Cut(out, "\n")
		return out, err == nil && r.window != ""
	})
	r.see(t, "nav-wall")
	return r
}

// TestWindowDrivesAnEngineElsewhere goes on the air over there by clicks, loses the engine to kill -9,
// says so, and recovers by itself. Closing the window ends nothing.
func TestWindowDrivesAnEngineElsewhere(t *testing.T) {
	h, screen := newHouse(t), newScreen(t)
	s := h.start(t)
	r := s.connect(t, screen)
	r.click(t, "new-point")
	r.click(t, "dialog-name")
	if out, err := r.xdotool("type", "--delay", "20", "oceans"); err != nil {
		t.Fatalf("type: %v %s", err, out)
	}
	r.click(t, "dialog-pattern")
	r.click(t, "dialog-rungs-1")
	r.click(t, "dialog-create-start")
	r.see(t, "state", "On air")
	if page := r.see(t, "link-preview").Text; page != s.url("oceans", "") {
		t.Errorf("the window says that the preview is at %s", page)
	}
	r.shoot(t, "remote-point")
	r.click(t, "nav-wall")
	r.see(t, "tile-oceans", "On air")
	r.shoot(t, "remote-wall")

	s.kill(t)
	r.see(t, "engine-away", "No answer from", "showing what was known at")
	r.see(t, "tile-oceans", "Unknown")
	r.shoot(t, "remote-away")

	back := h.start(t, func(cmd *exec.Cmd) { cmd.Args = append(cmd.Args, "-admin", strings.TrimPrefix(s.admin, "http://")) })
	r.see(t, "tile-oceans", "On air")
	eventually(t, "nothing is said of it any more", func() (any, bool) {
		_, still := r.place("engine-away")
		return r.places(), !still
	})
	r.until(t, "alt+F4", "the window closes without a question", func() (any, bool) { return r.places(), !r.running() })
	if code := r.wait(t); code != 0 {
		t.Errorf("the control room ended with %d", code)
	}
	r.quiet(t)
	if state := back.state(t, "oceans"); state != "started" {
		t.Errorf("after the window was closed the point is %s", state)
	}
}

// TestWindowAsksForToken connects without a token and is given one.
func TestWindowAsksForToken(t *testing.T) {
	h, screen := newHouse(t), newScreen(t)
	s := h.start(t)
	right := filepath.Join(filepath.Dir(s.config), "token")
	aside := filepath.Join(t.TempDir(), "aside")
	if err := os.Rename(right, aside); err != nil {
		t.Fatal(err)
	}
	r := s.connect(t, screen)
	r.see(t, "engine-away", "wants a token")
	r.click(t, "enter-token")
	r.click(t, "token-text")
	if out, err := r.xdotool("type", "--delay", "5", s.token); err != nil {
		t.Fatalf("type: %v %s", err, out)
	}
	r.shoot(t, "remote-token")
	r.press(t, "Return")
	eventually(t, "the token is kept for its owner alone", func() (any, bool) {
		info, err := os.Stat(right)
		return err, err == nil && info.Mode().Perm() == 0o600
	})
	eventually(t, "nothing is said of it any more", func() (any, bool) {
		_, still := r.place("engine-away")
		return r.places(), !still
	})
	r.kill(t)
}
