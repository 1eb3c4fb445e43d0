package origin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"pubpoint/engine"
	"pubpoint/engine/internal/access"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
)

// Extensions of directories that are publishing points, and of those that are played only.
const (
	liveExt = ".isml"
	vodExt  = ".ism"
)

// scanDepth is how many directories deep publishing points are looked for.
const scanDepth = 6

// registry holds the publishing points: one for each directory below the document root that
// ends in .isml or .ism.
type registry struct {
	root   *os.Root
	log    *slog.Logger
	tell   func(point string, s engine.Severity, text string)
	render func(*presentation.View) ([]byte, error)
	cfg    *Config
	gate   *access.Gate

	ctx   context.Context // of the points: ends when run does
	close context.CancelFunc

	mu     sync.Mutex
	points map[string]*entry
	// leaving are those that are being deleted: their directories count no more.
	leaving map[string]bool
	group   sync.WaitGroup

	shelf *shelf // earlier events that somebody plays
}

// entry is one publishing point and what runs it.
type entry struct {
	*point.Point
	dir string // below the root: "sports/arena.isml"
	// content is what a directory of finished files held when it was opened.
	content string
	cancel  context.CancelFunc
	done    chan struct{}

	// said is what point.toml says of access; never nil.
	said atomic.Pointer[reading]

	mu    sync.Mutex // of whoever changes the settings
	stamp string     // what could be seen of point.toml when it was read; guarded by mu
	seen  string     // what could be seen of it since; guarded by mu
}

// run keeps the points running until ctx ends, then waits until all are sealed. Points that
// somebody asks for before are opened at once.
func (r *registry) run(ctx context.Context) error {
	r.scan()
	<-ctx.Done()
	r.close()
	r.group.Wait()
	r.shelf.close()
	return nil
}

// key is the name of a directory in the registry: a .ism directory keeps its extension,
// because a .isml of the same name may stand beside it.
func key(dir string) (name string, ok bool) {
	lower := strings.ToLower(dir)
	switch {
	case strings.HasSuffix(lower, liveExt):
		name = dir[:len(dir)-len(liveExt)]
		return name, engine.ValidName(name)
	case strings.HasSuffix(lower, vodExt):
		return dir, engine.ValidName(dir[:len(dir)-len(vodExt)])
	}
	return "", false
}

// scan looks for directories that have come or gone.
func (r *registry) scan() {
	seen := map[string]bool{}
	err := fs.WalkDir(r.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir // unreadable: it is told when somebody asks for it
		}
		if !d.IsDir() || p == "." {
			return nil
		}
		if name, ok := key(p); ok {
			seen[name] = true
			r.renew(name, p)
			if e := r.open(name, p); e != nil {
				r.reread(e)
			}
			return fs.SkipDir
		}
		if strings.HasPrefix(d.Name(), ".") || strings.Count(p, "/") >= scanDepth {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		r.log.Warn("document root cannot be read", "err", err)
		return
	}
	r.drop(seen)
}

// renew closes a directory of finished files that has changed since it was opened, so that
// it is read again: it may still be on its way in.
func (r *registry) renew(name, dir string) {
	e := r.get(name)
	if e == nil || !e.ReadOnly() || e.content == r.content(dir) {
		return
	}
	r.mu.Lock()
	delete(r.points, name)
	r.mu.Unlock()
	e.cancel()
	<-e.done
}

