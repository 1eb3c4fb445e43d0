package control

import (
	"context"

	"pubpoint/engine"
)

// Names of what Demo makes.
const (
	DemoPoint   = "demo"
	DemoEncoder = "demo"
)

// Restore gives the engine the encoders that were remembered, and does with those that were
// ordered to run what [Config].Resume says. One that cannot be brought back is logged, stays remembered and hinders no
// other. Kinds: Storage when the record cannot be read, Unavailable when an encoder cannot
// be started now; to restore again does what is left.
func (d *Desk) Restore(ctx context.Context) error {
	d.orders.Lock()
	defer d.orders.Unlock()
	all, err := d.store.Encoders()
	if err != nil {
		return unsaved("restore encoders", "", err)
	}
	var later error
	for spec, order := range all {
		err := d.restore(ctx, spec, order)
		switch {
		case err == nil:
		case engine.KindOf(err) == engine.Unavailable:
			later = explain("start encoder", spec.Point, err)
		default:
			d.log.Warn("encoder not restored", "encoder", spec.ID, "point", spec.Point, "error", engine.Sentence(err))
		}
	}
	return later
}

func (d *Desk) restore(ctx context.Context, spec engine.EncoderSpec, order engine.Order) error {
	is, found := d.encoder(spec.ID)
	if !found {
		if _, err := d.engine.AddEncoder(ctx, spec); err != nil {
			return err
		}
	}
	if order != engine.OrderRun || is.Order == engine.OrderRun {
		return nil
	}
	switch d.resume {
	case ResumeAsk:
		d.waits(spec.ID)
		return nil
	case ResumeNever:
		return d.store.SaveEncoder(spec, engine.OrderStop)
	}
	err := d.engine.OrderEncoder(ctx, spec.ID, order)
	if engine.KindOf(err) == engine.Unavailable {
		return err // it is tried again
	}
	d.Audit(By(ctx, Program), engine.Action{What: "start encoder", Encoder: spec.ID, Point: spec.Point, Detail: "was on air at the last end"}, err)
	return err
}

// Demo creates the demonstration point and starts a test pattern of two bitrates into it.
// What is there already is used. Kinds: Storage, Unavailable without an ffmpeg.
func (d *Desk) Demo(ctx context.Context) error {
	cfg := engine.DefaultPointConfig()
	cfg.Title = "Demonstration"
	if _, err := d.engine.Point(DemoPoint); err != nil {
		if err := d.CreatePoint(ctx, DemoPoint, cfg); err != nil && engine.KindOf(err) != engine.Conflict {
			return err
		}
	}
	p, err := d.Point(DemoPoint)
	if err != nil {
		return err
	}
	if p.State == engine.StateStopped {
		if err := d.StartPoint(ctx, DemoPoint); err != nil {
			return err
		}
	}
	if _, found := d.encoder(DemoEncoder); found {
		return d.StartEncoder(ctx, DemoEncoder)
	}
	_, err = d.AddEncoder(ctx, engine.EncoderSpec{ID: DemoEncoder, Point: DemoPoint,
		Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.DemoLadder(), AudioBitrate: 64_000}, true)
	return err
}
