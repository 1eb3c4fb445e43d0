package control

import (
	"context"
	"time"

	"pubpoint/engine"
)

// Alarms is a snapshot of what needs a person.
func (d *Desk) Alarms() []engine.Alarm { return d.engine.Alarms() }

// AckAlarm says that somebody has seen an alarm. Kind: NotFound.
func (d *Desk) AckAlarm(ctx context.Context, id string) error {
	return explain("acknowledge alarm", "", d.engine.AckAlarm(ctx, id))
}

// ShelveAlarm puts an alarm away for a while. Kinds: NotFound, BadInput.
func (d *Desk) ShelveAlarm(ctx context.Context, id string, length time.Duration, why string) error {
	return explain("shelve alarm", "", d.engine.ShelveAlarm(ctx, id, length, why))
}
