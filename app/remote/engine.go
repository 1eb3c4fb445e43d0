package remote

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// What Config leaves to us.
const (
	defaultPoll     = 500 * time.Millisecond
	defaultPatience = 300 * time.Millisecond
)

// Config is what an Engine works with.
type Config struct {
	URL string // of the admin listener: "https://rack-1:8089"
	// TokenFile holds the token of its admin API; it is written, readable by its owner alone, when a
	// token is given or replaced. Empty keeps the token in memory.
	TokenFile string
	// CAFile has certificates in PEM that are trusted besides those of this machine; may be empty.
	CAFile  string
	OpenURL func(url string) error // opens a browser here; nil where there is none
	Logger  *slog.Logger           // nil discards

	Poll     time.Duration // between two snapshots while somebody looks; 0 means 500 ms
	Patience time.Duration // how long a first reading may wait; 0 means 300 ms
}

// Engine drives one engine. Its methods may be called from any goroutine.
type Engine struct {
	cfg   Config
	base  *url.URL
	name  string
	http  *http.Client
	log   *slog.Logger
	began time.Time

	token    tokenKeeper
	polling  chan struct{} // holds one value while a snapshot is being fetched
	kick     chan struct{} // asks for a snapshot now
	looked   atomic.Int64  // when somebody looked last, nanoseconds since began
	readings readings
	events   events

	mu    sync.Mutex
	known known
}

// known is what the last answers told.
type known struct {
	snapshot api.Snapshot
	any      bool // there was one
	query    string
	etag     string
	good     time.Time // when it was told, by our clock
	at       time.Time // the same by the engine's
	failed   error     // of the last attempt; nil when it succeeded
	wants    bool      // a token
	levels   map[string]time.Time
}

// New checks cfg and returns an engine that has asked nothing yet; see Run. Its errors are sentences.
func New(cfg Config) (*Engine, error) {
	base, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if cfg.Poll <= 0 {
		cfg.Poll = defaultPoll
	}
	if cfg.Patience <= 0 {
		cfg.Patience = defaultPatience
	}
	log := cfg.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	client, err := newClient(cfg.CAFile)
	if err != nil {
		return nil, err
	}
	e := &Engine{cfg: cfg, base: base, name: base.Host, http: client, log: log.With("engine", base.Host), began: time.Now(),
		polling: make(chan struct{}, 1), kick: make(chan struct{}, 1)}
	e.token.file = cfg.TokenFile
	if _, err := e.token.read(); err != nil {
		return nil, err
	}
	e.known.levels = map[string]time.Time{}
	return e, nil
}

// Name is what the engine is called here: host and port of its admin listener.
func (e *Engine) Name() string { return e.name }

// Run keeps what is known up to date until ctx ends; then it returns nil. It may be called once.
func (e *Engine) Run(ctx context.Context) error {
	if e.base.Scheme == "http" && !loopback(e.base.Hostname()) {
		e.log.Warn("the token goes over the network as plain text; use https, or a tunnel")
	}
	var parts sync.WaitGroup
	parts.Go(func() { e.follow(ctx) })
	parts.Go(func() { e.readings.run(ctx) })
	e.keepPolling(ctx)
	parts.Wait()
	e.http.CloseIdleConnections()
	return nil
}

// look notes that somebody looks, so that the snapshot is kept fresh.
func (e *Engine) look() {
	now := int64(time.Since(e.began))
	if before := e.looked.Swap(now); time.Duration(now-before) > lookedAway {
		select {
		case e.kick <- struct{}{}:
		default: // one is on its way
		}
	}
}

// Connection tells how the engine is reached. It returns at once.
func (e *Engine) Connection() engine.Connection {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.connection()
}

// connection needs e.mu.
func (e *Engine) connection() engine.Connection {
	k := &e.known
	c := engine.Connection{Name: e.name, Up: e.isUp(), Known: k.at, WantsToken: k.wants}
	if k.any {
		c.Silent = time.Since(k.good)
	} else {
		c.Silent = time.Since(e.began)
	}
	switch {
	case c.Up:
		c.Now = k.at.Add(c.Silent)
		return c
	case !k.any:
		c.Now = time.Now()
	default:
		c.Now = k.at
	}
	switch {
	case k.failed != nil:
		c.Reason = engine.Sentence(k.failed)
	case k.any || c.Silent > silence:
		c.Reason = "It takes the connection and does not answer in time."
	default:
		c.Reason = "It has been asked for the first time."
	}
	return c
}

// isUp needs e.mu.
func (e *Engine) isUp() bool {
	k := &e.known
	allowed := silence
	if e.away() {
		allowed += idlePoll
	}
	return k.any && k.failed == nil && time.Since(k.good) < allowed
}
