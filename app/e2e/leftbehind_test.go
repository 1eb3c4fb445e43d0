//go:build e2e && linux

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// cyclesOf is the environment variable that says how often TestNothingIsLeftBehind kills the
// server; without it, five times.
const cyclesOf = "E2E_CYCLES"

// TestNothingIsLeftBehind kills the server again and again while an encoder of its own runs, and
// the encoder too: no ffmpeg outlives its server, none stays a zombie below one, and the next
// server has the same port at once.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	cycles := 5
	if text := os.Getenv(cyclesOf); text != "" {
		var err error
		if cycles, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s must be a number: %v", cyclesOf, err)
		}
	}
	h := newHouse(t)
	h.mkdir(t, "bars")
	s := h.start(t)
	child := supervise(t, s, "bars")
	address := h.listen
	for n := range cycles {
		if n%5 == 0 { // the encoder dies alone, and another takes its place
			if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			dead := child
			eventually(t, "another encoder runs", func() (any, bool) {
				child = running(t, s)
				return child, child != dead
			})
		}
		noZombies(t, s.cmd.Process.Pid)
		s.kill(t)
		gone(t, child)
		s = h.start(t)
		if h.listen != address {
			t.Fatalf("the server listens on %s, not on %s", h.listen, address)
		}
		child = running(t, s)
	}
	noZombies(t, s.cmd.Process.Pid)
	if code := s.terminate(t); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
	gone(t, child)
	eventually(t, "nothing that speaks to the server is left", func() (any, bool) {
		lines := commandLines(t, address)
		return lines, len(lines) == 0
	})
}

// noZombies waits until no child of a process is dead and not collected.
func noZombies(t *testing.T, parent int) {
	t.Helper()
	eventually(t, "every child is collected", func() (any, bool) {
		var dead []string
		for _, name := range processFiles(t, "stat") {
			b, err := os.ReadFile(name)
			if err != nil {
				continue // it has ended
			}
			// The name, which may have any bytes, ends with the last bracket: state and parent follow.
			fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
			if len(fields) > 1 && fields[0] == "Z" && fields[1] == strconv.Itoa(parent) {
				dead = append(dead, name)
			}
		}
		return dead, len(dead) == 0
	})
}

// commandLines are those of all processes that have a word in them.
func commandLines(t *testing.T, word string) (lines []string) {
	t.Helper()
	for _, name := range processFiles(t, "cmdline") {
		b, err := os.ReadFile(name)
		if err == nil && bytes.Contains(b, []byte(word)) {
			lines = append(lines, string(bytes.ReplaceAll(b, []byte{0}, []byte{' '})))
		}
	}
	return lines
}

func processFiles(t *testing.T, name string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return files
}
