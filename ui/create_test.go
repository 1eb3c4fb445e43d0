package ui

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// typeInto types text into the field of that name, as with a keyboard.
func (b *bench) typeInto(name, text string) {
	b.t.Helper()
	f, ok := b.find(name).Object.(fyne.Focusable)
	if !ok {
		b.t.Fatalf("%q cannot be typed into", name)
	}
	b.win.win.Canvas().Focus(f)
	for _, r := range text {
		f.TypedRune(r)
	}
}

func (b *bench) press(name string, key fyne.KeyName) {
	b.t.Helper()
	b.find(name).Object.(fyne.Focusable).TypedKey(&fyne.KeyEvent{Name: key})
}

func TestCreateAndStart(t *testing.T) {
	fake := enginetest.New()
	b := open(t, fake, Options{}, 1280, 800)
	b.tap("new-point")
	if f, ok := b.win.win.Canvas().Focused().(fyne.CanvasObject); !ok || f != b.find("dialog-name").Object {
		t.Error("the name does not have the keyboard")
	}
	b.typeInto("dialog-name", "oceans")
	b.tap("dialog-rungs-5")
	b.tap("dialog-dvr-30m")
	b.tap("dialog-audio-64k")
	test.Tap(b.find("dialog-archive").Object.(fyne.Tappable))
	b.until("the command", func() bool { return strings.Contains(b.find("dialog-command").Text, "/oceans.isml/") })
	b.press("dialog-name", fyne.KeyReturn)
	cfg := b.await("CreatePoint").Args[1].(engine.PointConfig)
	if cfg.DVRWindow != 30*time.Minute || cfg.Archive {
		t.Errorf("the point is made with %+v", cfg)
	}
	if call := b.await("SetPointState"); call.Args[1] != engine.StateStarted {
		t.Errorf("the point was ordered %v", call.Args)
	}
	spec := b.await("AddEncoder").Args[0].(engine.EncoderSpec)
	if len(spec.Video) != 5 || spec.AudioBitrate != 64_000 || spec.Input.Kind != engine.InputTestPattern {
		t.Errorf("the encoder is %+v", spec)
	}
	b.await("OrderEncoder")
	b.until("the page of oceans", func() bool { return b.win.pointName == "oceans" && b.win.modal == nil })
}

func TestCreateWithoutStarting(t *testing.T) {
	fake := enginetest.New()
	b := open(t, fake, Options{}, 1280, 800)
	b.win.NewPoint()
	b.typeInto("dialog-name", "film")
	b.tap("dialog-file")
	b.typeInto("dialog-path", "/srv/film.mp4")
	b.tap("dialog-create")
	spec := b.await("AddEncoder").Args[0].(engine.EncoderSpec)
	if !reflect.DeepEqual(spec.Input, engine.EncoderInput{Kind: engine.InputFile, Path: "/srv/film.mp4", Loop: true}) {
		t.Errorf("the encoder reads %+v", spec.Input)
	}
	b.until("the page of film", func() bool { return b.win.pointName == "film" })
	if calls := fake.CallsOf("OrderEncoder"); len(calls) != 0 {
		t.Errorf("the encoder was started: %v", calls)
	}
}

func TestCreateForAnExternalEncoder(t *testing.T) {
	fake := enginetest.New()
	b := open(t, fake, Options{}, 1280, 800)
	b.win.NewPoint()
	b.typeInto("dialog-name", "sports/arena")
	b.tap("dialog-external")
	b.until("the command to copy", func() bool { return strings.Contains(b.find("dialog-command").Text, "/sports/arena.isml/") })
	b.tap("dialog-create-start")
	b.await("CreatePoint")
	b.until("the page of the point", func() bool { return b.win.pointName == "sports/arena" })
	if calls := fake.CallsOf("AddEncoder"); len(calls) != 0 {
		t.Errorf("an encoder was added: %v", calls)
	}
}

func TestCreateRefuses(t *testing.T) {
	fake := enginetest.New()
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	b := open(t, fake, Options{}, 1280, 800)
	b.until("the tile", func() bool { return b.has("tile-oceans") })
	b.win.NewPoint()
	b.tap("dialog-create-start")
	if !b.has("dialog-failure") {
		t.Error("a point without a name is made")
	}
	for _, name := range []string{"oceans", "a b", "../x", "-x"} {
		b.win.closeModal()
		b.win.NewPoint()
		b.typeInto("dialog-name", name)
		if !b.find("dialog-create").Disabled || !b.find("dialog-create-start").Disabled {
			t.Errorf("the name %q can be submitted", name)
		}
	}
	if calls := fake.CallsOf("CreatePoint"); len(calls) != 0 {
		t.Errorf("made %v", calls)
	}
	b.press("dialog-name", fyne.KeyEscape)
	if b.win.modal != nil {
		t.Error("Esc does not close the dialog")
	}
}

// A point that was made although its encoder was not is not made again.
func TestCreateHalfWay(t *testing.T) {
	fake := enginetest.New()
	fake.Fail("AddEncoder", &engine.Error{Op: "add encoder", Kind: engine.Unavailable, Text: "No ffmpeg was found; install it."})
	b := open(t, fake, Options{}, 1280, 800)
	b.win.NewPoint()
	b.typeInto("dialog-name", "oceans")
	b.tap("dialog-create-start")
	b.until("the sentence", func() bool { return b.has("dialog-failure") })
	fake.Fail("AddEncoder", nil)
	b.tap("dialog-create-start")
	b.until("the page of oceans", func() bool { return b.win.pointName == "oceans" })
	if calls := fake.CallsOf("CreatePoint"); len(calls) != 1 {
		t.Errorf("the point was made %d times", len(calls))
	}
}

func TestAFileCanBeDropped(t *testing.T) {
	b := open(t, enginetest.New(), Options{}, 1280, 800)
	b.win.NewPoint()
	b.win.form.Drop("/srv/film.mp4")
	if got := b.find("dialog-path").Text; got != "/srv/film.mp4" {
		t.Errorf("the path is %q", got)
	}
}
