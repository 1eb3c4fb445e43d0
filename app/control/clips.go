package control

import (
	"context"
	"fmt"

	"pubpoint/engine"
)

// ClipArchive makes a recording of a range of an event, which is played at once. Kinds:
// BadInput, NotFound for a range without media, Conflict when the name is taken, Storage.
func (d *Desk) ClipArchive(ctx context.Context, req engine.ClipRequest) (clip engine.Clip, failed error) {
	defer d.audited(ctx, engine.Action{What: "clip archive", Point: req.Point, Detail: "clip " + req.Name}, &failed)
	if !engine.ValidName(req.Name) {
		return engine.Clip{}, &engine.Error{Op: "clip", Point: req.Point, Kind: engine.BadInput,
			Text: fmt.Sprintf("%q cannot name a clip: use letters, digits, '.', '_' and '-', beginning with a letter or digit.", req.Name)}
	}
	c, err := d.engine.Clip(ctx, req)
	return c, explain("clip", req.Point, err)
}

// OpenExport prepares a range of an event as a plain MP4 file, which is made while it is
// written. Who gets one must Release it. Kinds: BadInput, NotFound, Unsupported, TooLarge.
func (d *Desk) OpenExport(ctx context.Context, req engine.ExportRequest) (*engine.Export, error) {
	x, err := d.engine.OpenExport(ctx, req)
	return x, explain("export", req.Point, err)
}

// DeleteRecording deletes a recording for good. Kinds: NotFound, Storage.
func (d *Desk) DeleteRecording(ctx context.Context, name string) (failed error) {
	defer d.audited(ctx, engine.Action{What: "delete recording", Detail: name}, &failed)
	return explain("delete recording", name, d.engine.DeleteRecording(ctx, name))
}

// Recordings returns the directories of finished files that are served, clips among them,
// ordered by name. It returns at once.
func (d *Desk) Recordings() []engine.Recording { return d.engine.Recordings() }
