package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// focus gives the keyboard to the control of that name and types keys.
func (b *bench) keys(name string, keys ...fyne.KeyName) {
	b.t.Helper()
	c := b.win.win.Canvas()
	if name != "" {
		c.Focus(b.find(name).Object.(fyne.Focusable))
	}
	for _, k := range keys {
		if f := c.Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: k})
		} else {
			b.win.typedKey(&fyne.KeyEvent{Name: k})
		}
	}
}

// focused is the name of the control that has the keyboard.
func (b *bench) focused() string {
	for _, c := range b.win.controls() {
		if f, ok := c.Object.(fyne.Focusable); ok && f == b.win.win.Canvas().Focused() {
			return c.Name
		}
	}
	return ""
}

func TestTheWallByKeyboard(t *testing.T) {
	b := gallery(t, crowd(t, 16), Options{}, 1280, 720)
	b.keys("tile-channel-02", fyne.KeyDown, fyne.KeyRight, fyne.KeyUp, fyne.KeyLeft, fyne.KeyLeft)
	if got := b.focused(); got != "tile-channel-01" {
		t.Errorf("the keyboard is at %q", got)
	}
	b.keys("", fyne.KeyLeft) // there is nothing before the first
	b.keys("", fyne.KeySpace)
	select {
	case p := <-b.op.previews:
		if p != "channel-01" {
			t.Errorf("preview of %s", p)
		}
	case <-time.After(30 * time.Second):
		t.Error("Space shows no preview")
	}
	b.keys("", fyne.KeyReturn)
	if b.win.pointName != "channel-01" {
		t.Errorf("Enter opens %q", b.win.pointName)
	}
}

func TestOnlyWhatIsWrong(t *testing.T) {
	b := gallery(t, house(), Options{}, 1280, 720)
	b.win.win.Canvas().Unfocus()
	b.keys("", fyne.KeyP)
	if b.has("tile-oceans") || !b.has("tile-news-hd") {
		t.Errorf("P shows %v", b.names())
	}
	b.keys("tile-news-hd", fyne.KeyP)
	if !b.has("tile-oceans") {
		t.Error("P does not bring all of them back")
	}
}

func TestFindingAPoint(t *testing.T) {
	b := gallery(t, crowd(t, 16), Options{}, 1280, 720)
	b.typeInto("search", "STUDIO 1")
	if b.has("tile-channel-02") || !b.has("tile-channel-01") || !b.has("tile-channel-16") {
		t.Errorf("the field leaves %v", b.names())
	}
	b.keys("search", fyne.KeyEscape)
	if !b.has("tile-channel-02") || b.focused() != "" {
		t.Errorf("Esc leaves %v, keyboard at %q", b.names(), b.focused())
	}
	if few := gallery(t, crowd(t, 8), Options{}, 1280, 720); few.has("search") {
		t.Error("a field to find one of eight")
	}
}

// Only tiles that can be seen are asked about.
func TestTilesOutOfSightAskForNothing(t *testing.T) {
	fake := crowd(t, 60)
	b := gallery(t, fake, Options{}, 1280, 720)
	asked := func(point string) bool {
		for _, c := range fake.Asked() {
			if c == point {
				return true
			}
		}
		return false
	}
	if !asked("channel-01") || asked("channel-60") {
		t.Errorf("pictures were asked of %v", fake.Asked())
	}
	b.keys("tile-channel-60")
	b.settle()
	b.look("crowd-60-end")
	if !asked("channel-60") {
		t.Error("the picture of a tile that came into sight was not asked for")
	}
	for _, p := range b.win.places() {
		if p.Name == "tile-channel-60" && (p.Y < 0 || p.Y+p.H > 720) {
			t.Errorf("the focused tile stands at %+v", p)
		}
	}
}

func TestTheMenuOfATile(t *testing.T) {
	b := gallery(t, crowd(t, 2), Options{}, 1280, 720)
	tile := b.find("tile-channel-01").Object.(fyne.SecondaryTappable)
	tile.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(200, 200)})
	b.look("wall-menu")
	items := map[string]*fyne.MenuItem{}
	for _, i := range b.win.wall.Menu().Items {
		items[i.Label] = i
	}
	if !items["Start"].Disabled || items["Preview"].Disabled || items["Stop"].Action != nil {
		t.Error("a point on air can be started, not previewed, or stopped with one click")
	}
	items["Copy the address to send to"].Action()
	b.until("the address", func() bool { return strings.Contains(b.win.app.Clipboard().Content(), "channel-01.isml") })
	items["Stop"].ChildMenu.Items[0].Action()
	if call := b.await("SetPointState"); call.Args[0] != "channel-01" || call.Args[1] != engine.StateStopped {
		t.Errorf("ordered %+v", call)
	}
}

func TestTheEmptyWallStartsTheDemonstration(t *testing.T) {
	b := open(t, enginetest.New(), Options{}, 1280, 720)
	b.until("the button", func() bool { return b.has("demo") })
	b.tap("demo")
	b.until("the demonstration", func() bool { return b.has("tile-demo") })
	if !b.has("new-point") {
		t.Error("there is no way to another point")
	}
}

func TestNothingIsPreparedWhileMinimised(t *testing.T) {
	var tell func(bool)
	watch := func(f func(bool)) fyne.CanvasObject {
		tell = f
		return canvas.NewRectangle(nil)
	}
	b := open(t, crowd(t, 1), Options{Minimised: watch}, 1280, 720)
	tell(true)
	if !b.win.pump.isPaused() {
		t.Error("a minimised window goes on")
	}
	tell(false)
	if b.win.pump.isPaused() {
		t.Error("it does not come back")
	}
}
