package control

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pubpoint/engine"
)

// Alarms is a snapshot of what needs a person.
func (d *Desk) Alarms() []engine.Alarm { return d.engine.Alarms() }

// AckAlarm says that somebody has seen an alarm. Kind: NotFound.
func (d *Desk) AckAlarm(ctx context.Context, id string) (failed error) {
	defer d.audited(ctx, d.ofAlarm(id, "acknowledge alarm", ""), &failed)
	return explain("acknowledge alarm", "", d.engine.AckAlarm(ctx, id))
}

// ShelveAlarm puts an alarm away for a while. Kinds: NotFound, BadInput.
func (d *Desk) ShelveAlarm(ctx context.Context, id string, length time.Duration, why string) (failed error) {
	defer d.audited(ctx, d.ofAlarm(id, "shelve alarm", fmt.Sprintf("for %v: %s", length, why)), &failed)
	return explain("shelve alarm", "", d.engine.ShelveAlarm(ctx, id, length, why))
}

// ofAlarm is an action about an alarm, which tells what the alarm is about.
func (d *Desk) ofAlarm(id, what, detail string) engine.Action {
	a := engine.Action{What: what, Detail: strings.TrimSpace("alarm " + id + " " + detail)}
	for _, one := range d.engine.Alarms() {
		if one.ID == id {
			a.Point, a.Encoder, a.Detail = one.Point, one.Encoder, strings.TrimSpace(one.Code+" "+detail)
		}
	}
	return a
}
