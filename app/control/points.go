package control

import (
	"context"
	"fmt"

	"pubpoint/engine"
)

// CreatePoint makes a publishing point. Kinds: BadInput, Conflict, Storage.
func (d *Desk) CreatePoint(ctx context.Context, name string, cfg engine.PointConfig) error {
	if !engine.ValidName(name) {
		return &engine.Error{Op: "create point", Kind: engine.BadInput,
			Text: fmt.Sprintf("%q cannot name a publishing point: use letters, digits, '.', '_' and '-', beginning with a letter or digit.", name)}
	}
	if cfg.LookAhead < 0 || cfg.LookAhead > 3 || cfg.DVRWindow < 0 || cfg.SourceTimeout < 0 {
		return &engine.Error{Op: "create point", Point: name, Kind: engine.BadInput,
			Text: "A publishing point looks ahead 0 to 3 fragments, and its times are not negative; correct its settings."}
	}
	return explain("create point", name, d.engine.CreatePoint(ctx, name, cfg))
}

// StartPoint arms a point: it is on air with the first fragment that arrives. Kinds:
// NotFound, Conflict, Storage.
func (d *Desk) StartPoint(ctx context.Context, name string) error {
	return d.SetPointState(ctx, name, engine.StateStarted)
}

// StopPoint ends the event of a point, which becomes video on demand. Kinds as StartPoint.
func (d *Desk) StopPoint(ctx context.Context, name string) error {
	return d.SetPointState(ctx, name, engine.StateStopped)
}

// ShutDownPoint stops serving a point's live memory; its files stay. Kinds as StartPoint.
func (d *Desk) ShutDownPoint(ctx context.Context, name string) error {
	return d.SetPointState(ctx, name, engine.StateIdle)
}

// SetPointState asks for one of the settable states by its name. Kinds as StartPoint, and
// BadInput for any other state.
func (d *Desk) SetPointState(ctx context.Context, name string, want engine.State) error {
	if !want.Settable() {
		return &engine.Error{Op: "set state", Point: name, Kind: engine.BadInput,
			Text: fmt.Sprintf("A publishing point can be asked to be started, stopped or idle, not %q.", string(want))}
	}
	return explain("set state", name, d.engine.SetPointState(ctx, name, want))
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
