package ui

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

func press(b *bench, keys ...fyne.KeyName) {
	for _, k := range keys {
		e := &fyne.KeyEvent{Name: k}
		if f := b.win.win.Canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else {
			b.win.typedKey(e)
		}
	}
}

// choose finds a command by typing and does it.
func choose(b *bench, query, want string) {
	b.t.Helper()
	b.win.togglePalette()
	test.Type(b.find("palette-field").Object.(fyne.Focusable), query)
	if got := b.find("palette-0").Text; got != want {
		b.t.Fatalf("%q finds %q first, want %q", query, got, want)
	}
	press(b, fyne.KeyReturn)
}

func TestThePaletteFindsEverything(t *testing.T) {
	fake := house()
	b := open(t, fake, Options{}, 1280, 800)
	choose(b, "open ocea", "Open oceans")
	if b.win.pointName != "oceans" || b.has("palette-field") {
		t.Errorf("it leads to %q; controls %v", b.win.pageID, b.names())
	}
	choose(b, "set", "Go to Settings")
	if b.win.pageID != pageSettings {
		t.Errorf("it leads to %q", b.win.pageID)
	}
	choose(b, "prev arena", "Preview arena-main")
	if got := <-b.op.previews; got != "arena-main" {
		t.Errorf("it previews %q", got)
	}
	choose(b, "start concert-b", "Start concert-b")
	if call := b.await("SetPointState"); call.Args[0] != "concert-b" || call.Args[1] != engine.StateStarted {
		t.Errorf("ordered %v", call.Args)
	}
}

func TestThePaletteAsksBeforeItEndsSomething(t *testing.T) {
	fake := one("oceans")
	b := open(t, fake, Options{}, 1280, 800)
	choose(b, "stop oceans", "Stop oceans…")
	if !b.has("ask-yes") || !b.find("ask-no").Object.(fyne.Focusable).(interface{ Visible() bool }).Visible() {
		t.Fatalf("it does not ask: %v", b.names())
	}
	press(b, fyne.KeyReturn) // the careful answer has the keyboard
	if len(fake.CallsOf("SetPointState")) != 0 || b.has("ask-yes") {
		t.Error("Enter twice stopped the point")
	}
	choose(b, "restart", "Restart encoder oceans-1…")
	b.tap("ask-yes")
	b.await("RestartEncoder")
	choose(b, "stop oceans", "Stop oceans…")
	b.tap("ask-yes")
	if call := b.await("SetPointState"); call.Args[1] != engine.StateStopped {
		t.Errorf("ordered %v", call.Args)
	}
}

func TestThePaletteMovesAndGoes(t *testing.T) {
	b := open(t, house(), Options{}, 1280, 800)
	b.win.togglePalette()
	press(b, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageDown)
	b.look("palette-moved")
	press(b, fyne.KeyEscape)
	if b.has("palette-field") {
		t.Error("Esc does not close it")
	}
	b.win.togglePalette()
	b.win.togglePalette()
	if b.has("palette-field") {
		t.Error("the same keys do not close it")
	}
	b.win.togglePalette()
	test.Type(b.find("palette-field").Object.(fyne.Focusable), "xyzzy")
	press(b, fyne.KeyReturn)
	if !b.has("palette-field") {
		t.Error("Enter on nothing closes it")
	}
}

// A page offers commands and takes keys before the frame does.
type talker struct {
	page.Page
	done, keys int
}

func (p *talker) Commands() []page.Command {
	return []page.Command{{Name: "Polish the lens", Do: func() { p.done++ }}}
}

func (p *talker) TypedKey(e *fyne.KeyEvent) bool {
	p.keys++
	return e.Name == fyne.KeySpace
}

func (p *talker) Help() []page.Help { return []page.Help{{Keys: "L", What: "Polish the lens"}} }

