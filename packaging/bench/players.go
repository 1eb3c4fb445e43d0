package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

// players measures goal 5: connections that stay open, as players' do, and ask for a fragment every two seconds.
func (b *bench) players(ctx context.Context) (err error) {
	p, err := b.pair(ctx, "players")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	targets, err := b.smooth(ctx, p.ours)
	if err != nil {
		return err
	}
	if _, err := b.same(ctx, p.ours, targets[1], filepath.Join(p.files, "a.bin"), p.peer, "/a.bin"); err != nil {
		return err
	}
	const most = 10_000
	theirs, err := b.crowd(ctx, p.peer, "/a.bin", most)
	if err != nil {
		return fmt.Errorf("nginx: %w", err)
	}
	mine, err := b.crowd(ctx, p.ours, targets[1], most)
	if err != nil {
		return err
	}
	b.ratio("5", fmt.Sprintf("%d players, every answer checked: processor time a request", most), "µs", []float64{mine.micros()}, []float64{theirs.micros()}, 1.3, false)
	b.ratio("5", fmt.Sprintf("%d players: p99 of an answer", most), "ms", []float64{ms(mine.p99)}, []float64{ms(theirs.p99)}, 0, false)
	b.add("5", fmt.Sprintf("%d players: p99 of an answer", most), ms(mine.p99), "ms", 100)
	b.add("5", "memory of a player", mine.each/1e3, "kB", 30)
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

// crowded is what a crowd has come to.
type crowded struct {
	loaded
	each float64 // bytes that a connection takes in the server
}

// crowd connects n players and has each ask every two seconds, for 20 s, spread over time as players are.
func (b *bench) crowd(ctx context.Context, s *server, target string, n int) (c crowded, err error) {
	want, _, err := get(ctx, "http://"+s.address+target)
	if err != nil {
		return c, err
	}
	sum := crc32.ChecksumIEEE(want)
	before, err := s.memory()
	if err != nil {
		return c, err
	}
	conns := make([]net.Conn, n)
	for i := range conns {
		if conns[i], err = new(net.Dialer).DialContext(ctx, "tcp", s.address); err != nil {
			return c, fmt.Errorf("connection %d: %w", i, err)
		}
		defer func() { err = errors.Join(err, conns[i].Close()) }()
	}
	const every, rounds = 2 * time.Second, 10
	var mu sync.Mutex
	var waits []float64
	var failed error
	c.cpu, err = s.used(func() error {
		var all sync.WaitGroup
		begin := time.Now()
		for i, conn := range conns {
			all.Go(func() {
				in := bufio.NewReaderSize(conn, 4096)
				for r := range rounds {
					at := begin.Add(every*time.Duration(r) + every*time.Duration(i)/time.Duration(n))
					if pause(ctx, time.Until(at)) != nil {
						return
					}
					asked := time.Now()
					err := ask(conn, in, target, sum)
					mu.Lock()
					waits = append(waits, time.Since(asked).Seconds())
					failed = errors.Join(failed, err)
					mu.Unlock()
					if err != nil {
						return
					}
				}
			})
		}
		all.Wait()
		return failed
	})
	if err != nil {
		return c, err
	}
	after, err := s.memory()
	c.requests, c.p99, c.each = float64(len(waits)), time.Duration(quantile(waits, 0.99)*1e9), float64(after-before)/float64(n)
	return c, err
}

// ask makes one request and checks every byte of its answer.
func ask(conn net.Conn, in *bufio.Reader, target string, sum uint32) error {
	if err := conn.SetDeadline(time.Now().Add(generous)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", target); err != nil {
		return err
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	hash := crc32.NewIEEE()
	if _, err := io.Copy(hash, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK || hash.Sum32() != sum {
		return fmt.Errorf("answered %s, checksum %x for %x", resp.Status, hash.Sum32(), sum)
	}
	return resp.Body.Close()
}