// content is what can be seen of a directory's files without reading them.
func (r *registry) content(dir string) string {
	files, err := fs.ReadDir(r.root.FS(), dir)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			fmt.Fprintln(&b, f.Name(), info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

// drop closes the points whose directories are gone, unless they are on air: those go on
// from memory.
func (r *registry) drop(seen map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, e := range r.points {
		state := e.Status().State
		if seen[name] || state == engine.StateStarted || state == engine.StateStarting {
			continue
		}
		if info, err := r.root.Stat(e.dir); err == nil && info.IsDir() || err != nil && !errors.Is(err, fs.ErrNotExist) {
			continue // made after the walk had passed, or not known to be gone
		}
		r.log.Info("publishing point removed", "point", name)
		e.cancel()
		delete(r.points, name)
	}
}

// open returns the running point of a directory, starting it when it is new.
func (r *registry) open(name, dir string) *entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.points[name]; e != nil {
		return e
	}
	if r.ctx.Err() != nil || r.leaving[name] {
		return nil
	}
	// Whoever found the directory may have been overtaken by its deletion.
	if info, err := r.root.Stat(dir); err != nil || !info.IsDir() {
		return nil
	}
	tell := func(s engine.Severity, text string) { r.tell(name, s, text) }
	stamp := stampOf(r.root, dir)
	read, said, _ := readSettings(r.root, dir, nil)
	if read.Complaint != "" {
		tell(engine.Warning, read.Complaint)
	}
	p := point.New(point.Config{
		Name: strings.TrimSuffix(name, path.Ext(dir)), Open: func() (*os.Root, error) { return r.root.OpenRoot(dir) },
		ReadOnly: strings.EqualFold(path.Ext(dir), vodExt), Settings: read.Config, Refuse: read.Refuse, Complaint: read.Complaint, ClientManifest: r.render, Tell: tell,
		Logger: r.log.With("point", name), Limits: r.cfg.limits(), HotBytes: r.cfg.HotBytes, Grace: r.cfg.Grace,
	})
	ctx, cancel := context.WithCancel(r.ctx)
	e := &entry{Point: p, dir: dir, cancel: cancel, done: make(chan struct{}), stamp: stamp}
	e.said.Store(said)
	if p.ReadOnly() {
		e.content = r.content(dir)
	}
	r.points[name] = e
	r.group.Go(func() {
		defer close(e.done)
		defer cancel()
		if !p.ReadOnly() {
			r.cleanPurged(dir)
		}
		if err := p.Run(ctx); err != nil {
			r.log.Error("publishing point did not close cleanly", "point", name, "err", err)
		}
	})
	return e
}

// Point finds a publishing point for encoders; a directory made a moment ago counts.
func (r *registry) Point(name string) *point.Point {
	if e := r.find(name, liveExt); e != nil {
		return e.Point
	}
	return nil
}

// find returns the point of a name and an extension, or nil. It waits until the point knows
// what its directory holds: after a restart, players of a recovered event would take an
// answer that comes before for the end of it.
func (r *registry) find(name, ext string) *entry {
	e := r.look(name, ext)
	if e == nil {
		return nil
	}
	select {
	case <-e.Loaded():
	case <-e.done:
	}
	return e
}

func (r *registry) look(name, ext string) *entry {
	if !engine.ValidName(name) {
		return nil
	}
	k, dir := name, name+liveExt
	if ext == vodExt {
		k, dir = name+vodExt, name+vodExt
	}
	if e := r.get(k); e != nil {
		return e
	}
	info, err := r.root.Stat(dir)
	if err != nil || !info.IsDir() {
		return nil
	}
	return r.open(k, dir)
}

// get returns the running point of a registry key, or nil.
func (r *registry) get(key string) *entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.points[key]
}

// all returns every point, ordered by name.
func (r *registry) all() []*entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	names := make([]string, 0, len(r.points))
	for name := range r.points {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make([]*entry, len(names))
	for i, name := range names {
		out[i] = r.points[name]
	}
	return out
}

// create makes the directory of a new point.
func (r *registry) create(name string, cfg engine.PointConfig) error {
	const op = "create point"
	if !engine.ValidName(name) {
		return &engine.Error{Op: op, Point: name, Kind: engine.BadInput,
			Text: "A publishing point's name may have letters, digits, '.', '_' and '-' only, must begin with a letter or digit, have at most 64 characters, not end in .isml, and be no device name of Windows (CON, NUL)."}
	}
	if err := engine.CheckAccess(engine.PointConfig{}, cfg); err != nil {
		return err
	}
	rules, err := keep(cfg, access.Rules{})
	var file []byte
	if err == nil {
		file, err = writePointFile(nil, cfg, rules)
	}
	if err != nil {
		return &engine.Error{Op: op, Point: name, Kind: engine.Internal, Err: err}
	}
	err = r.mkdir(name+liveExt, file, private(rules))
	switch {
	case errors.Is(err, os.ErrExist):
		return &engine.Error{Op: op, Point: name, Kind: engine.Conflict, Text: "There is a publishing point " + name + " already; choose another name."}
	case err != nil:
		return &engine.Error{Op: op, Point: name, Kind: engine.Storage, Err: err,
			Text: "The directory " + name + liveExt + " cannot be made: " + reason(err) + ". Check the document root's permissions and free space."}
	}
	if r.find(name, liveExt) == nil {
		return &engine.Error{Op: op, Point: name, Kind: engine.Unavailable, Text: "The server is shutting down; try again when it runs."}
	}
	r.tell(name, engine.Info, "The publishing point has been created.")
	return nil
}

// mkdir makes a point's directory and its settings file. It holds the lock that opening
// takes, so that nobody opens a point without its settings.
func (r *registry) mkdir(dir string, file []byte, secret bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if parent := path.Dir(dir); parent != "." {
		if err := r.root.MkdirAll(parent, 0o755); err != nil {
			return err
		}
	}
	if err := r.root.Mkdir(dir, 0o755); err != nil || file == nil {
		return err
	}
	sub, err := r.root.OpenRoot(dir)
	if err != nil {
		return err
	}
	return errors.Join(writeSettings(sub, file, secret), sub.Close())
}

// reason is the innermost cause of a file error in words.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
