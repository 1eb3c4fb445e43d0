package page

import (
	"cmp"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// AlarmCounts is how many alarms there are of each kind.
type AlarmCounts struct {
	Active  int       // whose cause lasts and that are not shelved
	Unacked int       // of those, that nobody has acknowledged
	Shelved int       // whose cause lasts and that are put away
	Lamp    look.Lamp // of the worst that nobody has acknowledged; Quiet when there is none
}

// CountAlarms counts alarms as they stand at now.
func CountAlarms(alarms []engine.Alarm, now time.Time) AlarmCounts {
	var n AlarmCounts
	for _, a := range alarms {
		switch {
		case !a.Cleared.IsZero():
		case a.Shelved(now):
			n.Shelved++
		default:
			n.Active++
			if a.Acked.IsZero() {
				n.Unacked++
				lamp, _ := SeverityLamp(a.Severity)
				n.Lamp = look.Worst(n.Lamp, lamp)
			}
		}
	}
	return n
}

// WorstAlarm is the active alarm that a person should look at first; false when there is none.
func WorstAlarm(alarms []engine.Alarm, now time.Time) (engine.Alarm, bool) {
	var worst engine.Alarm
	found := false
	for _, a := range alarms {
		if a.Active(now) && (!found || CompareAlarms(a, worst) < 0) {
			worst, found = a, true
		}
	}
	return worst, found
}

// CompareAlarms puts first what a person should look at first: what nobody has acknowledged before
// what somebody has, failures before warnings, the newest before the older.
func CompareAlarms(a, b engine.Alarm) int {
	return cmp.Or(
		cmp.Compare(seen(a), seen(b)),
		cmp.Compare(severityRank(a.Severity), severityRank(b.Severity)),
		b.Raised.Compare(a.Raised),
		cmp.Compare(a.ID, b.ID),
	)
}

func seen(a engine.Alarm) int {
	if a.Acked.IsZero() {
		return 0
	}
	return 1
}

func severityRank(s engine.Severity) int {
	return slices.Index([]engine.Severity{engine.Failure, engine.Warning, engine.Info}, s)
}

// SeverityLamp is the lamp and the word of a severity.
func SeverityLamp(s engine.Severity) (look.Lamp, string) {
	switch s {
	case engine.Failure:
		return look.Bad, words.T(wordFailure)
	case engine.Warning:
		return look.Warn, words.T(wordWarning)
	default:
		return look.Quiet, words.T(wordInfo)
	}
}
