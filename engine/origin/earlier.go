package origin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"path"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/delivery"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
)

// Earlier events are opened when somebody asks for them: no more than maxOpenEvents at once,
// each until nobody has asked for idleEvent.
const (
	maxOpenEvents = 8
	idleEvent     = time.Minute
)

// shelf holds the earlier events that somebody plays. They are read-only points over the
// directories to which their files were moved.
type shelf struct {
	root   *os.Root
	log    *slog.Logger
	render func(*presentation.View) ([]byte, error)
	cfg    *Config
	look   func(dir string) string // what can be seen of a directory's files

	mu     sync.Mutex
	closed bool
	open   map[shelved]*openEvent
	group  sync.WaitGroup
}

// shelved names an earlier event: the directory of its point below the root, and its id.
type shelved struct{ dir, id string }

// path is the directory of the event below the root.
func (s shelved) path() string { return s.dir + "/" + point.EventDir(s.id) }

// openEvent is an earlier event that is open. users, used and gone are guarded by the shelf.
type openEvent struct {
	*point.Point
	content string // what its directory held when it was opened
	cancel  context.CancelFunc
	done    chan struct{}
	users   int
	used    time.Time
	gone    bool // no longer on the shelf: closed when the last user has left
}

// take returns an event of the point of that name, opened if need be; put must follow. Kinds:
// NotFound, Unavailable when too many are in use, or the context has ended.
func (s *shelf) take(ctx context.Context, name string, k shelved) (*openEvent, error) {
	e, err := s.claim(name, k)
	if err != nil {
		return nil, err
	}
	select {
	case <-e.Loaded():
	case <-e.done:
	case <-ctx.Done():
		s.put(e)
		return nil, &engine.Error{Op: "open event", Point: name, Kind: engine.Unavailable, Err: context.Cause(ctx)}
	}
	if e.Source().View() == nil {
		s.put(e)
		return nil, noEvent(name, k.id)
	}
	return e, nil
}

func noEvent(name, id string) error {
	return &engine.Error{Op: "open event", Point: name, Kind: engine.NotFound,
		Text: "The publishing point " + name + " has no event " + id + ": it was never recorded here, or has been purged."}
}

// claim finds an event on the shelf, or puts it there.
func (s *shelf) claim(name string, k shelved) (*openEvent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.open[k]; e != nil {
		e.users++
		return e, nil
	}
	if info, err := s.root.Stat(k.path() + "/" + path.Base(name) + vodExt); err != nil || !info.Mode().IsRegular() {
		return nil, noEvent(name, k.id)
	}
	if s.closed || !s.makeRoom() {
		return nil, &engine.Error{Op: "open event", Point: name, Kind: engine.Unavailable,
			Text: "Too many earlier events are being played at this moment; try again in a few seconds."}
	}
	settings := engine.DefaultPointConfig()
	p := point.New(point.Config{
		Name: name, Open: func() (*os.Root, error) { return s.root.OpenRoot(k.path()) }, ReadOnly: true, Settings: settings,
		ClientManifest: s.render, Logger: slog.New(quiet{s.log.With("point", name, "event", k.id).Handler()}), Limits: s.cfg.limits(), HotBytes: s.cfg.HotBytes,
	})
	ctx, cancel := context.WithCancel(context.Background())
	e := &openEvent{Point: p, content: s.look(k.path()), cancel: cancel, done: make(chan struct{}), users: 1}
	s.open[k] = e
	s.group.Go(func() {
		defer close(e.done)
		defer cancel()
		if err := p.Run(ctx); err != nil {
			s.log.Error("earlier event did not close cleanly", "point", name, "event", k.id, "err", err)
		}
	})
	return e, nil
}

// quiet keeps what is no trouble to itself: that a viewer has an event opened and closed is no
// change of a publishing point.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

// makeRoom closes the event that was not used for longest when the shelf is full. The lock is held.
func (s *shelf) makeRoom() bool {
	if len(s.open) < maxOpenEvents {
		return true
	}
	var oldest shelved
	found := false
	for k, e := range s.open {
		if e.users == 0 && (!found || e.used.Before(s.open[oldest].used)) {
			oldest, found = k, true
		}
	}
	if found {
		s.remove(oldest)
	}
	return found
}

// remove takes an event off the shelf. Those who read it come to their end. The lock is held.
func (s *shelf) remove(k shelved) {
	e := s.open[k]
	delete(s.open, k)
	e.gone = true
	if e.users == 0 {
		e.cancel()
	}
}

// put says that an event is no longer read by one who took it.
func (s *shelf) put(e *openEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.users--
	e.used = time.Now()
	if e.gone && e.users == 0 {
		e.cancel()
	}
}

// sweep closes what nobody has asked for in a while, and what has changed on disk, so that it
// is read again.
func (s *shelf) sweep(now time.Time) {
	for k, content := range s.contents() {
		changed := s.look(k.path()) != content
		s.mu.Lock()
		if e := s.open[k]; e != nil && (changed && e.content == content || e.users == 0 && now.Sub(e.used) > idleEvent) {
			s.remove(k)
		}
		s.mu.Unlock()
	}
}

func (s *shelf) contents() map[shelved]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[shelved]string, len(s.open))
	for k, e := range s.open {
		all[k] = e.content
	}
	return all
}

// forget takes events of a point off the shelf: all of them, or the one of an id.
func (s *shelf) forget(dir, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.open {
		if k.dir == dir && (id == "" || k.id == id) {
			s.remove(k)
		}
	}
}

// close closes everything and waits until it is closed. Who still reads is cut off.
func (s *shelf) close() {
	s.mu.Lock()
	s.closed = true
	for k, e := range s.open {
		delete(s.open, k)
		e.gone = true
		e.cancel()
	}
	s.mu.Unlock()
	s.group.Wait()
}

// fingerprint is a short name for what a directory holds.
func fingerprint(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:8])
}

// recordings is the shelf as delivery sees it.
type recordings struct{ points *registry }

// Event implements delivery.Recordings.
func (r recordings) Event(ctx context.Context, name, id string) (delivery.EventRef, error) {
	e := r.points.find(name, liveExt)
	if e == nil || !engine.ValidElement(id) {
		return delivery.EventRef{}, noEvent(name, id)
	}
	return r.take(ctx, e, id)
}

func (r recordings) take(ctx context.Context, e *entry, id string) (delivery.EventRef, error) {
	shelf := r.points.shelf
	event, err := shelf.take(ctx, e.Name(), shelved{e.dir, id})
	if err != nil {
		return delivery.EventRef{}, err
	}
	return delivery.EventRef{Source: event.Source(), Tag: fingerprint(event.content), Release: func() { shelf.put(event) }}, nil
}

// Earlier implements delivery.Recordings.
func (r recordings) Earlier(name string, limit int) []string {
	e := r.points.find(name, liveExt)
	if e == nil {
		return nil
	}
	root, err := r.points.root.OpenRoot(e.dir)
	if err != nil {
		return nil
	}
	defer func() {
		// Nothing has been written through the directory handle itself.
		_ = root.Close()
	}()
	ids, err := point.Earlier(root)
	if err != nil {
		r.points.log.Debug("earlier events cannot be listed", "point", name, "err", err)
	}
	return ids[:min(limit, len(ids))]
}
