package proc

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// waitForPID is the P_PID of waitid(2).
const waitForPID = 1

// groupAttributes asks for a group of its own and for a kill when this program dies. The
// latter holds for the thread that forks (prctl(2), PR_SET_PDEATHSIG): see Command.launch.
func groupAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// reap disbands the group while its ended leader still holds the group's number, so that
// nobody else can have it, and only then collects the leader.
func (g *group) reap(cmd *exec.Cmd) error {
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, waitForPID, uintptr(g.id), 0,
			syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			break
		}
	}
	return errors.Join(g.disband(), waitReaped(cmd))
}

// groupAlive reports whether a process of the group still runs. Zombies do not count: in a
// container whose first process collects nobody they stay for ever.
func groupAlive(id int) bool {
	if err := syscall.Kill(-id, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return true // no /proc to look closer
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it ended since the listing
		}
		if state, group, ok := parseStat(stat); ok && group == id && state != 'Z' && state != 'X' {
			return true
		}
	}
	return false
}

// parseStat reads state and process group from /proc/PID/stat (proc(5)). The name in
// parentheses may itself hold blanks and parentheses, so it is skipped from the right.
func parseStat(stat []byte) (state byte, group int, ok bool) {
	_, rest, found := bytes.Cut(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" "))
	fields := bytes.Fields(rest)
	if !found || len(fields) < 3 || len(fields[0]) != 1 {
		return 0, 0, false
	}
	group, err := strconv.Atoi(string(fields[2]))
	return fields[0][0], group, err == nil
}
