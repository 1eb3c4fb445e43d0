//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"pubpoint/engine/enginetest/sender"
)

// write puts text where the keyboard is.
func (r *room) write(t *testing.T, text string) {
	t.Helper()
	if out, err := r.xdotool("type", "--delay", "20", text); err != nil {
		t.Fatalf("type: %v %s", err, out)
	}
}

// command finds a command of the palette by some of its letters, and runs it.
func (r *room) command(t *testing.T, letters, name string) {
	t.Helper()
	r.pressFor(t, "ctrl+k", "palette-field")
	r.write(t, letters)
	r.see(t, "palette-0", name)
	r.press(t, "Return")
}

// clickFor clicks a control until another is there. What a page has still to read may move the
// control away under the mouse, and a person would click again.
func (r *room) clickFor(t *testing.T, control, name string) {
	t.Helper()
	const patience = 100 // looks, five seconds
	looks := 0
	eventually(t, control+" brings "+name, func() (any, bool) {
		if _, ok := r.place(name); ok {
			return nil, true
		}
		if looks%patience == 0 {
			r.click(t, control)
		}
		looks++
		return r.places(), false
	})
}

// search looks for letters in the log, where the newest that has them says something.
func (r *room) search(t *testing.T, letters, says string) {
	t.Helper()
	r.click(t, "nav-alarms")
	r.click(t, "alarm-log")
	r.click(t, "alarm-search")
	r.press(t, "ctrl+a")
	r.write(t, letters)
	r.see(t, "log-events", says)
}

// until presses keys, again after ten seconds, until something has come of it.
func (r *room) until(t *testing.T, keys, what string, ask func() (any, bool)) {
	t.Helper()
	const patience = 200 // looks
	looks := 0
	eventually(t, what, func() (any, bool) {
		if looks%patience == 0 {
			r.press(t, keys)
		}
		looks++
		return ask()
	})
}

// drag holds the mouse button from one place in a control to another, in parts of its width.
func (r *room) drag(t *testing.T, name string, from, to float64) {
	t.Helper()
	at := r.see(t, name)
	x := func(part float64) string { return strconv.Itoa(at.X + int(part*float64(at.W))) }
	y := strconv.Itoa(at.Y + at.H/2)
	for _, args := range [][]string{
		{"mousemove", "--window", r.window, x(from), y}, {"mousedown", "1"},
		{"mousemove", "--window", r.window, x((from + to) / 2), y}, {"mousemove", "--window", r.window, x(to), y}, {"mouseup", "1"},
	} {
		if out, err := r.xdotool(args...); err != nil {
			t.Fatalf("xdotool %q: %v %s", args, err, out)
		}
	}
}

// encoding is what the admin API tells of an encoder.
type encoding struct {
	PID, Restarts int
	State, Reason string
}

// another waits until an encoder runs in another process than pid.
func (r *room) another(t *testing.T, id string, pid int) (now encoding) {
	t.Helper()
	eventually(t, id+" runs in another process", func() (any, bool) {
		now = encoding{}
		r.api(t, http.MethodGet, "/api/v1/encoders/"+id, nil, &now)
		return now, now.State == "running" && now.PID != 0 && now.PID != pid
	})
	return now
}

// signal sends a signal to a process.
func signal(t *testing.T, pid int, what syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, what); err != nil {
		t.Fatalf("%v to process %d: %v", what, pid, err)
	}
}

// place is a control, if it is there now.
func (r *room) place(name string) (place, bool) {
	all := r.places()
	i := slices.IndexFunc(all, func(p place) bool { return p.Name == name })
	if i < 0 {
		return place{}, false
	}
	return all[i], true
}

// pattern is an encoder of a small test picture.
func pattern(id, point string) map[string]any {
	return map[string]any{"id": id, "point": point, "start": true, "input": map[string]any{"kind": "test-pattern"}, "preset": "ultrafast",
		"gop_seconds": 1, "audio_bitrate": 64_000, "video": []map[string]int{{"width": 160, "height": 90, "bitrate": 100_000}}}
}

// add has the engine supervise an encoder.
func (s *server) add(t *testing.T, encoder map[string]any) {
	t.Helper()
	var answer struct{ Detail string }
	if status := s.api(t, http.MethodPost, "/api/v1/encoders", encoder, &answer); status != http.StatusCreated {
		t.Fatalf("the encoder %v is not taken: %d %s", encoder["id"], status, answer.Detail)
	}
}

// TestOperator has what goes wrong in a night go wrong in front of one window, and deals with it there.
func TestOperator(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	h.mkdir(t, "arena")
	r := h.enter(t, newScreen(t))
	r.add(t, pattern("studio", "oceans"))
	guest := ffmpeg(t, live(push(r.ingest("arena", liveStream))...)...)
	r.see(t, "tile-oceans", "On air")
	r.see(t, "tile-arena", "On air")

	r.command(t, "go enc", "Go to Encoders")
	pid := killed(t, r)
	pid = restarted(t, r, pid)
	guest.kill(t) // what comes of it is told while the next one hangs
	hung(t, r, pid)
	unknown(t, r)
	acknowledged(t, r)
	clipped(t, r)
	r.quiet(t)
	r.kill(t)
}

