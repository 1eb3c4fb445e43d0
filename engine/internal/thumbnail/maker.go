package thumbnail

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// How often pictures and levels are made.
const (
	wanted   = 15 * time.Second      // how long a point is looked at after somebody asked
	kept     = time.Minute           // how long what was made is kept after somebody asked
	between  = 3 * time.Second       // between two looks at one point, at least
	promised = 10 * time.Second      // between two looks at one point, at most, where the share allows
	share    = 0.06                  // of one core, at most, on average
	gather   = 80 * time.Millisecond // in which those who ask at once are put on one film
	retry    = 30 * time.Second      // until what could not be decoded is tried again
	perFilm  = 16                    // points on one film
	maxKnown = 1024                  // points that are remembered
)

// Config is what a Maker needs. Everything is required.
type Config struct {
	// Source returns the presentation of a point, nil when there is none. It is called from the
	// worker's goroutine.
	Source func(point string) presentation.Source
	// Tool returns the path of ffmpeg, or why there is none in a sentence.
	Tool   func() (path, missing string)
	Logger *slog.Logger
}

// Maker makes thumbnails and audio levels while somebody asks for them. Thumbnail and AudioLevel
// may be called from any goroutine and return at once.
type Maker struct {
	cfg     Config
	develop func(ctx context.Context, ffmpeg string, reels []reel, log *slog.Logger) (developed, error)
	wake    chan struct{}

	mu    sync.Mutex // guards what follows
	known map[string]*entry
}

// entry is what is known of one point.
type entry struct {
	asked  time.Time // when somebody last asked, for anything
	since  time.Time // when those who ask now began to
	looked time.Time // when the worker last looked
	alone  bool      // it was on a film that failed, and goes on one of its own
	sight  product[engine.Thumbnail]
	sound  product[engine.AudioLevel]
}

// product is the newest of one kind that was made of a point.
type product[T any] struct {
	asked time.Time // when somebody last asked for it
	of    moment
	value T
	there bool      // value is one
	err   error     // why there is none, or why there is no newer one; nil before the first look
	until time.Time // when what failed is tried again
}

// New makes a Maker. It starts nothing.
func New(cfg Config) *Maker {
	return &Maker{cfg: cfg, develop: develop, wake: make(chan struct{}, 1), known: map[string]*entry{}}
}

var errFirst = errors.New("the first is being made")

// Thumbnail is the newest picture of a point, and marks it as wanted. Kind: Unavailable, with a
// sentence. Whether there is such a point is not for it to say.
func (m *Maker) Thumbnail(point string) (engine.Thumbnail, error) {
	return ask(m, point, "thumbnail", "picture", func(e *entry) *product[engine.Thumbnail] { return &e.sight })
}

// AudioLevel is the newest level of a point, and marks it as wanted. Kind as Thumbnail.
func (m *Maker) AudioLevel(point string) (engine.AudioLevel, error) {
	return ask(m, point, "audio level", "level", func(e *entry) *product[engine.AudioLevel] { return &e.sound })
}

func ask[T any](m *Maker, point, op, what string, of func(*entry) *product[T]) (T, error) {
	path, missing := m.cfg.Tool()
	var p product[T]
	if path == "" || missing != "" {
		return p.value, &engine.Error{Op: op, Point: point, Kind: engine.Unavailable, Text: missing}
	}
	m.mu.Lock()
	e := m.want(point)
	if e != nil {
		of(e).asked = e.asked
		p = *of(e)
	}
	m.mu.Unlock()
	if p.there {
		return p.value, nil
	}
	err := p.err
	if err == nil {
		err = errFirst
	}
	return p.value, &engine.Error{Op: op, Point: point, Kind: engine.Unavailable, Err: err, Text: sentence(point, what, err)}
}

// want marks a point as wanted, and returns what is known of it; nil when too many are. The caller
// holds the lock.
func (m *Maker) want(point string) *entry {
	now := time.Now()
	e := m.known[point]
	if e == nil {
		if len(m.known) >= maxKnown {
			return nil
		}
		e = &entry{}
		m.known[point] = e
	}
	if now.Sub(e.asked) > wanted {
		e.since = now
		select {
		case m.wake <- struct{}{}:
		default:
			// The worker is about to look anyway.
		}
	}
	e.asked = now
	return e
}

// sentence says why there is no picture or no level.
func sentence(point, what string, err error) string {
	switch {
	case errors.Is(err, errFirst):
		return "The first " + what + " of " + point + " is being made."
	case errors.Is(err, errNothing):
		return "Nothing is on air at " + point + "; send to it first."
	case errors.Is(err, errNoVideo), errors.Is(err, errNoSound):
		return "There is no " + what + " of " + point + ": " + err.Error() + "."
	case errors.Is(err, errNoKey):
		return "There is no " + what + " of " + point + ": " + err.Error() + "; cut them at key frames."
	}
	return "The " + what + " of " + point + " cannot be made (" + err.Error() + "); players may still show it."
}
