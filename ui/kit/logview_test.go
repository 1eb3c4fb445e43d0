package kit

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func numbered(from, to int) (lines []LogLine) {
	for i := from; i < to; i++ {
		lines = append(lines, LogLine{At: noon().Add(time.Duration(i) * time.Second), Text: fmt.Sprintf("line %d", i)})
	}
	return lines
}

func logOf(t *testing.T, lines int) *LogView {
	t.Helper()
	themed(t)
	l := NewLogView(100, time.UTC)
	shown(t, l, 320, 160)
	l.Append(numbered(0, lines)...)
	return l
}

func (l *LogView) atEnd() bool {
	end := float32(l.ring.count)*l.pitch() - l.list.Size().Height
	return l.list.GetScrollOffset() >= end-l.pitch()
}

func TestLogFollowsTheEnd(t *testing.T) {
	l := logOf(t, 50)
	if !l.Following() || !l.atEnd() {
		t.Fatal("a new log does not follow its end")
	}
	l.list.ScrollToOffset(40)
	l.Append(numbered(50, 60)...)
	if l.Following() || l.list.GetScrollOffset() != 40 {
		t.Fatalf("the reader was moved to %v", l.list.GetScrollOffset())
	}
	l.list.ScrollToBottom()
	l.Append(numbered(60, 70)...)
	if !l.Following() || !l.atEnd() {
		t.Error("back at the end it does not follow again")
	}
	l.list.ScrollToTop()
	l.SetFollow(true)
	if !l.atEnd() {
		t.Error("asked to follow, it does not go to the end")
	}
}

// What follows the end shows the last line whole when its room shrinks or grows.
func TestLogFollowsThroughResizing(t *testing.T) {
	l := logOf(t, 50)
	for _, height := range []float32{90, 131, 60} {
		l.Resize(fyne.NewSize(320, height))
		end := float32(l.ring.count)*l.pitch() - l.Theme().Size(theme.SizeNamePadding) - l.list.Size().Height
		if at := l.list.GetScrollOffset(); at < end-0.5 {
			t.Errorf("at a height of %v it stands at %v, its end at %v", height, at, end)
		}
	}
}

func TestLogKeepsTheReadersPlaceWhenLinesGo(t *testing.T) {
	l := logOf(t, 100)
	l.list.ScrollToOffset(30 * l.pitch())
	l.Append(numbered(100, 110)...)
	if got, want := l.list.GetScrollOffset(), 20*l.pitch(); got != want {
		t.Errorf("the reader is at %v, their line at %v", got, want)
	}
	if l.Lines() != 100 {
		t.Errorf("%d lines are kept", l.Lines())
	}
}

func TestLogTextAndClear(t *testing.T) {
	l := logOf(t, 2)
	l.Append(LogLine{Text: "no time"})
	if got, want := l.Text(), "2026-03-14T12:00:00Z line 0\n2026-03-14T12:00:01Z line 1\nno time\n"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	l.Append()
	l.Clear()
	if l.Text() != "" || l.Lines() != 0 || !l.Following() {
		t.Error("not empty after clearing")
	}
}

func TestLogTellsTheChosenLine(t *testing.T) {
	l := logOf(t, 20)
	var chosen LogLine
	l.list.Select(3)
	l.OnLine = func(line LogLine) { chosen = line }
	l.list.Select(4)
	if chosen.Text != "line 4" {
		t.Errorf("chosen %q", chosen.Text)
	}
}

func TestLogLooks(t *testing.T) {
	themed(t)
	l := NewLogView(100, time.UTC)
	w := shown(t, NewPanel("Log", l).Flush(), 360, 150)
	for i, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		l.Append(LogLine{At: noon().Add(time.Duration(i) * time.Second), Level: level, Text: level.String() + ": an apple fell --> and rolled far, far away from its tree"})
	}
	l.Resize(fyne.NewSize(358, 108))
	test.AssertRendersToImage(t, "log.png", w.Canvas())
}
