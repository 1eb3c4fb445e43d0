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

// Alarms implements engine.Alarms.
func (o *Origin) Alarms() []engine.Alarm { return nil }

// AckAlarm implements engine.Alarms.
func (o *Origin) AckAlarm(context.Context, string) error { return pending("acknowledge alarm") }

// ShelveAlarm implements engine.Alarms.
func (o *Origin) ShelveAlarm(context.Context, string, time.Duration, string) error {
	return pending("shelve alarm")
}

// AddNote implements engine.Timelines.
func (o *Origin) AddNote(context.Context, string, string) error { return pending("add note") }

// System implements engine.System.
func (o *Origin) System() engine.SystemStatus { return engine.SystemStatus{} }

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
