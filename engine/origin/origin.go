package origin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/clip"
	"pubpoint/engine/internal/delivery"
	"pubpoint/engine/internal/ingest"
	"pubpoint/engine/internal/metrics"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/smooth"
	"pubpoint/engine/internal/preview"
	"pubpoint/engine/internal/state"
	"pubpoint/engine/internal/svc"
	"pubpoint/engine/internal/thumbnail"
	"pubpoint/engine/internal/wire"
)

// readHeaderTimeout bounds how long a client may take over its request's head. There is no
// limit on bodies: an encoder's goes on for days.
const readHeaderTimeout = 15 * time.Second

// drainTimeout is how long viewers' answers may still take when the server stops.
const drainTimeout = 3 * time.Second

// Origin is an origin server. It implements engine.Service; all methods but New, Listen and
// Run may be called at any time from any goroutine.
type Origin struct {
	cfg     Config
	root    *os.Root
	points  *registry
	fleet   *fleet
	journal *journal
	traffic *traffic
	sampler *metrics.Sampler
	sights  *thumbnail.Maker
	handler delivery.Handler
	state   *state.Dir // nil when nothing is kept
	events  *state.Log // nil likewise
	audit   *state.Audit
	guard   *guard
	figures *figures

	mu       sync.Mutex
	listener net.Listener
	admin    string // base of the admin listener's URLs, as told
}

var _ engine.Service = (*Origin)(nil)

// New makes an Origin and opens its document root, which is made when missing. It binds
// nothing and starts nothing. Kinds: BadInput, Storage.
func New(cfg Config) (*Origin, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Root, 0o755); err != nil {
		return nil, rootError(cfg.Root, err)
	}
	root, err := os.OpenRoot(cfg.Root)
	if err != nil {
		return nil, rootError(cfg.Root, err)
	}
	if err := clip.Clean(root); err != nil {
		cfg.Logger.Warn("leftovers of clips stay", "err", err)
	}
	o := &Origin{cfg: cfg, root: root, journal: newJournal(cfg.Logger), traffic: newTraffic(), sampler: metrics.NewSampler()}
	o.guard, o.figures = newGuard(o), newFigures(o)
	o.openState()
	o.audit = state.OpenAudit(o.state, cfg.Logger)
	o.points = &registry{
		root: root, log: cfg.Logger, cfg: &o.cfg, tell: o.tellPoint, render: smooth.ClientManifest, points: map[string]*entry{}, leaving: map[string]bool{},
	}
	o.points.shelf = &shelf{root: root, log: cfg.Logger, render: smooth.ClientManifest, cfg: &o.cfg, look: o.points.content, open: map[shelved]*openEvent{}}
	o.fleet = &fleet{
		log: cfg.Logger, path: cfg.FFmpeg, tell: o.journal.add, base: func() string { return o.Addresses().Media },
		seen: o.seen, no: o.refusal, missing: "ffmpeg has not been looked for yet; try again in a moment.", encoders: map[string]*supervised{},
	}
	o.sights = thumbnail.New(thumbnail.Config{Source: o.sourceOf, Tool: o.fleet.ffmpeg, Logger: cfg.Logger})
	o.points.ctx, o.points.close = context.WithCancel(context.Background())
	o.fleet.ctx, o.fleet.close = context.WithCancel(context.Background())
	pages, err := preview.New(preview.Config{Points: o.previews, Version: cfg.Version, Log: cfg.Logger})
	if err != nil {
		return nil, errors.Join(err, root.Close(), o.closeState())
	}
	encoders := ingest.New(ingest.Config{Points: o.points, Limits: cfg.limits(), InFlight: cfg.InFlight, Logger: cfg.Logger, Refused: o.refused})
	o.handler = delivery.New(delivery.Config{
		Formats: formats(), Points: directory{o.points, liveExt}, Finished: directory{o.points, vodExt}, Recordings: recordings{o.points},
		Ingest: encoders, Reject: encoders.Reject,
		Preview: pageServer{pages, o}, Logger: cfg.Logger, Count: o.traffic.count,
	})
	return o, nil
}

func rootError(root string, err error) error {
	return &engine.Error{Op: "open document root", Kind: engine.Storage, Err: err,
		Text: fmt.Sprintf("The document root %s cannot be used (%s); check its permissions or choose another with -root.", root, reason(err))}
}

