// Package machine reads how the machine and this process are doing: processor time, memory, and
// the room on a disk.
//
// # Model
//
// Each function asks the operating system once and returns. Disks of a network can keep Disk
// waiting for long, so none is for a goroutine that somebody waits for.
//
// What a system cannot tell is [ErrUnknown].
package machine

import "errors"

// ErrUnknown says that this operating system does not tell.
var ErrUnknown = errors.New("not known on this operating system")
