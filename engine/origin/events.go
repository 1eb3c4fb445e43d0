package origin

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/state"
)

// keptEvents and keptNotes are how many events and notes are remembered at least, pendingEvents
// how many a slow listener may be behind before it loses the oldest.
const (
	keptEvents    = 1000
	keptNotes     = 2000
	pendingEvents = 256
)

// journal remembers what happened and tells listeners. A slow listener never slows the
// writer: it loses the oldest and is told how many.
type journal struct {
	log *slog.Logger

	mu        sync.Mutex
	kept      *state.Log // what survives a restart; nil for nothing
	seq       int64
	past      []engine.Event
	noted     []engine.Event // notes of operators, further back
	listeners map[*listener]struct{}
}

type listener struct {
	pending []engine.Event
	missed  int
	wake    chan struct{} // holds a value while pending may not be empty
}

func newJournal(log *slog.Logger) *journal {
	return &journal{log: log, listeners: map[*listener]struct{}{}}
}

// level is the log level of an event.
func level(s engine.Severity) slog.Level {
	switch s {
	case engine.Failure:
		return slog.LevelError
	case engine.Warning:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// add records an event, and writes it to the log for those who have no window.
func (j *journal) add(e engine.Event) {
	j.log.Log(context.Background(), level(e.Severity), "event", "point", e.Point, "encoder", e.Encoder, "text", e.Text)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	e.Seq = j.seq
	if e.At.IsZero() {
		e.At = time.Now()
	}
	j.remember(e)
	if j.kept != nil {
		j.kept.Put(e)
	}
	for l := range j.listeners {
		if len(l.pending) == pendingEvents {
			l.pending = l.pending[1:]
			l.missed++
		}
		l.pending = append(l.pending, e)
		select {
		case l.wake <- struct{}{}:
		default: // it has been woken and has not looked yet
		}
	}
}

// remember keeps an event in memory. The caller holds the lock.
func (j *journal) remember(e engine.Event) {
	j.past = append(j.past, e)
	if len(j.past) > 2*keptEvents {
		j.past = append(j.past[:0:0], j.past[len(j.past)-keptEvents:]...)
	}
	if !e.Note {
		return
	}
	j.noted = append(j.noted, e)
	if len(j.noted) > 2*keptNotes {
		j.noted = append(j.noted[:0:0], j.noted[len(j.noted)-keptNotes:]...)
	}
}

// keep reads back what a directory has of earlier runs, and keeps what comes there. It is called
// before anything is told.
func (j *journal) keep(d *state.Dir) *state.Log {
	kept, past := state.OpenLog(d, j.log, j.add)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept = kept
	for _, e := range past {
		j.seq = e.Seq
		j.remember(e)
	}
	return kept
}

// notes are the moments of a point, from from to to, that a timeline shows: what operators noted,
// and what went wrong, as far back as it is remembered; by time. A zero time is no limit.
func (j *journal) notes(point string, from, to time.Time) []engine.TimelineNote {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []engine.TimelineNote
	add := func(e engine.Event, kind engine.NoteKind) {
		if e.Point == point && (from.IsZero() || !e.At.Before(from)) && (to.IsZero() || !e.At.After(to)) {
			out = append(out, engine.TimelineNote{At: e.At, Kind: kind, Severity: e.Severity, Text: e.Text})
		}
	}
	for _, e := range j.noted {
		add(e, engine.NoteOperator)
	}
	for _, e := range j.past {
		if !e.Note && e.Severity != engine.Info {
			add(e, engine.NoteEvent)
		}
	}
	slices.SortStableFunc(out, func(a, b engine.TimelineNote) int { return a.At.Compare(b.At) })
	return out
}

// recent returns the newest events, oldest first.
func (j *journal) recent(limit int) []engine.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	from := 0
	if limit >= 0 && len(j.past) > limit {
		from = len(j.past) - limit
	}
	return append([]engine.Event(nil), j.past[from:]...)
}

// listen returns a channel of what happens from now on, closed when ctx ends.
func (j *journal) listen(ctx context.Context) <-chan engine.Event {
	l := &listener{wake: make(chan struct{}, 1)}
	j.mu.Lock()
	j.listeners[l] = struct{}{}
	j.mu.Unlock()
	out := make(chan engine.Event)
	go func() {
		defer close(out)
		defer j.forget(l)
		for {
			select {
			case <-l.wake:
			case <-ctx.Done():
				return
			}
			for _, e := range j.take(l) {
				select {
				case out <- e:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out
}

func (j *journal) forget(l *listener) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.listeners, l)
}

// take empties a listener's queue.
func (j *journal) take(l *listener) []engine.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	events := l.pending
	l.pending = nil
	if len(events) > 0 {
		events[0].Missed = l.missed
		l.missed = 0
	}
	return events
}
