package main

import (
	"context"
	"errors"
	"path/filepath"
)

// manifests measures goal 6 for the manifest of every format, beside a static file of the same bytes.
func (b *bench) manifests(ctx context.Context) (err error) {
	root, err := b.sub("manifest")
	if err != nil {
		return err
	}
	s, err := b.pubpoint(ctx, root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	path, err := b.post(ctx, "fragment", 20, 1000)
	if err != nil {
		return err
	}
	if err := b.channel(ctx, s, root, "bench", "1000k-64k", path); err != nil {
		return err
	}
	files, err := b.sub("manifest-files")
	if err != nil {
		return err
	}
	peer, err := b.nginx(ctx, files)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, peer.stop()) }()
	for _, name := range []string{"Manifest", "bench.mpd", "ts/video-1000000.m3u8"} {
		target, file := "/bench.isml/"+name, filepath.Base(name)
		if _, err := b.same(ctx, s, target, filepath.Join(files, file), peer, "/"+file); err != nil {
			return err
		}
		mine, theirs, err := b.beside(ctx, s, target, peer, "/"+file)
		if err != nil {
			return err
		}
		b.ratio("6", name+": requests a second", "1/s", of(mine, perSec), of(theirs, perSec), 0.7, true)
		b.ratio("6", name+": processor time a request", "µs", of(mine, loaded.micros), of(theirs, loaded.micros), 0, false)
	}
	return nil
}
