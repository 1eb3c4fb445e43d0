package ui

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// replace types text into a field in place of what is there.
func replace(b *bench, name, text string) {
	b.t.Helper()
	f, ok := b.find(name).Object.(interface {
		fyne.Focusable
		SetText(string)
	})
	if !ok {
		b.t.Fatalf("%q is no field", name)
	}
	f.SetText("")
	test.Type(f, text)
}

func openSettings(t *testing.T, p *program) *bench {
	t.Helper()
	b := open(t, enginetest.New(), Options{Program: p}, 1280, 720)
	b.win.ShowSettings()
	b.until("the page", func() bool { return b.has("settings-listen") && b.find("settings-listen").Text == "127.0.0.1:8088" })
	return b
}

func TestListenersSayWhoReachesThem(t *testing.T) {
	p := newProgram()
	b := openSettings(t, p)
	note := func(name string) string { return b.find("settings-" + name + "-note").Text }
	if got := note("listen"); got != "Only programs on this machine can reach it." {
		t.Errorf("it says %q", got)
	}
	replace(b, "settings-listen", "0.0.0.0:8088")
	b.tick() // what is being typed stays
	if got := b.find("settings-listen").Text; got != "0.0.0.0:8088" {
		t.Fatalf("the field says %q", got)
	}
	b.tap("settings-listen-save")
	b.until("when it counts", func() bool { return strings.HasPrefix(note("listen"), "From the next start on: 0.0.0.0:8088.") })
	p.mu.Lock()
	p.setup.Now, p.setup.Fixed = p.setup.Next, []string{"admin"}
	p.setup.Now.Admin = "0.0.0.0:8089"
	p.mu.Unlock()
	b.until("the warning", func() bool {
		return strings.HasPrefix(note("listen"), "Everybody who can reach 0.0.0.0:8088 can watch") && strings.Contains(note("admin"), "A flag or an environment")
	})
	if !b.find("settings-admin").Disabled || b.find("settings-admin").Text != "0.0.0.0:8089" {
		t.Errorf("what a flag decides can be edited: %+v", b.find("settings-admin"))
	}
	b.look("settings-open")
	p.mu.Lock()
	p.setup.Now.Admin = "off"
	p.mu.Unlock()
	b.until("that it is closed", func() bool { return strings.HasPrefix(note("admin"), "Closed") })
}

func TestARefusedChangeIsASentence(t *testing.T) {
	p := newProgram()
	b := openSettings(t, p)
	p.fails = &engine.Error{Op: "change settings", Kind: engine.BadInput, Text: "This is no address; write HOST:PORT."}
	replace(b, "settings-listen", "nowhere")
	press(b, fyne.KeyReturn)
	b.win.win.Canvas().Focus(b.find("settings-listen").Object.(fyne.Focusable))
	press(b, fyne.KeyReturn)
	b.until("the sentence", func() bool { return b.has("failure") })
	if got := b.find("failure").Text; got != "This is no address; write HOST:PORT." {
		t.Errorf("it says %q", got)
	}
	press(b, fyne.KeyEscape)
	if got := b.find("settings-listen").Text; got != "127.0.0.1:8088" {
		t.Errorf("Esc leaves %q", got)
	}
}

func TestTheTokenIsMasked(t *testing.T) {
	p := newProgram()
	b := openSettings(t, p)
	shown := func() string { return b.find("token").Text }
	b.until("the mask", func() bool { return strings.HasSuffix(shown(), "•3f2a") })
	b.tap("token-copy")
	if got := b.win.app.Clipboard().Content(); got != p.token {
		t.Errorf("copied %q", got)
	}
	b.tap("token-show")
	if shown() != p.token {
		t.Errorf("shown is %q", shown())
	}
	b.tap("token-rotate")
	b.later()
	if p.turned != 0 {
		t.Fatal("one click replaced it")
	}
	b.tap("asking-token-rotate")
	b.until("the new one", func() bool {
		return strings.HasSuffix(shown(), "0001") && strings.HasPrefix(b.find("token-note").Text, "A new token")
	})
	p.mu.Lock()
	p.token = ""
	p.mu.Unlock()
	b.until("that there is none", func() bool {
		return b.find("token-show").Disabled && strings.HasPrefix(b.find("token-note").Text, "The admin API is off")
	})
}

func TestTheToolCanBeTried(t *testing.T) {
	p := newProgram()
	b := openSettings(t, p)
	b.tap("ffmpeg-test")
	b.until("that it works", func() bool { return b.find("ffmpeg-result").Text == "It works: /usr/bin/ffmpeg 5.1.6." })
	replace(b, "settings-ffmpeg", "/nowhere")
	b.tap("ffmpeg-test")
	b.until("that it does not", func() bool { return strings.HasPrefix(b.find("ffmpeg-result").Text, "There is no program at /nowhere") })
	b.tap("settings-ffmpeg-save")
	b.until("that it is saved", func() bool { s, err := p.Setup(t.Context()); return err == nil && s.Next.FFmpeg == "/nowhere" })
	b.tap("resume-never")
	b.until("the choice", func() bool { s, err := p.Setup(t.Context()); return err == nil && s.Resume == "never" })
}

func TestTheFolderOpens(t *testing.T) {
	p := newProgram()
	p.setup.Now.Root = "/srv/my media"
	opened := make(chan string, 1)
	b := open(t, enginetest.New(), Options{Program: p, Open: func(url string) error { opened <- url; return errors.New("no file manager") }}, 1280, 720)
	b.win.ShowSettings()
	b.settle()
	b.tap("root-open")
	if got := <-opened; got != "file:///srv/my%20media" {
		t.Errorf("opened %q", got)
	}
	b.until("why it did not open", func() bool { return b.has("failure") })
}

// Without a program the page shows what it can, and nothing on it fails.
func TestSettingsOfNobody(t *testing.T) {
	b := open(t, enginetest.New(), Options{}, 1280, 720)
	b.win.ShowSettings()
	b.settle()
	for _, name := range []string{"theme-light", "notify-off", "ffmpeg-test", "settings-listen-save"} {
		if o, ok := b.find(name).Object.(fyne.Tappable); ok {
			o.Tapped(nil)
		}
	}
	b.settle()
	if b.has("failure") {
		t.Errorf("it says %q", b.find("failure").Text)
	}
}
