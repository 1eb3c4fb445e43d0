package main

import (
	"context"
	"errors"
)

// pair is the program with a point that has 20 s of media, and nginx over a directory of files beside it.
type pair struct {
	ours, peer *server
	files      string // the directory of nginx's files
}

// pair starts both for the measurement of that name. They are to be stopped.
func (b *bench) pair(ctx context.Context, name string) (p *pair, err error) {
	path, err := b.post(ctx, "fragment", 20, 1000)
	if err != nil {
		return nil, err
	}
	root, err := b.sub(name)
	if err != nil {
		return nil, err
	}
	p = &pair{}
	if p.files, err = b.sub(name + "-files"); err != nil {
		return nil, err
	}
	if p.ours, err = b.pubpoint(ctx, root); err != nil {
		return nil, err
	}
	if err = b.channel(ctx, p.ours, root, "bench", "1000k-64k", path); err == nil {
		p.peer, err = b.nginx(ctx, p.files)
	}
	if err != nil {
		return nil, errors.Join(err, p.ours.stop())
	}
	return p, nil
}

// stop ends both.
func (p *pair) stop() error { return errors.Join(p.ours.stop(), p.peer.stop()) }
