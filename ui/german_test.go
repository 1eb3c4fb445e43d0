package ui

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/words"
)

// said is a line of text on the screen, and where.
type said struct {
	text string
	box  box
	torn bool // what scrolls hides its left or right end
}

type box struct{ left, top, right, bottom float32 }

func (b box) cut(c box) box {
	return box{max(b.left, c.left), max(b.top, c.top), min(b.right, c.right), min(b.bottom, c.bottom)}
}

func (b box) seen() bool { return b.right > b.left && b.bottom > b.top }

// lines are the lines of text on the screen; a dialog hides what is below it.
func (b *bench) lines() []said {
	c := b.win.win.Canvas()
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	size := c.Size()
	return linesOf(nil, root, fyne.NewPos(0, 0), box{0, 0, size.Width, size.Height})
}

func linesOf(all []said, o fyne.CanvasObject, at fyne.Position, room box) []said {
	if o == nil || !o.Visible() {
		return all
	}
	at = at.Add(o.Position())
	size := o.Size()
	switch o := o.(type) {
	case *canvas.Text:
		width := o.MinSize().Width
		switch o.Alignment {
		case fyne.TextAlignCenter:
			at.X += (size.Width - width) / 2
		case fyne.TextAlignTrailing:
			at.X += size.Width - width
		}
		if place := (box{at.X, at.Y, at.X + width, at.Y + size.Height}).cut(room); o.Text != "" && place.seen() {
			all = append(all, said{o.Text, place, at.X < room.left-2 || at.X+width > room.right+2})
		}
	case *fyne.Container:
		for _, child := range o.Objects {
			all = linesOf(all, child, at, room)
		}
	case fyne.Widget:
		if _, ok := o.(*container.Scroll); ok {
			room = room.cut(box{at.X, at.Y, at.X + size.Width, at.Y + size.Height})
		}
		for _, child := range test.WidgetRenderer(o).Objects() {
			all = linesOf(all, child, at, room)
		}
	}
	return all
}

// germanViews are the views of a window over house or, for those of encoders, over fleet.
func (b *bench) germanViews() map[string]func() {
	on := func(point string, taps ...string) func() {
		return func() {
			b.win.ShowPoint(point)
			b.settle()
			for _, name := range taps {
				b.tap(name)
			}
		}
	}
	in := func(list string, row int, taps ...string) func() {
		return func() {
			if list == "alarm-list" {
				b.win.ShowAlarms()
			} else {
				b.win.ShowArchive("arena-main")
			}
			b.until("the list", func() bool { return b.has(list) })
			b.settle()
			b.find(list).Object.(interface{ Select(int) }).Select(row)
			b.settle()
			for _, name := range taps {
				b.tap(name)
			}
		}
	}
	alarms := func(tap string) func() { return func() { b.win.ShowAlarms(); b.settle(); b.tap(tap) } }
	return map[string]func(){
		"wall": b.win.ShowWall, "settings": b.win.ShowSettings, "palette": b.win.ShowPalette, "help": b.win.ShowHelp, "close": b.win.AskClose,
		"dialog": b.win.NewPoint, "point": on("arena-main"), "lost": on("news-hd"), "ended": on("morning-show"), "bare": on("concert-b"), "gone": on("nowhere"),
		"point-settings": on("arena-main", "settings"), "point-delete": on("arena-main", "settings", "settings-delete"), "point-note": on("arena-main", "mark"),
		"point-code": on("arena-main", "code-hls"), "timeline": func() { b.win.ShowTimeline("arena-main") },
		"timeline-export": func() { b.win.ShowTimeline("arena-main"); b.settle(); b.tap("timeline-export") },
		"timeline-clip": func() {
			b.win.ShowTimeline("arena-main")
			b.until("the lanes", func() bool { return len(b.lanesOf().Data().Lanes) == 4 })
			b.lanesOf().TypedRune('i')
		},
		"alarms": b.win.ShowAlarms, "shelved": alarms("alarm-shelved"), "history": alarms("alarm-history"), "log": b.win.ShowLog, "orders": alarms("alarm-orders"), "access": on("arena-main", "access"),
		"archive": func() { b.win.ShowArchive("arena-main") }, "alarm": in("alarm-list", 0),
		"event": in("archive-events", 1, "archive-verify"), "event-clip": in("archive-events", 1, "archive-clip"), "event-export": in("archive-events", 1, "archive-export"),
		"event-purge": in("archive-events", 1, "archive-purge-before"), "event-delete": in("archive-events", 1, "archive-delete-point"),
		"recording": in("archive-recordings", 0), "recording-delete": in("archive-recordings", 0, "archive-delete-recording"),
	}
}

