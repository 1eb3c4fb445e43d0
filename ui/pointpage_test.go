package ui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// troubled is a house whose point "arena-main" is on air with findings.
func troubled() *enginetest.Fake {
	fake := house()
	troubles(fake)
	return fake
}

// troubles gives the point "arena-main" findings.
func troubles(fake *enginetest.Fake) {
	at := noon().Add(-95 * time.Second)
	fake.ChangePoint("arena-main", func(p *engine.PointStatus) {
		p.Config.DVRWindow, p.Config.ArchiveKeepBytes = 30*time.Minute, 20_000_000_000
		p.Findings = []engine.Finding{
			{Code: "source-silent", Severity: engine.Failure, Stream: "audio", Text: "2.0 s of audio never arrived.", Action: "Check the uplink and the load of the encoder.", First: at, Last: noon(), Count: 3},
			{Code: "gop-variable", Severity: engine.Warning, Stream: "video", Text: "Fragments of 1.2 to 4.8 s.", Action: "Give the encoder a fixed distance of key frames.",
				Option: "-g 50 -keyint_min 50 -sc_threshold 0", First: at, Last: noon(), Count: 1},
			{Code: "time-negative", Severity: engine.Info, Text: "Audio starts 21 ms before zero (encoder priming).", First: at, Last: at, Count: 1},
		}
	})
}

// onPoint opens the page of a point.
func onPoint(t *testing.T, fake *enginetest.Fake, name string, width, height float32) *bench {
	t.Helper()
	b := open(t, fake, Options{}, width, height)
	b.win.ShowPoint(name)
	b.until("the page", func() bool { return b.has("settings") || b.has("to-wall") })
	b.settle()
	return b
}

func (b *bench) clear(name string) {
	b.t.Helper()
	f := b.find(name).Object.(interface{ SetText(string) })
	f.SetText("")
}

// check clicks a check box, which answers where its box and word are.
func (b *bench) check(name string) {
	b.t.Helper()
	o := b.find(name).Object
	test.TapAt(o.(fyne.Tappable), fyne.NewPos(4, o.Size().Height/2))
}

func TestPointPageLooks(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1280, Height: 720}, {Width: 1600, Height: 900}, {Width: 2560, Height: 1300}} {
		b := onPoint(t, troubled(), "arena-main", size.Width, size.Height)
		name := "-" + strconv.Itoa(int(size.Width))
		b.look("findings" + name)
		for what, open := range map[string]string{"settings": "settings", "note": "mark", "code": "code-hls"} {
			b.tap(open)
			b.win.win.Canvas().Unfocus()
			b.drain()
			b.look(what + name)
			if what == "settings" {
				b.tap("settings-delete")
				b.win.win.Canvas().Unfocus()
				b.look("delete" + name)
			}
			for _, p := range b.win.places() {
				if p.X < 0 || p.X+p.W > int(size.Width)+1 || p.Y < 0 || p.Y+p.H > int(size.Height)+1 {
					t.Errorf("%s: %s stands outside of the window: %+v", what, p.Name, p)
				}
			}
			b.win.closeModal()
		}
		b.win.ShowPoint("nowhere")
		b.settle()
		b.look("gone" + name)
	}
	b := onPoint(t, troubled(), "arena-main", 1280, 720)
	b.win.toggleTheme()
	b.settle()
	b.look("findings-light")
	b.tap("settings")
	b.look("settings-light")
}

// A long name gives way; the orders of the point stay in the least window.
func TestALongNameLeavesTheOrders(t *testing.T) {
	name := "sports/" + strings.Repeat("long-", 11) + "name"
	fake := house()
	p, _ := onAir(name)
	p.Title = strings.Repeat("Title ", 33)
	fake.SetPoint(p)
	b := onPoint(t, fake, name, 1280, 720)
	inside := func(names ...string) {
		t.Helper()
		at := map[string]int{}
		for _, p := range b.win.places() {
			at[p.Name] = p.X + p.W
		}
		for _, n := range names {
			if at[n] <= 0 || at[n] > 1280 {
				t.Errorf("%s ends at %d", n, at[n])
			}
		}
	}
	inside("stop", "shut-down", "settings", "state")
	b.tap("open-timeline")
	b.until("the timeline", func() bool { return b.has("timeline-export") })
	b.settle()
	inside("timeline-export", "timeline-note")
}

func TestFindingsAreShownWhereTheyBelong(t *testing.T) {
	b := onPoint(t, troubled(), "arena-main", 1280, 720)
	if c := b.find("finding-gop-variable"); c.Text != "Fragments of 1.2 to 4.8 s." {
		t.Errorf("the finding says %q", c.Text)
	}
	b.fake.ChangePoint("arena-main", func(p *engine.PointStatus) { p.Findings = nil })
	b.until("no findings", func() bool { return !b.has("finding-gop-variable") })
}