// killed has an encoder die: it comes back, and the log tells why.
func killed(t *testing.T, r *room) int {
	t.Helper()
	first := r.another(t, "studio", 0).PID
	r.see(t, "encoder-name", "studio")
	signal(t, first, syscall.SIGKILL)
	now := r.another(t, "studio", first)
	r.see(t, "encoder-process", fmt.Sprintf("Process %d;", now.PID), "Restarts 1;")
	r.see(t, "encoders-row-studio", "Running", "Arrives")
	r.search(t, "SIGKILL", "Encoder studio ended (killed (SIGKILL)) and is started again.")
	r.shoot(t, "window-log-killed")
	r.click(t, "nav-encoders")
	return now.PID
}

// restarted restarts an encoder with the keyboard, which asks first.
func restarted(t *testing.T, r *room, pid int) int {
	t.Helper()
	r.until(t, "F5", "F5 asks", func() (any, bool) {
		p, ok := r.place("encoder-restart")
		return p, ok && strings.Contains(p.Text, "again")
	})
	if now := r.another(t, "studio", 0).PID; now != pid {
		t.Errorf("it was restarted without an answer: process %d, not %d", now, pid)
	}
	// A key that comes within a moment of the question is no answer, as a double click is none.
	const again = 20
	looks, next := 0, encoding{}
	eventually(t, "F5 again restarts it", func() (any, bool) {
		r.api(t, http.MethodGet, "/api/v1/encoders/studio", nil, &next)
		if next.PID == pid && looks%again == 0 {
			r.press(t, "F5")
		}
		looks++
		return next, next.PID != pid
	})
	pid = r.another(t, "studio", pid).PID
	r.see(t, "encoders-row-studio", "Running", "Arrives")
	return pid
}

// hung has an encoder stand still.
func hung(t *testing.T, r *room, pid int) {
	t.Helper()
	signal(t, pid, syscall.SIGSTOP)
	r.see(t, "encoders-row-studio", "Nothing arrives")
	r.see(t, "encoder-problem")
	r.shoot(t, "window-hung")
	// It is killed and started again by and by, which may be over on a slow machine.
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Fatal(err)
	}
	r.see(t, "encoders-row-studio", "Running", "Arrives")
}

// unknown has an encoder ask for a point that nobody has made, and makes it where the log tells of it.
func unknown(t *testing.T, r *room) {
	t.Helper()
	status, err := sender.Probe(t.Context(), r.ingest("harbour", "harbour-100k"), nil)
	if err != nil || status != http.StatusNotFound {
		t.Fatalf("an unknown point is answered with %d, %v", status, err)
	}
	r.search(t, "harbour", "harbour")
	r.click(t, "log-row")
	r.click(t, "alarm-go")
	r.see(t, "state", "Gone")
	r.shoot(t, "window-unknown")
	r.click(t, "create-point")
	r.see(t, "start-test-picture")
	if state := r.state(t, "harbour"); state != "idle" {
		t.Errorf("the point that was made is %q", state)
	}
}

// acknowledged sees the alarm of a source that was lost, and acknowledges it with a key.
func acknowledged(t *testing.T, r *room) {
	t.Helper()
	r.click(t, "nav-wall")
	r.see(t, "tile-arena", "Source lost")
	r.see(t, "worst-alarm", "arena")
	r.until(t, "a", "the alarm is acknowledged", func() (any, bool) {
		var list struct {
			Alarms []struct{ Code, Point, Acknowledged string }
		}
		r.api(t, http.MethodGet, "/api/v1/alarms?state=active", nil, &list)
		return list, slices.ContainsFunc(list.Alarms, func(a struct{ Code, Point, Acknowledged string }) bool {
			return a.Code == "source-lost" && a.Point == "arena" && a.Acknowledged != ""
		})
	})
}

// clipped drags over the timeline of a point, and cuts that out.
func clipped(t *testing.T, r *room) {
	t.Helper()
	r.click(t, "tile-oceans")
	r.clickFor(t, "open-timeline", "lanes")
	r.click(t, "timeline-live")
	r.click(t, "tool-select")
	r.drag(t, "lanes", 0.85, 0.98)
	r.see(t, "clip-selected")
	r.click(t, "clip-name")
	r.press(t, "ctrl+a")
	r.write(t, "goal")
	r.see(t, "clip-name", "goal")
	r.click(t, "clip-cut")
	r.see(t, "clip-made", "goal")
	r.shoot(t, "window-clip")
	var list struct{ Recordings []struct{ Name, URL string } }
	if r.api(t, http.MethodGet, "/api/v1/recordings", nil, &list); len(list.Recordings) != 1 || list.Recordings[0].Name != "goal" {
		t.Fatalf("the recordings are %+v", list)
	}
	p := newPlayer(t, list.Recordings[0].URL)
	m, levels := p.mustManifest(t)
	if m.Duration == 0 || len(levels) != 2 || len(levels[0].spans) == 0 {
		t.Fatalf("the clip is %+v", m)
	}
	download(t, p, levels[0])
}
