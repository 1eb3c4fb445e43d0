//go:build unix

package proc

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// run runs a command in a goroutine of its own and returns the channel of its exit.
func run(ctx context.Context, cfg Config) <-chan Exit {
	exits := make(chan Exit, 1)
	go func() { exits <- New(cfg).Run(ctx) }()
	return exits
}

// signalReady makes cfg close the returned channel when the child says "ready".
func signalReady(cfg *Config) <-chan struct{} {
	ready := make(chan struct{})
	cfg.OnStdout = func(line []byte) {
		if string(line) == "ready" {
			close(ready)
		}
	}
	return ready
}

func TestExitInWords(t *testing.T) {
	for _, test := range []struct{ part, want string }{
		{"chatty", "ended by itself (exit 0)"},
		{"faulty", "exit 3: no such film"},
		{"suicide", "killed (SIGKILL)"},
	} {
		t.Run(test.part, func(t *testing.T) {
			exit := New(pretendConfig(test.part)).Run(t.Context())
			if exit.Words() != test.want {
				t.Errorf("words %q, want %q", exit.Words(), test.want)
			}
			if exit.OK() != (test.part == "chatty") || exit.Asked || exit.Err != nil {
				t.Errorf("exit %+v", exit)
			}
		})
	}
}

func TestProgramThatIsMissing(t *testing.T) {
	exit := New(Config{Path: "/nonexistent/ffmpeg"}).Run(t.Context())
	if !errors.Is(exit.Err, os.ErrNotExist) || !strings.HasPrefix(exit.Words(), "could not be started: start /nonexistent/ffmpeg: ") {
		t.Errorf("exit %+v, words %q", exit, exit.Words())
	}
}

func TestCancelledContextStartsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cfg := pretendConfig("chatty")
	cfg.OnStart = func(int) { t.Error("a child was started") }
	if exit := New(cfg).Run(ctx); !exit.Asked || exit.Words() != "stopped on request" {
		t.Errorf("exit %+v", exit)
	}
}

func TestEveryLineArrives(t *testing.T) {
	cfg := pretendConfig("chatty")
	var out, err int
	cfg.OnStdout = func(line []byte) {
		if strings.HasPrefix(string(line), "out ") {
			out++
		}
	}
	cfg.OnStderr = func(line []byte) {
		if strings.HasPrefix(string(line), "err ") {
			err++
		}
	}
	exit := New(cfg).Run(t.Context())
	if out != 5000 || err != 5000 {
		t.Errorf("%d lines of output and %d of errors, want 5000 each", out, err)
	}
	if exit.Last != "err 4999" {
		t.Errorf("last line %q", exit.Last)
	}
}

func TestOverlongLineDoesNotStopReading(t *testing.T) {
	cfg := pretendConfig("overlong")
	var lengths []int
	var last string
	cfg.OnStdout = func(line []byte) { lengths, last = append(lengths, len(line)), string(line) }
	exit := New(cfg).Run(t.Context())
	if len(lengths) != 2 || lengths[0] != 8<<10 || last != "after" || exit.CutLines != 1 {
		t.Errorf("lengths %v, last %q, cut %d", lengths, last, exit.CutLines)
	}
}

func TestPoliteChildStopsWhenAsked(t *testing.T) {
	cfg := pretendConfig("polite")
	cfg.Stdin = true
	cfg.Ladder = Ladder{Ask: []byte("q"), AskFor: generous}
	ready := signalReady(&cfg)
	ctx, cancel := context.WithCancel(t.Context())
	exits := run(ctx, cfg)
	<-ready
	cancel()
	if exit := <-exits; exit.Code != 0 || !exit.Asked || exit.Words() != "stopped on request" {
		t.Errorf("exit %+v, words %q", exit, exit.Words())
	}
}

func TestInterruptFollowsTheQuestion(t *testing.T) {
	life := newLife(t)
	cfg := pretendConfig("silent", life.env)
	cfg.Stdin = true
	cfg.Ladder.Ask = []byte("q")
	cfg.Ladder.InterruptFor = generous
	ctx, cancel := context.WithCancel(t.Context())
	exits := run(ctx, cfg)
	life.born(t, "silent")
	cancel()
	// A Go program dies of SIGINT by exit 2 or by the signal, according to when it comes.
	if exit := <-exits; !exit.Asked || exit.Signal == "SIGKILL" {
		t.Errorf("exit %+v", exit)
	}
}

func TestUnresponsiveChildIsNotAsked(t *testing.T) {
	cfg := pretendConfig("polite")
	cfg.Stdin = true
	cfg.Ladder = Ladder{Ask: []byte("q"), AskFor: generous, InterruptFor: generous}
	ready := signalReady(&cfg)
	ctx, cancel := context.WithCancelCause(t.Context())
	exits := run(ctx, cfg)
	<-ready
	cancel(ErrUnresponsive)
	if exit := <-exits; !exit.Asked || exit.Signal != "SIGINT" {
		t.Errorf("exit %+v, want an end by SIGINT", exit)
	}
}

