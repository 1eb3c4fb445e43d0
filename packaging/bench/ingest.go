package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"pubpoint/engine/enginetest/sender"
)

// ingest measures goal 2: a ladder taken in as fast as it goes beside a plain copy of the same bytes from a
// socket to the same disk, and 100 channels in real time.
func (b *bench) ingest(ctx context.Context) (err error) {
	path, err := b.post(ctx, "ladder", 40, 2800, 1200, 500)
	if err != nil {
		return err
	}
	root, err := b.sub("ingest")
	if err != nil {
		return err
	}
	s, err := b.pubpoint(ctx, root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	const copies = 8
	var mine, theirs []float64
	perMB := func(d time.Duration) float64 {
		return d.Seconds() * 1e3 / (float64(info.Size()) * copies / 1e6)
	}
	for round := range b.rounds {
		cpu, err := plainCopy(ctx, filepath.Join(b.dir, "copy"), path, copies)
		if err != nil {
			return err
		}
		theirs = append(theirs, perMB(cpu))
		cpu, err = s.used(func() error {
			for i := range copies {
				if err := b.channel(ctx, s, root, fmt.Sprintf("copy%d-%d", round, i), ladder, path); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		mine = append(mine, perMB(cpu))
	}
	b.ratio("2", "ingest with archive: processor time", "ms/MB", mine, theirs, 1.3, false)
	return b.channels(ctx, s, root, path, 100)
}

// plainCopy reads bodies from a connection in pieces and writes them to a file: the least that ingest could
// do. It returns what that cost, measured in a process of its own: this one only receives.
func plainCopy(ctx context.Context, to, path string, copies int) (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	var usage time.Duration
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		before := threadTime()
		err := receive(to, r.Body)
		usage += threadTime() - before
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	server := &http.Server{Handler: pinned(mux), ReadHeaderTimeout: generous}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	for range copies {
		if err = copyTo(ctx, http.MethodPut, "http://"+l.Addr().String()+"/", path); err != nil {
			break
		}
	}
	err = errors.Join(err, server.Close())
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return usage, err
}

func receive(to string, body io.Reader) error {
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	// Neither side is a file and a socket to the copy, so it goes through memory as media must.
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{body}, make([]byte, 1<<20))
	return errors.Join(err, f.Close())
}

// channels measures many channels in real time and says how many would fill a core.
func (b *bench) channels(ctx context.Context, s *server, root, path string, n int) error {
	capture, err := load(path)
	if err != nil {
		return err
	}
	sending, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, n)
	var all sync.WaitGroup
	for i := range n {
		name := fmt.Sprintf("channel%d", i)
		if _, err := point(root, name); err != nil {
			return err
		}
		e, err := sender.New(capture, sender.Options{Point: "http://" + s.address + "/" + name + ".isml", Stream: name + "-" + ladder, Speed: 1, Loop: 1000, NoEnd: true})
		if err != nil {
			return err
		}
		all.Go(func() {
			if _, err := e.Run(sending); err != nil && sending.Err() == nil {
				failed <- err
			}
		})
	}
	// Until all have begun, the media that each keeps in memory (8 MiB, 15 s) is what it stays, and the heap
	// has grown to its size: a channel that begins costs pages that one that goes on has already.
	const warm, length = 40 * time.Second, 20 * time.Second
	if err := pause(sending, warm); err != nil {
		return err
	}
	cpu, err := s.used(func() error { return pause(sending, length) })
	stop()
	all.Wait()
	if err != nil {
		return err
	}
	select {
	case err := <-failed:
		return fmt.Errorf("a channel failed: %w", err)
	default:
	}
	b.results = append(b.results, result{goal: "2", what: fmt.Sprintf("channels of 4.6 Mbit/s a core, from %d", n), ours: figure(float64(n) * length.Seconds() / cpu.Seconds()),
		ratio: float64(n) * length.Seconds() / cpu.Seconds(), limit: 1000, least: true})
	b.progress()
	return nil
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// threadTime is the processor time of the thread that calls it.
func threadTime() time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// trimmed is a path without its query.
func trimmed(target string) string {
	target, _, _ = strings.Cut(target, "?")
	return target
}
