package control

import (
	"context"
	"errors"

	"pubpoint/engine"
)

// takenID is the id under which the admin API has something else: GET /api/v1/encoders/devices.
const takenID = "devices"

// AddEncoder records an encoder, with start launches it, and returns its id. For a point
// that does not exist it makes nothing. When the encoder was recorded but cannot be
// started, it is kept, and both id and error are returned. Kinds: BadInput, NotFound,
// Conflict, Storage, Unavailable.
func (d *Desk) AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (id string, failed error) {
	action := engine.Action{What: "add encoder", Point: spec.Point, Encoder: spec.ID, Detail: string(spec.Input.Kind)}
	defer func() {
		if id != "" {
			action.Encoder = id
		}
		d.Audit(ctx, action, failed)
	}()
	d.orders.Lock()
	defer d.orders.Unlock()
	if spec.ID == takenID {
		return "", &engine.Error{Op: "add encoder", Point: spec.Point, Kind: engine.BadInput,
			Text: "An encoder cannot be called " + takenID + ", because the admin API lists the capture devices there; choose another name."}
	}
	if _, err := d.Point(spec.Point); err != nil {
		return "", explain("add encoder", spec.Point, err)
	}
	// The engine goes first here, because it chooses the id that the record needs.
	id, err := d.engine.AddEncoder(ctx, spec)
	if err != nil {
		return "", explain("add encoder", spec.Point, err)
	}
	spec.ID = id
	if err := d.store.SaveEncoder(spec, engine.OrderStop); err != nil {
		err = errors.Join(err, d.engine.RemoveEncoder(ctx, id))
		return "", unsaved("add encoder", spec.Point, err)
	}
	if !start {
		return id, nil
	}
	if err := d.arm(ctx, id); err != nil {
		return id, explain("start encoder", spec.Point, err)
	}
	return id, d.order(ctx, "start encoder", id, engine.OrderRun, d.engine.OrderEncoder)
}

// UpdateEncoder changes what an encoder is, and remembers it. One that runs is started again.
// Kinds: BadInput, NotFound, Storage.
func (d *Desk) UpdateEncoder(ctx context.Context, spec engine.EncoderSpec) (failed error) {
	const op = "change encoder"
	defer d.audited(ctx, engine.Action{What: op, Point: spec.Point, Encoder: spec.ID}, &failed)
	d.orders.Lock()
	defer d.orders.Unlock()
	before, found := d.encoder(spec.ID)
	if !found {
		return explain(op, spec.Point, d.engine.UpdateEncoder(ctx, spec)) // the engine says that there is none
	}
	order, known, err := d.remembered(spec.ID)
	if err != nil {
		return unsaved(op, spec.Point, err)
	}
	if !known {
		order = before.Order
	}
	if err := d.engine.UpdateEncoder(ctx, spec); err != nil {
		return explain(op, spec.Point, err)
	}
	if err := d.store.SaveEncoder(spec, order); err != nil {
		return unsaved(op, spec.Point, errors.Join(err, d.engine.UpdateEncoder(ctx, before.Spec)))
	}
	return nil
}

// RemoveEncoder stops an encoder and forgets it. Kinds: NotFound, Storage.
func (d *Desk) RemoveEncoder(ctx context.Context, id string) (failed error) {
	defer d.audited(ctx, d.ofEncoder(id, "remove encoder"), &failed)
	known, err := d.forget(id)
	if err != nil {
		return unsaved("remove encoder", "", err)
	}
	// Its process takes seconds to end, which nobody else's order shall wait for.
	err = d.engine.RemoveEncoder(ctx, id)
	if _, found := d.encoder(id); !found { // an order may have put it on record meanwhile
		if _, again := d.forget(id); again != nil {
			d.log.Error("a removed encoder may still be on record", "encoder", id, "error", again)
		}
	}
	if known && engine.KindOf(err) == engine.NotFound {
		return nil // it was remembered of a point that is gone: now it is forgotten
	}
	return explain("remove encoder", "", err)
}

// forget takes an encoder off the record and tells whether it was there.
func (d *Desk) forget(id string) (known bool, err error) {
	d.orders.Lock()
	defer d.orders.Unlock()
	_, known, err = d.remembered(id)
	if err != nil || !known {
		return known, err
	}
	return known, d.store.ForgetEncoder(id)
}