func TestDeafChildIsKilled(t *testing.T) {
	cfg := pretendConfig("deaf")
	cfg.Stdin = true
	cfg.Ladder.Ask = []byte("q")
	ready := signalReady(&cfg)
	ctx, cancel := context.WithCancel(t.Context())
	exits := run(ctx, cfg)
	<-ready
	cancel()
	exit := <-exits
	if exit.Signal != "SIGKILL" || exit.Words() != "killed (SIGKILL) because it did not stop when asked" {
		t.Errorf("exit %+v, words %q", exit, exit.Words())
	}
}

func TestGrandchildDiesWithItsParent(t *testing.T) {
	life := newLife(t)
	exits := run(t.Context(), pretendConfig("family", life.env))
	exit := <-exits
	if !exit.OK() || exit.Err != nil {
		t.Errorf("exit %+v", exit)
	}
	life.gone(t)
}

func TestGrandchildDiesWhenStopped(t *testing.T) {
	life := newLife(t)
	ctx, cancel := context.WithCancel(t.Context())
	exits := run(ctx, pretendConfig("family stays", life.env))
	life.born(t, "deaf")
	cancel()
	if exit := <-exits; !exit.Asked || exit.Err != nil {
		t.Errorf("exit %+v", exit)
	}
	life.gone(t)
}

func TestRunawayIsTold(t *testing.T) {
	life := newLife(t)
	exit := New(pretendConfig("runaway", life.env)).Run(t.Context())
	if exit.Err == nil || !strings.Contains(exit.Words(), "has left its group") {
		t.Errorf("exit %+v, words %q", exit, exit.Words())
	}
	if err := syscall.Kill(life.born(t, "deaf"), syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	life.gone(t)
}

// TestChildSurvivesThreadRetirement holds the promise of Command.launch: many threads end
// while the child runs, and the kernel must not take one of them for the child's parent.
func TestChildSurvivesThreadRetirement(t *testing.T) {
	life := newLife(t)
	cfg := pretendConfig("polite", life.env)
	cfg.Stdin = true
	cfg.Ladder = Ladder{Ask: []byte("q"), AskFor: generous}
	started, churned := make(chan struct{}), make(chan struct{})
	cfg.OnStart = func(int) { // parks the goroutine that forked, so that its thread is free to take another
		close(started)
		<-churned
	}
	ctx, cancel := context.WithCancel(t.Context())
	exits := run(ctx, cfg)
	<-started
	var locked, threads sync.WaitGroup
	locked.Add(64)
	for range 64 { // all at once, so that every idle thread is taken before one of them ends
		threads.Go(func() {
			runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
			locked.Done()
			locked.Wait()
		})
	}
	threads.Wait()
	life.born(t, "polite")
	close(churned)
	cancel()
	if exit := <-exits; exit.Signal != "" || exit.Code != 0 {
		t.Errorf("exit %+v: the child died with a thread of its parent", exit)
	}
}

// TestKilledParentLeavesNoChild is the promise that no orphan survives: a program that runs a
// child by this package is killed with SIGKILL, and the child is gone.
func TestKilledParentLeavesNoChild(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // the package promises it on Linux and Windows only
	}
	for range 5 {
		life := newLife(t)
		parent := exec.Command(os.Args[0])
		parent.Env = append(os.Environ(), pretendEnv+"=parent", life.env)
		if err := parent.Start(); err != nil {
			t.Fatal(err)
		}
		life.born(t, "deaf")
		if err := parent.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := parent.Wait(); err == nil {
			t.Fatal("the parent ended by itself")
		}
		life.gone(t)
	}
}

func TestCommandRunsAgain(t *testing.T) {
	command := New(pretendConfig("faulty"))
	for range 3 {
		if exit := command.Run(t.Context()); exit.Code != 3 {
			t.Errorf("exit %+v", exit)
		}
	}
}

func TestInputAndOutputOfBytes(t *testing.T) {
	input := bytes.Repeat([]byte("a\x00\n"), 1<<18)
	var got []byte
	cfg := pretendConfig("echo")
	cfg.Input, cfg.OnOutput = input, func(part []byte) { got = append(got, part...) }
	exit := New(cfg).Run(t.Context())
	if !exit.OK() || !bytes.Equal(got, input) || exit.CPU <= 0 {
		t.Errorf("exit %+v, %d bytes of %d came back", exit, len(got), len(input))
	}
	cfg = pretendConfig("faulty") // reads nothing of it
	cfg.Input = input
	if exit := New(cfg).Run(t.Context()); exit.Code != 3 {
		t.Errorf("exit %+v", exit)
	}
}
