package origin

import (
	"context"
	"errors"
	"os"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/encoder"
)

// ready returns the ffmpeg in use; it looks for one when there was none.
func (f *fleet) ready(ctx context.Context, op string) (encoder.Tool, error) {
	f.mu.Lock()
	search := f.missing != ""
	f.mu.Unlock()
	if search {
		f.find(ctx)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.missing != "" {
		return encoder.Tool{}, &engine.Error{Op: op, Kind: engine.Unavailable, Text: f.missing}
	}
	return f.tool, nil
}

// ProbeInput implements engine.Encoders.
func (o *Origin) ProbeInput(ctx context.Context, in engine.EncoderInput) (engine.InputProbe, error) {
	const op = "probe input"
	if in.Kind == engine.InputCustom {
		return engine.InputProbe{}, &engine.Error{Op: op, Kind: engine.BadInput, Text: "Own arguments cannot be looked into; try the encoder instead."}
	}
	asked := engine.EncoderSpec{ID: "probe", Point: "probe", Input: in, Video: engine.Ladder(1)}
	if in.Kind == engine.InputDevice && in.Device == "" {
		asked.Video, asked.AudioBitrate = nil, 64_000
	}
	if err := usableAnywhere(op, asked); err != nil {
		return engine.InputProbe{}, err
	}
	if err := readable(in); err != nil {
		kind := engine.BadInput
		if errors.Is(err, os.ErrNotExist) {
			kind = engine.NotFound
		}
		return engine.InputProbe{}, &engine.Error{Op: op, Kind: kind, Err: err, Text: "The file " + in.Path + " cannot be read (" + reason(err) + "); choose another."}
	}
	tool, err := o.fleet.ready(ctx, op)
	if err != nil {
		return engine.InputProbe{}, err
	}
	spec, err := ffmpegSpec(asked)
	if err != nil {
		return engine.InputProbe{}, err // not reached: it was usable
	}
	probe, err := encoder.Inspect(ctx, spec, tool)
	if err == nil {
		return probe, nil
	}
	kind := engine.Unsupported
	switch {
	case errors.Is(err, encoder.ErrNotThere):
		kind = engine.NotFound
	case errors.Is(err, encoder.ErrProberMissing), errors.Is(err, encoder.ErrNoAnswer), ctx.Err() != nil:
		kind = engine.Unavailable
	}
	return engine.InputProbe{}, &engine.Error{Op: op, Kind: kind, Text: sentence(err), Err: err}
}

// CaptureDevices implements engine.Encoders.
func (o *Origin) CaptureDevices(ctx context.Context) ([]engine.CaptureDevice, error) {
	const op = "list devices"
	tool, err := o.fleet.ready(ctx, op)
	if err != nil {
		return nil, err
	}
	machine := encoder.Machine{Files: os.DirFS("/"), Env: os.Getenv, List: encoder.AskDevices(tool)}
	all, err := encoder.Devices(ctx, tool, machine)
	if err != nil {
		return nil, &engine.Error{Op: op, Kind: engine.Unavailable, Text: sentence(err), Err: err}
	}
	return all, nil
}

// TryEncoder implements engine.Encoders.
func (o *Origin) TryEncoder(ctx context.Context, spec engine.EncoderSpec, length time.Duration) (engine.EncoderTrial, error) {
	const op = "try encoder"
	if spec.ID == "" {
		spec.ID = "new"
	}
	if spec.Point == "" {
		spec.Point = "new"
	}
	if err := usable(op, spec); err != nil {
		return engine.EncoderTrial{}, err
	}
	if length < 0 || length > encoder.MaxTrial {
		return engine.EncoderTrial{}, &engine.Error{Op: op, Point: spec.Point, Kind: engine.BadInput, Text: "A trial takes up to 30 s; choose a length from 1 to 30 s."}
	}
	tool, err := o.fleet.ready(ctx, op)
	if err != nil {
		return engine.EncoderTrial{}, err
	}
	in, err := ffmpegSpec(spec)
	if err != nil {
		return engine.EncoderTrial{}, err // not reached: it was usable
	}
	trial, err := encoder.Try(ctx, in, tool, length)
	if err != nil {
		return engine.EncoderTrial{}, &engine.Error{Op: op, Point: spec.Point, Kind: engine.Unavailable, Text: "The trial was broken off; try again.", Err: err}
	}
	return trial, nil
}
