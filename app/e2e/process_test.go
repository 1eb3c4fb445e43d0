//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// transcript keeps the lines that a program prints and wakes whoever waits for one.
type transcript struct {
	mu    sync.Mutex
	lines []string
	rest  []byte
	ended bool
	more  chan struct{}
}

func newTranscript() *transcript { return &transcript{more: make(chan struct{})} }

// Write takes in what was printed. Carriage returns, with which ffmpeg rewrites its status,
// end lines too.
func (l *transcript) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		i := bytes.IndexAny(l.rest, "\r\n")
		if i < 0 {
			break
		}
		l.lines = append(l.lines, string(l.rest[:i]))
		l.rest = l.rest[i+1:]
	}
	l.wake()
	return len(p), nil
}

func (l *transcript) wake() {
	close(l.more)
	l.more = make(chan struct{})
}

// end says that nothing more will be printed.
func (l *transcript) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.wake()
}

func (l *transcript) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(append(l.lines[:len(l.lines):len(l.lines)], string(l.rest)), "\n")
}

// find returns the groups of the first line that matches.
func (l *transcript) find(pattern *regexp.Regexp) (groups []string, more <-chan struct{}, ended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.lines {
		if groups := pattern.FindStringSubmatch(line); groups != nil {
			return groups, l.more, l.ended
		}
	}
	return nil, l.more, l.ended
}

// await waits for a line and returns its groups.
func (l *transcript) await(t *testing.T, pattern string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	re := regexp.MustCompile(pattern)
	for {
		groups, more, ended := l.find(re)
		if groups != nil {
			return groups
		}
		if ended {
			t.Fatalf("the program ended without printing %q:\n%s", pattern, l)
		}
		select {
		case <-more:
		case <-ctx.Done():
			t.Fatalf("the program never printed %q:\n%s", pattern, l)
		}
	}
}

// process is a running program. Both its outputs go to one transcript.
type process struct {
	cmd  *exec.Cmd
	out  *transcript
	done chan struct{} // closed when it has ended and all is read
	err  error         // once done
}

// launch starts a program; it is killed at the end of the test if it still runs.
func launch(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, out: newTranscript(), done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.out, p.out
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	go func() {
		p.err = cmd.Wait()
		p.out.end()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.kill(t)
		if t.Failed() {
			t.Logf("%s printed:\n%s", strings.Join(cmd.Args, " "), p.out)
		}
	})
	return p
}

// kill ends it at once (SIGKILL) and waits until it is gone.
func (p *process) kill(t *testing.T) {
	t.Helper()
	select {
	case <-p.done:
		return
	default:
	}
	// It may end by itself between the look and the signal.
	_ = p.cmd.Process.Kill()
	select {
	case <-p.done:
	case <-time.After(deadline):
		t.Errorf("%s outlives SIGKILL, or something holds its output", p.cmd.Path)
	}
}

// wait waits for the end and returns the exit code; -1 stands for a signal.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(deadline):
		t.Fatalf("%s does not end:\n%s", strings.Join(p.cmd.Args, " "), p.out)
	}
	var exit *exec.ExitError
	if p.err != nil && !errors.As(p.err, &exit) {
		t.Fatalf("%s: %v", p.cmd.Path, p.err)
	}
	return p.cmd.ProcessState.ExitCode()
}

// running tells whether it has not ended.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}
