package archive

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// listing is what one point has recorded, as it was read last.
type listing struct {
	read   bool // at least once
	at     time.Time
	mark   string // what the point was like when it was read
	events []engine.ArchivedEvent
	failed string // a sentence; else empty
}

// model is the page at one instant.
type model struct {
	now        time.Time
	names      []string // of points
	points     map[string]engine.PointStatus
	point      string // whose events are listed; empty when there is no point
	list       listing
	eventRows  [][]kit.RowCell
	recordings []engine.Recording
	recordRows [][]kit.RowCell
	note       string
	recordNote string
	empty      string // why there are no events
	nothing    bool   // there is nothing at all
	recorded   string
	free       figure
	lasts      figure
	jobs       []jobView
	checks     map[subject]check
	lists      map[string]listing
}

// figure is a number with its tone.
type figure struct {
	text string
	tone look.Tone
}

func newModel(s page.Snapshot, recordings []engine.Recording, lists map[string]listing, chosen string, jobs []jobView, checks map[subject]check) model {
	m := model{now: s.Now, points: map[string]engine.PointStatus{}, recordings: recordings, jobs: jobs, checks: checks, lists: lists, point: chosen}
	for _, p := range s.Points {
		m.names = append(m.names, p.Name)
		m.points[p.Name] = p
	}
	if _, ok := m.points[chosen]; !ok {
		m.point = ""
		if len(m.names) > 0 {
			m.point = m.names[0]
		}
	}
	m.list = lists[m.point]
	m.nothing = len(m.names) == 0 && len(recordings) == 0
	m.empty = m.emptySentence()
	var size int64
	for _, e := range m.list.events {
		m.eventRows = append(m.eventRows, eventRow(e, checks[subject{point: m.point, event: e.ID}]))
		size += e.Bytes
	}
	if n := len(m.list.events); n > 0 {
		m.note = words.F(textCountSize, n, look.Bytes(float64(size)))
	}
	size = 0
	for _, r := range recordings {
		m.recordRows = append(m.recordRows, recordingRow(r, checks[subject{point: r.Name, recording: true}]))
		size += r.Bytes
	}
	if n := len(recordings); n > 0 {
		m.recordNote = words.F(textCountSize, n, look.Bytes(float64(size)))
	}
	m.recorded = look.Bytes(float64(size + recordedBytes(s.Points, lists)))
	m.free, m.lasts = diskFigures(s.System)
	return m
}

// recordedBytes is what the points have on disk, as far as it has been read.
func recordedBytes(points []engine.PointStatus, lists map[string]listing) int64 {
	var sum int64
	for _, p := range points {
		l := lists[p.Name]
		if !l.read {
			sum += p.Archive.Bytes
		}
		for _, e := range l.events {
			sum += e.Bytes
		}
	}
	return sum
}

// The disk's end is near enough to worry about below these.
const (
	lastsLittle = 24 * time.Hour
	lastsNone   = 2 * time.Hour
)

func diskFigures(s engine.SystemStatus) (free, lasts figure) {
	free, lasts = figure{look.Unknown, look.ToneSoft}, figure{look.Unknown, look.ToneSoft}
	if s.DiskSize > 0 && s.DiskFree >= 0 {
		free = figure{words.F(textDisk, look.Bytes(float64(s.DiskFree)), look.Bytes(float64(s.DiskSize))), look.ToneText}
		lasts = figure{words.T(textForEver), look.ToneText}
	}
	if s.DiskLasts > 0 {
		lasts = figure{look.Age(s.DiskLasts), look.ToneText}
		switch {
		case s.DiskLasts < lastsNone:
			lasts.tone, free.tone = look.ToneBad, look.ToneBad
		case s.DiskLasts < lastsLittle:
			lasts.tone = look.ToneWarn
		}
	}
	return free, lasts
}

func (m model) emptySentence() string {
	p, ok := m.points[m.point]
	switch {
	case !ok:
		return words.T(textEmptyHead)
	case !m.list.read:
		return words.F(textReading, m.point)
	case !p.Config.Archive:
		return words.F(textKeepsNothing, m.point)
	}
	return words.F(textNoEvents, m.point)
}