func TestSettingsOfAPoint(t *testing.T) {
	b := onPoint(t, troubled(), "arena-main", 1280, 720)
	b.tap("settings")
	if got := b.find("settings-window").Text; got != "30 min" {
		t.Errorf("the DVR window is %q", got)
	}
	if !b.find("settings-save").Disabled {
		t.Error("nothing was changed, and it can be saved")
	}
	b.typeInto("settings-window", "utes")
	if !b.has("settings-failure") || !b.find("settings-save").Disabled {
		t.Error("30 minutes is taken for a span of time")
	}
	b.clear("settings-window")
	b.typeInto("settings-window", "2 h")
	b.clear("settings-title")
	b.typeInto("settings-title", "Main camera")
	b.tap("settings-new-event")
	b.tap("settings-look-ahead-1")
	b.tap("settings-fsync-every")
	b.check("settings-auto-start")
	b.typeInto("settings-segment", "1 h")
	b.typeInto("settings-keep", "2 d")
	b.typeInto("settings-timeout", "90s")
	b.clear("settings-keep-bytes")
	b.typeInto("settings-keep-bytes", "1.5 TB")
	b.fake.Fail("UpdatePoint", &engine.Error{Op: "update point", Kind: engine.Storage, Text: "The disk is full; make room."})
	b.tap("settings-save")
	b.await("UpdatePoint")
	b.until("the sentence", func() bool { return b.has("settings-failure") && !b.find("settings-save").Disabled })
	b.look("settings-failed")
	b.fake.Fail("UpdatePoint", nil)
	b.press("settings-title", fyne.KeyReturn)
	b.until("the end of the dialog", func() bool { return b.win.modal == nil })
	p, err := b.fake.Point("arena-main")
	want := engine.PointConfig{Title: "Main camera", DVRWindow: 2 * time.Hour, Archive: true, LookAhead: 1, OnReconnect: engine.ReconnectNewEvent, Fsync: "every",
		SourceTimeout: 90 * time.Second, ArchiveSegment: time.Hour, ArchiveKeep: 48 * time.Hour, ArchiveKeepBytes: 1_500_000_000_000}
	if err != nil || !p.Config.Equal(want) {
		t.Errorf("the settings are\n%+v (%v), want\n%+v", p.Config, err, want)
	}
	b.tap("settings")
	b.press("settings-title", fyne.KeyEscape)
	if b.win.modal != nil {
		t.Error("Esc does not close the dialog")
	}
}

func TestDeleteNeedsTheName(t *testing.T) {
	b := onPoint(t, troubled(), "arena-main", 1280, 720)
	b.tap("settings")
	b.tap("settings-delete")
	b.typeInto("delete-name", "arena")
	b.press("delete-name", fyne.KeyReturn)
	if !b.find("delete-confirm").Disabled {
		t.Error("half the name is enough")
	}
	b.typeInto("delete-name", "-main")
	b.fake.Fail("DeletePoint", &engine.Error{Op: "delete point", Kind: engine.Storage, Text: "The disk is read-only."})
	b.tap("delete-confirm")
	b.until("the sentence", func() bool { return b.has("delete-failure") })
	b.fake.Fail("DeletePoint", nil)
	b.check("delete-keep")
	b.tap("delete-confirm")
	b.until("the wall", func() bool { return b.win.modal == nil && b.win.pointName == "" })
	calls := b.fake.CallsOf("DeletePoint")
	if how := calls[len(calls)-1].Args[1].(engine.Deletion); !how.Force || !how.KeepFiles {
		t.Errorf("it was deleted with %+v", how)
	}
}

func TestMarkAMoment(t *testing.T) {
	b := onPoint(t, troubled(), "arena-main", 1280, 720)
	press(b, fyne.KeyM)
	b.typeInto("note-text", strings.Repeat("x", 201))
	if !b.find("note-add").Disabled {
		t.Error("a long note can be made")
	}
	b.clear("note-text")
	b.typeInto("note-text", "Goal")
	b.press("note-text", fyne.KeyReturn)
	if call := b.await("AddNote"); call.Args[0] != "arena-main" || call.Args[1] != "Goal" {
		t.Errorf("noted %v", call.Args)
	}
	b.win.ShowPoint("concert-b")
	b.settle()
	press(b, fyne.KeyM)
	if !b.find("mark").Disabled || b.win.modal != nil {
		t.Error("a moment of a point that is not on air can be marked")
	}
}

func TestCodeOfALink(t *testing.T) {
	b := onPoint(t, troubled(), "arena-main", 1280, 720)
	want := b.find("link-hls").Text
	b.tap("code-hls")
	if got := b.find("code").Text; got != want || !strings.HasPrefix(got, "http://127.0.0.1:8088/arena-main.isml/") {
		t.Errorf("the code is of %q, the link is %q", got, want)
	}
	b.tap("code-close")
	if b.win.modal != nil {
		t.Error("it stays")
	}
}

// An encoder that asks for a name that nobody has made leads to a page that makes it.
func TestCreateAPointThatAnEncoderAskedFor(t *testing.T) {
	fake := troubled()
	fake.Emit(engine.Event{Severity: engine.Warning, Point: "cup-final", Text: "An encoder from 192.0.2.7:4711 was refused: There is no publishing point cup-final."})
	b := onPoint(t, fake, "cup-final", 1280, 720)
	b.look("asked-for")
	b.tap("create-point")
	if call := b.await("CreatePoint"); call.Args[0] != "cup-final" || !call.Args[1].(engine.PointConfig).Equal(engine.DefaultPointConfig()) {
		t.Errorf("made %v", call.Args)
	}
	b.until("its page", func() bool { return b.has("start") })
}
