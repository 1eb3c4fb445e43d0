package point

import (
	"errors"
	"log/slog"
	"path"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/metrics"
)

// writer is a point's state, owned by the goroutine in Run.
type writer struct {
	p        *Point
	cfg      *Config
	settings engine.PointConfig
	log      *slog.Logger

	state  engine.State
	since  time.Time
	reason string // why state is error, or what hampers the point
	action string
	held   bool // an operator stopped it: encoders do not start it again
	armed  bool // an operator started it: it waits for an encoder however long

	disk    *disk
	handles *archive.Handles  // bounds the files that are open to be read
	root    archive.Directory // the point's directory; nil in state error
	event   *event            // on air, or the last one; nil before the first
	// previous is the event before, shown until the new one has something to show.
	previous *event
	// bygone is the one before that, or the last that was shown: its files are still open for
	// those who are in the middle of reading them.
	bygone *event
	// highWater is the end of the newest fragment of all events, at shiftScale: times never
	// come again.
	highWater engine.Ticks
	unwritten bool   // the server manifest on disk is behind
	writing   int    // how often it waits to be written
	queued    []byte // what it will be then
	unsealed  bool   // the last seal failed and can be tried again
	overdue   bool   // because the disk has not answered in time
	hampered  string // why the server manifest cannot be written, as a sentence; else empty
	version   uint64 // the highest of any view shown
	shown     struct {
		event   string
		version uint64
	}

	sessions map[int64]*Session // connected
	past     []*Session         // ended, newest first
	refusals []engine.Refusal   // newest first
	hush     metrics.Hush       // for telling of them
	findings finding.Book       // of the event
	lastID   int64

	timer *time.Timer
	due   time.Time // when timer fires; zero when nothing is due
	// retention is when the archive is looked through for what need not be kept any more; zero
	// when it never is.
	retention time.Time
	deleted   []retired // files that were deleted while somebody may read them

	wanted     engine.PointConfig // settings as they are written; some hold from the next event on only
	remembered engine.State       // the order that point.state has
	recalled   bool               // point.state has been read
	closing    bool               // the point is being closed: no order changes by that
}

// kept is how many ended sessions and refusals are remembered.
const kept = 16

func newWriter(p *Point) *writer {
	w := &writer{p: p, cfg: &p.cfg, settings: p.cfg.Settings, log: p.cfg.Logger, sessions: map[int64]*Session{}}
	w.disk = newDisk(w.cfg)
	w.findings = w.newFindings()
	w.handles = archive.NewHandles(w.cfg.OpenFiles)
	w.timer = time.NewTimer(time.Hour)
	w.timer.Stop()
	w.wanted = w.settings
	w.enter(engine.StateIdle)
	return w
}

// base is the name of the point's files: the last element of its name.
func (w *writer) base() string { return path.Base(w.cfg.Name) }

func (w *writer) now() time.Time { return w.cfg.Now() }

func (w *writer) enter(s engine.State) {
	if w.state == s {
		return
	}
	if w.state != "" {
		w.log.Info("state changed", "from", string(w.state), "to", string(s))
	}
	w.state, w.since = s, w.now()
	if s != engine.StateError {
		w.reason, w.action = "", ""
	}
}

// fail enters state error with a sentence for people.
func (w *writer) fail(reason, action string, err error) {
	w.enter(engine.StateError)
	w.reason, w.action = reason, action
	w.log.Error("publishing point cannot work", "reason", reason, "err", err)
	w.cfg.Tell(engine.Failure, reason+" "+action)
}

func (w *writer) conflict(text string) error {
	return &engine.Error{Point: w.cfg.Name, Kind: engine.Conflict, Text: text}
}

// coded is a conflict that is a finding of its own.
func (w *writer) coded(code, text string) error {
	return &engine.Error{Point: w.cfg.Name, Kind: engine.Conflict, Text: text, Err: &finding.Coded{Code: code}}
}

// start arms the point: the next encoder begins an event, or goes on with the one on air.
func (w *writer) start() error {
	w.held, w.armed = false, true
	switch w.state {
	case engine.StateStarting, engine.StateStarted:
		return nil
	case engine.StateError:
		w.load()
		w.recallOrder()
		if w.state == engine.StateError {
			return &engine.Error{Point: w.cfg.Name, Kind: engine.Storage, Text: w.reason + " " + w.action}
		}
	}
	if w.cfg.ReadOnly {
		return w.conflict("A .ism directory is played only; create a publishing point (.isml) for live media.")
	}
	if w.state != engine.StateStarted {
		w.enter(engine.StateStarting)
		w.cfg.Tell(engine.Info, "Waits for an encoder.")
	}
	return nil
}

