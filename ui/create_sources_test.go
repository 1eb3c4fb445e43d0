package ui

import (
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// Each kind of source becomes the encoder of a new point, by keyboard and mouse alone.
func TestCreateFromEverySource(t *testing.T) {
	for name, c := range map[string]struct {
		fill func(*bench)
		want engine.EncoderInput
	}{
		"device": {func(b *bench) { b.tap("dialog-device"); b.says("dialog-camera", "Webcam") }, engine.EncoderInput{Kind: engine.InputDevice, Device: "/dev/video0", Sound: "default"}},
		"screen": {func(b *bench) { b.tap("dialog-screen"); b.says("dialog-screen-which", "Screen 1") }, engine.EncoderInput{Kind: engine.InputScreen, Device: ":0.0"}},
		"network": {func(b *bench) {
			b.tap("dialog-network")
			b.tap("dialog-listen")
			b.tap("dialog-example-srt")
		}, engine.EncoderInput{Kind: engine.InputNetwork, URL: "srt://0.0.0.0:9000", Listen: true}},
		"arguments": {func(b *bench) { b.tap("dialog-arguments"); b.typeInto("dialog-args", "-i\na b.mp4") }, engine.EncoderInput{Kind: engine.InputCustom, Args: []string{"-i", "a b.mp4"}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, fleet(), Options{}, 1280, 720)
			b.win.NewPoint()
			b.typeInto("dialog-name", "harbour")
			c.fill(b)
			b.press("dialog-name", fyne.KeyReturn)
			if spec := b.await("AddEncoder").Args[0].(engine.EncoderSpec); !reflect.DeepEqual(spec.Input, c.want) || spec.Point != "harbour" {
				t.Errorf("the encoder is %+v", spec)
			}
			b.until("the page of harbour", func() bool { return b.win.pointName == "harbour" })
		})
	}
}

func TestCreateSaysWhatIsMissing(t *testing.T) {
	b := open(t, fleet(), Options{}, 1280, 720)
	b.win.NewPoint()
	b.typeInto("dialog-name", "harbour")
	b.tap("dialog-network")
	b.tap("dialog-create-start")
	b.says("dialog-note", "Give the address to read.")
	if !b.has("dialog-failure") || len(b.fake.CallsOf("CreatePoint")) > 0 {
		t.Error("a point was made of nothing")
	}
	b.typeInto("dialog-url", "nonsense")
	b.says("dialog-note", "An address looks like srt://")
}

func TestCreateTellsTheRoomOnDisk(t *testing.T) {
	b := open(t, fleet(), Options{}, 1280, 720)
	b.win.NewPoint()
	b.says("dialog-room", "Room for 10 days at 3.73 Mbit/s.")
	b.tap("dialog-rungs-5")
	b.says("dialog-room", "Room for 5 days at 7.53 Mbit/s.")
	b.fake.SetSystem(engine.SystemStatus{DiskFree: -1, DiskSize: -1})
	b.typeInto("dialog-name", "h")
	b.says("dialog-room", "is not known")
}

func TestCreateLooksIntoTheFile(t *testing.T) {
	b := open(t, fleet(), Options{}, 1280, 720)
	b.win.NewPoint()
	b.win.form.Drop("/srv/films/oceans.mp4")
	b.tap("dialog-probe")
	b.says("dialog-probe-result", "It fits")
	b.tap("dialog-external")
	b.typeInto("dialog-name", "harbour")
	b.until("the stock command", func() bool { return strings.Contains(b.find("dialog-command").Text, "testsrc2") })
	b.tap("dialog-create")
	b.until("the page of harbour", func() bool { return b.win.pointName == "harbour" })
	if calls := b.fake.CallsOf("AddEncoder"); len(calls) > 0 {
		t.Errorf("an encoder was made: %v", calls)
	}
}

// From an empty window to a point on air takes a click and a name.
func TestCreateWithEnterAlone(t *testing.T) {
	b := open(t, enginetest.New(), Options{}, 1280, 720)
	b.tap("new-point")
	f := b.win.win.Canvas().Focused()
	for _, r := range "oceans" {
		f.TypedRune(r)
	}
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	b.await("AddEncoder")
	b.await("OrderEncoder")
	b.until("the page of oceans", func() bool { return b.win.pointName == "oceans" })
}
