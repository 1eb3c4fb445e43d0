package ui

import (
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// frameModel is what stands around every page.
type frameModel struct {
	onAir, points int
	worst         look.Lamp
	arriving      float64 // bit/s
	viewers       int
	chips         []chip // how many points stand in each state, the most pressing first
	alarm         alarmModel
	unacked       int // active alarms that nobody has acknowledged
	disk, cpu     figure
	tool          chip
	local, utc    string
	status        string
	names         []string // of the points, for the shortcuts
	old           bool     // all this is what was known when the engine answered last
}

// chip is a lamp with a few words.
type chip struct {
	lamp look.Lamp
	text string
}

// figure is a number with its tone.
type figure struct {
	text string
	tone look.Tone
}

// alarmModel is the one line about what is wrong, if anything is.
type alarmModel struct {
	lamp     look.Lamp
	word     string
	sentence string
	more     string // how many others there are; may be empty
	id       string // of the alarm; empty when it is none
	point    string // whose page tells more when it is no alarm; may be empty
}

func newFrameModel(s page.Snapshot) frameModel {
	m := frameModel{
		points: len(s.Points),
		disk:   diskFigure(s.System),
		cpu:    cpuFigure(s.System),
		tool:   toolChip(s.Tool),
		local:  look.TimeOfDay(s.Now.Local()),
		utc:    look.TimeOfDay(s.Now.UTC()),
		status: statusLine(s.Addresses),
	}
	type key struct {
		lamp look.Lamp
		word string
	}
	count := map[key]int{}
	trouble := alarmModel{}
	for _, p := range s.Points {
		c := page.ConditionOf(p, s.EncodersOf(p.Name), s.Now)
		count[key{c.Lamp, c.Word}]++
		m.worst = look.Worst(m.worst, c.Lamp)
		if page.OnAir(p) {
			m.onAir++
		}
		m.arriving += float64(p.Arriving)
		m.viewers += p.Viewers
		m.names = append(m.names, p.Name)
		if c.Wrong() && c.Lamp > trouble.lamp {
			trouble = alarmModel{lamp: c.Lamp, word: c.Word, sentence: p.Name + ": " + c.Problem.Sentence, point: p.Name}
		}
	}
	for k, n := range count {
		m.chips = append(m.chips, chip{k.lamp, textCount(n, k.word)})
	}
	slices.SortFunc(m.chips, func(a, b chip) int {
		if a.lamp != b.lamp {
			return int(b.lamp) - int(a.lamp)
		}
		return strings.Compare(a.text, b.text)
	})
	m.alarm, m.unacked = worstAlarm(s.Alarms, s.Now)
	// What is wrong with a point is said even while no alarm has been raised for it.
	if m.alarm.id == "" && trouble.lamp != look.Quiet {
		m.alarm = trouble
	}
	return m
}

// waits reports whether the bar need not show m now: figures change with the clock, once a second,
// because each change has the whole window drawn anew; what is pressing is shown at once.
func (m frameModel) waits(shown frameModel, last, now time.Time) bool {
	return now.After(last) && m.old == shown.old && m.local == shown.local && m.onAir == shown.onAir && m.points == shown.points &&
		m.alarm == shown.alarm && m.unacked == shown.unacked && m.tool == shown.tool && slices.Equal(m.chips, shown.chips)
}

// worstAlarm is the first active alarm that nobody has acknowledged, else the first active one, and
// how many there are that nobody has acknowledged. The engine tells the worst and newest first.
func worstAlarm(all []engine.Alarm, now time.Time) (alarmModel, int) {
	var first, fresh *engine.Alarm
	active, unacked := 0, 0
	for i := range all {
		a := &all[i]
		if !a.Active(now) {
			continue
		}
		active++
		if first == nil {
			first = a
		}
		if a.Acked.IsZero() {
			unacked++
			if fresh == nil {
				fresh = a
			}
		}
	}
	if fresh != nil {
		first = fresh
	}
	if first == nil {
		return alarmModel{lamp: look.Good, word: words.T(textNoAlarm)}, 0
	}
	m := alarmModel{lamp: alarmLamp(first.Severity), word: alarmWord(*first), sentence: alarmSentence(*first), id: first.ID}
	if active > 1 {
		m.more = words.F(textMore, active-1)
	}
	return m, unacked
}

// alarmLamp is the lamp of an alarm's severity.
func alarmLamp(s engine.Severity) look.Lamp {
	switch s {
	case engine.Failure:
		return look.Bad
	case engine.Warning:
		return look.Warn
	}
	return look.Busy
}

func alarmWord(a engine.Alarm) string {
	switch {
	case !a.Acked.IsZero():
		return words.T(textAcked)
	case a.Severity == engine.Failure:
		return words.T(textAlarm)
	case a.Severity == engine.Warning:
		return words.T(textWarning)
	}
	return words.T(textNote)
}

// alarmSentence says what is wrong and with what.
func alarmSentence(a engine.Alarm) string {
	about := a.Point
	if about == "" {
		about = a.Encoder
	}
	if about == "" || strings.Contains(a.Text, about) {
		return page.Sentence(a.Text)
	}
	return about + ": " + page.Sentence(a.Text)
}

// When the disk's end is near enough to worry.
const (
	diskSoon = time.Hour
	diskNear = 6 * time.Hour
)

// diskFigure is how long the disk lasts at the present rate, or else what is free.
func diskFigure(s engine.SystemStatus) figure {
	f := figure{look.Unknown, look.ToneSoft}
	switch {
	case s.DiskLasts > 0:
		f = figure{textLeft(s.DiskLasts), look.ToneText}
	case s.DiskSize > 0:
		f = figure{look.Bytes(float64(max(0, s.DiskFree))), look.ToneText}
	}
	switch {
	case s.DiskLasts > 0 && s.DiskLasts < diskSoon, s.DiskSize > 0 && s.DiskFree*50 < s.DiskSize:
		f.tone = look.ToneBad
	case s.DiskLasts > 0 && s.DiskLasts < diskNear, s.DiskSize > 0 && s.DiskFree*20 < s.DiskSize:
		f.tone = look.ToneWarn
	}
	return f
}

// Shares of the whole machine that leave little for the next encoder.
const (
	cpuMuch = 0.75
	cpuFull = 0.9
)

// cpuFigure is the share of the machine that the program and its encoders take.
func cpuFigure(s engine.SystemStatus) figure {
	if s.Cores <= 0 || s.Unreliable != "" {
		return figure{look.Unknown, look.ToneSoft}
	}
	share := (s.CPU + s.Encoders) / float64(s.Cores)
	f := figure{look.Percent(share), look.ToneText}
	switch {
	case share >= cpuFull:
		f.tone = look.ToneBad
	case share >= cpuMuch:
		f.tone = look.ToneWarn
	}
	return f
}

func toolChip(t engine.ToolStatus) chip {
	switch {
	case t.Reason != "":
		return chip{look.Bad, words.T(textToolMissing)}
	case t.Path == "" && t.Version == "":
		return chip{look.Busy, words.T(textToolLooking)}
	case t.Version == "":
		return chip{look.Good, textTool}
	}
	return chip{look.Good, textTool + " " + shortVersion(t.Version)}
}

// shortVersion leaves out what distributions append: "5.1.6-0+deb12u1" is 5.1.6.
func shortVersion(v string) string {
	for i, r := range v {
		if (r < '0' || r > '9') && r != '.' {
			if i > 0 {
				return v[:i]
			}
			break
		}
	}
	if len(v) > 16 {
		return v[:16]
	}
	return v
}
