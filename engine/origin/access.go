package origin

import (
	"context"
	"errors"
	"path"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/access"
	"pubpoint/engine/internal/delivery"
)

// SignPlayback implements engine.Access.
func (o *Origin) SignPlayback(_ context.Context, name string, length time.Duration) ([]engine.Link, error) {
	const op = "sign playback"
	e, ext, err := o.signing(op, name)
	if err != nil {
		return nil, err
	}
	if length < time.Second || length > engine.MaxPlayback {
		return nil, &engine.Error{Op: op, Point: name, Kind: engine.BadInput, Text: "Links are signed for a second to ten years; choose another length."}
	}
	signed := o.Addresses().Media + "/" + name + ext + "/" + delivery.SignatureMark +
		e.said.Load().policy.Sign(nameFor(name, ext), time.Now().Add(length)) + "/"
	var links []engine.Link
	if ext == liveExt {
		links = append(links, engine.Link{Label: "Preview", URL: signed, Browse: true})
	}
	for _, l := range formatLinks(path.Base(name)) {
		links = append(links, engine.Link{Label: l.Label, URL: signed + l.Path})
	}
	return links, nil
}

// RotatePlaybackKey implements engine.Access.
func (o *Origin) RotatePlaybackKey(_ context.Context, name string) error {
	const op = "rotate playback key"
	e, ext, err := o.signing(op, name)
	if err != nil {
		return err
	}
	if ext != liveExt {
		return &engine.Error{Op: op, Point: name, Kind: engine.Conflict, Text: "The key of a recording stays as it is; change playback_key in its point.toml."}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var said *reading
	err = o.points.edit(e, func(old []byte) ([]byte, bool, error) {
		var err error
		var cfg engine.PointConfig
		if cfg, said, err = parsePointFile(old); said == nil {
			return nil, false, err
		}
		if said.rules.NoPublish != "" || said.rules.NoPlay != "" {
			return nil, false, errClosed
		}
		said.rules.Key, said.inClear, said.keyless = access.NewKey(), nil, false
		file, err := writePointFile(old, cfg, said.rules)
		return file, true, err
	})
	if err != nil {
		kind := engine.Storage
		if errors.Is(err, errNotTOML) || errors.Is(err, errClosed) {
			kind = engine.Conflict
		}
		return &engine.Error{Op: op, Point: name, Kind: kind, Err: err,
			Text: "The key of " + name + " was not changed, because point.toml could not be written again: " + reason(err) + ". Correct that first."}
	}
	said.enforce()
	e.said.Store(said)
	o.tellPoint(name, engine.Info, "The playback key has been changed: links that were signed before cannot be played any more.")
	return nil
}

// signing finds a point, or a recording, that asks for signatures.
func (o *Origin) signing(op, name string) (e *entry, ext string, err error) {
	for _, ext = range []string{liveExt, vodExt} {
		if e = o.points.find(name, ext); e != nil {
			break
		}
	}
	switch {
	case e == nil:
		return nil, ext, noPoint(op, name)
	case !e.said.Load().policy.Signed():
		return nil, ext, &engine.Error{Op: op, Point: name, Kind: engine.Conflict,
			Text: "The publishing point " + name + " does not ask for signed URLs; turn signed playback on first."}
	}
	return e, ext, nil
}

// watchable says why somebody may not watch a point, or a recording.
func (o *Origin) watchable(name string, recording bool, remote, signature string) error {
	ext := liveExt
	if recording {
		ext = vodExt
	}
	e := o.points.find(name, ext)
	if e == nil {
		return nil // what is not there is told by others
	}
	return e.said.Load().policy.Watch(nameFor(name, ext), access.Address(remote), signature, time.Now())
}

// nameFor is what signatures call a point: a recording has its extension.
func nameFor(name, ext string) string {
	if ext == vodExt {
		return name + vodExt
	}
	return name
}

// Publish implements ingest.Doorkeeper: it says why an encoder may not publish to a point.
func (r *registry) Publish(ctx context.Context, in access.Request) error {
	e := r.find(in.Point, liveExt)
	if e == nil {
		return nil // there is nothing to publish to
	}
	return r.gate.Publish(ctx, e.said.Load().policy, in)
}

// pass gives an encoder of our own what it needs to publish one stream of a point while it runs.
func (o *Origin) pass(name, stream string) func() (token string, withdraw func()) {
	return func() (string, func()) {
		e := o.points.find(name, liveExt)
		if e == nil || !e.said.Load().policy.Protected() {
			return "", func() {}
		}
		return o.gate.Admit(name, stream)
	}
}

// limitLike lets a directory be watched by those alone who may watch what it was made of.
// Where nobody knows who may watch that, nothing is made of it.
func (r *registry) limitLike(dir string, of *reading) (err error) {
	if of.rules.NoPlay != "" {
		return &engine.Error{Op: "clip", Kind: engine.Conflict, Text: "Nobody knows who may watch the clip: " + of.rules.NoPlay}
	}
	rules := access.Rules{PlayFrom: of.rules.PlayFrom, Signed: of.rules.Signed}
	if rules.Signed {
		rules.Key = of.rules.Key
	}
	file, err := writePointFile(nil, engine.DefaultPointConfig(), rules)
	if err != nil || file == nil {
		return err
	}
	root, err := r.root.OpenRoot(dir)
	if err != nil {
		return err
	}
	return errors.Join(writeSettings(root, file, private(rules)), root.Close())
}
