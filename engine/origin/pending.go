package origin

import (
	"context"
	"time"

	"pubpoint/engine"
)

// What follows is being built.

func pending(op string) error {
	return &engine.Error{Op: op, Kind: engine.Unavailable, Text: "This is not possible yet."}
}

// Thumbnail implements engine.Pictures.
func (o *Origin) Thumbnail(string) (engine.Thumbnail, error) {
	return engine.Thumbnail{}, pending("thumbnail")
}

// AudioLevel implements engine.Pictures.
func (o *Origin) AudioLevel(string) (engine.AudioLevel, error) {
	return engine.AudioLevel{}, pending("audio level")
}

// Fragments implements engine.Timelines.
func (o *Origin) Fragments(engine.FragmentQuery) (engine.FragmentMap, error) {
	return engine.FragmentMap{}, pending("fragments")
}

// ProbeInput implements engine.Encoders.
func (o *Origin) ProbeInput(context.Context, engine.EncoderInput) (engine.InputProbe, error) {
	return engine.InputProbe{}, pending("probe")
}

// CaptureDevices implements engine.Encoders.
func (o *Origin) CaptureDevices(context.Context) ([]engine.CaptureDevice, error) {
	return nil, pending("devices")
}

// TryEncoder implements engine.Encoders.
func (o *Origin) TryEncoder(context.Context, engine.EncoderSpec, time.Duration) (engine.EncoderTrial, error) {
	return engine.EncoderTrial{}, pending("try")
}

// UpdateEncoder implements engine.Encoders.
func (o *Origin) UpdateEncoder(context.Context, engine.EncoderSpec) error { return pending("update") }
