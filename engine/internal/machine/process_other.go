//go:build (!unix && !windows) || aix

package machine

import "time"

// CPUTime returns the processor time that this process has taken, without its children.
func CPUTime() (time.Duration, error) { return 0, ErrUnknown }
