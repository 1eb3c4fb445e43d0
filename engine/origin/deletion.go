package origin

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"pubpoint/engine"
)

// deletedDir takes the directories of deleted points and recordings, below the document root. It is no
// publishing point and none is looked for in it.
const deletedDir = ".deleted"

// DeletePoint implements engine.Points.
func (o *Origin) DeletePoint(ctx context.Context, name string, how engine.Deletion) error {
	const op = "delete point"
	e := o.points.find(name, liveExt)
	if e == nil {
		return noPoint(op, name)
	}
	switch err := e.Retire(ctx, how.Force); {
	case engine.KindOf(err) == engine.Storage && !how.KeepFiles:
		o.cfg.Logger.Warn("archive of a deleted point is not complete", "point", name, "err", err)
	case err != nil:
		return err
	}
	return o.points.remove(op, e, how.KeepFiles)
}

// DeleteRecording implements engine.Clips.
func (o *Origin) DeleteRecording(_ context.Context, name string) error {
	const op = "delete recording"
	e := o.points.find(name, vodExt)
	if e == nil {
		return noRecording(op, name)
	}
	return o.points.remove(op, e, false)
}

func noRecording(op, name string) error {
	return &engine.Error{Op: op, Point: name, Kind: engine.NotFound, Text: "There is no recording " + name + "; list the recordings again."}
}

// remove closes a point that has been retired, or a recording, and takes its directory away.
func (r *registry) remove(op string, e *entry, keep bool) error {
	name, key, what := e.Name(), e.Name(), "publishing point"
	if e.ReadOnly() {
		key, what = e.dir, "recording"
	}
	r.mu.Lock()
	if r.points[key] != e {
		r.mu.Unlock()
		if e.ReadOnly() {
			return noRecording(op, name)
		}
		return noPoint(op, name)
	}
	delete(r.points, key)
	r.leaving[key] = true
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.leaving, key)
	}()
	e.cancel()
	<-e.done
	r.shelf.forget(e.dir, "")

	// Another name first, so that the point is gone at once or not at all.
	aside := deletedDir + "/" + strings.ReplaceAll(name, "/", "_") + "-" + time.Now().UTC().Format("20060102T150405.000Z") + path.Ext(e.dir)
	err := r.root.Mkdir(deletedDir, 0o755)
	if err == nil || errors.Is(err, os.ErrExist) {
		err = r.root.Rename(e.dir, aside)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // somebody may have been quicker
		return deletionError(op, name, err)
	}
	if keep {
		r.tell(name, engine.Info, "The "+what+" has been deleted; its files are in "+aside+".")
		return nil
	}
	r.tell(name, engine.Info, "The "+what+" has been deleted.")
	if err := r.root.RemoveAll(aside); err != nil {
		return deletionError(op, name, err)
	}
	// It stays when points whose files were kept are in it.
	_ = r.root.Remove(deletedDir)
	return nil
}

func deletionError(op, name string, err error) error {
	return &engine.Error{Op: op, Point: name, Kind: engine.Storage, Err: err,
		Text: "The directory of " + name + " cannot be deleted: " + reason(err) + ". Check the permissions of the document root."}
}
