package alarms

import (
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// tab is which list is shown.
type tab int

const (
	tabActive tab = iota
	tabShelved
	tabHistory
	tabLog
	tabOrders
)

// ask is what the operator wants to see.
type ask struct {
	tab   tab
	text  string // what says this, in any case of letters
	least int    // severity: 0 all, 1 warnings and errors, 2 errors
	point string // empty for all
}

func (a ask) filtered() bool { return a.text != "" || a.least > 0 || a.point != "" }

func (a ask) wants(severity engine.Severity, point string, text ...string) bool {
	switch {
	case a.least == 1 && severity != engine.Warning && severity != engine.Failure,
		a.least == 2 && severity != engine.Failure,
		a.point != "" && point != a.point:
		return false
	}
	return a.text == "" || strings.Contains(strings.ToLower(strings.Join(text, " ")+" "+point), strings.ToLower(a.text))
}

// model is the page at one instant.
type model struct {
	ask    ask
	now    time.Time
	all    []engine.Alarm // every one that there is
	alarms []engine.Alarm // those of the rows
	rows   [][]kit.RowCell
	note   string
	counts page.AlarmCounts
	past   int    // alarms that have been cleared
	quiet  string // why the empty list of what is active is good news
	points []string
	log    logModel
	orders ordersModel
}

func newModel(s page.Snapshot, a ask, where *time.Location) model {
	m := model{ask: a, now: s.Now, all: s.Alarms, counts: page.CountAlarms(s.Alarms, s.Now), points: pointNames(s)}
	total := 0
	var last engine.Alarm // the one cleared last
	for _, alarm := range s.Alarms {
		if !alarm.Cleared.IsZero() {
			m.past++
			if alarm.Cleared.After(last.Cleared) {
				last = alarm
			}
		}
		if tabOf(alarm, s.Now) != a.tab {
			continue
		}
		total++
		if a.wants(alarm.Severity, alarm.Point, alarm.Text, alarm.Action, alarm.Encoder, alarm.Stream, alarm.Code, alarm.Option) {
			m.alarms = append(m.alarms, alarm)
		}
	}
	if a.tab == tabHistory {
		slices.SortStableFunc(m.alarms, func(x, y engine.Alarm) int { return y.Cleared.Compare(x.Cleared) })
	} else {
		slices.SortStableFunc(m.alarms, page.CompareAlarms)
	}
	for _, alarm := range m.alarms {
		m.rows = append(m.rows, alarmRow(alarm, a.tab, s.Now, where))
	}
	m.note = noteOf(a, len(m.alarms), total)
	if a.tab == tabActive && total == 0 {
		m.quiet = quiet(m.counts.Shelved, last, s.Now)
	}
	return m
}

func tabOf(a engine.Alarm, now time.Time) tab {
	switch {
	case !a.Cleared.IsZero():
		return tabHistory
	case a.Shelved(now):
		return tabShelved
	}
	return tabActive
}

func noteOf(a ask, matching, total int) string {
	switch {
	case total == 0:
		return ""
	case a.filtered():
		return words.F(textSome, matching, total)
	case a.tab == tabActive, a.tab == tabShelved:
		return words.F(textWorstFirst, total)
	}
	return words.F(textNewestFirst, total)
}

// quiet tells when the last alarm was.
func quiet(shelved int, last engine.Alarm, now time.Time) string {
	age := look.Age(max(time.Second, now.Sub(last.Cleared)))
	switch {
	case shelved == 1:
		return words.F(textOnlyShelved, words.T(textOneShelved))
	case shelved > 1:
		return words.F(textOnlyShelved, words.F(textManyShelved, shelved))
	case last.ID == "":
		return words.T(textNeverAlarm)
	case last.Point == "":
		return words.F(textLastAlarm, age, page.Sentence(last.Text))
	}
	return words.F(textLastAlarmAt, age, last.Point, page.Sentence(last.Text))
}

// pointNames are the points that can be filtered by.
func pointNames(s page.Snapshot) []string {
	seen := map[string]bool{}
	var names []string
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, p := range s.Points {
		add(p.Name)
	}
	for _, a := range s.Alarms {
		add(a.Point)
	}
	slices.Sort(names)
	return names
}

// The columns of alarms.
const (
	columnPoint  = 2
	columnOption = 4
)

func alarmColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(textColSeverity), Width: 84},
		{Title: words.T(textColAge), Width: 60},
		{Title: words.T(textColPoint), Width: 120, Grow: 0.16},
		{Title: words.T(textColWhat), Width: 320, Grow: 1},
		{Title: words.T(textColOption), Width: 150, Grow: 0.12, Code: true},
		{Title: words.T(textColStatus), Width: 124},
	}
}

func alarmRow(a engine.Alarm, on tab, now time.Time, where *time.Location) []kit.RowCell {
	lamp, word := page.SeverityLamp(a.Severity)
	tone := look.ToneText
	if !a.Acked.IsZero() || on != tabActive {
		tone = look.ToneSoft
	}
	times := ""
	if a.Count > 1 {
		times = words.F(textTimes, a.Count)
	}
	source := a.Encoder
	if source == "" {
		source = a.Stream
	}
	status, below := statusOf(a, on, now, where)
	return []kit.RowCell{
		{Cell: kit.State(lamp, word), Below: times, BelowTone: look.ToneFaint},
		{Cell: kit.Cell{Text: look.Age(now.Sub(a.Raised)), Tone: look.ToneSoft}},
		{Cell: kit.Cell{Text: or(a.Point), Tone: faintWithout(a.Point)}, Below: source, BelowTone: look.ToneSoft, Link: a.Point != ""},
		{Cell: kit.Cell{Text: page.Sentence(a.Text), Tone: tone}, Below: page.Sentence(a.Action), BelowTone: look.ToneSoft},
		{Cell: kit.Cell{Text: a.Option}, Link: a.Option != ""},
		{Cell: status, Below: below, BelowTone: look.ToneFaint},
	}
}

// statusOf is what has been done about an alarm.
func statusOf(a engine.Alarm, on tab, now time.Time, where *time.Location) (status kit.Cell, below string) {
	clock := func(t time.Time) string {
		if t.In(where).Format(time.DateOnly) != now.In(where).Format(time.DateOnly) {
			return words.Date(t.In(where), "2 Jan 15:04")
		}
		return look.TimeOfDay(t.In(where))
	}
	switch {
	case on == tabHistory:
		return kit.Cell{Text: words.F(textClearedAt, clock(a.Cleared)), Tone: look.ToneSoft}, words.F(textLasted, look.Age(max(time.Second, a.Cleared.Sub(a.Raised))))
	case on == tabShelved:
		return kit.Cell{Text: words.F(textUntil, clock(a.ShelvedUntil)), Tone: look.ToneSoft}, a.ShelvedWhy
	case a.Acked.IsZero():
		return kit.Cell{Text: words.T(textNotSeen), Tone: look.ToneSoft}, ""
	}
	return kit.Cell{Text: words.T(textSeen), Tone: look.ToneGood}, words.F(textSeenAt, clock(a.Acked))
}

func or(s string) string {
	if s == "" {
		return look.Unknown
	}
	return s
}

func faintWithout(s string) look.Tone {
	if s == "" {
		return look.ToneFaint
	}
	return look.ToneText
}
