package logpage

import (
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
)

// shownEvents is how many events are listed; kept is how many are looked through for them.
const (
	shownEvents = 200
	keptEvents  = 2000
)

// ask is what the operator wants to see.
type ask struct {
	text  string // events that say this, in any case of letters
	wrong bool   // warnings and errors alone
}

// model is the list at one instant, newest first.
type model struct {
	events []engine.Event
	rows   [][]kit.Cell
	note   string
	seq    int64 // of the newest event, listed or not
}

func newModel(all []engine.Event, a ask, where *time.Location) model {
	m := model{}
	matching := 0
	for i := len(all) - 1; i >= 0; i-- {
		e := all[i]
		m.seq = max(m.seq, e.Seq)
		if !a.wants(e) {
			continue
		}
		matching++
		if len(m.rows) < shownEvents {
			m.events = append(m.events, e)
			m.rows = append(m.rows, row(e, where))
		}
	}
	m.note = textNote(matching, len(all), a != ask{})
	return m
}

func (a ask) wants(e engine.Event) bool {
	if a.wrong && e.Severity != engine.Warning && e.Severity != engine.Failure {
		return false
	}
	if a.text == "" {
		return true
	}
	return strings.Contains(strings.ToLower(e.Point+" "+e.Encoder+" "+e.Text+" "+string(e.Severity)), strings.ToLower(a.text))
}

func columns() []kit.Column {
	return []kit.Column{
		{Title: "Time", Width: 132},
		{Title: "Severity", Width: 92},
		{Title: "Point", Width: 120, Grow: 0.15},
		{Title: "What happened", Width: 300, Grow: 1},
	}
}

func row(e engine.Event, where *time.Location) []kit.Cell {
	lamp, word := severity(e.Severity)
	return []kit.Cell{
		{Text: e.At.In(where).Format("2 Jan 15:04:05"), Tone: look.ToneSoft},
		kit.State(lamp, word),
		{Text: or(e.Point)},
		{Text: textEvent(e)},
	}
}

func severity(s engine.Severity) (look.Lamp, string) {
	switch s {
	case engine.Failure:
		return look.Bad, textFailure
	case engine.Warning:
		return look.Warn, textWarning
	default:
		return look.Quiet, textInfo
	}
}

func or(s string) string {
	if s == "" {
		return look.Unknown
	}
	return s
}
