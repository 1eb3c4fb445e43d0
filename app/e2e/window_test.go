//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Size of the virtual screen.
const screenWidth, screenHeight = 1440, 900

// screen is a virtual display with a window manager.
type screen struct{ display string }

// newScreen starts a display that nobody else has.
func newScreen(t *testing.T) *screen {
	t.Helper()
	number, tell, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight), "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{tell}
	server := launch(t, x)
	if err := tell.Close(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		server.kill(t)
		t.Fatalf("Xvfb does not start: %v\n%s", err, server.out)
	}
	if err := number.Close(); err != nil {
		t.Fatal(err)
	}
	s := &screen{display: ":" + strings.TrimSpace(line)}
	manager := exec.Command("openbox", "--sm-disable")
	manager.Env = append(os.Environ(), "DISPLAY="+s.display, "HOME="+t.TempDir())
	launch(t, manager)
	return s
}

// xdotool moves the mouse and presses keys, and returns what it prints.
func (s *screen) xdotool(args ...string) (string, error) {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// shoot takes a picture of the whole screen for people to look at.
func (s *screen) shoot(t *testing.T, name string) {
	t.Helper()
	file := filepath.Join(shots(t), name+".png")
	grab := ffmpeg(t, "-v", "error", "-f", "x11grab", "-draw_mouse", "0", "-video_size", fmt.Sprintf("%dx%d", screenWidth, screenHeight), "-i", s.display, "-frames:v", "1", file)
	if code := grab.wait(t); code != 0 {
		t.Errorf("no picture of the screen: exit %d\n%s", code, grab.out)
	}
}

// place is a control of the window as its layout file tells it.
type place struct {
	Name, Text string
	X, Y, W, H int
	Disabled   bool
}

// room is the control room on a screen.
type room struct {
	*server
	*screen
	layout string
	window string // id
}

// enter starts the control room and waits until it can be used.
func (h *house) enter(t *testing.T, s *screen, flags ...string) *room {
	t.Helper()
	dir := t.TempDir()
	r := &room{screen: s, layout: filepath.Join(dir, "layout.json")}
	started := h.startProgram(t, "pubpoint", func(cmd *exec.Cmd) {
		cmd.Args = append(append(cmd.Args, "-dump-layout", r.layout), flags...)
		// A new user, who has no folders yet.
		cmd.Env = append(environment("WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"),
			"DISPLAY="+s.display, "HOME="+dir, "LIBGL_ALWAYS_SOFTWARE=1")
	})
	r.server = started
	eventually(t, "the window is on the screen", func() (any, bool) {
		out, err := s.xdotool("search", "--name", "^Pubpoint$")
		r.window, _, _ = strings.Cut(out, "\n")
		return out, err == nil && r.window != ""
	})
	r.see(t, "nav-wall")
	return r
}

// environment is our own without some variables.
func environment(without ...string) []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(without, name)
	})
}

// places are the controls that can be reached now.
func (r *room) places() []place {
	var all []place
	text, err := os.ReadFile(r.layout)
	if err != nil || json.Unmarshal(text, &all) != nil {
		return nil // it is not there yet
	}
	return all
}

// see waits until a control is there, and says what all of says says.
func (r *room) see(t *testing.T, name string, says ...string) (found place) {
	t.Helper()
	eventually(t, fmt.Sprintf("the window has %s saying %q", name, says), func() (any, bool) {
		if !r.running() {
			t.Fatalf("the control room has ended:\n%s", r.out)
		}
		all := r.places()
		for _, p := range all {
			if p.Name != name || p.Disabled {
				continue
			}
			found = p
			for _, text := range says {
				if !strings.Contains(p.Text, text) {
					return all, false
				}
			}
			return all, true
		}
		return all, false
	})
	return found
}

