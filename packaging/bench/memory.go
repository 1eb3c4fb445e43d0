package main

import (
	"context"
	"errors"
	"fmt"

	"pubpoint/engine/enginetest/sender"
)

// memory measures goal 4: what the server takes more when a channel goes on for longer. Media beyond the hot window
// is on disk, so what grows is the index.
func (b *bench) memory(ctx context.Context) (err error) {
	root, err := b.sub("memory")
	if err != nil {
		return err
	}
	// What is measured is what is in use, as the collector tells: resident memory has what it has not given
	// back, and the holes that growing tables leave. Often, so that the newest collection is of now.
	s, err := b.pubpoint(ctx, root, "GOGC=5", "GODEBUG=gctrace=1")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	const warm = 10 // minutes until the media in memory is what it stays
	// Small pictures: the index does not know how large a fragment is.
	path, err := b.post(ctx, "small", 60, 60, 40, 30)
	if err != nil {
		return err
	}
	capture, err := load(path)
	if err != nil {
		return err
	}
	hours := 4 // the collector tells whole megabytes
	if b.long {
		hours = 24
	}
	if _, err := point(root, "bench"); err != nil {
		return err
	}
	e, err := sender.New(capture, sender.Options{Point: "http://" + s.address + "/bench.isml", Stream: "bench-60k-40k-30k-64k", Loop: 60*hours + warm, NoEnd: true})
	if err != nil {
		return err
	}
	if err := e.Connect(ctx); err != nil {
		return err
	}
	perMinute := len(capture.Fragments)
	var before, resident int64
	for n := range e.Len() {
		if _, err := e.Step(ctx); err != nil {
			return err
		}
		if n+1 == warm*perMinute {
			if resident, err = s.memory(); err != nil {
				return err
			}
			before = s.live.Load()
		}
	}
	after, err := s.memory()
	if err != nil {
		return err
	}
	each := func(bytes int64) float64 { return float64(bytes) / 1e6 / float64(hours) }
	b.add("4", fmt.Sprintf("memory in use of a channel and hour, over %d h", hours), each(s.live.Load()-before), "MB", 0.5)
	b.add("4", "the same, resident", each(after-resident), "MB", 0)
	return nil
}
