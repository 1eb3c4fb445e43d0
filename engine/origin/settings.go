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
	"pubpoint/engine/internal/access"
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

// readSettings reads what a point's directory says of its settings, given what it said of access
// until now, which may be nil. usable is false when they are the defaults because nothing could be
// understood.
func readSettings(root *os.Root, dir string, before *reading) (s point.Settings, said *reading, usable bool) {
	cfg, said, err := readPointFile(root, dir, before)
	s.Config, s.Refuse = cfg, said.rules.NoPublish
	switch {
	case err != nil:
		s.Complaint = "Some settings are not used: " + strings.ReplaceAll(err.Error(), "\n", "; ") + "."
	case said.rules.NoPlay != "":
		s.Complaint = said.rules.NoPlay
	}
	return s, said, err == nil || !errors.Is(err, errNotTOML) && !errors.Is(err, errUnread)
}

// reread tells a point of changes in its settings file, once it looks the same twice.
func (r *registry) reread(e *entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	stamp := stampOf(r.root, e.dir)
	if stamp == e.stamp || e.ReadOnly() {
		if stamp == e.stamp && e.said.Load().unkept() {
			r.hideSecrets(e)
		}
		return
	}
	if stamp != e.seen { // somebody may be in the middle of writing it
		e.seen = stamp
		return
	}
	s, said, usable := readSettings(r.root, e.dir, e.said.Load())
	if !usable {
		s.Config = e.Status().Config // better than the defaults, of which nobody has thought
		said.show(&s.Config)
	}
	e.said.Store(said) // at once, whatever the point is busy with
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
	if err := checkConfig(op, name, cfg); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := o.points.rewrite(e, cfg); err != nil {
		kind := engine.KindOf(err)
		switch {
		case kind == engine.BadInput:
			return err
		case errors.Is(err, errNotTOML) || errors.Is(err, errClosed):
			kind = engine.Conflict
		default:
			kind = engine.Storage
		}
		return &engine.Error{Op: op, Point: name, Kind: kind, Err: err,
			Text: "The settings of " + name + " were not changed, because point.toml could not be written again: " + reason(err) + ". Correct that first."}
	}
	stamp := stampOf(o.root, e.dir)
	s, said, _ := readSettings(o.root, e.dir, e.said.Load())
	e.said.Store(said)
	if err := e.Configure(ctx, s); err != nil {
		return err // the next look at the file tries again
	}
	e.stamp = stamp
	o.tellPoint(name, engine.Info, "The settings have been changed.")
	return nil
}

// checkConfig says what is wrong with settings by themselves, but for those of access.
func checkConfig(op, name string, cfg engine.PointConfig) error {
	alone, err := writePointFile(nil, cfg, access.Rules{})
	if err == nil {
		_, _, err = parsePointFile(alone)
	}
	if err != nil {
		return &engine.Error{Op: op, Point: name, Kind: engine.BadInput, Err: err, Text: "These settings cannot be used: " + strings.ReplaceAll(err.Error(), "\n", "; ") + "."}
	}
	return nil
}

// errClosed says that a file is not written over, because what it says of access would be lost.
var errClosed = errors.New("what it says of access cannot be understood")

// rewrite writes a point's settings file. The entry is locked. Kind: BadInput for settings of
// access that make no sense.
func (r *registry) rewrite(e *entry, cfg engine.PointConfig) error {
	return r.edit(e, func(old []byte) ([]byte, bool, error) {
		was, said, err := parsePointFile(old)
		switch {
		case said == nil:
			return nil, false, err
		case said.rules.NoPublish != "" || said.rules.NoPlay != "":
			return nil, false, fmt.Errorf("%w: %s", errClosed, said.rules.NoPublish+said.rules.NoPlay)
		}
		if err := engine.CheckAccess(was, cfg); err != nil {
			return nil, false, err
		}
		rules, err := keep(cfg, said.rules)
		if err != nil {
			return nil, false, err
		}
		file, err := writePointFile(old, cfg, rules)
		return file, private(rules), err
	})
}

// edit writes a point's settings file anew, out of what it was; nil leaves it. The entry is locked.
func (r *registry) edit(e *entry, change func(old []byte) (file []byte, private bool, err error)) (err error) {
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
	file, secret, err := change(old)
	if err != nil || file == nil {
		return err
	}
	return writeSettings(root, file, secret)
}

// writeSettings writes a settings file that may have secrets.
func writeSettings(root *os.Root, file []byte, secret bool) error {
	if secret {
		return archive.WritePrivateFile(archive.On(root), pointFileName, file)
	}
	return archive.WriteFile(archive.On(root), pointFileName, file)
}

// hideSecrets puts hashes in the place of passwords and tokens that somebody has written into a
// settings file in clear, and a playback key where one is missing. The entry is locked.
func (r *registry) hideSecrets(e *entry) {
	var said *reading
	err := r.edit(e, func(old []byte) ([]byte, bool, error) {
		_, said, _ = parsePointFile(old) // whoever read it before has told what is wrong
		if said == nil || said.rules.NoPublish != "" || said.rules.NoPlay != "" {
			return nil, false, nil // it is about to be corrected
		}
		file, err := withoutClearText(old, said)
		return file, true, err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// The point is being opened, and what nobody seemed to need any more was swept: the next look tries again.
	case err != nil:
		known := *e.said.Load()
		known.inClear, known.keyless = nil, false // not again and again
		e.said.Store(&known)
		r.tell(e.Name(), engine.Warning, "The passwords in point.toml stay there in clear text, because it cannot be written again: "+reason(err)+".")
	case said == nil || said.rules.NoPublish != "" || said.rules.NoPlay != "":
	default:
		said.inClear, said.keyless = nil, false
		e.said.Store(said)
		e.stamp = stampOf(r.root, e.dir)
		r.tell(e.Name(), engine.Info, "Passwords in point.toml have been replaced by their hashes.")
	}
}
