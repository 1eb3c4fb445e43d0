package point

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
)

// stateName is the file in which a point remembers, from one run of the program to the next,
// what its operator last ordered. It is not there as long as nobody has ordered anything.
const stateName = "point.state"

// maxState is the most that is read of it.
const maxState = 4096

// memory is the file point.state.
type memory struct {
	// Order is what the operator ordered, while it holds: "started" for a point that waits for
	// an encoder however long or is on air because of it, "stopped" or "idle" for one that
	// takes no encoder in until it is started; empty when encoders decide.
	Order engine.State `json:"order"`
	// Used is the end of the newest media that ever was here, 100 ns: times never come again,
	// also when the media has been purged.
	Used engine.Ticks `json:"times_used"`
}

// order is what the operator wants of the point, as far as it still holds.
func (w *writer) order() engine.State {
	switch {
	case w.held && w.state == engine.StateIdle:
		return engine.StateIdle
	case w.held:
		return engine.StateStopped
	case w.armed:
		return engine.StateStarted
	}
	return ""
}

// rememberOrder writes down the operator's order when it has changed. An order is carried out even
// when it cannot be written down; the operator is told.
func (w *writer) rememberOrder() {
	if w.root == nil || w.cfg.ReadOnly || w.closing || w.order() == w.remembered {
		return
	}
	if err := w.writeMemory(); err != nil {
		w.log.Error("order not written down", "err", err)
		w.cfg.Tell(engine.Warning, "The order could not be written to "+stateName+" ("+cause(err)+"): it is forgotten when the program restarts. Check the directory's permissions and free space.")
	}
	w.remembered = w.order() // told once
}

func (w *writer) writeMemory() error {
	write, err := w.memorized()
	if err != nil {
		return err
	}
	return w.onDisk(write)
}

// memorized is what writes down what is to be remembered now.
func (w *writer) memorized() (func(archive.Directory) error, error) {
	if w.root == nil {
		return nil, errors.New("the point's directory is not open, as its state says")
	}
	used := w.highWater
	if w.event != nil {
		used = max(used, w.event.end())
	}
	b, err := json.Marshal(memory{Order: w.order(), Used: used})
	if err != nil {
		return nil, err
	}
	return func(dir archive.Directory) error { return archive.WriteFile(dir, stateName, append(b, '\n')) }, nil
}

// recallOrder reads what was remembered, once the directory is open. What cannot be read counts as
// nothing ordered, and is told.
func (w *writer) recallOrder() {
	if w.root == nil || w.cfg.ReadOnly {
		return
	}
	m, err := w.readMemory()
	if err != nil {
		w.log.Error("order not known", "err", err)
		w.cfg.Tell(engine.Warning, stateName+" cannot be read ("+cause(err)+"), so what was last ordered of the point is not known; give the order again.")
		return
	}
	w.highWater = max(w.highWater, m.Used)
	if w.recalled || w.order() != "" {
		return // the directory is read again, and there may be a newer order
	}
	w.recalled = true
	w.held = m.Order == engine.StateIdle || m.Order == engine.StateStopped
	w.armed = m.Order == engine.StateStarted
	w.remembered = m.Order
}

func (w *writer) readMemory() (m memory, err error) {
	info, err := regular(w.root, stateName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, nil
	case err != nil:
		return m, err
	case info.Size() > maxState:
		return m, fmt.Errorf("it has %d bytes", info.Size())
	}
	b, err := w.root.ReadFile(stateName)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return memory{}, fmt.Errorf("it makes no sense: %w", err)
	}
	if m.Order != "" && !m.Order.Settable() || m.Used < 0 {
		return memory{}, fmt.Errorf("it makes no sense: order %q, times used %d", m.Order, m.Used)
	}
	return m, nil
}

// obey brings the point to where its operator had ordered it before the program restarted, once
// what the directory holds is known.
func (w *writer) obey() {
	w.recallOrder()
	order := w.remembered
	if w.state == engine.StateError || order == "" {
		return
	}
	if order == engine.StateStarted {
		if w.state != engine.StateStarted {
			w.enter(engine.StateStarting)
		}
		return
	}
	if w.state == engine.StateStarted { // the program was killed while it carried the order out
		// stop has told what failed.
		_ = w.stop(true)
	}
	if order == engine.StateIdle {
		w.enter(engine.StateIdle)
	}
}

// NoteTimes writes down which times the point has used up, before the media that has them is
// deleted: they never come again.
func (p *Point) NoteTimes(ctx context.Context) error {
	return p.do(ctx, "note times", (*writer).writeMemory)
}
