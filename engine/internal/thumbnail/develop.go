package thumbnail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/proc"
)

// What a child may take at most.
const (
	childFor  = 15 * time.Second
	maxOutput = 96 << 20 // bytes: 16 points with 12 s of stereo sound are 37 MiB
)

// developed is what came back of a film.
type developed struct {
	tracks [][]byte      // what is on each track, in the order of the reels; nil where nothing is
	cpu    time.Duration // processor time that it took
	said   string        // the last that ffmpeg complained of
}

// develop has ffmpeg decode what is on the reels. When it fails nothing of the film can be used,
// but cpu and said are set.
func develop(ctx context.Context, ffmpeg string, reels []reel, log *slog.Logger) (developed, error) {
	input, err := film(reels)
	if err != nil {
		return developed{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, childFor)
	defer cancel()
	var out bytes.Buffer
	full := false
	exit := proc.New(proc.Config{
		Path: ffmpeg, Args: arguments(reels), Input: input, Logger: log,
		OnOutput: func(part []byte) {
			if full = full || out.Len()+len(part) > maxOutput; full {
				cancel()
				return
			}
			out.Write(part)
		},
		Ladder: proc.Ladder{Interrupts: 1, InterruptFor: 500 * time.Millisecond},
	}).Run(ctx)
	d := developed{cpu: exit.CPU, said: exit.Last}
	switch {
	case full:
		return d, fmt.Errorf("ffmpeg gave more than %d bytes", maxOutput)
	case !exit.OK():
		return d, errors.New("ffmpeg: " + exit.Words())
	}
	d.tracks, err = unwind(&out, reels)
	return d, err
}

// unwind reads what is on each track of a QuickTime movie in fragments.
func unwind(r io.Reader, reels []reel) ([][]byte, error) {
	header := &fmp4.Init{}
	for i, r := range reels {
		header.Tracks = append(header.Tracks, fmp4.TrackInit{ID: uint32(i + 1), Timescale: max(1, r.init.Timescale)})
	}
	limits := fmp4.DefaultLimits()
	limits.Mdat, limits.Moof, limits.Samples, limits.Tracks = maxOutput, maxOutput, maxOutput, 2*perFilm
	tracks := make([][]byte, len(reels))
	boxes := fmp4.NewReader(r, limits)
	var parts []*fmp4.Fragment
	for {
		box, err := boxes.Next()
		if errors.Is(err, io.EOF) {
			return tracks, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read what ffmpeg gave: %w", err)
		}
		if box.Type != "moof" && box.Type != "mdat" {
			if err := boxes.Skip(); err != nil {
				return nil, fmt.Errorf("read what ffmpeg gave: %w", err)
			}
			continue
		}
		b, err := boxes.Bytes(0)
		if err != nil {
			return nil, fmt.Errorf("read what ffmpeg gave: %w", err)
		}
		if box.Type == "moof" {
			if parts, err = fmp4.ParseMoof(b, header, limits, fmp4.Position{Moof: box.Offset}); err != nil {
				return nil, fmt.Errorf("read what ffmpeg gave: %w", err)
			}
			continue
		}
		payload := b[box.HeaderSize:]
		for _, p := range parts {
			if err := p.Check(int64(len(payload))); err != nil {
				return nil, fmt.Errorf("read what ffmpeg gave: %w", err)
			}
			tracks[p.TrackID-1] = append(tracks[p.TrackID-1], payload[p.PayloadOffset:p.PayloadOffset+p.PayloadSize]...)
		}
		parts = nil
	}
}

// picture makes a thumbnail of what came back of a shot.
func picture(s *shot, raw []byte) (engine.Thumbnail, error) {
	if len(raw) < 4 || raw[0] != 0xff || raw[1] != 0xd8 {
		return engine.Thumbnail{}, errors.New("what came back is no picture")
	}
	w, h := frame(s.init)
	return engine.Thumbnail{At: s.at(), Start: s.start(), Width: w, Height: h, JPEG: raw}, nil
}
