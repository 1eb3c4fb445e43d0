package page

import (
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
)

func TestAlarms(t *testing.T) {
	now := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	at := func(min int) time.Time { return now.Add(-time.Duration(min) * time.Minute) }
	all := []engine.Alarm{
		{ID: "cleared", Severity: engine.Failure, Raised: at(1), Cleared: at(0)},
		{ID: "seen", Severity: engine.Failure, Raised: at(2), Acked: at(1)},
		{ID: "warning", Severity: engine.Warning, Raised: at(3)},
		{ID: "older", Severity: engine.Failure, Raised: at(60)},
		{ID: "shelved", Severity: engine.Failure, Raised: at(4), ShelvedUntil: now.Add(time.Minute)},
		{ID: "newer", Severity: engine.Failure, Raised: at(5)},
		{ID: "back", Severity: engine.Info, Raised: at(6), ShelvedUntil: now},
	}
	if got, want := CountAlarms(all, now), (AlarmCounts{Active: 5, Unacked: 4, Shelved: 1, Lamp: look.Bad}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, ok := WorstAlarm(all, now); !ok || got.ID != "newer" {
		t.Errorf("the worst is %q, %v", got.ID, ok)
	}
	if _, ok := WorstAlarm(all[:1], now); ok {
		t.Error("a cleared alarm is the worst")
	}
	if n := CountAlarms([]engine.Alarm{all[1]}, now); n.Lamp != look.Quiet || n.Active != 1 {
		t.Errorf("an acknowledged one: %+v", n)
	}
	slices.SortFunc(all, CompareAlarms)
	var order []string
	for _, a := range all {
		order = append(order, a.ID)
	}
	if want := []string{"cleared", "shelved", "newer", "older", "warning", "back", "seen"}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}