// event finds an event of the point that is listed.
func (m model) event(about subject) (engine.ArchivedEvent, bool) {
	if about.point != m.point || about.recording {
		return engine.ArchivedEvent{}, false
	}
	i := slices.IndexFunc(m.list.events, func(e engine.ArchivedEvent) bool { return e.ID == about.event })
	if i < 0 {
		return engine.ArchivedEvent{}, false
	}
	return m.list.events[i], true
}

func (m model) recording(about subject) (engine.Recording, bool) {
	i := slices.IndexFunc(m.recordings, func(r engine.Recording) bool { return about.recording && r.Name == about.point })
	if i < 0 {
		return engine.Recording{}, false
	}
	return m.recordings[i], true
}

func eventColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(textColBegan), Width: 112, Grow: 0.3},
		{Title: words.T(textColEnded), Width: 112, Grow: 0.3},
		{Title: words.T(textColDuration), Width: 66, Grow: 0.1, Right: true},
		{Title: words.T(textColSize), Width: 66, Grow: 0.1, Right: true},
		{Title: words.T(textColFiles), Width: 38, Grow: 0.1, Right: true},
		{Title: words.T(textColHoles), Width: 44, Grow: 0.1, Right: true},
		{Title: words.T(textColVerdict), Width: 124, Grow: 0.3},
	}
}

func eventRow(e engine.ArchivedEvent, c check) []kit.RowCell {
	ended := kit.Cell{Text: day(e.Ended), Tone: look.ToneSoft}
	if e.Live {
		ended = kit.State(look.Good, words.T(textOnAir))
	}
	holes, verified := checkCells(c)
	return cells(kit.Cell{Text: day(e.Began)}, ended, kit.Cell{Text: look.Clock(e.Duration)}, kit.Cell{Text: look.Bytes(float64(e.Bytes))},
		kit.Cell{Text: look.Count(int64(len(e.Files))), Tone: look.ToneSoft}, holes, verified)
}

// checkCells say how many holes a check has found, and what it has come to.
func checkCells(c check) (holes, state kit.Cell) {
	holes, state = kit.Cell{Text: look.Unknown, Tone: look.ToneFaint}, kit.Cell{Text: words.T(textNotChecked), Tone: look.ToneFaint}
	switch {
	case c.running && c.share > 0:
		state = kit.State(look.Busy, words.F(textCheckingPart, look.Percent(c.share)))
	case c.running:
		state = kit.State(look.Busy, words.T(textChecking))
	case c.known:
		lamp, word, _ := verdict(c.v.Verdict)
		state = kit.State(lamp, word)
		holes = kit.Cell{Text: words.T(textNoHoles), Tone: look.ToneSoft}
		if n := holesOf(c.v); n > 0 {
			holes = kit.Cell{Text: look.Count(int64(n)), Tone: look.ToneBad}
		}
	}
	return holes, state
}

// holesOf counts where media that was taken in is missing.
func holesOf(v engine.Verification) int {
	n := 0
	for _, f := range v.Flaws {
		if f.Verdict == engine.VerdictHole {
			n++
		}
	}
	return n
}

func recordingColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(textColName), Width: 160, Grow: 1},
		{Title: words.T(textColBegan), Width: 112, Grow: 0.2},
		{Title: words.T(textColDuration), Width: 66, Grow: 0.1, Right: true},
		{Title: words.T(textColSize), Width: 66, Grow: 0.1, Right: true},
		{Title: words.T(textColState), Width: 64},
		{Title: words.T(textColVerdict), Width: 124, Grow: 0.1},
	}
}

func recordingRow(r engine.Recording, c check) []kit.RowCell {
	_, verified := checkCells(c)
	return cells(kit.Cell{Text: r.Name}, kit.Cell{Text: day(r.Event.Began), Tone: look.ToneSoft}, kit.Cell{Text: lengthOf(r)},
		kit.Cell{Text: look.Bytes(float64(r.Bytes))}, recordingState(r), verified)
}

func lengthOf(r engine.Recording) string {
	if r.Event.Duration == 0 {
		return look.Unknown
	}
	return look.Clock(r.Event.Duration)
}

func recordingState(r engine.Recording) kit.Cell {
	if r.State == engine.StateError {
		return kit.State(look.Bad, words.T(textBroken))
	}
	return kit.State(look.Done, words.T(textVOD))
}

func cells(all ...kit.Cell) []kit.RowCell {
	row := make([]kit.RowCell, len(all))
	for i, c := range all {
		row[i].Cell = c
	}
	return row
}
