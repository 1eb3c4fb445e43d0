package origin

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/alarm"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/state"
)

// alarmsFile is where alarms are kept in the state directory, and maxAlarmsFile how large it may be.
const (
	alarmsFile    = "alarms.json"
	maxAlarmsFile = 16 << 20
)

// watchEvery is how often the engine is looked at for what is wrong, and how often what became of
// it is written down.
const watchEvery = time.Second

// guard looks at the engine once a second and raises and clears alarms.
type guard struct {
	o     *Origin
	book  *alarm.Book
	now   func() time.Time
	every time.Duration

	mu       sync.Mutex // one look at a time
	restarts alarm.Restarts
}

func newGuard(o *Origin) *guard {
	return &guard{o: o, book: alarm.NewBook(), now: time.Now, every: watchEvery}
}

// run looks until ctx ends.
func (g *guard) run(ctx context.Context) error {
	ticker := time.NewTicker(g.every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			g.look()
		case <-ctx.Done():
			return nil
		}
	}
}

// look is one look at the engine.
func (g *guard) look() {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	in := alarm.Input{Now: now, Encoders: g.o.fleet.all(), System: g.o.figures.status()}
	for _, e := range g.o.points.all() {
		if !e.ReadOnly() {
			in.Points = append(in.Points, e.Status())
		}
	}
	in.Restarts = g.restarts.Observe(now, in.Encoders)
	g.tell(g.book.Observe(now, in.Causes(), in.Over))
}

func (g *guard) tell(events []engine.Event) {
	for _, e := range events {
		g.o.journal.add(e)
	}
}

// keep writes the book down soon after it has changed, and when ctx ends.
func (g *guard) keep(ctx context.Context) error {
	ticker := time.NewTicker(g.every)
	defer ticker.Stop()
	written, failing := g.book.Changes(), false
	save := func() {
		data, changes, err := g.book.Encode()
		if err == nil {
			err = g.o.state.WriteFile(alarmsFile, data)
		}
		if err == nil {
			written, failing = changes, false
			return
		}
		if !failing {
			g.o.cfg.Logger.Error("alarms cannot be kept", "err", err)
		}
		failing = true
	}
	for {
		select {
		case <-ticker.C:
			if g.book.Changes() != written {
				save()
			}
		case <-ctx.Done():
			save() // in any case: when causes were last seen is no change
			return nil
		}
	}
}

// openState takes the state directory and reads back what it has. Without it the engine works as
// well, and forgets when it ends.
func (o *Origin) openState() {
	if o.cfg.StateDir == "" {
		return
	}
	dir, err := state.Open(o.cfg.StateDir)
	if err != nil {
		o.journal.add(engine.Event{Severity: engine.Warning,
			Text: "Alarms and events are not kept over a restart: the directory " + o.cfg.StateDir + " cannot be used (" + err.Error() + ")."})
		return
	}
	o.state = dir
	o.events = o.journal.keep(dir)
	if err := archive.Clean(archive.On(dir.Root())); err != nil {
		o.cfg.Logger.Warn("leftovers in the state directory stay", "err", err)
	}
	if err := dir.Restrict(alarmsFile); err != nil {
		o.cfg.Logger.Warn("others may read the alarms that are kept", "err", err)
	}
	book, err := readBook(dir)
	if err != nil {
		o.journal.add(engine.Event{Severity: engine.Warning, Text: "The alarms of before cannot be read back and are forgotten (" + err.Error() + ")."})
		return
	}
	o.guard.book = book
}

// readBook reads the alarms that are kept; none is no error.
func readBook(dir *state.Dir) (book *alarm.Book, err error) {
	f, err := dir.Root().Open(alarmsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return alarm.NewBook(), nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err := io.ReadAll(io.LimitReader(f, maxAlarmsFile))
	if err != nil {
		return nil, err
	}
	return alarm.Decode(data)
}

// closeState lets the state directory go.
func (o *Origin) closeState() error {
	if o.state == nil {
		return nil
	}
	return o.state.Close()
}

// Alarms implements engine.Alarms.
func (o *Origin) Alarms() []engine.Alarm { return o.guard.book.All() }

// AckAlarm implements engine.Alarms.
func (o *Origin) AckAlarm(_ context.Context, id string) error {
	events, err := o.guard.book.Ack(id, o.guard.now())
	o.guard.tell(events)
	return err
}

// ShelveAlarm implements engine.Alarms.
func (o *Origin) ShelveAlarm(_ context.Context, id string, length time.Duration, why string) error {
	events, err := o.guard.book.Shelve(id, length, why, o.guard.now())
	o.guard.tell(events)
	return err
}