func TestPagesOfferCommandsAndTakeKeys(t *testing.T) {
	b := open(t, one("oceans"), Options{}, 1280, 800)
	b.win.ShowPoint("oceans")
	p := &talker{Page: b.win.page}
	b.win.page = p
	choose(b, "lens", "Polish the lens")
	if p.done != 1 {
		t.Errorf("done %d times", p.done)
	}
	press(b, fyne.KeySpace, fyne.KeyM)
	if p.keys != 2 || !b.has("note-text") {
		t.Errorf("the page saw %d keys; controls %v", p.keys, b.names())
	}
	if len(b.op.previews) != 0 {
		t.Error("a key that the page has used was used once more")
	}
}

// A click on a button leaves the keyboard with it; the keys that it does not use still mean what
// they mean everywhere.
func TestShortcutsSurviveAClick(t *testing.T) {
	b := open(t, house(), Options{}, 1280, 800)
	b.win.ShowPoint("arena-main")
	b.until("the page", func() bool { return b.has("stop") })
	b.win.win.Canvas().Focus(b.find("nav-settings").Object.(fyne.Focusable))
	press(b, fyne.KeyM)
	test.Type(b.find("note-text").Object.(fyne.Focusable), "Goal")
	press(b, fyne.KeyReturn)
	if call := b.await("AddNote"); call.Args[0] != "arena-main" || call.Args[1] != "Goal" {
		t.Errorf("noted %v", call.Args)
	}
	b.win.win.Canvas().Focus(b.find("nav-settings").Object.(fyne.Focusable))
	press(b, fyne.KeyF5)
	b.tap("ask-yes")
	b.await("RestartEncoder")
	press(b, fyne.KeyA)
	if call := b.await("AckAlarm"); call.Args[0] != "a1" {
		t.Errorf("acknowledged %v", call.Args)
	}
	b.win.typedRune('?')
	if !b.has("help-close") {
		t.Errorf("? shows no help: %v", b.names())
	}
	b.look("help")
	press(b, fyne.KeyEscape)
	press(b, fyne.KeyEscape)
	if b.win.pageID != pageWall {
		t.Errorf("Esc leads to %q", b.win.pageID)
	}
}

func TestTheBarShowsTheWorstAlarm(t *testing.T) {
	fake := house()
	b := open(t, fake, Options{}, 1280, 800)
	if text := b.find("worst-alarm").Text; !strings.HasPrefix(text, "Alarm: Encoder news-hd-1 has failed") {
		t.Errorf("it says %q", text)
	}
	if n := b.win.nav[2].badge; n != 2 {
		t.Errorf("the badge says %d", n)
	}
	b.tap("worst-alarm")
	if b.win.pageID != pageAlarms {
		t.Errorf("it leads to %q", b.win.pageID)
	}
	fake.SetAlarms()
	b.until("the point in the alarm's place", func() bool { return strings.HasPrefix(b.find("worst-alarm").Text, "Source lost: news-hd") })
	b.tap("worst-alarm")
	if b.win.pointName != "news-hd" {
		t.Errorf("it leads to %q", b.win.pageID)
	}
}

func TestFrameFigures(t *testing.T) {
	for _, c := range []struct {
		system    engine.SystemStatus
		disk, cpu figure
	}{
		{engine.SystemStatus{}, figure{look.Unknown, look.ToneSoft}, figure{look.Unknown, look.ToneSoft}},
		{engine.SystemStatus{Cores: 4, CPU: 0.5, Encoders: 3.3, DiskSize: 1000, DiskFree: 500}, figure{"500 B", look.ToneText}, figure{"95 %", look.ToneBad}},
		{engine.SystemStatus{Cores: 4, Encoders: 3.1, DiskLasts: 40 * time.Minute, DiskSize: 1000, DiskFree: 500}, figure{"40 min", look.ToneBad}, figure{"78 %", look.ToneWarn}},
		{engine.SystemStatus{DiskLasts: 5*time.Hour + 7*time.Minute}, figure{"5 h 07", look.ToneWarn}, figure{look.Unknown, look.ToneSoft}},
		{engine.SystemStatus{DiskLasts: 90 * time.Hour, DiskSize: 1000, DiskFree: 40}, figure{"3 d", look.ToneWarn}, figure{look.Unknown, look.ToneSoft}},
	} {
		if disk, cpu := diskFigure(c.system), cpuFigure(c.system); disk != c.disk || cpu != c.cpu {
			t.Errorf("%+v: disk %v, CPU %v", c.system, disk, cpu)
		}
	}
}

