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
	// The collector lets as much rubbish lie as there is in use; what is measured is what is in use.
	s, err := b.pubpoint(ctx, root, "GOGC=5")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	// Small pictures: the index does not know how large a fragment is.
	path, err := b.post(ctx, "small", 60, 60, 40, 30)
	if err != nil {
		return err
	}
	capture, err := load(path)
	if err != nil {
		return err
	}
	hours := 1
	if b.long {
		hours = 4
	}
	if _, err := point(root, "bench"); err != nil {
		return err
	}
	e, err := sender.New(capture, sender.Options{Point: "http://" + s.address + "/bench.isml", Stream: "bench-60k-40k-30k-64k", Loop: 60*hours + 10, NoEnd: true})
	if err != nil {
		return err
	}
	if err := e.Connect(ctx); err != nil {
		return err
	}
	perMinute := len(capture.Fragments)
	var before int64
	for n := range e.Len() {
		if _, err := e.Step(ctx); err != nil {
			return err
		}
		if n+1 == 10*perMinute {
			if before, err = s.memory(); err != nil {
				return err
			}
		}
	}
	after, err := s.memory()
	if err != nil {
		return err
	}
	b.add("4", fmt.Sprintf("memory of a channel and hour, over %d h", hours), float64(after-before)/1e6/float64(hours), "MB", 0.5)
	return nil
}
