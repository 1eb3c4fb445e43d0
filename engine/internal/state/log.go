package state

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"pubpoint/engine"
)

// The files of a Log: the one that grows, and the one before it.
const (
	logName = "events.jsonl"
	oldName = "events.1.jsonl"
)

// Limits of a Log.
const (
	maxFile    = 4 << 20  // bytes; then the next file begins
	maxRead    = 16 << 20 // bytes read back of a file that somebody else made larger
	maxPending = 4096     // events
	maxText    = 4 << 10  // bytes of an event's text
	maxSeq     = 1 << 53
	maxAhead   = 1 << 32 // of the next event's number
)

// line is an engine.Event as the file has it.
type line struct {
	Seq      int64           `json:"seq"`
	At       time.Time       `json:"at"`
	Severity engine.Severity `json:"severity"`
	Point    string          `json:"point,omitempty"`
	Encoder  string          `json:"encoder,omitempty"`
	Text     string          `json:"text"`
	Note     bool            `json:"note,omitempty"`
}

// Log appends events to a file. Put may be called from any goroutine.
type Log struct {
	appender // belongs to Run
	log      *slog.Logger
	tell     func(engine.Event)

	mu      sync.Mutex
	pending []engine.Event
	lost    int
	wake    chan struct{} // holds a value while pending may not be empty

	failing bool // belongs to Run
}

// OpenLog reads the events of earlier runs back, oldest first, and returns a log that goes on where
// they end. tell is told when events could not be written, and when they can be again; it may call
// Put. OpenLog starts nothing.
func OpenLog(d *Dir, log *slog.Logger, tell func(engine.Event)) (*Log, []engine.Event) {
	l := &Log{appender: appendTo(d.Root(), logName, oldName), log: log, tell: tell, wake: make(chan struct{}, 1)}
	var past []engine.Event
	for _, name := range []string{oldName, logName} {
		events, damaged, err := read(d.Root(), name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("a file of the event log cannot be read", "file", name, "err", err)
		}
		if damaged > 0 {
			log.Warn("damaged lines of the event log are left out", "file", name, "lines", damaged)
		}
		for _, e := range events {
			past = follow(past, e)
		}
	}
	return l, past
}

// follow appends an event that comes after the others. A number far ahead of those around it is damaged,
// and would have all that follow taken for older.
func follow(past []engine.Event, e engine.Event) []engine.Event {
	last, before := int64(0), int64(0)
	if n := len(past); n > 0 {
		last = past[n-1].Seq
	}
	if n := len(past); n > 1 {
		before = past[n-2].Seq
	}
	switch {
	case last == 0 || e.Seq > last && e.Seq-last < maxAhead:
		return append(past, e)
	case e.Seq <= last && e.Seq > before:
		return append(past[:len(past)-1], e)
	}
	return past
}

// read returns the events of a file, and how many lines are none.
func read(root *os.Root, name string) (events []engine.Event, damaged int, err error) {
	damaged, err = readLines(root, name, func(text []byte) bool {
		var l line
		if json.Unmarshal(text, &l) != nil || l.Seq <= 0 || l.Seq > maxSeq || l.At.IsZero() {
			return false
		}
		events = append(events, engine.Event{Seq: l.Seq, At: l.At, Severity: l.Severity, Point: l.Point, Encoder: l.Encoder, Text: l.Text, Note: l.Note})
		return true
	})
	return events, damaged, err
}

// readLines gives each line of a file to take, and returns how many it did not take.
func readLines(root *os.Root, name string, take func(line []byte) bool) (damaged int, err error) {
	f, err := root.Open(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	from := max(0, info.Size()-maxRead)
	data, err := io.ReadAll(io.NewSectionReader(f, from, maxRead))
	if err != nil {
		return 0, err
	}
	for i, text := range bytes.Split(data, []byte("\n")) {
		switch {
		case len(bytes.TrimSpace(text)) == 0:
		case from > 0 && i == 0: // begins in the middle
		case !take(text):
			damaged++
		}
	}
	return damaged, nil
}

// Put lets an event be written soon. It never waits.
func (l *Log) Put(e engine.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) >= maxPending {
		l.lost++
		return
	}
	l.pending = append(l.pending, e)
	select {
	case l.wake <- struct{}{}:
	default: // it has been woken and has not looked yet
	}
}

// Run writes what is put until ctx ends, and what was put before that. It blocks.
func (l *Log) Run(ctx context.Context) error {
	for {
		select {
		case <-l.wake:
			l.write()
		case <-ctx.Done():
			l.write()
			l.write() // what the first had to tell
			return l.close()
		}
	}
}

// write writes what is pending. What the disk does not take is lost: it will not take it later
// without keeping what comes after waiting.
func (l *Log) write() {
	l.mu.Lock()
	events, lost := l.pending, l.lost
	l.pending = nil
	l.mu.Unlock()
	if len(events) == 0 {
		return
	}
	if err := l.append(events); err != nil {
		l.mu.Lock()
		l.lost += len(events)
		l.mu.Unlock()
		if l.failing {
			return
		}
		l.failing = true
		l.log.Error("the event log cannot be written", "err", err)
		l.tell(engine.Event{Severity: engine.Warning, Text: "The event log cannot be written (" + cause(err) + "); until it can, events are lost when the program ends. Free some space or mend the disk of the settings folder."})
		return
	}
	l.failing = false
	if lost > 0 {
		l.mu.Lock()
		l.lost -= lost
		l.mu.Unlock()
		l.tell(engine.Event{Severity: engine.Warning, Text: fmt.Sprintf("The event log lacks %d events that could not be written in time.", lost)})
	}
}

// append writes events to the file, and begins the next when it is full.
func (l *Log) append(events []engine.Event) error {
	var b bytes.Buffer
	encode := json.NewEncoder(&b)
	for _, e := range events {
		if err := encode.Encode(line{Seq: e.Seq, At: e.At, Severity: e.Severity, Point: e.Point, Encoder: e.Encoder, Text: cut(e.Text, maxText), Note: e.Note}); err != nil {
			return err
		}
	}
	return l.put(b.Bytes())
}

// cut returns no more than the first length bytes of text, and no part of a character.
func cut(text string, length int) string {
	if len(text) <= length {
		return text
	}
	text = text[:length]
	for !utf8.ValidString(text) && len(text) > length-utf8.UTFMax {
		text = text[:len(text)-1]
	}
	return text
}

// cause is the innermost cause of a file error.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
