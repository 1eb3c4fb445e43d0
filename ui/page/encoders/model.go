package encoders

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// ask is what the operator wants to see.
type ask struct {
	id      string // the chosen encoder; empty for the first
	seq     int64  // the newest line of its log that is shown
	filter  string
	byPoint bool
}

// model is the page at one instant.
type model struct {
	ask    ask
	ids    []string // of the rows
	rows   [][]kit.Cell
	all    int
	note   string
	tool   page.Problem // why no ffmpeg can be used; the zero value when one can
	points []string
	stock  string // a command to copy, on an empty page

	detail detail // zero when no encoder is chosen
	lines  []engine.LogLine
}

// judged is an encoder with how it is doing.
type judged struct {
	engine.EncoderStatus
	point   engine.PointStatus
	found   bool // the point is there
	lamp    look.Lamp
	word    string
	verdict page.Verdict
}

// worst is the lamp that the encoder is sorted by.
func (j judged) worst() look.Lamp { return max(j.lamp, j.verdict.Problem.Lamp) }

func (j judged) wrong() bool { return j.worst() == look.Bad || j.worst() == look.Warn }

func judge(s page.Snapshot) []judged {
	points := make(map[string]engine.PointStatus, len(s.Points))
	for _, p := range s.Points {
		points[p.Name] = p
	}
	all := make([]judged, 0, len(s.Encoders))
	for _, e := range s.Encoders {
		j := judged{EncoderStatus: e}
		j.point, j.found = points[e.Spec.Point]
		j.lamp, j.word = page.EncoderLamp(e, s.Now)
		j.verdict = page.VerdictOf(e, j.point, j.found, s.Now)
		all = append(all, j)
	}
	return all
}

// matches reports whether an encoder has text in what names it, in any case of letters.
func (j judged) matches(text string) bool {
	all := strings.Join([]string{j.Spec.ID, j.Spec.Point, textInput(j.Spec.Input), j.word, j.verdict.Word}, " ")
	return text == "" || strings.Contains(strings.ToLower(all), strings.ToLower(strings.TrimSpace(text)))
}

func newModel(s page.Snapshot, operator Operator, a ask) model {
	m := model{ask: a, all: len(s.Encoders)}
	for _, p := range s.Points {
		m.points = append(m.points, p.Name)
	}
	if s.Tool.Reason != "" {
		m.tool = page.Problem{Lamp: look.Bad, Sentence: page.Sentence(s.Tool.Reason)}
	} else if s.Tool.Path == "" {
		m.tool = page.Problem{Lamp: look.Busy, Sentence: words.T(textToolLooking)}
	}
	if m.all == 0 {
		m.stock = stockCommand(operator, m.points)
		return m
	}
	all := judge(s)
	slices.SortStableFunc(all, func(x, y judged) int {
		trouble := 0
		if !a.byPoint {
			trouble = cmp.Compare(y.worst(), x.worst())
		}
		return cmp.Or(trouble, cmp.Compare(x.Spec.Point, y.Spec.Point), cmp.Compare(x.Spec.ID, y.Spec.ID))
	})
	running, wrong := 0, 0
	chosen := -1
	for i, j := range all {
		if j.State == engine.EncoderRunning {
			running++
		}
		if j.wrong() {
			wrong++
		}
		if j.Spec.ID == a.id {
			chosen = i
		}
		if j.matches(a.filter) {
			m.ids = append(m.ids, j.Spec.ID)
			m.rows = append(m.rows, row(j, s.Now))
		}
	}
	m.note = textSummary(m.all, running, wrong)
	if chosen < 0 && len(m.ids) > 0 { // the first is the worst
		chosen = slices.IndexFunc(all, func(j judged) bool { return j.Spec.ID == m.ids[0] })
	}
	if chosen >= 0 {
		m.choose(operator, all[chosen], s.Now)
	}
	return m
}

