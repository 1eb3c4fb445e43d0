package encoders

import (
	"log/slog"
	"strings"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// keptLines is how much of an encoder's log the page looks through.
const keptLines = 2000

// logTail shows the end of one encoder's log, with a search.
type logTail struct {
	id    string // whose lines these are
	lines []kit.LogLine
	shown int

	search *page.Field
	follow *kit.Button
	copy   *kit.Button
	view   *kit.LogView
	count  *kit.Text
	object fyne.CanvasObject
}

func newLogTail(host page.Host) *logTail {
	l := &logTail{view: kit.NewLogView(keptLines, nil), search: page.NewField(words.T(textSearch)), count: kit.NewText(look.Caption, "").Toned(look.ToneFaint)}
	l.search.OnChanged = func(string) { l.again() }
	l.follow = kit.NewButton(kit.ButtonChosen, words.T(textFollow), "", func() {
		l.view.SetFollow(!l.view.Following())
		l.showFollow()
	})
	l.copy = kit.NewButton(kit.ButtonQuiet, "", look.IconCopy, func() { host.Copy(l.view.Text()) })
	head := page.Edges(nil, nil, nil, page.Inset(page.Row(look.Space2, l.count, l.follow, l.copy), look.Space3, 0, 0, 0), l.search)
	l.object = page.Edges(page.Inset(head, 0, 0, 0, look.Space2), nil, nil, nil, kit.NewPanel("", l.view).Flush())
	return l
}

// turnTo shows the log of another encoder, from its beginning.
func (l *logTail) turnTo(id string) {
	if l.id == id {
		return
	}
	l.id, l.lines, l.shown = id, nil, 0
	l.view.Clear()
	l.showCount()
}

// add appends what is new.
func (l *logTail) add(lines []engine.LogLine) {
	fresh := make([]kit.LogLine, 0, len(lines))
	for _, line := range lines {
		fresh = append(fresh, kit.LogLine{At: line.At, Level: level(line.Text), Text: line.Text})
	}
	l.lines = append(l.lines, fresh...)
	if over := len(l.lines) - keptLines; over > 0 {
		l.lines = l.lines[over:]
	}
	l.append(fresh)
	l.showFollow()
}

// again shows what matches another search.
func (l *logTail) again() {
	l.view.Clear()
	l.shown = 0
	l.append(l.lines)
}

func (l *logTail) append(lines []kit.LogLine) {
	wanted := strings.ToLower(strings.TrimSpace(l.search.Text))
	var some []kit.LogLine
	for _, line := range lines {
		if wanted == "" || strings.Contains(strings.ToLower(line.Text), wanted) {
			some = append(some, line)
		}
	}
	l.view.Append(some...)
	l.shown = min(l.shown+len(some), len(l.lines))
	l.showCount()
}

func (l *logTail) showCount() {
	text := textLines(l.shown, len(l.lines))
	if len(l.lines) == 0 {
		text = words.T(textNoLog)
	}
	l.count.SetText(text)
}

func (l *logTail) showFollow() {
	kind := kit.ButtonQuiet
	if l.view.Following() {
		kind = kit.ButtonChosen
	}
	l.follow.SetKind(kind)
}

// newest is the number of the newest of lines, or before when there are none.
func newest(lines []engine.LogLine, before int64) int64 {
	if len(lines) == 0 {
		return before
	}
	return lines[len(lines)-1].Seq
}

func (l *logTail) controls() []page.Control {
	return []page.Control{{Name: "encoder-log-search", Text: l.search.Text, Object: l.search}, page.ButtonControl("encoder-log-follow", l.follow),
		page.ButtonControl("encoder-log-copy", l.copy), {Name: "encoder-log", Text: l.count.Text(), Object: l.view}}
}

// level reads the level that ffmpeg writes in front of its lines.
func level(text string) slog.Level {
	for _, m := range []struct {
		mark  string
		level slog.Level
	}{{"[panic]", slog.LevelError}, {"[fatal]", slog.LevelError}, {"[error]", slog.LevelError}, {"[warning]", slog.LevelWarn}, {"[verbose]", slog.LevelDebug}, {"[debug]", slog.LevelDebug}} {
		if strings.Contains(text, m.mark) {
			return m.level
		}
	}
	return slog.LevelInfo
}
