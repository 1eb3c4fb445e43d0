//go:build e2e

package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestEncoderKilled has an encoder die and come back with a clock that begins at zero.
func TestEncoderKilled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	v := watch(t, s.url("oceans", "Manifest"))
	first := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	v.await(t, 2)
	first.kill(t)
	s.out.await(t, `msg="encoder left".* ending="?connection lost`)
	eventually(t, "the operator sees that the source is lost", func() (any, bool) {
		var point struct {
			State string
			Lost  bool `json:"source_lost"`
		}
		s.api(t, http.MethodGet, "/api/v1/points/oceans", nil, &point)
		return point, point.State == "started" && point.Lost
	})
	before := v.count()
	second := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	// Two of the first encoder's last fragments had no successors to announce until now.
	v.await(t, before+5)
	second.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	<-v.done
	v.leave(t)
	v.sameStill(t)

	p := newPlayer(t, v.base)
	for _, l := range checkRecording(t, p) {
		gaps := 0
		for i, at := range l.spans[1:] {
			if at.start < l.spans[i].end() {
				t.Errorf("%s: %v follows %v", l, at, l.spans[i])
			}
			if at.start > l.spans[i].end() {
				gaps++
			}
		}
		if gaps != 1 {
			t.Errorf("%s has %d gaps, want the one where the encoder was away: %v", l, gaps, l.spans)
		}
		if l.spans[0].start != 0 {
			t.Errorf("%s begins at %d", l, l.spans[0].start)
		}
		download(t, p, l)
	}
	checkFiles(t, h, liveStream+".ismv")
}

// patient are the options of an encoder that survives its server.
func patient(url string) []string {
	return []string{
		"-flags", "+global_header", "-f", "fifo", "-fifo_format", "ismv", "-format_opts", "movflags=isml+frag_keyframe:send_expect_100=1:rw_timeout=10000000",
		"-attempt_recovery", "1", "-recover_any_error", "1", "-recovery_wait_time", "1", "-restart_with_keyframe", "1", "-drop_pkts_on_overflow", "1", "-queue_size", "600", url,
	}
}

// TestServerKilled has the server die in the middle of an event, twice.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	v := watch(t, s.url("oceans", "Manifest"))
	encoder := ffmpeg(t, live(patient(s.ingest("oceans", liveStream))...)...)
	v.await(t, 3)
	for round := range 2 {
		v.stop()
		<-v.done
		s.kill(t)
		s = h.start(t)
		v.sameStill(t) // nothing that anybody has seen is lost or different
		before := v
		v = watch(t, s.url("oceans", "Manifest"))
		v.await(t, before.count()+2)
		v.includes(t, before)
		if got := s.state(t, "oceans"); got != "started" {
			t.Errorf("round %d: the point is %s", round, got)
		}
	}
	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	<-v.done
	v.leave(t)
	v.sameStill(t)
	p := newPlayer(t, v.base)
	for _, l := range checkRecording(t, p) {
		download(t, p, l)
	}
	checkFiles(t, h, liveStream+".ismv")
}

// includes makes sure that a viewer has seen everything that one before has.
func (v *viewer) includes(t *testing.T, before *viewer) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for name, fragments := range before.seen {
		for start, old := range fragments {
			switch now := v.seen[name][start]; {
			case now == nil:
				t.Errorf("%s: the fragment at %d is no longer listed", name, start)
			case now.header.Get("ETag") != old.header.Get("ETag"):
				t.Errorf("%s: the fragment at %d has another tag", name, start)
			}
		}
	}
}

