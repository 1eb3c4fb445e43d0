package control

import (
	"context"
	"iter"
	"log/slog"
	"sync"

	"pubpoint/engine"
)

// Store remembers encoders and their orders from one run to the next. Its methods may be
// called from any goroutine.
type Store interface {
	// Encoders gives what is remembered.
	Encoders() (iter.Seq2[engine.EncoderSpec, engine.Order], error)
	// SaveEncoder remembers one in place of what was remembered of the same id.
	SaveEncoder(spec engine.EncoderSpec, order engine.Order) error
	// ForgetEncoder forgets one; it is no error when nothing was remembered.
	ForgetEncoder(id string) error
}

// Config is what a Desk works with.
type Config struct {
	Engine  engine.Service
	Store   Store
	OpenURL func(url string) error // opens a browser; nil where there is none
	Admin   string                 // base of the admin listener's URLs; empty when it is off
	Resume  ResumePolicy           // what Restore does with what was on air; empty means ResumeAlways
	Logger  *slog.Logger
}

// Desk carries out what an operator wants. Its methods may be called from any goroutine.
type Desk struct {
	engine  engine.Service
	store   Store
	openURL func(string) error
	admin   string
	resume  ResumePolicy
	log     *slog.Logger

	// orders makes writing an order down and giving it one step, so that two operators do
	// not leave a record that differs from what was last ordered.
	orders sync.Mutex
	// turns counts the changes of mind about each point, so that an order that had to wait
	// notices that a later one has overtaken it. It is guarded by orders.
	turns map[string]uint64
	// unresumed are the ids of encoders that were on air and wait for the operator's word. A lock of
	// its own guards it, because who looks at it shall not wait for orders.
	waiting   sync.Mutex
	unresumed map[string]bool
}

// New returns a desk. It starts nothing; Restore brings back what was remembered.
func New(cfg Config) *Desk {
	log := cfg.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Desk{engine: cfg.Engine, store: cfg.Store, openURL: cfg.OpenURL, admin: cfg.Admin, resume: cfg.Resume, log: log,
		turns: map[string]uint64{}, unresumed: map[string]bool{}}
}

// Points returns every publishing point, ordered by name. It returns at once.
func (d *Desk) Points() []engine.PointStatus { return d.engine.Points() }

// Point returns one publishing point. Kind: NotFound.
func (d *Desk) Point(name string) (engine.PointStatus, error) {
	p, err := d.engine.Point(name)
	return p, explain("find point", name, err)
}

// Encoders returns every supervised encoder, ordered by id. It returns at once.
func (d *Desk) Encoders() []engine.EncoderStatus { return d.engine.Encoders() }

// Tool tells which ffmpeg is used. It returns at once.
func (d *Desk) Tool() engine.ToolStatus { return d.engine.EncoderTool() }

// Addresses tells where the origin and its admin API listen. It returns at once.
func (d *Desk) Addresses() engine.Addresses {
	a := d.engine.Addresses()
	a.Admin = d.admin
	return a
}

// Links returns the absolute URLs of a point: ingest, preview, then playback.
func (d *Desk) Links(point string) []engine.Link { return d.engine.Links(point) }

// Series returns measured numbers over time. Kinds: NotFound, BadInput.
func (d *Desk) Series(q engine.Query) (engine.Series, error) {
	s, err := d.engine.Series(q)
	return s, explain("read series", q.Point, err)
}

// Events returns a channel of what happens from now on, closed when ctx ends. A receiver
// that is too slow loses the oldest.
func (d *Desk) Events(ctx context.Context) <-chan engine.Event { return d.engine.Events(ctx) }

// RecentEvents returns what was kept of the past, oldest first, at most limit.
func (d *Desk) RecentEvents(limit int) []engine.Event { return d.engine.RecentEvents(limit) }
