package alarm

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"time"

	"pubpoint/engine"
)

// How long a cause must have lasted before it is an alarm.
const (
	raiseFailure = 5 * time.Second
	raiseWarning = 10 * time.Second
)

// How long a cause must have been gone before its alarm is cleared: firstHold, doubled each time it
// came back, at most lastHold; at least foundAgain for alarms of an earlier run of the program.
const (
	firstHold  = 20 * time.Second
	lastHold   = 5 * time.Minute
	foundAgain = 30 * time.Second
)

// reopens is for how long after it was cleared an alarm is opened again instead of raised anew.
const reopens = 10 * time.Minute

// What is kept: alarms in all, those of them whose cause lasts, and how long cleared ones.
const (
	maxAlarms = 1000
	maxOpen   = 500
	maxAge    = 7 * 24 * time.Hour
)

// longestShelf is how long an alarm can be put away.
const longestShelf = 24 * time.Hour

// Book holds the alarms that there are and those that there were. Its methods may be called from any
// goroutine. They return what people should be told; At of these events is the given moment.
type Book struct {
	mu      sync.Mutex
	next    int64 // part of the next alarm's id
	waiting map[key]*waiting
	open    map[key]*entry
	past    []engine.Alarm // cleared, in the order in which they were
	changes int64          // grows with everything that is worth keeping
}

// key is what makes two causes one alarm.
type key struct{ code, point, encoder, stream string }

func keyOf(a *engine.Alarm) key { return key{a.Code, a.Point, a.Encoder, a.Stream} }

// waiting is a cause that has not lasted long enough.
type waiting struct{ first, last time.Time }

// entry is an alarm whose cause lasts, or has gone only just now.
type entry struct {
	engine.Alarm
	absent time.Time // since when its cause is gone; zero while it is there
	worst  time.Time // when its cause was last as bad as the alarm's severity
	loaded bool      // from a file; its cause has not been seen since
}

// hold is how long the cause of an alarm must be gone.
func (e *entry) hold() time.Duration {
	h := lastHold
	if e.Count < 10 {
		h = min(firstHold<<e.Count, lastHold)
	}
	if e.loaded {
		h = max(h, foundAgain)
	}
	return h
}

// NewBook returns a book without alarms.
func NewBook() *Book {
	return &Book{waiting: map[key]*waiting{}, open: map[key]*entry{}}
}

// Observe shows the book the causes of a moment, the worst first. over tells alarms that somebody
// ended, which are cleared at once.
func (b *Book) Observe(now time.Time, causes []Cause, over func(engine.Alarm) bool) []engine.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []engine.Event
	seen := map[key]bool{}
	for _, c := range causes {
		k := key{c.Code, c.Point, c.Encoder, c.Stream}
		if seen[k] || rank(c.Severity) == 0 {
			continue
		}
		seen[k] = true
		if e := b.open[k]; e != nil {
			out = append(out, b.again(e, c, now)...)
		} else {
			out = append(out, b.wait(k, c, now)...)
		}
	}
	for k, w := range b.waiting {
		if !seen[k] && now.Sub(w.last) >= raiseFailure {
			delete(b.waiting, k)
		}
	}
	for _, k := range b.keys() {
		e := b.open[k]
		if !seen[k] {
			out = append(out, b.missing(k, e, now, over)...)
		}
		if !e.ShelvedUntil.IsZero() && !e.Shelved(now) {
			b.changes++
			e.ShelvedUntil, e.ShelvedWhy = time.Time{}, ""
			if b.open[k] == e {
				out = append(out, told(e.Alarm, e.Severity, "Alarm, no longer shelved: "+e.Text, now))
			}
		}
	}
	b.forget(now)
	return out
}

// keys are those of the open alarms, in an order that does not change.
func (b *Book) keys() []key {
	keys := make([]key, 0, len(b.open))
	for k := range b.open {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y key) int {
		return cmp.Or(cmp.Compare(x.point, y.point), cmp.Compare(x.code, y.code), cmp.Compare(x.encoder, y.encoder), cmp.Compare(x.stream, y.stream))
	})
	return keys
}

// again is a cause whose alarm is open.
func (b *Book) again(e *entry, c Cause, now time.Time) []engine.Event {
	if !e.absent.IsZero() && !e.loaded {
		e.Count++
		b.changes++
	}
	e.absent, e.loaded, e.Last = time.Time{}, false, now
	e.Text, e.Action, e.Option = c.Text, c.Action, c.Option
	switch worse := rank(c.Severity) - rank(e.Severity); {
	case worse > 0:
		e.Severity, e.worst = c.Severity, now
		e.Acked, e.ShelvedUntil, e.ShelvedWhy = time.Time{}, time.Time{}, ""
		b.changes++
		return []engine.Event{told(e.Alarm, e.Severity, "Alarm, worse than before: "+e.Text, now)}
	case worse == 0:
		e.worst = now
	case now.Sub(e.worst) >= e.hold():
		e.Severity, e.worst = c.Severity, now
		b.changes++
	}
	return nil
}

