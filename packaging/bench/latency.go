package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"pubpoint/engine/enginetest/sender"
)

// latency measures goal 3: from the last byte of a fragment to the first answer with it, over HLS, which waits for no
// later fragment.
func (b *bench) latency(ctx context.Context) error {
	path, err := b.post(ctx, "ladder", 40, 2800, 1200, 500)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		channels int
		p50, p99 float64
	}{{4, 2, 10}, {100, 0, 50}} {
		waits, err := b.waits(ctx, path, c.channels)
		if err != nil {
			return err
		}
		if len(waits) < 20 {
			return fmt.Errorf("only %d fragments were measured", len(waits))
		}
		b.add("3", fmt.Sprintf("last byte to first 200, %d channels, median of %d", c.channels, len(waits)), quantile(waits, 0.5), "ms", c.p50)
		b.add("3", fmt.Sprintf("last byte to first 200, %d channels, p99", c.channels), quantile(waits, 0.99), "ms", c.p99)
	}
	return nil
}

// waits feeds channels in real time and asks for every fragment of the first of them from the moment that its
// last byte was sent. The result is in milliseconds.
func (b *bench) waits(ctx context.Context, path string, channels int) (waits []float64, err error) {
	root, err := b.sub(fmt.Sprintf("latency-%d", channels))
	if err != nil {
		return nil, err
	}
	s, err := b.pubpoint(ctx, root)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	capture, err := load(path)
	if err != nil {
		return nil, err
	}
	sending, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	for i := 1; i < channels; i++ {
		e, err := newChannel(s, root, fmt.Sprintf("channel%d", i), capture)
		if err != nil {
			return nil, err
		}
		all.Go(func() {
			// When it fails there is less load, and the first channel fails too.
			_, _ = e.Run(sending)
		})
	}
	first, err := newChannel(s, root, "first", capture)
	if err != nil {
		return nil, err
	}
	if err := first.Connect(ctx); err != nil {
		return nil, err
	}
	until := time.Now().Add(60 * time.Second)
	for n := 0; time.Now().Before(until); n++ {
		f, err := first.Fragment(n)
		if err != nil {
			return nil, err
		}
		more, err := first.Step(ctx)
		if err != nil || !more {
			return waits, err
		}
		sent := time.Now()
		if n < 8 { // the first of each track begin the event
			continue
		}
		wait, err := b.firstAnswer(ctx, s, f, sent)
		if err != nil {
			return nil, err
		}
		if wait >= 0 {
			waits = append(waits, ms(wait))
		}
	}
	return waits, nil
}

func newChannel(s *server, root, name string, capture *sender.Capture) (*sender.Encoder, error) {
	if _, err := point(root, name); err != nil {
		return nil, err
	}
	return sender.New(capture, sender.Options{Point: "http://" + s.address + "/" + name + ".isml", Stream: name + "-" + ladder, Speed: 1, Loop: 1000, NoEnd: true})
}

// firstAnswer asks until the fragment is there; -1 for sound, whose published times are not those that are sent.
func (b *bench) firstAnswer(ctx context.Context, s *server, f sender.Fragment, sent time.Time) (time.Duration, error) {
	tracks := []string{"video-2800000", "video-1200000", "video-500000"} // in the order of ladder
	if f.Track < 1 || int(f.Track) > len(tracks) {
		return -1, nil
	}
	url := fmt.Sprintf("http://%s/first.isml/cmaf/%s/%d.m4s", s.address, tracks[f.Track-1], f.Start)
	for {
		_, status, err := get(ctx, url)
		if err != nil {
			return 0, err
		}
		if status == http.StatusOK {
			return time.Since(sent), nil
		}
		if time.Since(sent) > generous {
			return 0, fmt.Errorf("%s answers %d", url, status)
		}
	}
}
