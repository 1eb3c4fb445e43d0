//go:build e2e && linux

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// The size of the file system of TestFullDisk, and how much of it somebody else has taken.
const (
	smallDisk = 4 << 20
	ballast   = 3 << 20
)

// inMemory has the house stand on a file system in memory, which outlives every server: a
// slow disk of the machine must not look like a fault of the program. It belongs to a mount
// namespace that lasts as long as the test, and is reached through a process in there.
func (h *house) inMemory(t *testing.T) {
	t.Helper()
	flags := "-m"
	if os.Getuid() != 0 {
		flags = "-rm"
	}
	dir := filepath.Dir(h.root)
	cmd := exec.Command("unshare", flags, "sh", "-c", `mount -t tmpfs -o size=512m none "$0" && echo mounted && exec cat`, dir)
	// It ends with its input.
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	keeper := launch(t, cmd)
	keeper.out.await(t, "^mounted$")
	h.root = filepath.Join("/proc", fmt.Sprint(cmd.Process.Pid), "root", h.root)
}

// onSmallDisk has the server's document root be a file system of its own: a tmpfs that only
// the server's mount namespace has. Where the tests are not root, a user namespace allows it.
func (h *house) onSmallDisk(cmd *exec.Cmd) {
	const script = `mkdir -p "$0" && mount -t tmpfs -o size=` + "%d" + ` none "$0" && exec "$@"`
	flags := "-m"
	if os.Getuid() != 0 {
		flags = "-rm"
	}
	inner := append([]string{"unshare", flags, "sh", "-c", fmt.Sprintf(script, smallDisk), h.root}, cmd.Args...)
	*cmd = *exec.Command("unshare", inner[1:]...)
}

// seen is a path of the server as others can reach it.
func (s *server) seen(path string) string {
	return filepath.Join("/proc", fmt.Sprint(s.cmd.Process.Pid), "root", path)
}

// pointArchive is what the API tells of a point's archive.
type pointArchive struct {
	Recording bool
	Reason    string
}

func (s *server) archive(t *testing.T) pointArchive {
	t.Helper()
	var answer struct{ Archive pointArchive }
	s.api(t, http.MethodGet, "/api/v1/points/oceans", nil, &answer)
	return answer.Archive
}

// verification is what pubpointd verify -json tells.
type verification struct {
	Verdict string
	Open    bool
	Files   []struct{ Name, Verdict string }
	Flaws   []struct {
		Verdict, File, Text string
		Start               float64 `json:"start_seconds"`
		End                 float64 `json:"end_seconds"`
		Timed               bool
	}
}

// verify checks directories with the program, as an operator does.
func verify(t *testing.T, dirs ...string) (all []verification, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t, "pubpointd"), append([]string{"verify", "-json"}, dirs...)...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if cmd.ProcessState == nil || complaint.Len() > 0 {
		t.Fatalf("pubpointd verify: %v %s", err, &complaint)
	}
	for lines := json.NewDecoder(bytes.NewReader(out)); lines.More(); {
		var v verification
		if err := lines.Decode(&v); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		all = append(all, v)
	}
	return all, cmd.ProcessState.ExitCode()
}

// TestFullDisk fills a real file system while an event is live, and frees it again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.start(t, h.onSmallDisk)
	dir := s.seen(h.path("oceans"))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	other := s.seen(filepath.Join(h.root, "somebody else"))
	if err := os.WriteFile(other, make([]byte, ballast), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var taken atomic.Int64
	var sender sync.WaitGroup
	one := newRung(t, rungOne)
	sender.Go(func() {
		if err := one.single(ctx, s.ingest("oceans", rungOne), 0, &taken); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the server says that it cannot archive", func() (any, bool) {
		a := s.archive(t)
		return a, a.Reason != "" && !a.Recording
	})
	full := taken.Load()
	eventually(t, "live goes on", func() (any, bool) {
		n := taken.Load()
		return n, n > full+10 && s.state(t, "oceans") == "started"
	})
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	again := taken.Load()
	eventually(t, "the archive resumes by itself", func() (any, bool) {
		a := s.archive(t)
		return a, a.Reason == "" && a.Recording && taken.Load() > again+10
	})
	if all, code := verify(t, dir); code != 0 && (code != 1 || all[0].Verdict != "hole") || !all[0].Open {
		t.Errorf("on air: %d %+v", code, all)
	}
	cancel()
	sender.Wait()
	s.order(t, "oceans", "stopped")
	all, code := verify(t, dir)
	if code != 1 || len(all) != 1 || all[0].Verdict != "hole" || all[0].Open {
		t.Fatalf("ended: %d %+v", code, all)
	}
	const second = 1e7
	hole := false
	for _, f := range all[0].Flaws {
		if f.Verdict == "hole" && f.Timed && f.Start >= float64(full-100)*step/second && f.End <= float64(again+30)*step/second {
			hole = true
		} else if f.Verdict != "gap" {
			t.Errorf("between %d and %d: %+v", full, again, f)
		}
	}
	if !hole {
		t.Errorf("no hole in %+v", all)
	}
	if code := s.terminate(t); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
}