// ended is an operator whose last run ended while something was on air.
type ended struct {
	operator
	mu       sync.Mutex
	left     []engine.EncoderSpec
	decision string
}

func (e *ended) Unresumed() []engine.EncoderSpec {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.left
}

func (e *ended) decide(what string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.decision, e.left = what, nil
	return nil
}

func (e *ended) Resume(context.Context) error        { return e.decide("resume") }
func (e *ended) DeclineResume(context.Context) error { return e.decide("decline") }

func TestWhatWasOnAirCanBeResumed(t *testing.T) {
	for button, want := range map[string]string{"resume": "resume", "resume-decline": "decline"} {
		t.Run(button, func(t *testing.T) {
			op := &ended{left: []engine.EncoderSpec{{ID: "oceans-1"}, {ID: "arena-1"}, {ID: "a"}, {ID: "b"}, {ID: "c"}}}
			b := open(t, one("oceans"), Options{Operator: op}, 1280, 800)
			b.until("the offer", func() bool { return b.has("resume-offer") })
			if text := b.find("resume-offer").Text; text != "5 encoders were on air when Pubpoint ended: oceans-1, arena-1, a and 2 more." {
				t.Errorf("it says %q", text)
			}
			b.look("resume")
			b.tap(button)
			b.until("the offer to go", func() bool { return !b.has("resume-offer") && !b.win.deciding })
			if op.decision != want {
				t.Errorf("decided %q", op.decision)
			}
		})
	}
}

func TestTheWindowOutlivesTheEngine(t *testing.T) {
	b := open(t, one("oceans"), Options{}, 1280, 720)
	b.win.Fail(&engine.Error{Op: "run", Kind: engine.Storage, Text: "The disk has gone."})
	b.until("the sentence", func() bool { return b.has("engine-lost") })
	if text := b.find("engine-lost").Text; !strings.Contains(text, "The disk has gone.") {
		t.Errorf("it says %q", text)
	}
	b.look("lost-engine")
	b.win.toggleTheme()
	if !b.has("engine-lost") {
		t.Error("another theme takes it away")
	}
	closed := false
	b.win.win.SetOnClosed(func() { closed = true })
	b.win.AskClose()
	if !closed {
		t.Error("closing asks although nothing can be lost any more")
	}
}

// fakeTray is a tray that a test looks at.
type fakeTray struct {
	menu  *fyne.Menu
	icon  fyne.Resource
	icons int
}

func (t *fakeTray) SetSystemTrayMenu(m *fyne.Menu)       { t.menu = m }
func (t *fakeTray) SetSystemTrayIcon(icon fyne.Resource) { t.icon, t.icons = icon, t.icons+1 }