// click presses a control in its middle, once it stands still.
func (r *room) click(t *testing.T, name string) {
	t.Helper()
	before := r.see(t, name)
	eventually(t, name+" stands still", func() (any, bool) {
		now := r.see(t, name)
		still := now.X == before.X && now.Y == before.Y
		before = now
		return now, still
	})
	at := []string{strconv.Itoa(before.X + before.W/2), strconv.Itoa(before.Y + before.H/2)}
	if out, err := r.xdotool("mousemove", "--window", r.window, at[0], at[1], "click", "1"); err != nil {
		t.Fatalf("click %s: %v %s", name, err, out)
	}
}

// press presses keys, such as alt+F4.
func (r *room) press(t *testing.T, keys string) {
	t.Helper()
	// The window manager hands keys to the window that it has made the active one, which it
	// does a moment after a window appears.
	eventually(t, "the window has the keyboard", func() (any, bool) {
		active, err := r.xdotool("getactivewindow")
		return active, err == nil && strings.TrimSpace(active) == r.window
	})
	if out, err := r.xdotool("key", keys); err != nil {
		t.Fatalf("press %s: %v %s", keys, err, out)
	}
}

// pressFor presses keys until a control is there. A key that comes while the window manager
// is busy with the window goes to nobody, and a person would press it again.
func (r *room) pressFor(t *testing.T, keys, name string) {
	t.Helper()
	const patience = 200 // looks, ten seconds
	looks := 0
	eventually(t, keys+" brings "+name, func() (any, bool) {
		if looks%patience == 0 {
			r.press(t, keys)
		}
		looks++
		all := r.places()
		return all, slices.ContainsFunc(all, func(p place) bool { return p.Name == name })
	})
}

// quiet makes sure that the program has nothing to complain of.
func (r *room) quiet(t *testing.T) {
	t.Helper()
	// What the operator is told of streams is no complaint of the program.
	said := strings.ReplaceAll(r.out.String(), "level=ERROR msg=event ", "")
	for _, bad := range []string{"level=ERROR", "Error in Fyne call thread", "Failed to create", "panic"} {
		if strings.Contains(said, bad) {
			t.Errorf("the control room prints %q:\n%s", bad, r.out)
			return
		}
	}
}

// TestWindow goes on the air with clicks alone, and off again.
func TestWindow(t *testing.T) {
	h := newHouse(t)
	r := h.enter(t, newScreen(t))
	r.click(t, "new-point")
	r.click(t, "dialog-name")
	if out, err := r.xdotool("type", "--delay", "20", "oceans"); err != nil {
		t.Fatalf("type: %v %s", err, out)
	}
	r.see(t, "dialog-name", "oceans")
	r.click(t, "dialog-pattern")
	r.click(t, "dialog-rungs-1")
	r.click(t, "dialog-audio-64k")
	r.see(t, "dialog-command", "testsrc2", "stream_id=oceans-800k-64k.ismv")
	r.shoot(t, "window-dialog")
	r.click(t, "dialog-create-start")

	r.see(t, "state", "On air")
	page := r.see(t, "link-preview").Text
	if want := r.url("oceans", ""); page != want {
		t.Errorf("the window says that the preview is at %s, not %s", page, want)
	}
	p := newPlayer(t, r.url("oceans", "Manifest"))
	eventually(t, "players have the first fragments", func() (any, bool) {
		_, levels, err := p.manifest(t.Context())
		return err, err == nil && len(levels) == 2 && len(levels[0].spans) > 2
	})
	r.shoot(t, "window-point")
	r.click(t, "nav-wall")
	r.see(t, "tile-oceans", "oceans", "On air")
	r.shoot(t, "window-wall")

	b := browse(t, page, desktopWidth, desktopHeight)
	b.plays(t, "live", 2)
	b.shoot(t, "window-preview")
	pid := running(t, r.server)

	r.click(t, "tile-oceans")
	r.click(t, "stop")
	r.click(t, "confirm-stop")
	r.see(t, "state", "VOD")
	r.shoot(t, "window-vod")
	gone(t, pid)
	checkFiles(t, h, "oceans-800k-64k.ismv")
	b.await(t, "offers the recording", func(s pageState) bool { return s.Badge == "VOD" && s.Action != "" })
	b.clean(t, r.media)
	r.look(t)

	looks := 0
	eventually(t, "the window closes without a question, because nothing is on the air", func() (any, bool) {
		if looks%200 == 0 && r.running() {
			r.press(t, "alt+F4")
		}
		looks++
		return r.places(), !r.running()
	})
	if code := r.wait(t); code != 0 {
		t.Errorf("the control room ended with %d", code)
	}
	r.quiet(t)
}

