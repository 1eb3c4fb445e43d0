package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// loaded is what a load has come to.
type loaded struct {
	requests float64
	cpu      time.Duration // of the server
	perSec   float64
	p99      time.Duration
}

// micros is the processor time of a request in µs.
func (l loaded) micros() float64 { return float64(l.cpu.Microseconds()) / l.requests }

var (
	wrkRequests = regexp.MustCompile(`(\d+) requests in`)
	wrkRate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkP99      = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)`)
	wrkErrors   = regexp.MustCompile(`(Socket errors: connect [1-9]\d*|Socket errors:.* read [1-9]\d*|Non-2xx[^\n]*)`)
)

// wrk asks a server for one address for a round.
func (b *bench) wrk(ctx context.Context, s *server, path string, connections int) (loaded, error) {
	var out []byte
	cpu, err := s.used(func() (err error) {
		out, err = exec.CommandContext(ctx, "wrk", "-t1", "-c"+strconv.Itoa(connections), "-d"+strconv.Itoa(int(b.round.Seconds()))+"s", "--latency", "--timeout", "20s",
			"http://"+s.address+path).CombinedOutput()
		return err
	})
	if err != nil {
		return loaded{}, fmt.Errorf("wrk: %w: %s", err, out)
	}
	if m := wrkErrors.Find(out); m != nil {
		return loaded{}, fmt.Errorf("%s: %s", path, m)
	}
	l := loaded{cpu: cpu}
	if l.requests, err = number(wrkRequests, out); err != nil {
		return l, err
	}
	if l.perSec, err = number(wrkRate, out); err != nil {
		return l, err
	}
	if m := wrkP99.FindSubmatch(out); m != nil {
		l.p99, err = time.ParseDuration(string(m[1]) + string(m[2]))
	}
	return l, err
}

func number(pattern *regexp.Regexp, text []byte) (float64, error) {
	m := pattern.FindSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("no %v in %s", pattern, text)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// beside loads two servers in turns.
func (b *bench) beside(ctx context.Context, ours *server, path string, peer *server, peerPath string) (mine, theirs []loaded, err error) {
	for range b.rounds {
		l, err := b.wrk(ctx, peer, peerPath, 16)
		if err != nil {
			return nil, nil, err
		}
		theirs = append(theirs, l)
		if l, err = b.wrk(ctx, ours, path, 16); err != nil {
			return nil, nil, err
		}
		mine = append(mine, l)
	}
	return mine, theirs, nil
}

// of picks a number out of each.
func of(all []loaded, pick func(loaded) float64) []float64 {
	values := make([]float64, len(all))
	for i, l := range all {
		values[i] = pick(l)
	}
	return values
}

func perSec(l loaded) float64 { return l.perSec }
