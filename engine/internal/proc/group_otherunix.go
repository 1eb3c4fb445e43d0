//go:build unix && !linux

package proc

import (
	"errors"
	"os/exec"
	"syscall"
)

// groupAttributes asks for a group of its own. There is no parent-death signal here.
func groupAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// reap collects the leader, then kills what it left behind in its group.
func (g *group) reap(cmd *exec.Cmd) error {
	return errors.Join(waitReaped(cmd), g.disband())
}

func groupAlive(id int) bool {
	return !errors.Is(syscall.Kill(-id, 0), syscall.ESRCH)
}
