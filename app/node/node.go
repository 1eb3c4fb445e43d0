package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pubpoint/app/api"
	"pubpoint/app/certificate"
	"pubpoint/app/control"
	"pubpoint/app/settings"
	"pubpoint/app/systemd"
	"pubpoint/engine"
)

// How long each part may take to stop. The origin seals archives meanwhile.
const (
	adminStop  = 15 * time.Second
	originStop = 60 * time.Second
)

// Pauses between the tries to start what was running before; together 13 s.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 6400 * time.Millisecond
)

// Origin is what a Node runs: origin.Origin, or what a test puts in its place.
type Origin interface {
	engine.Service
	// Listen binds the media listener, so that Addresses tells the real port.
	Listen(ctx context.Context) error
	// Run serves until ctx ends, then seals what is open and closes the listener.
	Run(ctx context.Context) error
	// Tell records something that concerns the whole program as an event, from any goroutine.
	Tell(s engine.Severity, text string)
	// Alive returns nil when the origin's goroutines answer before ctx ends, else which do not.
	Alive(ctx context.Context) error
}

// Deps is what a Node takes from its program.
type Deps struct {
	Version   string                                                        // of the program
	OpenURL   func(url string) error                                        // opens a browser; nil where there is none
	NewOrigin func(settings.Settings, *slog.Logger, string) (Origin, error) // nil means the real one

	Reread  func() (settings.Settings, error) // reads the settings again, for Reload; nil where that cannot be
	Level   *slog.LevelVar                    // least level of the log, which Reload sets; nil leaves it
	Hangup  <-chan os.Signal                  // each makes Run reload; nil for none
	Manager *systemd.Manager                  // who started the program and waits for signs of life; nil means nobody
}

// Node is one origin with its desk and its admin API.
type Node struct {
	settings settings.Settings
	hold     sync.Mutex // guards settings
	store    *settings.Store
	log      *slog.Logger
	deps     Deps

	tokens sync.Mutex // guards token, and that it is the one in its file
	token  string     // of the admin API; empty while it is off

	origin Origin
	desk   *control.Desk
	admin  net.Listener // nil when it is off
	api    *api.Server
	keeper *certificate.Keeper // of the certificate; nil without TLS
	proof  net.Listener        // where an ACME server may ask over HTTP; nil for none
	ready  atomic.Bool

	lookEvery, rootEvery time.Duration // between looks at the origin, and at the document root
	draining             atomic.Bool   // the program stops
	health               atomic.Pointer[health]
}

// New returns a node that has done nothing yet. Use Listen and Run from one goroutine, or
// Run alone.
func New(s settings.Settings, log *slog.Logger, deps Deps) *Node {
	return &Node{settings: s, store: settings.NewStore(s.Config), log: log, deps: deps, lookEvery: lookEvery, rootEvery: rootEvery}
}

// Desk returns where an operator's orders go. It is nil before Listen.
func (n *Node) Desk() *control.Desk { return n.desk }

// Listen opens the document root and binds both listeners. Its errors are sentences with
// cause and next step, and then nothing is left open. After success Run must be called, if
// only with a context that has ended: it closes what Listen has opened.
func (n *Node) Listen(ctx context.Context) error {
	if exposed := n.settings.Exposure(); len(exposed) > 0 {
		return errors.New(strings.Join(exposed, "; and "))
	}
	if err := prepareRoot(n.settings.Root); err != nil {
		return err
	}
	if err := n.prepareTLS(); err != nil {
		return err
	}
	o, err := n.makeOrigin()
	if err != nil {
		return fmt.Errorf("the origin cannot be made: %s", engine.Sentence(err))
	}
	if err := o.Listen(ctx); err != nil {
		return listenError("-listen", n.settings.Listen, err)
	}
	if err := n.listenProof(ctx); err != nil {
		return errors.Join(err, closeOrigin(ctx, o))
	}
	if err := n.listenAdmin(ctx, o); err != nil {
		return errors.Join(err, n.closeProof(), closeOrigin(ctx, o))
	}
	n.origin = o
	return nil
}

