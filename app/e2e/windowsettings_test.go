//go:build e2e

package e2e

import (
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestWindowSettings finds the settings by name, changes some, ends the program with a signal, and
// finds them again in the next run; the admin API tells and changes the same.
func TestWindowSettings(t *testing.T) {
	h, s := newHouse(t), newScreen(t)
	r := h.enter(t, s)
	if out, err := r.xdotool("windowsize", r.window, "1400", "840"); err != nil {
		t.Fatalf("make the window larger: %v %s", err, out)
	}
	r.pressFor(t, "ctrl+k", "palette-field")
	if out, err := r.xdotool("type", "--delay", "20", "go sett"); err != nil {
		t.Fatalf("type: %v %s", err, out)
	}
	r.see(t, "palette-0", "Go to Settings")
	r.shoot(t, "window-palette")
	r.press(t, "Return")
	r.see(t, "settings-listen-note", "Only programs on this machine")
	r.click(t, "language-de")
	r.see(t, "nav-settings", "Einstellungen")
	r.click(t, "notify-off")
	r.click(t, "ffmpeg-test")
	r.see(t, "ffmpeg-result", "Es funktioniert")
	eventually(t, "the settings file holds what was chosen", func() (any, bool) {
		text, err := os.ReadFile(h.config)
		return string(text), err == nil && strings.Contains(string(text), `language = "de"`) && strings.Contains(string(text), "notifications = false")
	})
	r.shoot(t, "window-settings-german")
	var answer struct{ Token string }
	if status := r.api(t, http.MethodPost, "/api/v1/settings/token", map[string]string{}, &answer); status != http.StatusOK || len(answer.Token) < 64 {
		t.Fatalf("replacing the token: %d %+v", status, answer)
	}
	if status := r.api(t, http.MethodGet, "/api/v1/settings", nil, nil); status != http.StatusUnauthorized {
		t.Errorf("the old token is answered with %d", status)
	}
	r.server.token = answer.Token
	r.see(t, "token", "•"+answer.Token[len(answer.Token)-4:])
	var now struct {
		Language      string
		Notifications bool
	}
	if status := r.api(t, http.MethodGet, "/api/v1/settings", nil, &now); status != http.StatusOK || now.Language != "de" || now.Notifications {
		t.Errorf("the admin API says %d %+v", status, now)
	}
	if status := r.api(t, http.MethodPatch, "/api/v1/settings", map[string]any{"theme": "light", "refresh": 1}, &now); status != http.StatusOK {
		t.Errorf("changing the theme by the admin API: %d", status)
	}
	if code := r.terminate(t); code != 0 {
		t.Errorf("the control room ended with %d", code)
	}
	r.quiet(t)

	r = h.enter(t, s)
	r.see(t, "nav-settings", "Einstellungen")
	r.shoot(t, "window-german-light")
	r.kill(t)
}