// choose fills in the detail, with what is new in the log.
func (m *model) choose(operator Operator, j judged, now time.Time) {
	m.detail = newDetail(j, now)
	after := m.ask.seq
	if m.detail.id != m.ask.id {
		after = 0
	}
	lines, err := operator.EncoderLog(m.detail.id, after)
	if err != nil { // it was deleted meanwhile, which the next update shows
		return
	}
	m.lines = lines
}

// stockCommand is what sends a test picture from any machine.
func stockCommand(operator Operator, points []string) string {
	name := examplePoint
	if len(points) > 0 {
		name = points[0]
	}
	line, err := operator.EncoderCommand(engine.EncoderSpec{Point: name, Input: engine.EncoderInput{Kind: engine.InputTestPattern},
		Video: engine.Ladder(1), AudioBitrate: 64_000})
	if err != nil {
		return page.Sentence(engine.Sentence(err))
	}
	return line
}

func columns() []kit.Column {
	return []kit.Column{
		{Title: words.T(columnState), Width: 98},
		{Title: words.T(columnEncoder), Width: 104, Grow: 0.7},
		{Title: words.T(columnPoint), Width: 92, Grow: 0.6},
		{Title: words.T(columnInput), Width: 92, Grow: 0.6},
		{Title: words.T(columnPID), Width: 54, Right: true},
		{Title: words.T(columnUp), Width: 68, Right: true},
		{Title: words.T(columnFPS), Width: 38, Right: true},
		{Title: words.T(columnSpeed), Width: 46, Right: true},
		{Title: words.T(columnDrops), Width: 42, Right: true},
		{Title: words.T(columnRestarts), Width: 52, Right: true},
		{Title: words.T(columnCPU), Width: 44, Right: true},
		{Title: words.T(columnArriving), Width: 80, Right: true},
		{Title: words.T(columnView), Width: 128, Grow: 0.3},
	}
}

// stale is the age at which what ffmpeg said of its pace says nothing about now: it speaks every
// second or so.
const stale = 3 * time.Second

// known is value, or that it is not known.
func known(ok bool, value string) string {
	if !ok {
		return look.Unknown
	}
	return value
}

// warnAbove is the tone of a count that should be zero.
func warnAbove(n int64) look.Tone {
	if n > 0 {
		return look.ToneWarn
	}
	return look.ToneText
}

func row(j judged, now time.Time) []kit.Cell {
	e, g := j.EncoderStatus, j.Progress
	runs := e.PID != 0
	told := runs && !g.At.IsZero()
	fresh := told && now.Sub(g.At) <= stale
	speed := kit.Cell{Text: known(fresh && g.Speed > 0, look.Speed(g.Speed))}
	if page.TooSlow(e, now) {
		speed.Tone = look.ToneWarn
	}
	view := kit.Cell{Text: j.verdict.Word, Tone: look.ToneFaint}
	if j.verdict.Word != look.Unknown {
		view = kit.State(j.verdict.Lamp, j.verdict.Word)
	}
	return []kit.Cell{
		kit.State(j.lamp, j.word),
		{Text: e.Spec.ID},
		{Text: e.Spec.Point, Tone: look.ToneSoft},
		{Text: textInput(e.Spec.Input), Tone: look.ToneSoft},
		{Text: known(runs, strconv.Itoa(e.PID)), Tone: look.ToneSoft},
		{Text: known(runs && !e.Began.IsZero(), look.Clock(now.Sub(e.Began)))},
		{Text: known(fresh, textFPS(g.FPS))},
		speed,
		{Text: known(told, look.Count(g.Dropped)), Tone: warnAbove(g.Dropped)},
		{Text: look.Count(int64(e.Restarts)), Tone: warnAbove(int64(e.Restarts))},
		{Text: known(runs && e.CPU > 0, look.Percent(e.CPU))},
		{Text: known(j.verdict.Arriving > 0, look.Bits(float64(j.verdict.Arriving)))},
		view,
	}
}