// In German, whose words are longer, every view fits into the smallest window too, and says nothing
// in English that has a translation.
func TestGerman(t *testing.T) {
	p := newProgram()
	p.setup.Language = words.German
	fake := timed()
	troubles(fake)
	archived(fake)
	logOrders(fake)
	limited(fake)
	b := open(t, fake, Options{Program: p}, 1280, 720)
	b.speaksGerman(b.germanViews())
	b.win.closeModal()
	b.win.ShowSettings()
	b.settle()
	b.win.win.Canvas().Unfocus()
	b.master("german")
}

func TestGermanEncoders(t *testing.T) {
	p := newProgram()
	p.setup.Language = words.German
	b := open(t, fleet(), Options{Program: p}, 1280, 720)
	b.win.ShowEncoders("")
	b.until("the table", func() bool { return b.has("encoders-row-oceans-1") })
	b.speaksGerman(b.views())
}

func TestGermanOfNothing(t *testing.T) {
	p := newProgram()
	p.setup.Language = words.German
	b := open(t, enginetest.New(), Options{Program: p}, 1280, 720)
	b.speaksGerman(map[string]func(){
		"empty": b.win.ShowWall, "empty-encoders": func() { b.win.ShowEncoders("") }, "empty-alarms": b.win.ShowAlarms, "empty-log": b.win.ShowLog,
		"empty-archive": func() { b.win.ShowArchive("") },
	})
}

// archived gives the point "arena-main" an archive with something of everything.
func archived(fake *enginetest.Fake) {
	at := noon()
	events := []engine.ArchivedEvent{{ID: "20260314T105727Z", Began: at.Add(-time.Hour), Live: true, Current: true, Duration: time.Hour, Bytes: 1_900_000_000}}
	for i := range 4 {
		began := at.Add(-time.Duration(i+1) * 24 * time.Hour)
		events = append(events, engine.ArchivedEvent{ID: began.Format("20060102T150405Z"), Began: began, Ended: began.Add(2 * time.Hour), Duration: 2 * time.Hour, Bytes: 3_800_000_000,
			Files: []engine.ArchiveFile{{Name: "arena.ismv", Bytes: 3_800_000_000}}})
	}
	fake.SetArchive("arena-main", events)
	fake.SetRecording(engine.Recording{Name: "final-goal", State: engine.StateStopped, Bytes: 48_000_000, Event: engine.EventStatus{Duration: 34 * time.Second}})
	fake.SetVerification("arena-main", events[1].ID, engine.Verification{Verdict: engine.VerdictGap})
}

func (b *bench) speaksGerman(views map[string]func()) {
	b.t.Helper()
	table, err := words.Table(words.German)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(views)) {
		b.win.closeModal()
		b.win.closeFiles()
		views[name]()
		b.settle()
		b.look("german-" + name)
		if least := b.win.win.Content().MinSize(); least.Width > 1280 || least.Height > 720 {
			b.t.Errorf("%s needs %v", name, least)
		}
		for _, p := range b.win.places() {
			if p.X < 0 || p.X+p.W > 1281 || p.Y < 0 {
				b.t.Errorf("%s: %s stands outside of the window: %+v", name, p.Name, p)
			}
		}
		b.reads(name, table)
	}
}

// reads looks at every line of text on the screen: none is English that has a translation, cut
// German, or across another.
func (b *bench) reads(view string, table map[string]string) {
	b.t.Helper()
	german := slices.Collect(maps.Values(table))
	lines := b.lines()
	for i, l := range lines {
		known := slices.Contains(german, l.text)
		if t, ok := table[l.text]; ok && !known && !engineSays(l.text) {
			b.t.Errorf("%s says %q, which is %q in German", view, l.text, t)
		}
		if l.torn {
			b.t.Errorf("%s shows no more than a part of %q", view, l.text)
		}
		stem, cut := strings.CutSuffix(l.text, "…")
		if cut && !known && !strings.Contains(stem, "://") && slices.ContainsFunc(german, func(t string) bool { return strings.HasPrefix(t, stem) }) {
			b.t.Errorf("%s cuts %q", view, l.text)
		}
		for _, m := range lines[:i] {
			if both := l.box.cut(m.box); both.right-both.left > 2 && both.bottom-both.top > 6 && !lies(l.text) {
				b.t.Errorf("%s: %q lies across %q at %v", view, l.text, m.text, both)
			}
		}
	}
}

// engineSays tells sentences of the fake engine that the window has, too.
func engineSays(text string) bool { return text == "Correct the cause and start the encoder." }

// lies tells a line that has a ground of its own to lie on: the length of what is selected.
func lies(text string) bool { return text == "0:02:30" }
