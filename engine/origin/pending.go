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
