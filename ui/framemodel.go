package ui

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// frameModel is what stands around every page.
type frameModel struct {
	onAir, points int
	worst         look.Lamp
	arriving      float64 // bit/s
	viewers       int
	chips         []chip // how many points stand in each state, the most pressing first
	tool          chip
	local, utc    string
	status        string
	names         []string // of the points, for the shortcuts
}

// chip is a lamp with a few words.
type chip struct {
	lamp look.Lamp
	text string
}

func newFrameModel(s page.Snapshot) frameModel {
	m := frameModel{
		points: len(s.Points),
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
	}
	for k, n := range count {
		m.chips = append(m.chips, chip{k.lamp, textCount(n, k.word)})
	}
	slices.SortFunc(m.chips, func(a, b chip) int {
		if a.lamp != b.lamp {
			return int(b.lamp) - int(a.lamp)
		}
		return compareText(a.text, b.text)
	})
	return m
}

// waits reports whether the bar need not show m now: figures change with the clock, once a second,
// because each change has the whole window drawn anew; what is pressing is shown at once.
func (m frameModel) waits(shown frameModel, last, now time.Time) bool {
	return now.After(last) && m.local == shown.local && m.onAir == shown.onAir && m.points == shown.points &&
		m.worst == shown.worst && m.tool == shown.tool && slices.Equal(m.chips, shown.chips)
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func toolChip(t engine.ToolStatus) chip {
	switch {
	case t.Reason != "":
		return chip{look.Bad, textToolMissing}
	case t.Path == "" && t.Version == "":
		return chip{look.Busy, textToolLooking}
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

// tick is how often the window is brought up to date.
const tick = 500 * time.Millisecond