// TestServerTerminated ends the server while one encoder of its own and one of somebody
// else send.
func TestServerTerminated(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	h.mkdir(t, "bars")
	s := h.start(t)
	v := watch(t, s.url("oceans", "Manifest"))
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	child := supervise(t, s, "bars")
	v.await(t, 2)
	v.stop()
	<-v.done
	if code := s.terminate(t); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
	if strings.Contains(s.out.String(), "level=ERROR") {
		t.Errorf("it did not end well:\n%s", s.out)
	}
	if code := encoder.wait(t); code != 1 {
		t.Errorf("the encoder of somebody else ended with %d", code)
	}
	gone(t, child)
	checkFiles(t, h, liveStream+".ismv")

	s = h.start(t)
	s.awaitState(t, "oceans", "stopped")
	v.sameStill(t)
	p := newPlayer(t, v.base)
	for _, l := range checkRecording(t, p) {
		download(t, p, l)
	}
	// What was on the server's own list of encoders is on the air again, and dies with it.
	child = running(t, s)
	s.kill(t)
	gone(t, child)
}

// supervise lets the server run an encoder of its own and returns its process id.
func supervise(t *testing.T, s *server, point string) int {
	t.Helper()
	spec := map[string]any{
		"point": point, "input": map[string]any{"kind": "test-pattern"}, "fps": 25, "gop_seconds": 1, "audio_bitrate": 64000, "start": true,
		"video": []map[string]int{{"width": 160, "height": 90, "bitrate": 100_000}},
	}
	if status := s.api(t, http.MethodPost, "/api/v1/encoders", spec, nil); status != http.StatusCreated {
		t.Fatalf("the server takes no encoder: %d", status)
	}
	s.awaitState(t, point, "started")
	return running(t, s)
}

// running waits until the server's only encoder runs and returns its process id.
func running(t *testing.T, s *server) (pid int) {
	t.Helper()
	eventually(t, "the server's encoder runs", func() (any, bool) {
		var list struct {
			Encoders []struct {
				PID           int
				State, Reason string
			}
		}
		s.api(t, http.MethodGet, "/api/v1/encoders", nil, &list)
		if len(list.Encoders) != 1 || list.Encoders[0].State != "running" {
			return list, false
		}
		pid = list.Encoders[0].PID
		return list, true
	})
	return pid
}

// gone waits until there is no ffmpeg of that process id. The number may be given to
// another program meanwhile, and the command line of one that is only not yet collected is
// empty.
func gone(t *testing.T, pid int) {
	t.Helper()
	eventually(t, "no ffmpeg is left behind", func() (any, bool) {
		command, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
		return string(command), err != nil || !strings.Contains(string(command), "ffmpeg")
	})
}

// TestLadderDiesWithTheServer has the server die while one of its encoders runs three processes: none
// of them is left behind, and the next server brings the ladder on air by itself.
func TestLadderDiesWithTheServer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "bars")
	s := h.start(t)
	spec := map[string]any{
		"point": "bars", "input": map[string]any{"kind": "test-pattern"}, "gop_seconds": 1, "method": 1, "preset": "ultrafast", "start": true,
		"video": []map[string]int{{"width": 96, "height": 54, "bitrate": 50_000}, {"width": 160, "height": 90, "bitrate": 100_000}, {"width": 192, "height": 108, "bitrate": 150_000}},
	}
	if status := s.api(t, http.MethodPost, "/api/v1/encoders", spec, nil); status != http.StatusCreated {
		t.Fatalf("the server takes no encoder: %d", status)
	}
	s.awaitState(t, "bars", "started")
	first := processes(t, s, 3)
	s.kill(t)
	for _, pid := range first {
		gone(t, pid)
	}
	s = h.start(t)
	second := processes(t, s, 3)
	s.kill(t)
	for _, pid := range second {
		gone(t, pid)
	}
}

// processes waits until all processes of the server's only encoder run and returns their ids.
func processes(t *testing.T, s *server, count int) (pids []int) {
	t.Helper()
	eventually(t, "all processes of the ladder run", func() (any, bool) {
		var list struct {
			Encoders []struct {
				Reason    string
				Processes []struct {
					PID           int
					State, Reason string
				}
			}
		}
		s.api(t, http.MethodGet, "/api/v1/encoders", nil, &list)
		if len(list.Encoders) != 1 || len(list.Encoders[0].Processes) != count {
			return list, false
		}
		pids = nil
		for _, p := range list.Encoders[0].Processes {
			if p.State != "running" {
				return list, false
			}
			pids = append(pids, p.PID)
		}
		return list, true
	})
	return pids
}
