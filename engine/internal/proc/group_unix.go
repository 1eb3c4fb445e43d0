//go:build unix

package proc

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// group is the child's process group; its id is the child's process id.
type group struct {
	id int

	mu   sync.Mutex
	gone bool // the leader has ended: its number may soon belong to someone else
}

// startGroup starts cmd as the leader of a new process group.
func startGroup(cmd *exec.Cmd) (*group, error) {
	cmd.SysProcAttr = groupAttributes()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &group{id: cmd.Process.Pid}, nil
}

func (g *group) interrupt() error { return g.signal(syscall.SIGINT) }

func (g *group) kill() error { return g.signal(syscall.SIGKILL) }

// signal reaches every process of the group, or nobody when the leader has ended.
func (g *group) signal(sig syscall.Signal) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.gone {
		return nil
	}
	return ignoreGone(syscall.Kill(-g.id, sig))
}

// wait blocks until the leader has ended, kills what it left behind in its group, reaps the
// leader and waits until the group is empty. The exit code is left in cmd.ProcessState.
func (g *group) wait(cmd *exec.Cmd) error {
	err := g.reap(cmd)
	return errors.Join(err, g.awaitEmpty())
}

// disband kills whoever is left in the group; no signal is sent to it afterwards.
func (g *group) disband() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gone = true
	if err := ignoreGone(syscall.Kill(-g.id, syscall.SIGKILL)); err != nil {
		return fmt.Errorf("kill what the child left behind: %w", err)
	}
	return nil
}

// waitReaped is cmd.Wait without its error for an exit code that is not zero, which is read
// from cmd.ProcessState instead.
func waitReaped(cmd *exec.Cmd) error {
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("wait for the child: %w", err)
	}
	return nil
}

func (g *group) awaitEmpty() error {
	deadline := time.Now().Add(drainFor)
	for groupAlive(g.id) {
		if time.Now().After(deadline) {
			return fmt.Errorf("processes of group %d still run after SIGKILL", g.id)
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil
}

func ignoreGone(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// signalOf names the signal that ended a process, or is empty.
func signalOf(state *os.ProcessState) string {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return ""
	}
	switch sig := status.Signal(); sig {
	case syscall.SIGKILL:
		return "SIGKILL"
	case syscall.SIGINT:
		return "SIGINT"
	case syscall.SIGTERM:
		return "SIGTERM"
	case syscall.SIGHUP:
		return "SIGHUP"
	case syscall.SIGSEGV:
		return "SIGSEGV"
	case syscall.SIGABRT:
		return "SIGABRT"
	case syscall.SIGPIPE:
		return "SIGPIPE"
	default:
		return fmt.Sprintf("signal %d, %s", int(sig), sig)
	}
}