func TestTray(t *testing.T) {
	tray := &fakeTray{}
	fake := house()
	b := open(t, fake, Options{Tray: tray}, 1280, 800)
	b.settle()
	if tray.icons != 1 || tray.icon.Name() != look.Bad.Shape().Name() {
		t.Errorf("%d icons, the last is %s", tray.icons, tray.icon.Name())
	}
	labels := func() string {
		var all []string
		for _, i := range tray.menu.Items {
			all = append(all, i.Label)
		}
		return strings.Join(all, "|")
	}
	if got := labels(); !strings.HasPrefix(got, "Show window|Encoder news-hd-1 has failed") || !strings.HasSuffix(got, "|Quit") || !strings.Contains(got, "|oceans|") {
		t.Errorf("the menu is %s", got)
	}
	b.win.Hide()
	for _, i := range tray.menu.Items {
		if i.Label == "oceans" {
			i.Action()
		}
	}
	if b.win.pointName != "oceans" {
		t.Errorf("it shows %q", b.win.pageID)
	}
	tray.menu.Items[len(tray.menu.Items)-1].Action()
	if !b.has("close-confirm") {
		t.Errorf("quitting from the tray does not ask: %v", b.names())
	}
	b.win.closeModal()
	fake.SetAlarms()
	for _, p := range fake.Points() {
		fake.RemovePoint(p.Name)
	}
	b.until("nothing in the tray", func() bool { return strings.Contains(labels(), "No alarms") })
}

func TestNotifications(t *testing.T) {
	type sent struct{ title, text string }
	var all []sent
	n := newNotifier(func(title, text string) { all = append(all, sent{title, text}) })
	now := noon()
	alarm := func(id string, s engine.Severity) engine.Alarm {
		return engine.Alarm{ID: id, Severity: s, Point: "oceans", Text: "it is " + id, Raised: now}
	}
	old, first := alarm("old", engine.Failure), alarm("first", engine.Warning)
	shelved, acked, gone := alarm("shelved", engine.Failure), alarm("acked", engine.Failure), alarm("gone", engine.Failure)
	shelved.ShelvedUntil, acked.Acked, gone.Cleared = now.Add(time.Hour), now, now
	n.look([]engine.Alarm{old}, now, true, false) // from before the window
	n.look([]engine.Alarm{old, shelved, acked, gone}, now, true, false)
	if len(all) != 0 {
		t.Fatalf("told without need: %v", all)
	}
	n.look([]engine.Alarm{old, first}, now, true, false)
	n.look([]engine.Alarm{old, first}, now.Add(2*time.Minute), true, false)
	if len(all) != 1 || all[0] != (sent{"Warning", "oceans: It is first."}) {
		t.Fatalf("told %v", all)
	}
	// A storm is told once the minute is over, as one.
	now = now.Add(2*time.Minute + time.Second)
	n.last = now
	storm := []engine.Alarm{old, first, alarm("second", engine.Warning), alarm("third", engine.Failure)}
	n.look(storm, now, true, false)
	n.look(storm, now.Add(59*time.Second), true, false)
	n.look(storm, now.Add(time.Minute), true, false)
	n.look(storm, now.Add(5*time.Minute), true, false)
	if len(all) != 2 || all[1].title != "2 new alarms" || !strings.HasPrefix(all[1].text, "oceans: It is third.") {
		t.Fatalf("told %v", all)
	}
	// Neither while the operator looks nor when it is switched off, then or later.
	n.look(append(storm, alarm("seen", engine.Failure)), now.Add(9*time.Minute), true, true)
	n.look(append(storm, alarm("seen", engine.Failure), alarm("off", engine.Failure)), now.Add(12*time.Minute), false, false)
	n.look(append(storm, alarm("seen", engine.Failure), alarm("off", engine.Failure)), now.Add(15*time.Minute), true, false)
	if len(all) != 2 {
		t.Errorf("told %v", all[2:])
	}
}

func TestTheWindowNotifies(t *testing.T) {
	fake := one("oceans")
	told := make(chan string, 8)
	b := open(t, fake, Options{Program: newProgram(), Notify: func(_, text string) { told <- text }}, 1280, 800)
	fake.SetAlarms(engine.Alarm{ID: "x", Severity: engine.Failure, Point: "oceans", Text: "oceans has no sound"})
	b.until("the notification", func() bool { return len(told) > 0 })
	if got := <-told; got != "Oceans has no sound." && got != "oceans has no sound." {
		t.Errorf("told %q", got)
	}
}

