package ui

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// distant is an operator whose engine is elsewhere.
type distant struct {
	operator
	mu   sync.Mutex
	link engine.Connection
	got  string
}

func (d *distant) Connection() engine.Connection {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.link
}

func (d *distant) GiveToken(_ context.Context, token string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.got = token
	return nil
}

func TestSentencesOfTheDistance(t *testing.T) {
	known := time.Date(2026, 5, 4, 21, 3, 12, 0, time.Local)
	for want, c := range map[string]engine.Connection{
		"No answer from rack-1 for 12 s; showing what was known at 21:03:12. The network is down.": {Name: "rack-1", Known: known, Silent: 12 * time.Second, Reason: "The network is down."},
		"No answer from rack-1 for 1 s; showing what was known at 21:03:12. It hangs.":             {Name: "rack-1", Known: known, Reason: "It hangs."},
		"No answer from rack-1 yet. It has been asked.":                                            {Name: "rack-1", Silent: time.Second, Reason: "It has been asked."},
		"rack-1 wants a token.": {Name: "rack-1", Reason: "rack-1 wants a token.", WantsToken: true},
		"Showing what was known at 21:03:12. rack-1 refuses the token.": {Name: "rack-1", Known: known, Reason: "rack-1 refuses the token.", WantsToken: true},
	} {
		if got := textFar(c); got != want {
			t.Errorf("%+v is told as %q, want %q", c, got, want)
		}
	}
}

// Nothing stays green of what is not known any more, and the clock goes on.
func TestWhatIsOldIsNotGood(t *testing.T) {
	known := time.Date(2026, 5, 4, 21, 3, 12, 0, time.Local)
	point := engine.PointStatus{Name: "oceans", State: engine.StateStarted, AsOf: known}
	encoder := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "one", Point: "oceans"}, State: engine.EncoderRunning, Order: engine.OrderRun, AsOf: known}
	s := page.Snapshot{Now: known, Points: []engine.PointStatus{point}, Encoders: []engine.EncoderStatus{encoder}, Tool: engine.ToolStatus{Path: "/usr/bin/ffmpeg", Version: "5"}}
	m := newFrameModel(s)
	m.dated(&engine.Connection{Name: "rack-1", Known: known, Now: known, Silent: time.Minute})
	if m.worst == look.Good || m.tool.lamp == look.Good || m.alarm.lamp == look.Good || onAirTone(m) == look.ToneGood || m.local != "21:04:12" {
		t.Errorf("the frame says %+v", m)
	}
	for _, c := range m.chips {
		if c.lamp == look.Good {
			t.Errorf("the bar counts %+v", c)
		}
	}
	if lamp, _ := page.EncoderLamp(encoder, known); lamp != look.Quiet {
		t.Errorf("the encoder's lamp is %v", lamp)
	}
	if v := page.VerdictOf(encoder, point, true, known); v.Lamp != look.Quiet {
		t.Errorf("the verdict is %+v", v)
	}
}

func TestNamesOfTheWindow(t *testing.T) {
	for _, c := range []struct{ engine, title, heading string }{
		{"", "Pubpoint", "Pubpoint"},
		{"rack-1:8089", "rack-1:8089 — Pubpoint", "rack-1:8089"},
		{"a-very-long-name.example:8089", "a-very-long-name.example:8089 — Pubpoint", "a-very-long-name.exa…"},
	} {
		o := Options{Title: "Pubpoint", Engine: c.engine}
		if o.title() != c.title || o.heading() != c.heading || strings.Count(o.heading(), "")-1 > longestHeading {
			t.Errorf("%q is %q and %q", c.engine, o.title(), o.heading())
		}
	}
}

func (d *distant) set(c engine.Connection) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.link = c
}

func TestEngineThatDoesNotAnswer(t *testing.T) {
	d := &distant{link: engine.Connection{Name: "rack-1:8089", Up: true, Known: noon(), Now: noon()}}
	b := open(t, one("oceans"), Options{Operator: d, Engine: "rack-1:8089"}, 1280, 720)
	if b.has("engine-away") || b.win.win.Title() != "rack-1:8089 — Pubpoint" {
		t.Fatalf("while it answers the window %q has %v", b.win.win.Title(), b.names())
	}
	d.set(engine.Connection{Name: "rack-1:8089", Known: noon(), Now: noon(), Silent: 12 * time.Second, Reason: "rack-1:8089 refuses the token.", WantsToken: true})
	b.until("it is said", func() bool { return b.has("engine-away") })
	if text := b.find("engine-away").Text; !strings.Contains(text, "12:00:00. rack-1:8089 refuses the token.") {
		t.Errorf("it says %q", text)
	}
	b.tap("enter-token")
	b.typeInto("token-text", "abc")
	if text := b.find("token-text").Text; text != "" {
		t.Errorf("what is typed is told as %q", text)
	}
	b.tap("token-give")
	b.until("the token is taken", func() bool { d.mu.Lock(); defer d.mu.Unlock(); return d.got == "abc" })
	b.until("the question goes away", func() bool { return !b.has("token-give") })
	d.set(engine.Connection{Name: "rack-1:8089", Up: true, Known: noon(), Now: noon()})
	b.until("nothing is said of it any more", func() bool { return !b.has("engine-away") })
	closed := false
	b.win.win.SetOnClosed(func() { closed = true })
	if b.win.AskClose(); !closed || b.has("close-confirm") {
		t.Errorf("closing asks %v, although nothing ends", b.names())
	}
}

// A page claims nothing of an engine that has never answered, and what failed meanwhile is forgotten
// when it does.
func TestNothingIsKnownYet(t *testing.T) {
	d := &distant{link: engine.Connection{Name: "rack-1:8089", Reason: "rack-1:8089 wants a token.", WantsToken: true}}
	b := open(t, one("oceans"), Options{Operator: d, Engine: "rack-1:8089"}, 1280, 720)
	b.win.ShowAlarms()
	b.tick()
	if !b.has("engine-away") || b.has("alarm-none") || b.win.below.Visible() {
		t.Errorf("of an engine that has not answered the window shows %v", b.names())
	}
	b.win.report(&engine.Error{Op: "start", Kind: engine.Internal, Text: "rack-1:8089 wants a token."})
	d.set(engine.Connection{Name: "rack-1:8089", Up: true, Known: noon(), Now: noon()})
	b.until("the page is there", func() bool { return b.has("alarm-none") && !b.has("failure") })
	b.win.report(&engine.Error{Op: "start", Kind: engine.Internal, Text: "It did not start."})
	b.tick()
	if !b.has("failure") {
		t.Error("a failure goes away although the engine answered when it came")
	}
}

// Files of this machine are none over there.
func TestFilesAreOverThere(t *testing.T) {
	d := &distant{link: engine.Connection{Name: "rack-1:8089", Up: true, Known: noon(), Now: noon()}}
	b := open(t, one("oceans"), Options{Operator: d, Engine: "rack-1:8089", Program: newProgram()}, 1280, 720)
	b.win.dropped(fyne.NewPos(0, 0), []fyne.URI{storage.NewFileURI("/a.mp4")})
	if text := b.find("failure").Text; !strings.Contains(text, "files of rack-1:8089") {
		t.Errorf("a dropped file is answered %q", text)
	}
	b.win.ShowSettings()
	b.tick()
	if b.has("root-open") {
		t.Errorf("the settings offer to open a folder over there: %v", b.names())
	}
}
