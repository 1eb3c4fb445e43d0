package proc

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// ticksPerSecond is the unit of processor time in /proc (USER_HZ, proc(5)); it is 100 on every
// architecture that Go knows.
const ticksPerSecond = 100

// ReadUsage returns the processor time that a process has used so far, all its threads, and the
// memory it holds, in bytes. ok is false when it has ended, or where this is not known: it is
// known on Linux alone.
func ReadUsage(pid int) (u Usage, ok bool) {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return Usage{}, false
	}
	return parseUsage(stat, os.Getpagesize())
}

// parseUsage reads utime, stime and rss, the fields 14, 15 and 24 of /proc/PID/stat (proc(5)).
// Fields are counted behind the name, which may hold blanks and parentheses itself.
func parseUsage(stat []byte, page int) (u Usage, ok bool) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 22 {
		return Usage{}, false
	}
	var numbers [3]int64
	for i, field := range []int{14, 15, 24} {
		n, err := strconv.ParseInt(string(fields[field-3]), 10, 64)
		if err != nil || n < 0 {
			return Usage{}, false
		}
		numbers[i] = n
	}
	return Usage{CPU: time.Duration(numbers[0]+numbers[1]) * time.Second / ticksPerSecond, Memory: numbers[2] * int64(page)}, true
}
