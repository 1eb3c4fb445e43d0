//go:build unix && !aix

package machine

import (
	"fmt"
	"syscall"
	"time"
)

// CPUTime returns the processor time that this process has taken, without its children.
func CPUTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
