//go:build linux || darwin || freebsd

package machine

import (
	"fmt"
	"syscall"
)

// Disk returns how many bytes the disk of a path can still take from this user, and how many it has
// in all.
func Disk(path string) (free, size int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return 0, 0, fmt.Errorf("read free space of %s: %w", path, err)
	}
	block := int64(st.Bsize)
	return max(0, int64(st.Bavail)) * block, int64(st.Blocks) * block, nil
}