// wait is a cause that has no open alarm: it becomes one when it has lasted.
func (b *Book) wait(k key, c Cause, now time.Time) []engine.Event {
	w := b.waiting[k]
	if w == nil {
		if len(b.waiting) >= maxAlarms {
			return nil
		}
		w = &waiting{first: now}
		b.waiting[k] = w
	}
	w.last = now
	lasts := raiseWarning
	if c.Severity == engine.Failure {
		lasts = raiseFailure
	}
	if now.Sub(w.first) < lasts || len(b.open) >= maxOpen {
		return nil
	}
	delete(b.waiting, k)
	return b.raise(k, c, now)
}

// raise opens an alarm, or once more the one of the same cause that was cleared a moment ago.
func (b *Book) raise(k key, c Cause, now time.Time) []engine.Event {
	b.changes++
	e := &entry{worst: now}
	what := "Alarm: "
	i := slices.IndexFunc(b.past, func(a engine.Alarm) bool {
		return keyOf(&a) == k && (now.Sub(a.Cleared) < reopens || a.Shelved(now))
	})
	if i >= 0 {
		what = "Alarm again: "
		e.Alarm = b.past[i]
		b.past = slices.Delete(b.past, i, i+1)
		e.Count++
		e.Cleared = time.Time{}
		if !e.Shelved(now) || rank(c.Severity) > rank(e.Severity) {
			e.Acked, e.ShelvedUntil, e.ShelvedWhy = time.Time{}, time.Time{}, ""
		}
	} else {
		b.next++
		e.Alarm = engine.Alarm{ID: now.UTC().Format("20060102-150405") + "-" + strconv.FormatInt(b.next, 10), Code: c.Code, Point: c.Point,
			Encoder: c.Encoder, Stream: c.Stream, Raised: now}
	}
	e.Severity, e.Text, e.Action, e.Option, e.Last = c.Severity, c.Text, c.Action, c.Option, now
	b.open[k] = e
	if e.Shelved(now) {
		return nil
	}
	return []engine.Event{told(e.Alarm, e.Severity, what+e.Text, now)}
}

// missing is an open alarm without its cause.
func (b *Book) missing(k key, e *entry, now time.Time, over func(engine.Alarm) bool) []engine.Event {
	if e.absent.IsZero() {
		e.absent = now
	}
	gone := now.Sub(e.absent)
	if gone < e.hold() && (e.loaded && gone < foundAgain || !over(e.Alarm)) {
		return nil
	}
	e.Cleared = now
	delete(b.open, k)
	b.past = append(b.past, e.Alarm)
	b.changes++
	if e.Shelved(now) {
		return nil
	}
	return []engine.Event{told(e.Alarm, engine.Info, "Alarm over: "+e.Text, now)}
}

// forget drops what is too old or too much.
func (b *Book) forget(now time.Time) {
	n := len(b.past)
	b.past = slices.DeleteFunc(b.past, func(a engine.Alarm) bool { return now.Sub(a.Cleared) > maxAge })
	if over := len(b.past) + len(b.open) - maxAlarms; over > 0 {
		b.past = slices.Delete(b.past, 0, min(over, len(b.past)))
	}
	if len(b.past) != n {
		b.changes++
	}
}

// told is an event about an alarm.
func told(a engine.Alarm, s engine.Severity, text string, now time.Time) engine.Event {
	return engine.Event{At: now, Severity: s, Point: a.Point, Encoder: a.Encoder, Text: text}
}

// All returns the alarms whose cause lasts, the worst and newest first, then those that have been
// cleared, the newest first; at most 1000.
func (b *Book) All() []engine.Alarm {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]engine.Alarm, 0, len(b.open)+len(b.past))
	for _, e := range b.open {
		out = append(out, e.Alarm)
	}
	slices.SortFunc(out, func(x, y engine.Alarm) int {
		return cmp.Or(cmp.Compare(rank(y.Severity), rank(x.Severity)), y.Raised.Compare(x.Raised), cmp.Compare(y.ID, x.ID))
	})
	for i := len(b.past) - 1; i >= 0; i-- {
		out = append(out, b.past[i])
	}
	return out
}
