package alarms

import (
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// keptEvents is how many events are looked through, and listed at most.
const keptEvents = 5000

// logModel is the log at one instant, newest first.
type logModel struct {
	ask    ask
	events []engine.Event
	rows   [][]kit.RowCell
	note   string
	kept   int
	seq    int64 // of the newest event, listed or not
}

func newLogModel(all []engine.Event, a ask, where *time.Location) logModel {
	m := logModel{ask: a, kept: len(all)}
	for i := len(all) - 1; i >= 0; i-- {
		e := all[i]
		m.seq = max(m.seq, e.Seq)
		if a.wants(e.Severity, e.Point, e.Encoder, e.Text, string(e.Severity)) {
			m.events = append(m.events, e)
			m.rows = append(m.rows, logRow(e, where))
		}
	}
	m.note = noteOf(a, len(m.events), len(all))
	return m
}

// fresh reports whether m is still what newLogModel would make.
func (m logModel) fresh(all []engine.Event, a ask) bool {
	return m.rows != nil && m.ask == a && m.kept == len(all) && len(all) > 0 && m.seq == all[len(all)-1].Seq
}

func logColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(textColTime), Width: 112},
		{Title: words.T(textColUTC), Width: 62},
		{Title: words.T(textColSeverity), Width: 84},
		{Title: words.T(textColPoint), Width: 120, Grow: 0.15},
		{Title: words.T(textColEvent), Width: 300, Grow: 1},
	}
}

func logRow(e engine.Event, where *time.Location) []kit.RowCell {
	lamp, word := page.SeverityLamp(e.Severity)
	return []kit.RowCell{
		{Cell: kit.Cell{Text: words.Date(e.At.In(where), "2 Jan 15:04:05"), Tone: look.ToneSoft}},
		{Cell: kit.Cell{Text: look.TimeOfDay(e.At.UTC()), Tone: look.ToneFaint}},
		{Cell: kit.State(lamp, word)},
		{Cell: kit.Cell{Text: or(e.Point), Tone: faintWithout(e.Point)}, Link: e.Point != ""},
		{Cell: kit.Cell{Text: textEvent(e)}},
	}
}
