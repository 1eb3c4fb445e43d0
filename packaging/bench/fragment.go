package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// fragments measures goal 1. Before it measures it compares the bytes.
func (b *bench) fragments(ctx context.Context) (err error) {
	p, err := b.pair(ctx, "fragment")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	targets, err := b.smooth(ctx, p.ours)
	if err != nil {
		return err
	}
	for i, c := range []struct {
		cpu, speed float64
	}{{1.2, 0.6}, {1.3, 0.9}} { // of the picture's, about 250 kB, and of the sound's, 17 kB
		name := fmt.Sprintf("%d.bin", i)
		body, err := b.same(ctx, p.ours, targets[i], filepath.Join(p.files, name), p.peer, "/"+name)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("fragment of %d kB", body/1000)
		mine, theirs, err := b.beside(ctx, p.ours, targets[i], p.peer, "/"+name)
		if err != nil {
			return err
		}
		b.ratio("1", what+": processor time a request", "µs", of(mine, loaded.micros), of(theirs, loaded.micros), c.cpu, false)
		b.ratio("1", what+": requests a second", "1/s", of(mine, perSec), of(theirs, perSec), c.speed, true)
	}
	return nil
}

// smooth returns the path of a fragment of the first stream's first track, and of one of sound.
func (b *bench) smooth(ctx context.Context, s *server) ([]string, error) {
	body, status, err := get(ctx, "http://"+s.address+"/bench.isml/Manifest")
	if err != nil || status != 200 {
		return nil, fmt.Errorf("no manifest: %d, %w", status, err)
	}
	var manifest struct {
		Streams []struct {
			Type   string `xml:",attr"`
			Levels []struct {
				Bitrate int `xml:",attr"`
			} `xml:"QualityLevel"`
			Chunks []struct {
				T int64 `xml:"t,attr"`
				D int64 `xml:"d,attr"`
			} `xml:"c"`
		} `xml:"StreamIndex"`
	}
	if err := xml.Unmarshal(body, &manifest); err != nil {
		return nil, err
	}
	var all []string
	for _, kind := range []string{"video", "audio"} {
		for _, st := range manifest.Streams {
			if st.Type == kind && len(st.Levels) > 0 && len(st.Chunks) > 2 {
				all = append(all, fmt.Sprintf("/bench.isml/QualityLevels(%d)/Fragments(%s=%d)", st.Levels[0].Bitrate, kind, st.Chunks[0].T+st.Chunks[0].D))
			}
		}
	}
	if len(all) != 2 {
		return nil, fmt.Errorf("the manifest has %d of two streams: %s", len(all), body)
	}
	return all, nil
}

// same fetches an address, gives the bytes to the peer as a file, and sees that both serve the same. It
// returns how many they are.
func (b *bench) same(ctx context.Context, s *server, target, file string, peer *server, peerPath string) (int, error) {
	body, status, err := get(ctx, "http://"+s.address+target)
	if err != nil || status != 200 {
		return 0, fmt.Errorf("%s: %d, %w", target, status, err)
	}
	if err := os.WriteFile(file, body, 0o644); err != nil {
		return 0, err
	}
	for range 3 { // asked for again it may come by another way
		again, _, err := get(ctx, "http://"+s.address+target)
		if err != nil || !bytes.Equal(again, body) {
			return 0, fmt.Errorf("%s has other bytes when it is asked for again: %w", target, err)
		}
	}
	theirs, _, err := get(ctx, "http://"+peer.address+peerPath)
	if err != nil || !bytes.Equal(theirs, body) {
		return 0, fmt.Errorf("the peer serves other bytes: %w", err)
	}
	return len(body), nil
}
