package proc

import "time"

// Usage is what a process takes of the machine.
type Usage struct {
	CPU    time.Duration // processor time since its start, all threads
	Memory int64         // bytes resident
}