func TestRememberingAsItHappens(t *testing.T) {
	b := open(t, one("oceans"), Options{}, 1280, 720)
	prefs := b.win.options.Prefs
	b.win.ShowPoint("oceans")
	b.win.win.Resize(fyne.NewSize(1400, 880))
	b.until("the size and the page are written down, though nobody closes", func() bool {
		return prefs.Float(prefWidth) == 1400 && prefs.Float(prefHeight) == 880 && prefs.String(prefPage) == "point:oceans"
	})
	b.win.toggleFullScreen()
	b.until("full screen, too", func() bool { return prefs.Bool(prefFull) })
	if prefs.Float(prefWidth) != 1400 {
		t.Errorf("full screen is remembered as a width of %v", prefs.Float(prefWidth))
	}
}

func TestFuzzy(t *testing.T) {
	var all []page.Command
	for _, name := range []string{"New publishing point", "Open news-hd", "Stop news-hd…", "Open oceans", "Go to Settings"} {
		all = append(all, page.Command{Name: name})
	}
	all[3].Note = "On air"
	for query, want := range map[string]string{
		"":         "New publishing point,Open news-hd,Stop news-hd…,Open oceans,Go to Settings",
		"news":     "Open news-hd,Stop news-hd…,New publishing point",
		"stop n":   "Stop news-hd…",
		"onews":    "Stop news-hd…,Open news-hd",
		"AIR":      "Open oceans",
		"settings": "Go to Settings",
		"q":        "",
	} {
		var got []string
		for _, c := range findCommands(all, query) {
			got = append(got, c.Name)
		}
		if strings.Join(got, ",") != want {
			t.Errorf("%q finds %s, want %s", query, strings.Join(got, ","), want)
		}
	}
}

var _ Resumer = (*ended)(nil)

func TestSettingsChangeTheWindow(t *testing.T) {
	p := newProgram()
	b := open(t, enginetest.New(), Options{Program: p}, 1280, 720)
	b.win.ShowSettings()
	b.until("the page", func() bool { return b.find("settings-listen").Text == "127.0.0.1:8088" })
	b.tap("language-de")
	b.until("German", func() bool { return b.find("nav-settings").Text == "Einstellungen" })
	b.look("settings-german")
	b.tap("theme-light")
	b.until("the light theme", func() bool { return b.win.light })
	b.tap("notify-off")
	b.until("no notifications", func() bool { return !b.win.notifies })
	b.tap("refresh-4")
	b.until("four pictures a second", func() bool { return b.win.refresh == 250*time.Millisecond })
	if s, _ := p.Setup(t.Context()); s.Language != "de" || s.Theme != "light" || s.Notify || s.Refresh != engine.LeastRefresh {
		t.Errorf("the program was told %+v", s)
	}
	b.tap("language-en")
	b.until("English", func() bool { return b.find("nav-settings").Text == "Settings" })
}

// The light theme needs no more room, at twice the scale neither.
func TestLight(t *testing.T) {
	b := open(t, house(), Options{Light: true, Program: newProgram()}, 1280, 720)
	b.settle()
	b.look("light-wall")
	b.win.ShowSettings()
	b.settle()
	b.win.win.Canvas().Focus(b.find("worst-alarm").Object.(fyne.Focusable))
	b.look("light-settings")
	b.win.ShowPalette()
	b.look("light-palette")
	b.win.closeModal()
	c, ok := b.win.win.Canvas().(software.WindowlessCanvas)
	if !ok {
		t.Fatal("the scale of a test's canvas cannot be set any more")
	}
	c.SetScale(2)
	b.win.ShowWall()
	b.settle()
	b.look("light-wall-2x")
	for _, p := range b.win.places() {
		if p.X < 0 || p.X+p.W > 2*1280+1 || p.Y < 0 || p.Y+p.H > 2*720+1 {
			t.Errorf("%s stands outside of the window: %+v", p.Name, p)
		}
	}
}
