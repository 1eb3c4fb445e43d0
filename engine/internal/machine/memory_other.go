//go:build !linux && !windows

package machine

// Memory returns how many bytes of this process are resident.
func Memory() (int64, error) { return 0, ErrUnknown }
