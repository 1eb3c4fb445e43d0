package origin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/point"
)

// maxPointFile is the most that is read of a point.toml to be written again.
const maxPointFile = 1 << 20

// configureWithin is how long a point may take to hear of a change of its file, before the next
// look tries again: it may be sealing an archive.
const configureWithin = 500 * time.Millisecond

// stampOf is what can be seen of a point's settings file without reading it.
func stampOf(root *os.Root, dir string) string {
	info, err := root.Stat(path.Join(dir, pointFileName))
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano(), info.Mode())
}

// readSettings reads what a point's directory says of its settings. usable is false when they
// are the defaults because nothing could be understood.
func readSettings(root *os.Root, dir string) (s point.Settings, usable bool) {
	cfg, err := readPointFile(root, dir)
	s.Config = cfg
	switch {
	case errors.Is(err, errAccess):
		s.Refuse = capital(err.Error()) + ", so nobody may."
	case err != nil:
		s.Complaint = "Some settings are not used: " + strings.ReplaceAll(err.Error(), "\n", "; ") + "."
	}
	return s, err == nil || !errors.Is(err, errNotTOML)
}

// reread tells a point of changes in its settings file, once it looks the same twice.
func (r *registry) reread(e *entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	stamp := stampOf(r.root, e.dir)
	if stamp == e.stamp || e.ReadOnly() {
		return
	}
	if stamp != e.seen { // somebody may be in the middle of writing it
		e.seen = stamp
		return
	}
	s, usable := readSettings(r.root, e.dir)
	if !usable {
		s.Config = e.Status().Config // better than the defaults, of which nobody has thought
	}
	ctx, cancel := context.WithTimeout(r.ctx, configureWithin)
	defer cancel()
	if err := e.Configure(ctx, s); err != nil {
		r.log.Debug("settings not changed yet", "point", e.Name(), "err", err)
		return
	}
	e.stamp = stamp
	switch {
	case s.Refuse != "":
		// The point itself has told.
	case s.Complaint != "":
		r.tell(e.Name(), engine.Warning, s.Complaint)
	default:
		r.tell(e.Name(), engine.Info, "The settings in point.toml have changed and hold now.")
	}
}

// UpdatePoint implements engine.Points.
func (o *Origin) UpdatePoint(ctx context.Context, name string, cfg engine.PointConfig) error {
	const op = "change settings"
	e := o.points.find(name, liveExt)
	if e == nil {
		return noPoint(op, name)
	}
	alone, err := writePointFile(nil, cfg)
	if err == nil {
		_, err = parsePointFile(alone)
	}
	if err != nil {
		return &engine.Error{Op: op, Point: name, Kind: engine.BadInput, Err: err, Text: "These settings cannot be used: " + strings.ReplaceAll(err.Error(), "\n", "; ") + "."}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := o.points.rewrite(e, cfg); err != nil {
		kind := engine.Storage
		if errors.Is(err, errNotTOML) {
			kind = engine.Conflict
		}
		return &engine.Error{Op: op, Point: name, Kind: kind, Err: err,
			Text: "The settings of " + name + " were not changed, because point.toml could not be written again: " + reason(err) + ". Correct that first."}
	}
	stamp := stampOf(o.root, e.dir)
	s, _ := readSettings(o.root, e.dir)
	if err := e.Configure(ctx, s); err != nil {
		return err // the next look at the file tries again
	}
	e.stamp = stamp
	o.tellPoint(name, engine.Info, "The settings have been changed.")
	return nil
}

// rewrite writes a point's settings file. The entry is locked.
func (r *registry) rewrite(e *entry, cfg engine.PointConfig) (err error) {
	root, err := r.root.OpenRoot(e.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	var old []byte
	info, err := root.Stat(pointFileName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !info.Mode().IsRegular() || info.Size() > maxPointFile:
		return fmt.Errorf("%s is no settings file", pointFileName)
	default:
		if old, err = root.ReadFile(pointFileName); err != nil {
			return err
		}
	}
	file, err := writePointFile(old, cfg)
	if err != nil || file == nil {
		return err
	}
	return archive.WriteFile(archive.On(root), pointFileName, file)
}
