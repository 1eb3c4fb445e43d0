package enginetest

import (
	"context"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
)

// SetAlarms sets the answer of Alarms, in its order.
func (f *Fake) SetAlarms(all ...engine.Alarm) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.alarms = slices.Clone(all)
}

// Alarms implements engine.Alarms.
func (f *Fake) Alarms() []engine.Alarm {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.alarms)
}

// AckAlarm implements engine.Alarms.
func (f *Fake) AckAlarm(_ context.Context, id string) error {
	return f.changeAlarm("AckAlarm", id, func(a *engine.Alarm) error {
		if a.Acked.IsZero() {
			a.Acked = f.now()
		}
		return nil
	}, id)
}

// ShelveAlarm implements engine.Alarms.
func (f *Fake) ShelveAlarm(_ context.Context, id string, length time.Duration, why string) error {
	return f.changeAlarm("ShelveAlarm", id, func(a *engine.Alarm) error {
		switch {
		case length < 0 || length > 24*time.Hour:
			return &engine.Error{Op: "shelve alarm", Kind: engine.BadInput, Text: "An alarm can be shelved for 24 hours at most."}
		case length == 0:
			a.ShelvedUntil, a.ShelvedWhy = time.Time{}, ""
		default:
			a.ShelvedUntil, a.ShelvedWhy = f.now().Add(length), why
		}
		return nil
	}, id, length, why)
}

func (f *Fake) changeAlarm(method, id string, change func(*engine.Alarm) error, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter(method, args...); err != nil {
		return err
	}
	i := slices.IndexFunc(f.alarms, func(a engine.Alarm) bool { return a.ID == id })
	if i < 0 {
		return &engine.Error{Op: strings.ToLower(method), Kind: engine.NotFound, Text: "There is no alarm " + id + " any more; look at the list again."}
	}
	return change(&f.alarms[i])
}
