package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/page"
)

// The page that an older version remembers as the log is the alarms page now.
func TestRememberedPages(t *testing.T) {
	for id, control := range map[string]string{"log": "alarm-active", pageAlarms: "alarm-active", pageArchive: "archive-point"} {
		t.Run(id, func(t *testing.T) {
			app := test.NewTempApp(t)
			app.Preferences().SetString(prefPage, id)
			b := open(t, one("oceans"), Options{Prefs: app.Preferences()}, 1280, 720)
			b.until(control, func() bool { return b.has(control) })
		})
	}
}

func TestAlarmIsAcknowledged(t *testing.T) {
	fake := one("oceans")
	fake.SetAlarms(engine.Alarm{ID: "7", Severity: engine.Failure, Point: "oceans", Text: "Nothing arrives.", Raised: noon().Add(-time.Minute)})
	b := open(t, fake, Options{}, 1280, 720)
	b.tap("nav-alarms")
	b.until("the alarm", func() bool { return b.has("alarm-list") && b.find("alarm-list").Text == "Nothing arrives." })
	b.tap("alarm-ack")
	if call := b.await("AckAlarm"); call.Args[0] != "7" {
		t.Errorf("acknowledged %v", call.Args)
	}
	b.until("the button to rest", func() bool { return b.find("alarm-ack").Disabled })
	b.win.ShowLog()
	b.until("the log", func() bool { return b.has("log-events") })
	b.win.ShowAlarms()
	b.until("the alarms", func() bool { return b.has("alarm-list") })
}

func TestArchiveOfAPoint(t *testing.T) {
	fake := one("oceans")
	fake.SetPoint(engine.PointStatus{Name: "arena"})
	fake.SetArchive("oceans", []engine.ArchivedEvent{{ID: "1", Began: noon().Add(-time.Hour), Duration: time.Hour, Bytes: 1_000_000, Live: true, Current: true}})
	b := open(t, fake, Options{}, 1280, 720)
	b.win.ShowArchive("oceans")
	b.until("its event", func() bool { return b.has("archive-row-1") })
	b.tap("archive-delete-point")
	b.typeInto("delete-name", "oceans")
	if !strings.Contains(b.find("delete-check").Text, "on air") || !b.find("delete-do").Disabled {
		t.Errorf("a point on air may be deleted: %q", b.find("delete-check").Text)
	}
	b.win.toggleTheme()
	b.until("the page anew", func() bool { return b.has("archive-point") })
	b.win.ShowArchive("arena")
	b.until("the other", func() bool { return b.find("archive-point").Text == "arena" })
}

// What can be used with the mouse can be reached with Tab.
func TestKeyboardReachesThePages(t *testing.T) {
	fake := house()
	fake.SetAlarms(engine.Alarm{ID: "7", Severity: engine.Failure, Point: "oceans", Text: "Nothing arrives.", Raised: noon().Add(-time.Minute)})
	fake.SetArchive("arena-main", []engine.ArchivedEvent{{ID: "1", Began: noon().Add(-time.Hour), Duration: time.Hour, Links: []engine.Link{{Label: "Preview", URL: "http://x/", Browse: true}}}})
	b := open(t, fake, Options{}, 1280, 720)
	for name, turn := range map[string]func(){"alarm-list": b.win.ShowAlarms, "archive-row-1": func() { b.win.ShowArchive("arena-main") }} {
		turn()
		b.until(name, func() bool { return b.has(name) })
		b.settle()
		reached := map[fyne.Focusable]bool{}
		c := b.win.win.Canvas()
		for range 60 {
			c.FocusNext()
			reached[c.Focused()] = true
		}
		for _, control := range b.win.page.Controls() {
			o, ok := control.Object.(fyne.Focusable)
			if d, can := control.Object.(fyne.Disableable); can && d.Disabled() || !ok {
				continue
			}
			if !reached[o] {
				t.Errorf("%s cannot be reached", control.Name)
			}
		}
		c.Unfocus()
	}
}

func TestArchiveNamesAreUnique(t *testing.T) {
	b := open(t, enginetest.New(), Options{}, 1280, 720)
	for _, turn := range []func(){b.win.ShowAlarms, b.win.ShowLog, func() { b.win.ShowArchive("") }} {
		turn()
		b.settle()
		seen := map[string]page.Control{}
		for _, c := range b.win.controls() {
			if _, ok := seen[c.Name]; ok {
				t.Errorf("two controls are called %q", c.Name)
			}
			seen[c.Name] = c
		}
	}
}
