package engine

import "time"

// SystemStatus is how the machine and the program are doing.
type SystemStatus struct {
	Began      time.Time // of the program
	CPU        float64   // share of one core that the program takes, without its encoders: 0.25
	Cores      int
	Memory     int64         // bytes resident
	DiskFree   int64         // bytes that the document root's disk can take; -1 when not known
	DiskSize   int64         // -1 when not known
	Recording  int64         // bytes a second that archives grow by, a mean over a minute
	DiskLasts  time.Duration // until the disk is full at that rate; 0 when it is not known or for ever
	Encoders   float64       // share of one core that all supervised encoders take together
	Unreliable string        // one sentence when these figures cannot be had; else empty
	Limits     []LimitStatus // of the media listener
}

// System tells how the machine is doing.
type System interface {
	// System returns figures at most some seconds old; it never waits.
	System() SystemStatus
}
