package main

import (
	"context"
	"errors"
	"path/filepath"
)

// manifests measures goal 6 for the manifest of every format, beside a static file of the same bytes.
func (b *bench) manifests(ctx context.Context) (err error) {
	p, err := b.pair(ctx, "manifest")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	for _, name := range []string{"Manifest", "bench.mpd", "ts/video-1000000.m3u8"} {
		target, file := "/bench.isml/"+name, filepath.Base(name)
		if _, err := b.same(ctx, p.ours, target, filepath.Join(p.files, file), p.peer, "/"+file); err != nil {
			return err
		}
		mine, theirs, err := b.beside(ctx, p.ours, target, p.peer, "/"+file)
		if err != nil {
			return err
		}
		b.ratio("6", name+": requests a second", "1/s", of(mine, perSec), of(theirs, perSec), 0.7, true)
		b.ratio("6", name+": processor time a request", "µs", of(mine, loaded.micros), of(theirs, loaded.micros), 0, false)
	}
	return nil
}
