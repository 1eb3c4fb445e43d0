package kit

import (
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// press begins a drag at a place, with a modifier.
func press(l *Lanes, x float32, with fyne.KeyModifier) {
	l.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 100)}, Button: desktop.MouseButtonPrimary, Modifier: with})
}

// drag moves what was pressed to a place.
func drag(l *Lanes, from, to float32) {
	l.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(to, 100)}, Dragged: fyne.NewDelta(to-from, 0)})
}

func near(t *testing.T, what string, got, want time.Time, within time.Duration) {
	t.Helper()
	if d := got.Sub(want).Abs(); d > within {
		t.Errorf("%s is %v, want %v", what, got.UTC(), want)
	}
}

func TestLanesFollowThePresentUntilSomebodyLooksBack(t *testing.T) {
	themed(t)
	d := ladder(300)
	l, _ := laid(t, d, time.Minute, 900, 300)
	moved := 0
	l.config.Moved = func() { moved++ }
	_, to, live := l.View()
	if !live || to.Before(noon()) || to.After(noon().Add(3*time.Second)) {
		t.Fatalf("it shows up to %v, live %t", to, live)
	}
	d.Now += 10_000
	l.SetData(d)
	if _, later, _ := l.View(); later.Sub(to) != 10*time.Second {
		t.Errorf("ten seconds later it shows %v more", later.Sub(to))
	}
	press(l, 400, 0)
	drag(l, 400, 600)
	l.DragEnd()
	from, back, live := l.View()
	if live || !back.Before(noon()) || moved != 1 {
		t.Errorf("dragged to the right it shows up to %v, live %t, told %d times", back, live, moved)
	}
	d.Now += 60_000
	l.SetData(d)
	if still, _, _ := l.View(); !still.Equal(from) {
		t.Errorf("paused it moves from %v to %v", from, still)
	}
	l.SetNow(d.Now + 600_000)
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	if _, _, live := l.View(); live {
		t.Error("moved on by a page it is at the present, which is ten minutes away")
	}
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if _, _, live := l.View(); !live {
		t.Error("End does not lead back to the present")
	}
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	if from, _, live := l.View(); live || from.After(time.UnixMilli(d.First)) {
		t.Errorf("Home shows from %v", from)
	}
	for range 200 {
		l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	}
	if _, _, live := l.View(); !live {
		t.Error("moved to the present it does not follow it")
	}
}

func TestLanesZoomAroundThePointer(t *testing.T) {
	themed(t)
	l, _ := laid(t, ladder(3600), time.Hour, 900, 300)
	l.SetLive(false)
	l.pan(-1800e3)
	before := l.timeAt(500)
	l.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(500, 90)}, Scrolled: fyne.NewDelta(0, 20)})
	if got := l.Span(); got >= time.Hour || math.Abs(l.timeAt(500)-before) > 2 {
		t.Errorf("span %v, the moment under the pointer went from %f to %f", got, before, l.timeAt(500))
	}
	for range 60 {
		l.TypedRune('+')
	}
	if l.Span() != 10*time.Second {
		t.Errorf("zoomed in as far as it goes it shows %v", l.Span())
	}
	for range 60 {
		l.TypedRune('-')
	}
	if l.Span() != 24*time.Hour {
		t.Errorf("zoomed out as far as it goes it shows %v", l.Span())
	}
	l.SetSpan(time.Minute)
	middle := (l.from + l.to) / 2
	l.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(l.placeOf(middle), 90)})
	if l.Span() != 20*time.Second {
		t.Errorf("a double click shows %v", l.Span())
	}
	l.SetLive(true)
	l.TypedRune('+')
	if _, to, live := l.View(); !live || to.Before(noon()) {
		t.Errorf("zooming leaves the present: up to %v", to)
	}
}

