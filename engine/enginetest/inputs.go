package enginetest

import (
	"context"
	"slices"
	"time"

	"pubpoint/engine"
)

// SetProbe sets what ProbeInput finds in an input of that path or URL.
func (f *Fake) SetProbe(of string, p engine.InputProbe) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.probes[of] = p
}

// SetDevices sets the answer of CaptureDevices.
func (f *Fake) SetDevices(all ...engine.CaptureDevice) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.devices = slices.Clone(all)
}

// SetTrial sets how TryEncoder goes.
func (f *Fake) SetTrial(t engine.EncoderTrial) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trial = t
}

// ProbeInput implements engine.Encoders.
func (f *Fake) ProbeInput(_ context.Context, in engine.EncoderInput) (engine.InputProbe, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("ProbeInput", in); err != nil {
		return engine.InputProbe{}, err
	}
	if !knownInput(in.Kind) || in.Kind == engine.InputCustom || in.Kind == engine.InputNetwork && !knownAddress(in.URL) {
		return engine.InputProbe{}, &engine.Error{Op: "probe input", Kind: engine.BadInput, Text: "That cannot be looked into; choose another input."}
	}
	p, ok := f.probes[in.Path+in.URL]
	if !ok {
		return p, &engine.Error{Op: "probe input", Kind: engine.NotFound, Text: "There is no such input; choose another."}
	}
	return p, nil
}

// CaptureDevices implements engine.Encoders.
func (f *Fake) CaptureDevices(context.Context) ([]engine.CaptureDevice, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.devices), f.refuse("CaptureDevices")
}

// TryEncoder implements engine.Encoders. It does not wait.
func (f *Fake) TryEncoder(_ context.Context, spec engine.EncoderSpec, length time.Duration) (engine.EncoderTrial, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("TryEncoder", spec, length); err != nil {
		return engine.EncoderTrial{}, err
	}
	if length < 0 || length > 30*time.Second {
		return engine.EncoderTrial{}, &engine.Error{Op: "try encoder", Kind: engine.BadInput, Text: "A trial takes up to 30 s; choose a length from 1 to 30 s."}
	}
	if spec.Point == "" {
		spec.Point = "new"
	}
	if _, err := f.command(spec); err != nil {
		return engine.EncoderTrial{}, err
	}
	return f.trial, nil
}

// UpdateEncoder implements engine.Encoders.
func (f *Fake) UpdateEncoder(_ context.Context, spec engine.EncoderSpec) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("UpdateEncoder", spec); err != nil {
		return err
	}
	e, ok := f.encoders[spec.ID]
	if !ok {
		return noEncoder("update encoder", spec.ID)
	}
	command, err := f.command(spec)
	if err != nil {
		return err
	}
	spec.Video = slices.Clone(spec.Video)
	e.Spec, e.Command = spec, command
	f.encoders[spec.ID] = e
	return nil
}