// stop ends the event on air and turns it into video on demand.
func (w *writer) stop(byOrder bool) error {
	switch w.state {
	case engine.StateStopped:
		w.held = w.held || byOrder
		if w.unsealed {
			return w.conclude()
		}
		return nil
	case engine.StateIdle, engine.StateError:
		return w.conflict("There is nothing to stop: the publishing point is " + string(w.state) + ".")
	}
	w.held, w.armed = byOrder, false
	w.rememberOrder() // before sealing, which takes a while
	w.dismiss("The publishing point has been stopped.")
	if w.event == nil || !w.event.idx.Live() || w.event.empty() {
		w.disarm()
		return nil
	}
	w.enter(engine.StateStopping)
	w.publish()
	return w.conclude()
}

// conclude seals the event and enters state stopped. What fails can be tried again.
func (w *writer) conclude() error {
	err := w.seal()
	w.event.idx.SetChanged(w.event.ended)
	w.enter(engine.StateStopped)
	w.reason, w.action = "", "" // of the last try
	w.unsealed, w.overdue = err != nil, errors.Is(err, errNoAnswer)
	if err != nil {
		w.reason = "The archive could not be completed: " + err.Error() + "."
		w.action = "Free space on the disk or mend it; what was recorded is kept."
		w.cfg.Tell(engine.Failure, w.reason+" "+w.action)
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Storage, Text: w.reason + " " + w.action, Err: err}
	}
	w.cfg.Tell(engine.Info, "The event has ended and plays as video on demand.")
	return nil
}

// disarm goes back to where the point stood before it began to wait for an encoder.
func (w *writer) disarm() {
	w.dropEmptyEvent()
	w.armed = false
	if w.event == nil {
		w.enter(engine.StateIdle)
	} else {
		w.enter(engine.StateStopped)
	}
}

// idle shuts the point down: it takes nothing in until it is started. A sealed event stays
// playable from disk.
func (w *writer) idle() error {
	if w.state == engine.StateError {
		return w.conflict("The publishing point cannot work; start it when the cause is mended.")
	}
	if w.state == engine.StateStarting || w.state == engine.StateStarted {
		if err := w.stop(true); err != nil {
			return err
		}
	}
	w.held, w.armed = true, false
	w.dismiss("The publishing point has been shut down.")
	if w.event != nil {
		w.event.cool(0)
	}
	w.enter(engine.StateIdle)
	return nil
}

// dismiss tells every connected encoder to go. One that has sent its end mark goes by
// itself.
func (w *writer) dismiss(why string) {
	for _, s := range w.sessions {
		switch {
		case !s.resting.IsZero(): // nobody is connected who could be told
			w.discharge(s, closedUnmarked)
			s.forget()
		case !s.ended:
			s.cancel(w.conflict(why + " Start it again before encoders post to it."))
		}
		s.tracks = nil // it carries no stream of the next event
	}
}

// shutDown ends what is open before the program exits.
func (w *writer) shutDown() error {
	w.closing = true
	var err error
	for _, s := range w.sessions {
		if !s.ended {
			s.cancel(&engine.Error{Point: w.cfg.Name, Kind: engine.Unavailable, Text: "The server is shutting down; connect again later."})
		}
	}
	if w.state == engine.StateStarting || w.state == engine.StateStarted {
		err = w.stop(false)
	}
	w.settle()
	w.retire(nil)
	w.letGo(w.event)
	w.closeRetired(true)
	err = errors.Join(err, w.endDisk())
	if w.root != nil {
		// Nothing has been written through the directory handle itself.
		_ = w.root.Close()
	}
	return err
}

// alarm is the channel on which the next deadline is told.
func (w *writer) alarm() <-chan time.Time {
	next := w.deadline()
	if next.IsZero() {
		w.timer.Stop()
		w.due = time.Time{}
		return nil
	}
	if !next.Equal(w.due) {
		w.due = next
		w.timer.Reset(max(0, next.Sub(w.now())))
	}
	return w.timer.C
}

// deadline is when something is due; zero when nothing is.
func (w *writer) deadline() time.Time {
	var first time.Time
	for _, at := range []time.Time{w.ending(), w.silence(), w.nextLeaving(), w.retention} {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// ending is when the event on air ends by itself; zero when nothing ends it.
func (w *writer) ending() time.Time {
	if w.event == nil || w.state != engine.StateStarted {
		return time.Time{}
	}
	if at := w.event.allEnded; !at.IsZero() {
		return at.Add(w.cfg.Grace)
	}
	if at := w.lostSince(); !at.IsZero() && w.settings.SourceTimeout > 0 {
		return at.Add(w.settings.SourceTimeout)
	}
	return time.Time{}
}

// tick does what is due.
func (w *writer) tick() {
	w.due = time.Time{}
	w.judgeSilent()
	w.judgeResting()
	w.retainIfDue()
	at := w.ending()
	if at.IsZero() || w.now().Before(at) {
		return
	}
	if w.event.allEnded.IsZero() {
		w.cfg.Tell(engine.Warning, "No encoder came back within the source timeout, so the event ends.")
	}
	// stop has told what failed.
	_ = w.stop(false)
}
