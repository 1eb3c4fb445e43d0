package kit

import (
	"log/slog"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// LogView shows the newest lines of a log in a monospace font, coloured by level. It follows the end until the reader
// scrolls up, and again once the reader is back at the end.
type LogView struct {
	widget.BaseWidget

	// OnLine is told which line was chosen by click or keyboard. Nil does nothing.
	OnLine func(LogLine)

	ring   ring
	list   *widget.List
	follow bool
	held   bool    // it was asked not to follow, even at the end
	offset float32 // where following last left the list
	where  *time.Location
}

// NewLogView makes an empty view that keeps that many lines. Times are written on the clock of where; nil is the local
// one.
func NewLogView(capacity int, where *time.Location) *LogView {
	if where == nil {
		where = time.Local
	}
	l := &LogView{ring: newRing(capacity), follow: true, where: where}
	l.list = widget.NewList(
		func() int { return l.ring.count },
		func() fyne.CanvasObject { return newLogRow() },
		func(i widget.ListItemID, o fyne.CanvasObject) { o.(*logRow).set(l.ring.at(i), l.where) },
	)
	l.list.HideSeparators = true
	l.list.OnSelected = func(i widget.ListItemID) {
		if l.OnLine != nil {
			l.OnLine(l.ring.at(i))
		}
	}
	l.ExtendBaseWidget(l)
	return l
}

// Append adds lines at the end. Add many at once rather than one by one: each call draws once.
func (l *LogView) Append(lines ...LogLine) {
	if len(lines) == 0 {
		return
	}
	l.watchReader()
	dropped := 0
	for _, line := range lines {
		if l.ring.add(line) {
			dropped++
		}
	}
	l.list.Refresh()
	if l.follow {
		l.toEnd()
	} else if dropped > 0 {
		// The lines move up by what was dropped: move along, so that the reader keeps their place.
		l.list.ScrollToOffset(l.list.GetScrollOffset() - float32(dropped)*l.pitch())
	}
}

// Clear forgets all lines.
func (l *LogView) Clear() {
	l.ring.clear()
	l.list.UnselectAll()
	if l.Size().Height > 0 { // Fyne's list has no scroller before it was shown
		l.list.ScrollToTop()
	}
	l.follow, l.held, l.offset = true, false, 0
	l.list.Refresh()
}

// SetFollow makes the view follow the end, or stay where it is until it is asked to follow again.
func (l *LogView) SetFollow(follow bool) {
	l.follow, l.held = follow, !follow
	if follow {
		l.toEnd()
	}
}

// Following reports whether the view follows the end.
func (l *LogView) Following() bool {
	l.watchReader()
	return l.follow
}

// Lines is the number of lines kept.
func (l *LogView) Lines() int { return l.ring.count }

// Text is all lines kept, as they would stand in a file.
func (l *LogView) Text() string {
	var b strings.Builder
	for i := range l.ring.count {
		line := l.ring.at(i)
		if !line.At.IsZero() {
			b.WriteString(line.At.In(l.where).Format(time.RFC3339) + " ")
		}
		b.WriteString(line.Text + "\n")
	}
	return b.String()
}

// CreateRenderer is for Fyne.
func (l *LogView) CreateRenderer() fyne.WidgetRenderer {
	// Air above and below, so that lines do not touch the edge of a flush panel.
	return widget.NewSimpleRenderer(container.New(layout.NewCustomPaddedLayout(6, 6, 0, 0), l.list))
}

// Resize is for Fyne. A view that follows still shows the end afterwards.
func (l *LogView) Resize(size fyne.Size) {
	changed := size != l.Size()
	l.BaseWidget.Resize(size)
	if changed && l.follow && l.ring.count > 0 {
		l.toEnd()
	}
}

func (l *LogView) toEnd() {
	l.list.ScrollToBottom()
	l.offset = l.list.GetScrollOffset()
}

// watchReader learns from the list's place whether the reader scrolled away from the end or back to it.
func (l *LogView) watchReader() {
	if l.held {
		return
	}
	at := l.list.GetScrollOffset()
	end := float32(l.ring.count)*l.pitch() - l.list.Size().Height
	l.follow = at >= end-l.pitch() || (l.follow && at >= l.offset-1)
}

// pitch is the distance from one line to the next.
func (l *LogView) pitch() float32 { return logRowHeight() + l.Theme().Size(theme.SizeNamePadding) }

func logRowHeight() float32 {
	return fyne.MeasureText("0", look.Code.Size(), look.Code.Style()).Height
}

// logRow is one line: the time, then the text.
type logRow struct {
	widget.BaseWidget

	line  LogLine
	where *time.Location
	clock *canvas.Text
	text  *Text
}

func newLogRow() *logRow {
	r := &logRow{clock: canvas.NewText("", nil), text: NewText(look.Code, "").Cutting(CutEnd), where: time.UTC}
	r.ExtendBaseWidget(r)
	return r
}

func (r *logRow) set(line LogLine, where *time.Location) {
	r.line, r.where = line, where
	r.Refresh()
}

// CreateRenderer is for Fyne.
func (r *logRow) CreateRenderer() fyne.WidgetRenderer {
	n := &logRowRenderer{row: r, objects: []fyne.CanvasObject{r.clock, r.text}}
	n.Refresh()
	return n
}

type logRowRenderer struct {
	row     *logRow
	objects []fyne.CanvasObject
}

func (n *logRowRenderer) Destroy()                     {}
func (n *logRowRenderer) Objects() []fyne.CanvasObject { return n.objects }
func (n *logRowRenderer) MinSize() fyne.Size           { return fyne.NewSize(120, logRowHeight()) }

func (n *logRowRenderer) Layout(size fyne.Size) {
	left := look.Space3
	if n.row.clock.Text != "" {
		wide := n.row.clock.MinSize()
		n.row.clock.Move(fyne.NewPos(left, (size.Height-wide.Height)/2))
		n.row.clock.Resize(wide)
		left += wide.Width + look.Space3
	}
	n.row.text.Move(fyne.NewPos(left, 0))
	n.row.text.Resize(fyne.NewSize(max(0, size.Width-left-look.Space3), size.Height))
}

func (n *logRowRenderer) Refresh() {
	r, p := n.row, look.PaletteOf(n.row.Theme())
	r.clock.Text = ""
	if !r.line.At.IsZero() {
		r.clock.Text = look.TimeOfDay(r.line.At.In(r.where))
	}
	r.clock.Color, r.clock.TextSize, r.clock.TextStyle = p.Faint, look.Code.Size(), look.Code.Style()
	r.text.Set(r.line.Text, levelTone(r.line.Level))
	n.Layout(r.Size())
	canvas.Refresh(r)
}

func levelTone(level slog.Level) look.Tone {
	switch {
	case level >= slog.LevelError:
		return look.ToneBad
	case level >= slog.LevelWarn:
		return look.ToneWarn
	case level >= slog.LevelInfo:
		return look.ToneSoft
	default:
		return look.ToneFaint
	}
}
