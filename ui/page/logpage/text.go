package logpage

import (
	"strings"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

const (
	textHeading = "Log"
	textFilter  = "Filter by point, encoder or words"
	textAll     = "Everything"
	textWrong   = "Warnings and errors"
	textEvents  = "Events"
	textNone    = "Nothing has happened yet."
	textNoMatch = "Nothing matches the filter."
	textOpen    = "Open point"
	textCopy    = "Copy"
	textPick    = "Choose a line to read it whole."

	textInfo    = "Info"
	textWarning = "Warning"
	textFailure = "Error"
)

func textNote(matching, all int, filtered bool) string {
	if all == 0 {
		return ""
	}
	if filtered {
		return look.Count(int64(matching)) + " of " + look.Count(int64(all))
	}
	return look.Count(int64(all)) + ", newest first"
}

func textEvent(e engine.Event) string {
	s := e.Text
	if e.Encoder != "" && !strings.Contains(s, e.Encoder) {
		s = e.Encoder + ": " + s
	}
	if e.Missed > 0 {
		s += " (" + page.Plural(e.Missed, "event before it was lost", "events before it were lost") + ")"
	}
	return s
}
