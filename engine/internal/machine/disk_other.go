//go:build !linux && !darwin && !freebsd && !windows

package machine

// Disk returns how many bytes the disk of a path can still take from this user, and how many it has
// in all.
func Disk(string) (free, size int64, err error) { return 0, 0, ErrUnknown }
