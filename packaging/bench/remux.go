package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// remux measures goal 7: every segment asked for once, so that each is made, beside the same bytes from nginx.
func (b *bench) remux(ctx context.Context) (err error) {
	root, err := b.sub("remux")
	if err != nil {
		return err
	}
	s, err := b.pubpoint(ctx, root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	source, err := b.post(ctx, "remux", 240, 2800)
	if err != nil {
		return err
	}
	if err := b.channel(ctx, s, root, "bench", "2800k-64k", source); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		list func(context.Context, *server) ([]string, error)
	}{{"HLS-TS", tsSegments}, {"HDS", hdsFragments}} {
		targets, err := f.list(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := b.once(ctx, s, f.name, targets); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

// once fetches every target once from both servers, in turns, and compares what a megabyte costs.
func (b *bench) once(ctx context.Context, s *server, name string, targets []string) (err error) {
	files, err := b.sub("remux-" + name)
	if err != nil {
		return err
	}
	var bytes int64
	var static []string
	for i, target := range targets {
		body, status, err := get(ctx, "http://"+s.address+target)
		if err != nil || status != 200 {
			return fmt.Errorf("%s: %d, %w", target, status, err)
		}
		bytes += int64(len(body))
		static = append(static, fmt.Sprintf("/%d.bin", i))
		if err := os.WriteFile(filepath.Join(files, path.Base(static[i])), body, 0o644); err != nil {
			return err
		}
	}
	peer, err := b.nginx(ctx, files)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, peer.stop()) }()
	// What was asked for twice within two seconds is kept ready; it shall be made each time.
	const forget = 6 * time.Second
	const turns = 3
	var mine, theirs []float64
	for range b.rounds {
		var cost [2]float64
		for i, side := range []struct {
			s       *server
			targets []string
		}{{s, targets}, {peer, static}} {
			if err := pause(ctx, forget); err != nil {
				return err
			}
			cpu, err := side.s.used(func() error {
				for range turns {
					for _, target := range side.targets {
						if _, status, err := get(ctx, "http://"+side.s.address+target); err != nil || status != 200 {
							return fmt.Errorf("%s: %d, %w", target, status, err)
						}
					}
					if err := pause(ctx, forget); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			cost[i] = cpu.Seconds() * 1e3 / (turns * float64(bytes) / 1e6)
		}
		mine, theirs = append(mine, cost[0]), append(theirs, cost[1])
	}
	b.ratio("7", fmt.Sprintf("%s made on request, %d segments: processor time", name, len(targets)), "ms/MB", mine, theirs, 2.5, false)
	return nil
}

func tsSegments(ctx context.Context, s *server) ([]string, error) {
	const dir = "/bench.isml/ts/"
	playlist, status, err := get(ctx, "http://"+s.address+dir+"video-2800000.m3u8")
	if err != nil || status != 200 {
		return nil, fmt.Errorf("no playlist: %d, %w", status, err)
	}
	var targets []string
	for _, line := range lines(playlist) {
		targets = append(targets, path.Join(dir, trimmed(line)))
	}
	return targets, nil
}

var (
	mediaURL  = regexp.MustCompile(`<media [^>]*url="([^"]+)"`)
	bootstrap = regexp.MustCompile(`(?s)<bootstrapInfo[^>]*>([^<]+)</bootstrapInfo>`)
)

func hdsFragments(ctx context.Context, s *server) ([]string, error) {
	const dir = "/bench.isml/"
	manifest, status, err := get(ctx, "http://"+s.address+dir+"bench.f4m")
	if err != nil || status != 200 {
		return nil, fmt.Errorf("no manifest: %d, %w", status, err)
	}
	url := mediaURL.FindSubmatch(manifest)
	if url == nil {
		return nil, fmt.Errorf("the manifest names no media: %s", manifest)
	}
	if info := bootstrap.FindSubmatch(manifest); info != nil {
		if _, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(info[1]))); err != nil {
			return nil, err
		}
	}
	var targets []string
	for n := 1; ; n++ {
		target := fmt.Sprintf("%s%sSeg1-Frag%d", dir, url[1], n)
		_, status, err := get(ctx, "http://"+s.address+target)
		if err != nil {
			return nil, err
		}
		if status != 200 {
			break
		}
		targets = append(targets, target)
	}
	if len(targets) < 10 {
		return nil, fmt.Errorf("only %d fragments at %s", len(targets), url[1])
	}
	return targets, nil
}
