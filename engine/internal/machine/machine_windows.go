package machine

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"
)

// CPUTime returns the processor time that this process has taken, without its children.
func CPUTime() (time.Duration, error) {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	var began, ended, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &began, &ended, &kernel, &user); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return hundreds(kernel) + hundreds(user), nil
}

// hundreds is a span of time that Windows counts in 100 ns.
func hundreds(t syscall.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}

// memoryCounters is PROCESS_MEMORY_COUNTERS of psapi.h.
type memoryCounters struct {
	size           uint32
	pageFaults     uint32
	peakWorkingSet uintptr
	workingSet     uintptr
	quotas         [4]uintptr
	pagefile       uintptr
	peakPagefile   uintptr
}

// Memory returns how many bytes of this process are resident.
func Memory() (int64, error) {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	c := memoryCounters{}
	c.size = uint32(unsafe.Sizeof(c))
	ask := syscall.NewLazyDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")
	if err := ask.Find(); err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	if ok, _, err := ask.Call(uintptr(process), uintptr(unsafe.Pointer(&c)), uintptr(c.size)); ok == 0 {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	return int64(c.workingSet), nil
}

// Disk returns how many bytes the disk of a path can still take from this user, and how many it has
// in all.
func Disk(path string) (free, size int64, err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return 0, 0, fmt.Errorf("read free space of %s: %w", path, err)
	}
	ask := syscall.NewLazyDLL("kernel32.dll").NewProc("GetDiskFreeSpaceExW")
	if err := ask.Find(); err != nil {
		return 0, 0, fmt.Errorf("read free space of %s: %w", path, err)
	}
	if ok, _, err := ask.Call(uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&free)), uintptr(unsafe.Pointer(&size)), 0); ok == 0 {
		return 0, 0, fmt.Errorf("read free space of %s: %w", path, err)
	}
	return free, size, nil
}
