package alarms

import (
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	textHeading = "Alarms"
	textActive  = "Active"
	textShelved = "Shelved"
	textHistory = "History"
	textLog     = "Log"
	textOrders  = "Orders"
	textCounted = "%s %d"

	textFilter   = "Search"
	textAllKinds = "All"
	textWarnings = "Warnings and errors"
	textErrors   = "Errors"
	textAllOver  = "All points"

	textColSeverity = "Severity"
	textColAge      = "Age"
	textColPoint    = "Point"
	textColWhat     = "What is wrong, and what to do"
	textColOption   = "ffmpeg option"
	textColStatus   = "Status"
	textColTime     = "Local time"
	textColUTC      = "UTC"
	textColEvent    = "What happened"
	textColWho      = "Who"
	textColOrder    = "Order"
	textColOutcome  = "Outcome"

	textDone      = "Done"
	textNotDone   = "Not done"
	textNoOrders  = "Nobody has given an order yet."
	textOrderAt   = "%s · %s (%s UTC)"
	textOrderFile = "~/orders-%s.csv"

	textNoShelved   = "No alarm is shelved."
	textNoHistory   = "No alarm has been cleared yet."
	textNoEvents    = "Nothing has happened yet."
	textNoMatch     = "Nothing matches the filter."
	textQuiet       = "Nothing needs you."
	textNeverAlarm  = "There has been no alarm yet. One is raised by itself when something needs a person, with a sentence of cause and what to do."
	textLastAlarm   = "The last alarm was cleared %s ago: %s"
	textLastAlarmAt = "The last alarm was cleared %s ago: %s: %s"
	textOnlyShelved = "What is wrong is shelved: %s."
	textOneShelved  = "1 alarm"
	textManyShelved = "%d alarms"

	textWorstFirst  = "%d, worst first"
	textNewestFirst = "%d, newest first"
	textSome        = "%d of %d"

	textAck         = "Acknowledge"
	textAckAll      = "Acknowledge all"
	textShelveShort = "Shelve 10 min"
	textShelveLong  = "Shelve 60 min"
	textUnshelve    = "Unshelve"
	textWhy         = "Reason to shelve it"
	textWhyFirst    = "Say why it is shelved: whoever comes next will want to know."
	textGo          = "Go to point"
	textGoTo        = "Go to %s"
	textCopy        = "Copy"
	textExport      = "Export"
	textFollow      = "Follow"
	textPick        = "Choose an alarm to read it whole. A acknowledges the one that is chosen, or the first."
	textPickAny     = "Choose an alarm to read it whole."
	textPickEvent   = "Choose a line to read it whole."
	textOption      = "ffmpeg option"

	textHelpAck = "Acknowledge the chosen alarm, or the first"

	textNotSeen      = "Not acknowledged"
	textSeen         = "Acknowledged"
	textSeenAt       = "at %s"
	textUntil        = "Until %s"
	textClearedAt    = "Cleared %s"
	textLasted       = "lasted %s"
	textTimes        = "%d times"
	textRaised       = "Raised %s (%s UTC)"
	textLastSeen     = "seen last %s ago"
	textFactSeen     = "acknowledged %s"
	textFactUntil    = "shelved until %s"
	textFactUntilWhy = "shelved until %s: %s"
	textFactCleared  = "cleared %s"
	textEventAt      = "%s (%s UTC)"
	textMissed       = "%s (%d events before it were lost)"
	textOfEncoder    = "%s: %s"

	textSaveTo    = "Save what is shown as"
	textSave      = "Save"
	textCancel    = "Cancel"
	textSaveHint  = "A .csv file opens in spreadsheets; any other name makes plain text."
	textSaved     = "%s has been written: %d lines."
	textAlarmFile = "~/alarms-%s.csv"
	textLogFile   = "~/log-%s.csv"
)

// textEvent is an event in one line.
func textEvent(e engine.Event) string {
	s := e.Text
	if e.Encoder != "" && !strings.Contains(s, e.Encoder) {
		s = words.F(textOfEncoder, e.Encoder, s)
	}
	if e.Missed > 0 {
		s = words.F(textMissed, s, e.Missed)
	}
	return s
}

// textFacts are an alarm's times, in words.
func textFacts(a engine.Alarm, now time.Time, where *time.Location) string {
	day := func(t time.Time) string { return words.Date(t.In(where), "2 Jan 15:04:05") }
	facts := []string{words.F(textRaised, day(a.Raised), look.TimeOfDay(a.Raised.UTC()))}
	if a.Cleared.IsZero() && now.Sub(a.Last) >= time.Second && !a.Last.IsZero() {
		facts = append(facts, words.F(textLastSeen, look.Age(now.Sub(a.Last))))
	}
	if a.Count > 1 {
		facts = append(facts, words.F(textTimes, a.Count))
	}
	if !a.Acked.IsZero() {
		facts = append(facts, words.F(textFactSeen, day(a.Acked)))
	}
	switch {
	case !a.Shelved(now):
	case a.ShelvedWhy == "":
		facts = append(facts, words.F(textFactUntil, day(a.ShelvedUntil)))
	default:
		facts = append(facts, words.F(textFactUntilWhy, day(a.ShelvedUntil), a.ShelvedWhy))
	}
	if !a.Cleared.IsZero() {
		facts = append(facts, words.F(textFactCleared, day(a.Cleared)))
	}
	return strings.Join(facts, " · ")
}

// textOfAlarm is everything about an alarm, to be copied.
func textOfAlarm(a engine.Alarm, now time.Time, where *time.Location) string {
	_, word := page.SeverityLamp(a.Severity)
	lines := []string{strings.Join(nonEmpty(word, a.Point, a.Encoder, a.Stream), " · "), page.Sentence(a.Text)}
	lines = append(lines, nonEmpty(page.Sentence(a.Action), a.Option, textFacts(a, now, where))...)
	return strings.Join(lines, "\n")
}

func nonEmpty(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