// StartEncoder orders an encoder to run. Kinds: NotFound, Unavailable without an ffmpeg,
// Storage.
func (d *Desk) StartEncoder(ctx context.Context, id string) (failed error) {
	defer d.audited(ctx, d.ofEncoder(id, "start encoder"), &failed)
	d.orders.Lock()
	defer d.orders.Unlock()
	if err := d.arm(ctx, id); err != nil {
		return explain("start encoder", "", err)
	}
	return d.order(ctx, "start encoder", id, engine.OrderRun, d.engine.OrderEncoder)
}

// arm makes the point of an encoder take it in: who starts an encoder wants it on air, also
// where the point has been stopped.
func (d *Desk) arm(ctx context.Context, id string) error {
	e, found := d.encoder(id)
	if !found {
		return nil // the engine says so when the order is given
	}
	p, err := d.Point(e.Spec.Point)
	if err != nil {
		return err
	}
	d.turns[e.Spec.Point]++ // a stop that still waits for other encoders is overtaken
	if p.State != engine.StateStopped && p.State != engine.StateIdle {
		return nil
	}
	return d.engine.SetPointState(ctx, e.Spec.Point, engine.StateStarted)
}

// StopEncoder orders an encoder to stop. Kinds as StartEncoder.
func (d *Desk) StopEncoder(ctx context.Context, id string) (failed error) {
	defer d.audited(ctx, d.ofEncoder(id, "stop encoder"), &failed)
	d.orders.Lock()
	defer d.orders.Unlock()
	return d.order(ctx, "stop encoder", id, engine.OrderStop, d.engine.OrderEncoder)
}

// RestartEncoder ends an encoder's process and starts it again. Kinds as StartEncoder.
func (d *Desk) RestartEncoder(ctx context.Context, id string) (failed error) {
	defer d.audited(ctx, d.ofEncoder(id, "restart encoder"), &failed)
	d.orders.Lock()
	defer d.orders.Unlock()
	if err := d.arm(ctx, id); err != nil {
		return explain("restart encoder", "", err)
	}
	return d.order(ctx, "restart encoder", id, engine.OrderRun, func(ctx context.Context, id string, _ engine.Order) error {
		return d.engine.RestartEncoder(ctx, id)
	})
}

// EncoderLog returns the lines an encoder printed with a Seq greater than after, oldest
// first. Kind: NotFound.
func (d *Desk) EncoderLog(id string, after int64) ([]engine.LogLine, error) {
	lines, err := d.engine.EncoderLog(id, after)
	return lines, explain("read log", "", err)
}

// EncoderCommand returns the exact command line of a spec. Kind: BadInput.
func (d *Desk) EncoderCommand(spec engine.EncoderSpec) (string, error) {
	command, err := d.engine.EncoderCommand(spec)
	return command, explain("encoder command", spec.Point, err)
}

// order writes an order down, gives it with tell, and takes the record back when it was
// refused. The lock of orders is held.
func (d *Desk) order(ctx context.Context, op, id string, order engine.Order, tell func(context.Context, string, engine.Order) error) error {
	is, found := d.encoder(id)
	if !found {
		return explain(op, "", tell(ctx, id, order)) // the engine says that there is none
	}
	spec := is.Spec
	before, known, err := d.remembered(id)
	if err == nil {
		err = d.store.SaveEncoder(spec, order)
	}
	if err != nil {
		return unsaved(op, spec.Point, err)
	}
	refused := tell(ctx, id, order)
	if refused == nil {
		d.decided(id)
		return nil
	}
	if known {
		err = d.store.SaveEncoder(spec, before)
	} else {
		err = d.store.ForgetEncoder(id)
	}
	if err != nil {
		d.log.Error("a refused order is still on record", "encoder", id, "error", err)
	}
	return explain(op, spec.Point, refused)
}

// encoder returns what the engine knows of an encoder.
func (d *Desk) encoder(id string) (engine.EncoderStatus, bool) {
	for _, e := range d.engine.Encoders() {
		if e.Spec.ID == id {
			return e, true
		}
	}
	return engine.EncoderStatus{}, false
}

// remembered returns what was last ordered of an encoder that is on record.
func (d *Desk) remembered(id string) (order engine.Order, known bool, err error) {
	all, err := d.store.Encoders()
	if err != nil {
		return "", false, err
	}
	for spec, order := range all {
		if spec.ID == id {
			return order, true, nil
		}
	}
	return "", false, nil
}

// ofEncoder is an action about an encoder, which tells whose it is.
func (d *Desk) ofEncoder(id, what string) engine.Action {
	e, _ := d.encoder(id)
	return engine.Action{What: what, Encoder: id, Point: e.Spec.Point}
}
