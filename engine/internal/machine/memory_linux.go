package machine

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Memory returns how many bytes of this process are resident.
func Memory() (int64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	return resident(string(text), os.Getpagesize())
}

// resident reads the second number of /proc/PID/statm, see proc(5).
func resident(text string, page int) (int64, error) {
	fields := strings.Fields(text)
	if len(fields) < 2 {
		return 0, fmt.Errorf("read memory: %q has no number of resident pages", text)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil || pages < 0 || pages > 1<<62/int64(page) {
		return 0, fmt.Errorf("read memory: %q is no number of pages", fields[1])
	}
	return pages * int64(page), nil
}