// Listen binds the media listener, so that Addresses tells the real port. Kinds: Conflict
// when the address is taken, BadInput when it makes no sense.
func (o *Origin) Listen(ctx context.Context) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", o.cfg.Listen)
	if err != nil {
		return listenError(o.cfg.Listen, err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.listener = l
	return nil
}

func listenError(addr string, err error) error {
	e := &engine.Error{Op: "listen", Kind: engine.BadInput, Err: err,
		Text: fmt.Sprintf("The media listener cannot use the address %s; choose another with -listen, such as 127.0.0.1:8088.", addr)}
	if strings.Contains(err.Error(), "in use") {
		e.Kind = engine.Conflict
		e.Text = fmt.Sprintf("The address %s is taken by another program; stop that one, or choose another address with -listen.", addr)
	}
	return e
}

// SetAdmin says where the admin listener is, for Addresses to tell.
func (o *Origin) SetAdmin(base string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.admin = base
}

// Addresses tells where the origin listens.
func (o *Origin) Addresses() engine.Addresses {
	o.mu.Lock()
	defer o.mu.Unlock()
	addr := o.cfg.Listen
	if o.listener != nil {
		addr = o.listener.Addr().String()
	}
	return engine.Addresses{Media: "http://" + reachable(addr), Admin: o.admin}
}

// reachable turns a listener's address into one that a client on this machine can use.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Run serves until ctx ends, then ends what is on air, seals it and returns when everything
// it started is gone. Listen must have succeeded.
func (o *Origin) Run(ctx context.Context) error {
	o.mu.Lock()
	listener := o.listener
	o.mu.Unlock()
	if listener == nil {
		return &engine.Error{Op: "run", Kind: engine.Internal, Text: "The media listener is not bound."}
	}
	group := svc.Group{Logger: o.cfg.Logger, Grace: 15 * time.Second}
	if o.state != nil {
		group.Add("audit log", o.audit.Run)
		group.Add("event log", o.events.Run)
		group.Add("kept alarms", o.guard.keep)
	}
	group.Add("media listener", func(ctx context.Context) error { return o.serve(ctx, listener) })
	group.Add("sampler", o.sampler.Run)
	group.Add("publishing points", o.points.run)
	group.Add("watch", o.watch)
	group.Add("encoders", o.fleet.start)
	group.Add("thumbnails", o.sights.Run)
	group.Add("machine", o.figures.run)
	group.Add("alarms", o.guard.run) // the first to stop: that encoders and points go then needs nobody
	return errors.Join(group.Run(ctx), o.root.Close(), o.closeState())
}

// serve answers requests until ctx ends, and lets answers under way come to their end.
func (o *Origin) serve(ctx context.Context, l net.Listener) error {
	server := wire.New(wire.Config{Handler: o.handler, Known: o.handler.Known, Sent: o.handler.Sent, Logger: o.cfg.Logger,
		Server: &http.Server{ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}})
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("media listener: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		// Somebody is still reading; they have had their time.
		if err := server.Close(); err != nil {
			o.cfg.Logger.Debug("media listener closed hard", "err", err)
		}
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("media listener: %w", err)
	}
	return nil
}

// watch looks for new directories and keeps the meters in step with the tracks.
func (o *Origin) watch(ctx context.Context) error {
	ticker := time.NewTicker(o.cfg.Scan)
	defer ticker.Stop()
	meters := newMeters(o)
	defer meters.close()
	for {
		o.points.scan()
		o.points.shelf.sweep(time.Now())
		meters.update()
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (o *Origin) tellPoint(point string, s engine.Severity, text string) {
	o.journal.add(engine.Event{Severity: s, Point: point, Text: text})
}

// refused notes an encoder that asked for a point that does not exist.
func (o *Origin) refused(name string, r engine.Refusal) {
	o.journal.add(engine.Event{Severity: engine.Warning, Point: name, Text: "An encoder from " + r.Remote + " was refused: " + r.Reason})
}

// seen tells when the engine last saw a fragment of a stream arrive.
func (o *Origin) seen(name, stream string) func() time.Time {
	return func() time.Time {
		p := o.points.Point(name)
		if p == nil {
			return time.Time{}
		}
		var last time.Time
		for _, t := range p.Status().Tracks {
			if t.Source == stream && t.LastArrival.After(last) {
				last = t.LastArrival
			}
		}
		return last
	}
}

// EncoderLog implements engine.Encoders.
func (o *Origin) EncoderLog(id string, after int64) ([]engine.LogLine, error) {
	return o.fleet.lines(id, after)
}

// Encoders implements engine.Encoders.
func (o *Origin) Encoders() []engine.EncoderStatus { return o.fleet.all() }

// EncoderTool implements engine.Encoders.
func (o *Origin) EncoderTool() engine.ToolStatus { return o.fleet.status() }

// EncoderCommand implements engine.Encoders.
func (o *Origin) EncoderCommand(spec engine.EncoderSpec) (string, error) {
	return o.fleet.command(spec)
}

// AddEncoder implements engine.Encoders.
func (o *Origin) AddEncoder(_ context.Context, spec engine.EncoderSpec) (string, error) {
	if o.points.Point(spec.Point) == nil {
		return "", noPointFor("add encoder", spec.Point)
	}
	return o.fleet.add(spec)
}

// RemoveEncoder implements engine.Encoders.
func (o *Origin) RemoveEncoder(ctx context.Context, id string) error { return o.fleet.remove(ctx, id) }

// OrderEncoder implements engine.Encoders.
func (o *Origin) OrderEncoder(ctx context.Context, id string, order engine.Order) error {
	switch order {
	case engine.OrderRun:
		return o.fleet.order(ctx, id, (*supervised).start)
	case engine.OrderStop:
		return o.fleet.stop(id)
	}
	return &engine.Error{Op: "order encoder", Kind: engine.BadInput, Text: fmt.Sprintf("The order %q is not known; use run or stop.", string(order))}
}

// RestartEncoder implements engine.Encoders.
func (o *Origin) RestartEncoder(ctx context.Context, id string) error {
	return o.fleet.order(ctx, id, (*supervised).restart)
}

// Events implements engine.Watcher.
func (o *Origin) Events(ctx context.Context) <-chan engine.Event { return o.journal.listen(ctx) }

// RecentEvents implements engine.Watcher.
func (o *Origin) RecentEvents(limit int) []engine.Event { return o.journal.recent(limit) }

// Series implements engine.Meters.
func (o *Origin) Series(q engine.Query) (engine.Series, error) { return o.sampler.Series(q) }

// formatLink is one client manifest, and the name of its format.
type formatLink struct {
	output.Link
	format string
}

// formatLinks are the client manifests of a point, relative to its directory.
func formatLinks(base string) []formatLink {
	var links []formatLink
	for _, f := range formats() {
		for _, l := range f.Links(base) {
			links = append(links, formatLink{Link: l, format: f.Name()})
		}
	}
	return links
}
