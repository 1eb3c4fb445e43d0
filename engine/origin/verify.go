package origin

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"

	"pubpoint/engine"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/verify"
)

// VerifyArchive implements engine.Verifier.
func (o *Origin) VerifyArchive(ctx context.Context, name, event string, progress func(done, total int64)) (engine.Verification, error) {
	const op = "verify archive"
	e := o.points.find(name, liveExt)
	if e == nil {
		e = o.points.find(name, vodExt)
	}
	if e == nil {
		return engine.Verification{}, noPoint(op, name)
	}
	dir := e.dir
	if event != "" && event != e.Status().Event.ID {
		if !engine.ValidElement(event) {
			return engine.Verification{}, noEvent(name, event)
		}
		dir += "/" + point.EventDir(event)
	}
	root, err := o.root.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) && event != "" {
		return engine.Verification{}, noEvent(name, event)
	}
	if err != nil {
		return engine.Verification{}, archiveError(op, name, err)
	}
	v, err := verify.Event(ctx, root, verify.Options{Base: path.Base(name), Progress: progress})
	// Nothing has been written through the directory handle itself.
	_ = root.Close()
	if err == nil {
		o.ledger.checked(v.Verdict)
	}
	return v, err
}

// VerifyDirs checks archives without an origin: the publishing points, events and document
// roots that dirs name, which an origin may be serving meanwhile. Each event's verification is
// handed to tell, whose error ends the check. Progress may be nil. An error of kind BadInput
// says that a directory has nothing to check.
func VerifyDirs(ctx context.Context, dirs []string, tell func(engine.Verification) error, progress func(done, total int64)) error {
	var places []verify.Place
	for _, dir := range dirs {
		found, err := verify.Find(dir)
		if err != nil {
			return &engine.Error{Op: "verify archive", Kind: engine.BadInput, Err: err,
				Text: "Nothing can be checked (" + reason(err) + "). Name the directory of a publishing point, or the document root."}
		}
		places = append(places, found...)
	}
	for _, p := range places {
		root, err := os.OpenRoot(p.Dir)
		if err != nil {
			return &engine.Error{Op: "verify archive", Kind: engine.Storage, Err: err, Text: p.Dir + " cannot be read (" + reason(err) + ")."}
		}
		v, err := verify.Event(ctx, root, verify.Options{Base: p.Base, Progress: progress})
		// As above.
		_ = root.Close()
		if err != nil {
			return err
		}
		v.Dir = p.Dir
		if err := tell(v); err != nil {
			return err
		}
	}
	return nil
}