func TestLanesSelect(t *testing.T) {
	themed(t)
	l, _ := laid(t, ladder(300), time.Minute, 900, 300)
	told := 0
	l.config.Selected = func() { told++ }
	a, b := l.timeAt(300), l.timeAt(500)
	press(l, 500, fyne.KeyModifierShift)
	drag(l, 500, 300) // backwards
	l.MouseUp(nil)
	l.DragEnd()
	from, to, there := l.Selection()
	if !there || told == 0 {
		t.Fatal("nothing is selected")
	}
	near(t, "the beginning", from, moment(a), 2*time.Millisecond)
	near(t, "the end", to, moment(b), 2*time.Millisecond)
	press(l, 501, 0) // the right handle
	drag(l, 501, 600)
	l.MouseUp(nil)
	if _, to, _ = l.Selection(); !to.After(moment(b)) {
		t.Errorf("its handle is dragged and it ends at %v", to)
	}
	if _, _, live := l.View(); !live {
		t.Error("selecting moves the stretch")
	}
	press(l, 700, fyne.KeyModifierShift)
	l.MouseUp(nil)
	if _, _, there := l.Selection(); there {
		t.Error("a click with Shift selects something")
	}
	l.SetPicking(true)
	press(l, 300, 0)
	drag(l, 300, 400)
	l.MouseUp(nil)
	if _, _, there := l.Selection(); !there {
		t.Error("the tool does not select")
	}
	escaped := 0
	l.config.Escape = func() { escaped++ }
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if _, _, there := l.Selection(); there || escaped != 0 {
		t.Error("Esc does not take the selection away, or more than that")
	}
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if escaped != 1 {
		t.Error("Esc without a selection is not passed on")
	}
}

func TestLanesSelectByKey(t *testing.T) {
	themed(t)
	l, _ := laid(t, ladder(300), time.Minute, 900, 300)
	hover(l, 400, 100)
	l.TypedRune('i')
	hover(l, 700, 100)
	l.TypedRune('o')
	from, to, there := l.Selection()
	if !there {
		t.Fatal("nothing is selected")
	}
	near(t, "the beginning", from, moment(l.timeAt(400)), 2*time.Millisecond)
	near(t, "the end", to, moment(l.timeAt(700)), 2*time.Millisecond)
	var other []rune
	l.config.Key = func(r rune) { other = append(other, r) }
	l.TypedRune('m')
	if string(other) != "m" {
		t.Errorf("M goes to %q", string(other))
	}
}

func TestLanesReadOut(t *testing.T) {
	themed(t)
	d := spoil(ladder(30))
	l, _ := laid(t, d, time.Minute, 900, 360)
	var spots []Spot
	l.config.Tell = func(s Spot) []Fact {
		spots = append(spots, s)
		return []Fact{{"Mark", "of " + string(rune('0'+s.Lane))}}
	}
	hover(l, 400, 60)
	if s := spots[len(spots)-1]; s.Lane != 0 || s.Mark < 0 || s.Note != -1 || !contains(texts(l), "of 0") {
		t.Errorf("over a mark: %+v, %v", s, texts(l))
	}
	hover(l, l.placeOf(float64(d.Notes[2].At))+2, 8)
	if s := spots[len(spots)-1]; s.Lane != -1 || s.Note != 2 {
		t.Errorf("over a flag: %+v", s)
	}
	n := len(spots)
	l.Refresh()
	if len(spots) != n {
		t.Error("the readout is written although nothing has changed")
	}
	l.MouseOut()
	if contains(texts(l), "of 0") {
		t.Error("the readout stays")
	}
}

func TestLanesSurviveAnySize(t *testing.T) {
	themed(t)
	l, w := laid(t, spoil(ladder(30)), time.Minute, 900, 300)
	l.Select(noon().Add(-30*time.Second), noon())
	for _, size := range []fyne.Size{{}, {Width: 1, Height: 1}, {Width: 30, Height: 600}, {Width: 900, Height: 10}, {Width: -5, Height: -5}} {
		l.Resize(size)
		hover(l, size.Width/2, size.Height/2)
		press(l, size.Width/2, 0)
		drag(l, size.Width/2, size.Width)
		l.DragEnd()
		l.Refresh()
		w.Canvas().Capture()
	}
	empty, _ := laid(t, LanesData{}, time.Minute, 400, 200)
	hover(empty, 300, 100)
	press(empty, 300, fyne.KeyModifierShift)
	drag(empty, 300, 350)
	empty.DragEnd()
	for _, r := range "+-ioIOx" {
		empty.TypedRune(r)
	}
	for _, k := range []fyne.KeyName{fyne.KeyHome, fyne.KeyEnd, fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyEscape, fyne.KeyF1} {
		empty.TypedKey(&fyne.KeyEvent{Name: k})
	}
	test.WidgetRenderer(empty).Refresh()
}
