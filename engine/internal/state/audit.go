package state

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"pubpoint/engine"
)

// The files of an Audit: the one that grows, and the one before it.
const (
	auditName    = "audit.jsonl"
	oldAuditName = "audit.1.jsonl"
)

// Limits of an Audit.
const (
	keptActions = 1000 // at least, in memory
	maxField    = 512  // bytes of each text of an action
)

// action is an engine.Action as the file has it.
type action struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	What    string    `json:"what"`
	Point   string    `json:"point,omitempty"`
	Encoder string    `json:"encoder,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason,omitempty"`
}

// Audit remembers what was ordered, in memory and in a file. Record and Actions may be called from any
// goroutine. It implements engine.Auditor.
type Audit struct {
	appender // belongs to Run; without a root nothing is written
	log      *slog.Logger

	mu      sync.Mutex
	seq     int64
	past    []engine.Action
	pending []engine.Action
	lost    int
	wake    chan struct{} // holds a value while pending may not be empty
}

// OpenAudit reads the actions of earlier runs back and returns an audit log that goes on where they end.
// Without a directory it remembers in memory alone. It starts nothing.
func OpenAudit(d *Dir, log *slog.Logger) *Audit {
	a := &Audit{log: log, wake: make(chan struct{}, 1)}
	if d == nil {
		return a
	}
	a.appender = appendTo(d.Root(), auditName, oldAuditName)
	for _, name := range []string{oldAuditName, auditName} {
		damaged, err := readLines(d.Root(), name, a.take)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("a file of the audit log cannot be read", "file", name, "err", err)
		}
		if damaged > 0 {
			log.Warn("damaged lines of the audit log are left out", "file", name, "lines", damaged)
		}
	}
	return a
}

// take reads one line back, and reports whether it is one.
func (a *Audit) take(text []byte) bool {
	var l action
	if json.Unmarshal(text, &l) != nil || l.Seq <= a.seq || a.seq > 0 && l.Seq-a.seq > maxAhead || l.Seq > maxSeq || l.At.IsZero() {
		return false
	}
	a.seq = l.Seq
	a.remember(engine.Action(l))
	return true
}

// remember keeps an action in memory.
func (a *Audit) remember(one engine.Action) {
	a.past = append(a.past, one)
	if len(a.past) > 2*keptActions {
		a.past = append(a.past[:0:0], a.past[len(a.past)-keptActions:]...)
	}
}

// Record implements engine.Auditor.
func (a *Audit) Record(one engine.Action) {
	for _, text := range []*string{&one.Who, &one.What, &one.Point, &one.Encoder, &one.Detail, &one.Outcome, &one.Reason} {
		*text = cut(*text, maxField)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seq++
	one.Seq = a.seq
	if one.At.IsZero() {
		one.At = time.Now()
	}
	a.remember(one)
	switch {
	case a.root == nil:
		return
	case len(a.pending) >= maxPending:
		a.lost++
		return
	}
	a.pending = append(a.pending, one)
	select {
	case a.wake <- struct{}{}:
	default: // it has been woken and has not looked yet
	}
}

// Actions implements engine.Auditor.
func (a *Audit) Actions(limit int, after int64) []engine.Action {
	a.mu.Lock()
	defer a.mu.Unlock()
	from := len(a.past)
	for from > 0 && a.past[from-1].Seq > after {
		from--
	}
	found := a.past[from:]
	if limit = max(0, limit); len(found) > limit {
		if after > 0 {
			found = found[:limit]
		} else {
			found = found[len(found)-limit:]
		}
	}
	return append([]engine.Action{}, found...)
}

// Run writes what is recorded until ctx ends, and what was recorded before that. It blocks.
func (a *Audit) Run(ctx context.Context) error {
	for {
		select {
		case <-a.wake:
			a.write()
		case <-ctx.Done():
			a.write()
			return a.close()
		}
	}
}

// write writes what is pending. What the disk does not take is not tried again, but told.
func (a *Audit) write() {
	a.mu.Lock()
	actions, lost := a.pending, a.lost
	a.pending, a.lost = nil, 0
	a.mu.Unlock()
	if len(actions) == 0 {
		return
	}
	var b bytes.Buffer
	encode := json.NewEncoder(&b)
	var err error
	for _, one := range actions {
		err = errors.Join(err, encode.Encode(action(one)))
	}
	if err == nil {
		err = a.put(b.Bytes())
	}
	if err != nil {
		lost += len(actions)
	}
	if lost > 0 {
		a.log.Error("the audit log lacks actions", "actions", lost, "err", err)
	}
}
