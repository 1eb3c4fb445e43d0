//go:build unix && !solaris && !illumos && !aix

package state

import (
	"os"
	"syscall"
)

// take locks a file until it is closed, or fails at once.
func take(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
