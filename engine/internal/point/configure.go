package point

import (
	"context"
	"errors"

	"pubpoint/engine"
)

// Settings is what point.toml says to a point that runs.
type Settings struct {
	Config    engine.PointConfig
	Refuse    string // as in Config
	Complaint string // as in Config
}

// Configure changes a running point's settings. What an event has begun with stays its own:
// look-ahead, archive and fsync hold from the next one on.
func (p *Point) Configure(ctx context.Context, s Settings) error {
	return p.do(ctx, "change settings", func(w *writer) error {
		w.configure(s)
		return nil
	})
}

func (w *writer) configure(s Settings) {
	refused := w.cfg.Refuse != ""
	w.cfg.Refuse, w.cfg.Complaint = s.Refuse, s.Complaint
	before := w.settings
	w.wanted, w.settings = s.Config, s.Config
	if w.event != nil {
		w.settings.LookAhead, w.settings.Archive, w.settings.Fsync = before.LookAhead, before.Archive, before.Fsync
		w.event.idx.SetWindow(w.settings.DVRWindow)
		w.unwritten = true // its title
	}
	onAir := w.state == engine.StateStarting || w.state == engine.StateStarted || w.state == engine.StateStopping
	switch {
	case s.Refuse != "" && onAir: // nobody new is let in
		w.cfg.Complaint = s.Refuse
	case s.Refuse != "":
		w.fail(s.Refuse, refusedAction, errors.New("access settings cannot be kept"))
	case refused && w.state == engine.StateError:
		w.load()
		w.obey()
	}
}

// refusedAction is what to do about Config.Refuse.
const refusedAction = "Correct point.toml; it is read again when it changes."

// adopt lets settings hold that had to wait for another event.
func (w *writer) adopt() { w.settings = w.wanted }

// Retire prepares a point for its end: it lets no encoder in any more, and ends the event that
// is on air when it is forced to. Kinds: Conflict while it is on air, Storage when the archive
// cannot be completed; the point is retired all the same.
func (p *Point) Retire(ctx context.Context, force bool) error {
	return p.do(ctx, "retire", func(w *writer) error { return w.retirePoint(force) })
}

func (w *writer) retirePoint(force bool) error {
	onAir := w.state == engine.StateStarted || w.state == engine.StateStopping || len(w.sessions) > 0
	if onAir && !force {
		return w.conflict("The publishing point is on air; stop it first, or force it.")
	}
	w.closing = true // no order changes by that
	w.cfg.Refuse = "The publishing point is being deleted."
	if onAir && w.state != engine.StateStopped && w.state != engine.StateIdle && w.state != engine.StateError {
		return w.stop(true)
	}
	w.dismiss("The publishing point is being deleted.")
	return nil
}
