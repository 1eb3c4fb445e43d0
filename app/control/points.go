package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pubpoint/engine"
)

// CreatePoint makes a publishing point. Kinds: BadInput, Conflict, Storage.
func (d *Desk) CreatePoint(ctx context.Context, name string, cfg engine.PointConfig) (failed error) {
	defer d.audited(ctx, engine.Action{What: "create point", Point: name}, &failed)
	if !engine.ValidName(name) {
		return &engine.Error{Op: "create point", Kind: engine.BadInput,
			Text: fmt.Sprintf("%q cannot name a publishing point: use letters, digits, '.', '_' and '-', beginning with a letter or digit.", name)}
	}
	if err := validate("create point", name, cfg); err != nil {
		return err
	}
	return explain("create point", name, d.engine.CreatePoint(ctx, name, cfg))
}

// StartPoint arms a point and orders its encoders to run: it is on air with the first
// fragment that arrives. Kinds: NotFound, Conflict, Storage, Unavailable without an ffmpeg.
func (d *Desk) StartPoint(ctx context.Context, name string) error {
	return d.SetPointState(ctx, name, engine.StateStarted)
}

// StopPoint lets the encoders of a point end their streams and ends its event, which
// becomes video on demand. Kinds as StartPoint.
func (d *Desk) StopPoint(ctx context.Context, name string) error {
	return d.SetPointState(ctx, name, engine.StateStopped)
}

// ShutDownPoint stops a point and its encoders and takes nothing in until it is started;
// its files stay. Kinds as StartPoint.
func (d *Desk) ShutDownPoint(ctx context.Context, name string) error {
	return d.SetPointState(ctx, name, engine.StateIdle)
}

// SetPointState asks for one of the settable states by its name. Kinds as StartPoint, and
// BadInput for any other state.
func (d *Desk) SetPointState(ctx context.Context, name string, want engine.State) (failed error) {
	const op = "set state"
	defer d.audited(ctx, engine.Action{What: op, Point: name, Detail: string(want)}, &failed)
	if !want.Settable() {
		return &engine.Error{Op: op, Point: name, Kind: engine.BadInput,
			Text: fmt.Sprintf("A publishing point can be asked to be started, stopped or idle, not %q.", string(want))}
	}
	if _, err := d.Point(name); err != nil {
		return explain(op, name, err)
	}
	mine := d.turn(name)
	if want == engine.StateStarted {
		if err := d.engine.SetPointState(ctx, name, want); err != nil {
			return explain(op, name, err)
		}
		return d.orderAll(ctx, name, engine.OrderRun)
	}
	// Encoders first: one that is cut off would take it for a fault and come back.
	if err := d.orderAll(ctx, name, engine.OrderStop); err != nil {
		return err
	}
	d.awaitQuiet(ctx, name)
	if d.overtaken(name, mine) {
		return &engine.Error{Op: op, Point: name, Kind: engine.Conflict,
			Text: "The publishing point " + name + " was given another order meanwhile, which holds; look at its state."}
	}
	return explain(op, name, d.engine.SetPointState(ctx, name, want))
}

// turn notes that somebody has changed their mind about a point.
func (d *Desk) turn(point string) uint64 {
	d.orders.Lock()
	defer d.orders.Unlock()
	d.turns[point]++
	return d.turns[point]
}

// overtaken reports whether there was a later order for a point than that of a turn.
func (d *Desk) overtaken(point string, mine uint64) bool {
	d.orders.Lock()
	defer d.orders.Unlock()
	return d.turns[point] != mine
}

// orderAll gives all encoders of a point the same order.
func (d *Desk) orderAll(ctx context.Context, point string, order engine.Order) error {
	d.orders.Lock()
	defer d.orders.Unlock()
	var errs []error
	for _, e := range d.engine.Encoders() {
		if e.Spec.Point != point {
			continue
		}
		due, err := d.due(e, order)
		if err == nil && due {
			err = d.order(ctx, "order encoder", e.Spec.ID, order, d.engine.OrderEncoder)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// due reports whether an order would change anything: in the engine, on record, where an
// encoder has taken its order back by itself, or for one that was given up or waits.
func (d *Desk) due(e engine.EncoderStatus, order engine.Order) (bool, error) {
	if e.Order != order || order == engine.OrderRun && (e.State == engine.EncoderFailed || e.State == engine.EncoderWaiting) {
		return true, nil
	}
	record, known, err := d.remembered(e.Spec.ID)
	if err != nil {
		return false, unsaved("order encoder", e.Spec.Point, err)
	}
	return known && record != order, nil
}

// Encoders are given this long to end their streams, and looked at this often. An encoder
// that takes longer is dismissed by the point.
const (
	quietWithin = 10 * time.Second
	quietLook   = 50 * time.Millisecond
)

// awaitQuiet waits until no encoder of the point runs any more and what they sent has been
// taken in, or time is up.
func (d *Desk) awaitQuiet(ctx context.Context, point string) {
	ctx, cancel := context.WithTimeout(ctx, quietWithin)
	defer cancel()
	look := time.NewTicker(quietLook)
	defer look.Stop()
	for d.anyRuns(point) {
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

func (d *Desk) anyRuns(point string) bool {
	p, err := d.Point(point)
	if err != nil {
		return false // it is gone, and the order says so
	}
	for _, e := range d.engine.Encoders() {
		if e.Spec.Point != point {
			continue
		}
		if e.State == engine.EncoderStarting || e.State == engine.EncoderRunning || e.State == engine.EncoderStopping {
			return true
		}
		if slices.ContainsFunc(p.Sources, func(s engine.SourceStatus) bool { return s.Connected && sends(e, s.Stream) }) {
			return true
		}
	}
	return false
}

// sends reports whether a stream is one of an encoder.
func sends(e engine.EncoderStatus, stream string) bool {
	return e.Stream != "" && e.Stream == stream ||
		slices.ContainsFunc(e.Processes, func(p engine.EncoderProcess) bool { return p.Stream == stream })
}

// OpenPreview opens the preview page of a point in the browser. Kinds: NotFound,
// Unavailable when there is no browser.
func (d *Desk) OpenPreview(_ context.Context, point string) error {
	if _, err := d.Point(point); err != nil {
		return err
	}
	var page string
	for _, l := range d.engine.Links(point) {
		if l.Browse {
			page = l.URL
			break
		}
	}
	unavailable := func(cause error) error {
		return &engine.Error{Op: "open preview", Point: point, Kind: engine.Unavailable, Err: cause,
			Text: "No browser could be opened here; open " + page + " in one yourself."}
	}
	switch {
	case page == "":
		return &engine.Error{Op: "open preview", Point: point, Kind: engine.NotFound,
			Text: "The publishing point " + point + " has no preview page."}
	case d.openURL == nil:
		return unavailable(nil)
	}
	if err := d.openURL(page); err != nil {
		return unavailable(err)
	}
	return nil
}
