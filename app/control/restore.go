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

// Restore gives the engine the encoders that were remembered, and orders those to run that
// were running. One that cannot be brought back is logged, stays remembered and hinders no
// other; only a record that cannot be read is an error.
func (d *Desk) Restore(ctx context.Context) error {
	d.orders.Lock()
	defer d.orders.Unlock()
	all, err := d.store.Encoders()
	if err != nil {
		return unsaved("restore encoders", "", err)
	}
	for spec, order := range all {
		if _, err := d.engine.AddEncoder(ctx, spec); err != nil {
			d.log.Warn("encoder not restored", "encoder", spec.ID, "point", spec.Point, "error", engine.Sentence(err))
			continue
		}
		if order != engine.OrderRun {
			continue
		}
		if err := d.engine.OrderEncoder(ctx, spec.ID, order); err != nil {
			d.log.Warn("encoder not started again", "encoder", spec.ID, "point", spec.Point, "error", engine.Sentence(err))
		}
	}
	return nil
}

// Demo creates the demonstration point and starts a test pattern of two bitrates into it.
// What is there already is used. Kinds: Storage, Unavailable without an ffmpeg.
func (d *Desk) Demo(ctx context.Context) error {
	cfg := engine.DefaultPointConfig()
	cfg.Title = "Demonstration"
	if err := d.CreatePoint(ctx, DemoPoint, cfg); err != nil && engine.KindOf(err) != engine.Conflict {
		return err
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
	if _, found := d.spec(DemoEncoder); found {
		return d.StartEncoder(ctx, DemoEncoder)
	}
	_, err = d.AddEncoder(ctx, engine.EncoderSpec{ID: DemoEncoder, Point: DemoPoint,
		Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.DemoLadder(), AudioBitrate: 64_000}, true)
	return err
}