// listenAdmin makes the desk and, unless it is off, the admin API with its listener.
func (n *Node) listenAdmin(ctx context.Context, o Origin) error {
	cfg := control.Config{Engine: o, Store: n.store, OpenURL: n.deps.OpenURL, Resume: control.ResumePolicy(n.settings.Resume), Logger: n.log}
	if n.settings.Admin == settings.AdminOff {
		n.desk = control.New(cfg)
		return nil
	}
	token, err := api.LoadToken(n.settings.TokenFile())
	if err != nil {
		return fmt.Errorf("%w; choose another folder with -config, or close the admin API with -admin off", err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", n.settings.Admin)
	if err != nil {
		return listenError("-admin", n.settings.Admin, err)
	}
	door := n.adminGate()
	l = door.Listen(l)
	cfg.Admin = n.adminBase(l.Addr())
	n.desk = control.New(cfg)
	n.api, err = api.New(api.Config{Desk: n.desk, Program: n, Token: token, Hosts: n.adminHosts(), TLS: n.tls(), Version: n.deps.Version, Gate: door,
		Healthy: n.unhealthy, Ready: n.unready, Everywhere: everywhere(n.settings.Listen), Logger: n.log})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	n.tokens.Lock()
	defer n.tokens.Unlock()
	n.admin, n.token = l, token
	return nil
}

// Run serves until ctx ends, or until a part fails, and returns when everything is closed
// and sealed. It listens first when that was not done.
func (n *Node) Run(ctx context.Context) error {
	if n.origin == nil {
		if err := n.Listen(ctx); err != nil {
			return err
		}
	}
	ended := make(chan string, 4) // one for each part
	parts := append([]*part{start(ctx, "origin", originStop, ended, n.origin.Run)}, n.startTLS(ctx, ended)...)
	admin := "off"
	if n.admin != nil {
		admin = n.admin.Addr().String()
		parts = append(parts, start(ctx, "admin API", adminStop, ended, func(ctx context.Context) error {
			return n.api.Serve(ctx, n.admin)
		}))
	}
	media := mediaAddress(n.origin.Addresses())
	n.log.Info("listening", "media", media, "admin", admin)
	looking := n.watch(ctx)
	n.health.Store(looking)
	n.ready.Store(true)
	n.told(n.deps.Manager.Ready("Serving at " + media + ", admin API at " + admin))
	begun := make(chan struct{})
	beginning, enough := context.WithCancel(ctx)
	go func() {
		defer close(begun)
		n.begin(beginning)
	}()

	var err error
	for serving := true; serving; {
		select {
		case <-ctx.Done():
			serving = false
		case name := <-ended: // an end of its own accord is a failure even when it tells none
			err, serving = fmt.Errorf("the %s ended unexpectedly", name), false
		case <-n.deps.Hangup:
			n.hangup(ctx)
		}
	}
	n.draining.Store(true)
	n.told(n.deps.Manager.Stopping("Ending what is on air and sealing archives"))
	enough()
	<-begun
	looking.end()
	if n.api != nil {
		if late := n.api.Drain(); late != nil {
			n.log.Warn("admin API stops while it answers", "err", late)
		}
	}
	// The admin API goes last: until the origin is gone it tells health, readiness and metrics.
	for _, p := range parts {
		err = errors.Join(err, p.stop())
	}
	return err
}

// begin brings back what was remembered and starts the demonstration. The origin serves
// whether or not this succeeds.
func (n *Node) begin(ctx context.Context) {
	if err := patiently(ctx, n.desk.Restore); err != nil && ctx.Err() == nil {
		n.log.Error("encoders not restored", "err", engine.Sentence(err))
	}
	if !n.settings.Demo {
		return
	}
	if err := patiently(control.By(ctx, control.Program), n.desk.Demo); err != nil && ctx.Err() == nil {
		n.log.Error("demonstration not started", "err", engine.Sentence(err))
	}
}

// patiently calls do again while it is unavailable, because the origin has only begun to
// run: its encoders may come up later than its listener.
func patiently(ctx context.Context, do func(context.Context) error) error {
	for pause := firstPause; ; pause *= 2 {
		err := do(ctx)
		if engine.KindOf(err) != engine.Unavailable || pause > lastPause {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// closeOrigin closes an origin that listens and shall not serve.
func closeOrigin(ctx context.Context, o Origin) error {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := o.Run(ended); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close the media listener: %w", err)
	}
	return nil
}

// everywhere reports whether a listener at address can be reached by every address of this machine.
func everywhere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "" || ip != nil && ip.IsUnspecified())
}

// hosts are the names by which the admin listener at address may be asked.
func hosts(address string) []string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	all := []string{host}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return all
	}
	if name, err := os.Hostname(); err == nil {
		all = append(all, name)
	}
	return all
}