// look takes a picture of what else there is.
func (r *room) look(t *testing.T) {
	t.Helper()
	r.click(t, "nav-alarms")
	r.click(t, "alarm-log")
	r.see(t, "log-events")
	r.shoot(t, "window-log")
	r.click(t, "nav-settings")
	r.click(t, "theme-light")
	r.shoot(t, "window-settings-light")
	r.click(t, "nav-wall")
	r.see(t, "tile-oceans", "VOD")
	r.shoot(t, "window-wall-light")
}

// TestWindowKilled has the control room die on the air, come back, and be closed on the air.
func TestWindowKilled(t *testing.T) {
	h, s := newHouse(t), newScreen(t)
	r := h.enter(t, s, "-demo")
	r.awaitState(t, "demo", "started")
	pid := running(t, r.server)
	r.kill(t)
	gone(t, pid)

	// What was on air is not started behind the operator's back.
	r = h.enter(t, s)
	eventually(t, "the encoder waits for a word", func() (any, bool) {
		var list struct {
			Encoders []struct{ Order, State string }
		}
		r.api(t, http.MethodGet, "/api/v1/encoders", nil, &list)
		return list, len(list.Encoders) == 1 && list.Encoders[0].Order == "stop" && list.Encoders[0].State == "idle"
	})
	r.see(t, "resume-offer", "demo")
	r.shoot(t, "window-resume")
	r.click(t, "resume")
	pid = running(t, r.server)
	r.see(t, "tile-demo", "On air")
	r.pressFor(t, "alt+F4", "close-cancel")
	r.shoot(t, "window-close")
	r.click(t, "close-cancel")
	r.see(t, "tile-demo", "On air")
	r.pressFor(t, "alt+F4", "close-confirm")
	r.click(t, "close-confirm")
	if code := r.wait(t); code != 0 {
		t.Errorf("the control room ended with %d", code)
	}
	r.quiet(t)
	gone(t, pid)
	archives, err := filepath.Glob(h.path("demo", "*.ismv"))
	if err != nil || len(archives) != 1 {
		t.Fatalf("the demonstration left the archives %v, %v", archives, err)
	}
	checkSealed(t, h.read(t, "demo", filepath.Base(archives[0])), "the demonstration")
	// Its encoder was ordered to run, so the next program goes on with another event; the first
	// one plays on.
	again := h.start(t)
	again.awaitState(t, "demo", "started")
	events, err := filepath.Glob(h.path("demo", "events", "*"))
	if err != nil || len(events) != 1 {
		t.Fatalf("the first event is not put aside: %v, %v", events, err)
	}
	manifest := again.url("demo", "Events("+filepath.Base(events[0])+")/Manifest")
	newPlayer(t, manifest).mustGet(t, http.StatusOK, http.MethodGet, manifest)
}

// TestNoDisplay starts the control room where there is no screen.
func TestNoDisplay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cmd := exec.Command(program(t, "pubpoint"), "-root", h.root, "-listen", h.listen, "-admin", "off", "-config", h.config)
	cmd.Env = environment("DISPLAY", "WAYLAND_DISPLAY")
	p := launch(t, cmd)
	if code := p.wait(t); code != 1 {
		t.Errorf("it ended with %d, not 1", code)
	}
	if said := strings.TrimSpace(p.out.String()); strings.Count(said, "\n") != 0 || !strings.Contains(said, "pubpointd") || !strings.Contains(said, "display") {
		t.Errorf("it does not say in one line what to do: %q", said)
	}
}
