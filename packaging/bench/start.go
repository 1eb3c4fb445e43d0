package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pubpoint/engine/enginetest/sender"
)

// start measures goal 8: the program is started over archives of 8 channels and a fragment is asked for.
func (b *bench) start(ctx context.Context) (err error) {
	const channels = 8
	minutes := 2 * 60
	if b.long {
		minutes = 24 * 60
	}
	root, err := b.sub("start")
	if err != nil {
		return err
	}
	path, err := b.post(ctx, "small", 60, 60, 40, 30)
	if err != nil {
		return err
	}
	capture, err := load(path)
	if err != nil {
		return err
	}
	s, err := b.pubpoint(ctx, root)
	if err != nil {
		return err
	}
	for i := range channels {
		name := fmt.Sprintf("bench%d", i)
		if _, err := point(root, name); err != nil {
			return errors.Join(err, s.stop())
		}
		e, err := sender.New(capture, sender.Options{Point: "http://" + s.address + "/" + name + ".isml", Stream: name + "-60k-40k-30k-64k", Loop: minutes})
		if err == nil {
			_, err = e.Run(ctx)
		}
		if err != nil {
			return errors.Join(err, s.stop())
		}
	}
	if err := s.stop(); err != nil {
		return err
	}
	began := time.Now()
	s, err = b.pubpoint(ctx, root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	target := "http://" + s.address + "/bench7.isml/QualityLevels(30000)/Fragments(video=0)"
	for {
		_, status, err := get(ctx, target)
		if err != nil {
			return err
		}
		if status == 200 {
			break
		}
		if time.Since(began) > generous {
			return fmt.Errorf("%s answers %d", target, status)
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	b.add("8", fmt.Sprintf("start with %d channels of %d h to first fragment", channels, minutes/60), time.Since(began).Seconds(), "s", 3)
	return nil
}
