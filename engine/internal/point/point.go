package point

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/presentation"
)

// Config is what a publishing point must be given. The zero value of a field that is not
// marked as required means its default.
type Config struct {
	Name     string // required: path below the document root, without ".isml"
	Open     func() (*os.Root, error)
	ReadOnly bool // a ".ism" directory: it is served, and takes nothing in
	Settings engine.PointConfig
	// Refuse is why the point must not work at all, as a sentence; empty lets it.
	Refuse string
	// Complaint is what is wrong with the settings, as a sentence; shown with the status.
	Complaint string
	// ClientManifest renders the .ismc of an ended event; required.
	ClientManifest func(*presentation.View) ([]byte, error)
	// Tell is called from the point's goroutine with what people should know; it must not
	// block.
	Tell     func(engine.Severity, string)
	Logger   *slog.Logger
	Limits   fmp4.Limits
	HotBytes int64 // media kept in memory once it is archived, twice as much where nothing is; default 8 MiB
	// Recent is how far behind the end of its track's newest fragment one may end and keep its
	// list of chunks in memory; default [presentation.Recent], or four times the longest
	// fragment of the event where that is more.
	Recent time.Duration
	// OpenFiles is how many archive files are open at once, besides those that are being
	// written; default 64.
	OpenFiles int
	// ArchiveQueue is how many bytes of media may wait in memory for a slow disk; default 64
	// MiB. What comes beyond is not archived.
	ArchiveQueue int64
	// Patience is how long a fragment waits to be archived before it is shown all the same;
	// default 100 ms.
	Patience time.Duration
	// Drain is how long the end of an event, and the end of the program, wait for the disk;
	// default 10 s.
	Drain time.Duration
	// Directory opens the point's directory instead of Open, for tests with disks that fail.
	Directory func() (archive.Directory, error)
	// Grace is how long an event stays open after its last stream has ended, for an encoder
	// that is about to connect; default 2 s.
	Grace time.Duration
	// Stale is after how long without a byte a second encoder may take a stream over from a
	// first that is still connected; default 10 s.
	Stale time.Duration
	Now   func() time.Time // default time.Now
}

func (c *Config) setDefaults() {
	if c.HotBytes <= 0 {
		c.HotBytes = 8 << 20
	}
	if c.OpenFiles <= 0 {
		c.OpenFiles = 64
	}
	if c.ArchiveQueue <= 0 {
		c.ArchiveQueue = 64 << 20
	}
	if c.Patience <= 0 {
		c.Patience = 100 * time.Millisecond
	}
	if c.Drain <= 0 {
		c.Drain = 10 * time.Second
	}
	if c.Grace <= 0 {
		c.Grace = 2 * time.Second
	}
	if c.Stale <= 0 {
		c.Stale = 10 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Tell == nil {
		c.Tell = func(engine.Severity, string) {}
	}
	if c.Limits == (fmp4.Limits{}) {
		c.Limits = fmp4.DefaultLimits()
	}
}

// openDirectory opens the point's directory.
func (c *Config) openDirectory() (archive.Directory, error) {
	if c.Directory != nil {
		return c.Directory()
	}
	root, err := c.Open()
	if err != nil {
		return nil, err
	}
	return archive.On(root), nil
}

// Point is a publishing point. Run must be running for anything else to come back, except
// the readers Status and Source, which may be called from any goroutine at any time.
type Point struct {
	cfg      Config
	board    index.Board
	status   atomic.Pointer[engine.PointStatus]
	observed atomic.Pointer[observed]
	commands chan command
	knocks   chan struct{} // from those who want to know whether Run still works
	loaded   chan struct{} // closed when what the directory holds is shown
	gone     chan struct{} // closed when Run has returned
}

// New returns a point in state idle. It touches no file.
func New(cfg Config) *Point {
	cfg.setDefaults()
	p := &Point{cfg: cfg, commands: make(chan command), knocks: make(chan struct{}), loaded: make(chan struct{}), gone: make(chan struct{})}
	p.observed.Store(&observed{})
	p.status.Store(&engine.PointStatus{
		Name: cfg.Name, Title: titleOf(&cfg), State: engine.StateIdle, Since: cfg.Now(), Config: cfg.Settings,
	})
	return p
}

// Name is the point's name.
func (p *Point) Name() string { return p.cfg.Name }

// ReadOnly reports whether the point is a ".ism" directory, which takes nothing in.
func (p *Point) ReadOnly() bool { return p.cfg.ReadOnly }

// Loaded is closed once Run has read what the directory holds, so that status and
// presentation are those of the event found there. Until then a point is idle.
func (p *Point) Loaded() <-chan struct{} { return p.loaded }

// Source is the presentation that the point shows.
func (p *Point) Source() presentation.Source { return &p.board }

// Run opens what the directory holds, then carries out commands until ctx ends; then it
// ends the event, seals its archive and returns. It must be called once.
func (p *Point) Run(ctx context.Context) error {
	defer close(p.gone)
	defer p.board.Close()
	w := newWriter(p)
	go w.disk.run()
	w.load()
	w.obey()
	w.rememberOrder()
	w.flush()
	w.publish()
	close(p.loaded)
	for {
		select {
		case c := <-p.commands:
			err := c.run(w)
			w.flush()
			w.rememberOrder()
			w.publish()
			c.done <- err // whoever has the answer sees what it says
		case <-p.knocks:
		case <-w.disk.news:
			w.hear()
			w.publish()
		case <-w.alarm():
			w.tick()
			w.rememberOrder()
			w.publish()
		case <-ctx.Done():
			w.closing = true
			err := w.shutDown()
			w.publish()
			return err
		}
	}
}

// command is something to be done on the point's goroutine, and who waits for it.
type command struct {
	run  func(*writer) error
	done chan<- error // has room for the answer
}

// do runs f on the point's goroutine and returns its error, once what f did is shown.
func (p *Point) do(ctx context.Context, op string, f func(*writer) error) error {
	done := make(chan error, 1)
	select {
	case p.commands <- command{run: f, done: done}:
	case <-p.gone:
		return &engine.Error{Op: op, Point: p.cfg.Name, Kind: engine.Unavailable, Text: "The publishing point is being closed; try again later."}
	case <-ctx.Done():
		return &engine.Error{Op: op, Point: p.cfg.Name, Kind: engine.Unavailable, Err: context.Cause(ctx)}
	}
	// The goroutine took the command: it answers, or the program has a defect.
	return <-done
}

// SetState asks for one of the settable states and returns when the point is there, or
// says why it cannot.
func (p *Point) SetState(ctx context.Context, want engine.State) error {
	const op = "set state"
	if !want.Settable() {
		return &engine.Error{Op: op, Point: p.cfg.Name, Kind: engine.BadInput,
			Text: fmt.Sprintf("The state %q is reached by the engine alone; ask for started, stopped or idle.", string(want))}
	}
	return p.do(ctx, op, func(w *writer) error {
		switch want {
		case engine.StateStarted:
			return w.start()
		case engine.StateStopped:
			return w.stop(true)
		default:
			return w.idle()
		}
	})
}

func titleOf(cfg *Config) string {
	if cfg.Settings.Title != "" {
		return cfg.Settings.Title
	}
	return cfg.Name
}
