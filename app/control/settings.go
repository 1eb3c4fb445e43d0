package control

import (
	"context"
	"strings"

	"pubpoint/engine"
)

// validate says what is wrong with settings.
func validate(op, name string, cfg engine.PointConfig) error {
	if cfg.LookAhead < 0 || cfg.LookAhead > 3 || cfg.DVRWindow < 0 || cfg.SourceTimeout < 0 ||
		cfg.ArchiveSegment < 0 || cfg.ArchiveKeep < 0 || cfg.ArchiveKeepBytes < 0 {
		return &engine.Error{Op: op, Point: name, Kind: engine.BadInput,
			Text: "A publishing point looks ahead 0 to 3 fragments, and its times and sizes are not negative; correct its settings."}
	}
	return nil
}

// UpdatePoint changes the settings of a point, also while it is on air. Kinds: NotFound,
// BadInput, Conflict when its point.toml cannot be understood, Storage.
func (d *Desk) UpdatePoint(ctx context.Context, name string, cfg engine.PointConfig) (failed error) {
	action := engine.Action{What: "change settings", Point: name}
	if p, err := d.engine.Point(name); err == nil {
		action.Detail = changes(p.Config, cfg)
	}
	defer d.audited(ctx, action, &failed)
	if err := validate("change settings", name, cfg); err != nil {
		return err
	}
	return explain("change settings", name, d.engine.UpdatePoint(ctx, name, cfg))
}

// DeletePoint forgets the encoders of a point and deletes it. One that is on air is left as it
// is, unless forced. Kinds: NotFound, Conflict while it is on air, Storage.
func (d *Desk) DeletePoint(ctx context.Context, name string, how engine.Deletion) (failed error) {
	const op = "delete point"
	defer d.audited(ctx, engine.Action{What: op, Point: name, Detail: deleting(how)}, &failed)
	p, err := d.Point(name)
	if err != nil {
		return err
	}
	onAir := p.State == engine.StateStarted || p.State == engine.StateStopping
	if onAir && !how.Force {
		return &engine.Error{Op: op, Point: name, Kind: engine.Conflict, Text: "The publishing point " + name + " is on air; stop it first, or force it."}
	}
	d.turn(name)
	// Encoders first: one that is cut off would take it for a fault and come back.
	if err := d.orderAll(ctx, name, engine.OrderStop); err != nil {
		return err
	}
	d.awaitQuiet(ctx, name)
	for _, e := range d.engine.Encoders() {
		if e.Spec.Point != name {
			continue
		}
		if err := d.RemoveEncoder(ctx, e.Spec.ID); err != nil && engine.KindOf(err) != engine.NotFound {
			return err
		}
	}
	return explain(op, name, d.engine.DeletePoint(ctx, name, how))
}

// deleting says how a point is deleted.
func deleting(how engine.Deletion) string {
	var all []string
	if how.Force {
		all = append(all, "by force")
	}
	if how.KeepFiles {
		all = append(all, "files kept in .deleted")
	}
	return strings.Join(all, ", ")
}
