package control

import (
	"context"
	"time"

	"pubpoint/engine"
)

// Thumbnail is the newest picture of a point. Kinds: NotFound, Unavailable.
func (d *Desk) Thumbnail(point string) (engine.Thumbnail, error) {
	t, err := d.engine.Thumbnail(point)
	return t, explain("thumbnail", point, err)
}

// AudioLevel is how loud a point is. Kinds: NotFound, Unavailable.
func (d *Desk) AudioLevel(point string) (engine.AudioLevel, error) {
	l, err := d.engine.AudioLevel(point)
	return l, explain("audio level", point, err)
}

// Fragments tells what a stretch of an event looks like. Kinds: NotFound, BadInput, Storage.
func (d *Desk) Fragments(q engine.FragmentQuery) (engine.FragmentMap, error) {
	m, err := d.engine.Fragments(q)
	return m, explain("read timeline", q.Point, err)
}

// AddNote marks the present moment of a point. Kinds: NotFound, BadInput.
func (d *Desk) AddNote(ctx context.Context, point, text string) (failed error) {
	defer d.audited(ctx, engine.Action{What: "add note", Point: point, Detail: text}, &failed)
	return explain("add note", point, d.engine.AddNote(ctx, point, text))
}

// System tells how the machine is doing.
func (d *Desk) System() engine.SystemStatus { return d.engine.System() }

// ProbeInput looks into what an encoder would read. Kinds: BadInput, NotFound, Unavailable,
// Unsupported.
func (d *Desk) ProbeInput(ctx context.Context, in engine.EncoderInput) (engine.InputProbe, error) {
	p, err := d.engine.ProbeInput(ctx, in)
	return p, explain("probe input", "", err)
}

// CaptureDevices lists the cameras, microphones and screens of this machine. Kind: Unavailable.
func (d *Desk) CaptureDevices(ctx context.Context) ([]engine.CaptureDevice, error) {
	all, err := d.engine.CaptureDevices(ctx)
	return all, explain("list devices", "", err)
}

// TryEncoder runs a spec for a while with its output thrown away. Kinds: BadInput, Unavailable.
func (d *Desk) TryEncoder(ctx context.Context, spec engine.EncoderSpec, length time.Duration) (engine.EncoderTrial, error) {
	t, err := d.engine.TryEncoder(ctx, spec, length)
	return t, explain("try encoder", spec.Point, err)
}
