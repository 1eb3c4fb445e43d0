package ui

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// one is an engine with a point that is on air, its encoder running.
func one(name string) *enginetest.Fake {
	fake := enginetest.New()
	fake.SetClock(noon)
	p, e := onAir(name)
	fake.SetPoint(p)
	fake.SetEncoder(e)
	return fake
}

func TestStartIsAnOrder(t *testing.T) {
	fake := enginetest.New()
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	b := open(t, fake, Options{}, 1280, 800)
	b.tap("tile-oceans")
	b.until("the page of oceans", func() bool { return b.has("start") })
	b.tap("start")
	if text := b.find("state").Text; text != "Idle" {
		t.Errorf("the lamp says %q before the state has changed", text)
	}
	call := b.await("SetPointState")
	if call.Args[0] != "oceans" || call.Args[1] != engine.StateStarted {
		t.Errorf("ordered %v", call.Args)
	}
	b.until("the lamp to say Starting", func() bool { return b.find("state").Text == "Starting" })
	fake.ChangePoint("oceans", func(p *engine.PointStatus) { p.State = engine.StateStarted })
	b.until("the lamp to say On air", func() bool { return b.find("state").Text == "On air" })
	fake.ChangePoint("oceans", func(p *engine.PointStatus) { p.SourceLost = true })
	b.until("the lamp to say Source lost", func() bool { return b.find("state").Text == "Source lost" })
	if !strings.Contains(b.find("problem").Text, "No encoder is connected") {
		t.Errorf("the problem is %q", b.find("problem").Text)
	}
}

func TestStopAsksFirst(t *testing.T) {
	fake := one("oceans")
	b := open(t, fake, Options{}, 1280, 800)
	b.win.ShowPoint("oceans")
	b.until("the page of oceans", func() bool { return b.has("stop") })
	b.tap("stop")
	if !b.has("asking-stop") {
		t.Errorf("a click on Stop does not ask: %v", b.names())
	}
	b.tap("asking-stop") // a double click is no answer
	b.drain()
	if calls := fake.CallsOf("SetPointState"); len(calls) != 0 {
		t.Fatalf("one careless double click stopped the point: %v", calls)
	}
	b.later() // the pause after the question
	b.tap("asking-stop")
	if call := b.await("SetPointState"); call.Args[1] != engine.StateStopped {
		t.Errorf("the point was ordered %v", call.Args)
	}
	b.until("VOD", func() bool { return b.find("state").Text == "VOD" })
}

func TestARefusedOrderIsASentence(t *testing.T) {
	fake := enginetest.New()
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	fake.Fail("SetPointState", &engine.Error{Op: "set state", Kind: engine.Storage, Text: "The disk is full; make room and start again."})
	b := open(t, fake, Options{}, 1280, 800)
	b.win.ShowPoint("oceans")
	b.until("the page of oceans", func() bool { return b.has("start") })
	b.tap("start")
	b.until("the sentence", func() bool { return b.has("failure") })
	fake.Fail("SetPointState", nil)
	b.tap("start")
	b.until("the sentence to go", func() bool { return !b.has("failure") })
}

func TestEncoderOrders(t *testing.T) {
	fake := one("oceans")
	b := open(t, fake, Options{}, 1280, 800)
	b.win.ShowPoint("oceans")
	b.until("the card", func() bool { return b.has("encoder-restart-oceans-1") })
	if text := b.find("encoder-oceans-1").Text; text != "Running" {
		t.Errorf("the encoder is %q", text)
	}
	b.tap("encoder-restart-oceans-1")
	b.later()
	b.tap("asking-encoder-restart-oceans-1")
	b.await("RestartEncoder")
	fake.ChangeEncoder("oceans-1", func(e *engine.EncoderStatus) { e.State, e.Order = engine.EncoderIdle, engine.OrderStop })
	b.until("the button to start it", func() bool { return b.has("encoder-start-oceans-1") })
	b.tap("encoder-start-oceans-1")
	if call := b.await("OrderEncoder"); call.Args[1] != engine.OrderRun {
		t.Errorf("ordered %v", call.Args)
	}
	b.until("the answer", func() bool { return !b.find("encoder-remove-oceans-1").Disabled })
	b.tap("encoder-remove-oceans-1")
	b.waits[len(b.waits)-1]()
	b.tap("asking-encoder-remove-oceans-1")
	b.await("RemoveEncoder")
	b.until("the card to go", func() bool { return !b.has("encoder-oceans-1") })
}

func TestABarePointOffersATestPicture(t *testing.T) {
	fake := enginetest.New()
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	b := open(t, fake, Options{}, 1280, 800)
	b.win.ShowPoint("oceans")
	b.until("the command", func() bool { return b.has("command") && strings.HasPrefix(b.find("command").Text, "ffmpeg ") })
	b.tap("start-test-picture")
	call := b.await("AddEncoder")
	if spec := call.Args[0].(engine.EncoderSpec); spec.Point != "oceans" || spec.Input.Kind != engine.InputTestPattern {
		t.Errorf("added %+v", spec)
	}
	b.await("OrderEncoder")
	b.until("its card", func() bool { return b.has("encoder-oceans-1") })
}

func TestAPointThatIsGone(t *testing.T) {
	fake := one("oceans")
	b := open(t, fake, Options{}, 1280, 800)
	b.win.ShowPoint("oceans")
	b.until("the page of oceans", func() bool { return b.has("stop") })
	fake.RemovePoint("oceans")
	b.until("the page to say that it is gone", func() bool { return b.find("state").Text == "Gone" })
	if b.win.page.Content().(*fyne.Container).Objects[0].Visible() {
		t.Error("the orders for a point that is gone are still shown")
	}
}

func TestTheEmptyWallTeaches(t *testing.T) {
	b := open(t, enginetest.New(), Options{DocumentRoot: "/srv/my media"}, 1280, 800)
	b.until("the command", func() bool { return strings.HasPrefix(b.find("command-send").Text, "ffmpeg ") })
	if text := b.find("command-mkdir").Text; text != "mkdir -p '/srv/my media/oceans.isml'" {
		t.Errorf("it teaches %q", text)
	}
	b.tap("new-point")
	if !b.has("dialog-name") {
		t.Errorf("New point opens nothing: %v", b.names())
	}
}

func TestClosingAsksWhileOnAir(t *testing.T) {
	closed := false
	b := open(t, one("oceans"), Options{}, 1280, 800)
	b.win.win.SetOnClosed(func() { closed = true })
	b.win.AskClose()
	if closed || !b.has("close-confirm") {
		t.Fatalf("closing does not ask; controls %v", b.names())
	}
	b.tap("close-cancel")
	if closed || b.has("close-confirm") {
		t.Fatal("the question does not go away")
	}
	b.win.AskClose()
	b.win.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.has("close-confirm") {
		t.Fatal("Esc does not answer no")
	}
	b.win.AskClose()
	b.tap("close-confirm")
	if !closed {
		t.Error("yes does not close")
	}
}

func TestClosingDoesNotAskForNothing(t *testing.T) {
	closed := false
	fake := enginetest.New()
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	b := open(t, fake, Options{}, 1280, 800)
	b.win.win.SetOnClosed(func() { closed = true })
	b.win.AskClose()
	if !closed {
		t.Error("closing asks although nothing is on air")
	}
}

func TestTheWindowRemembers(t *testing.T) {
	fake := one("oceans")
	b := open(t, fake, Options{}, 1280, 800)
	prefs := b.win.options.Prefs
	b.win.ShowPoint("oceans")
	b.win.toggleTheme()
	b.win.remember()
	if got := prefs.String(prefPage); got != "point:oceans" {
		t.Errorf("the page is remembered as %q", got)
	}
	if !prefs.Bool(prefLight) || prefs.Float(prefWidth) != 1280 {
		t.Errorf("light %v, width %v", prefs.Bool(prefLight), prefs.Float(prefWidth))
	}
	again := newWindow(b.win.app, Options{Operator: b.op, Prefs: prefs}, inline, nil)
	defer again.finish()
	if again.pointName != "oceans" || !again.light {
		t.Errorf("the next window shows %q, light %v", again.pageID, again.light)
	}
}

func TestPages(t *testing.T) {
	b := open(t, one("oceans"), Options{}, 1280, 800)
	for _, way := range [][2]string{{"nav-alarms", "alarm-search"}, {"nav-archive", "archive-point"}, {"nav-settings", "theme-dark"}, {"nav-wall", "tile-oceans"}} {
		test.Tap(b.find(way[0]).Object.(fyne.Tappable))
		b.until(way[1], func() bool { return b.has(way[1]) })
	}
	b.tap("tile-oceans")
	b.win.typedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if got := <-b.op.previews; got != "oceans" {
		t.Errorf("Space previews %q", got)
	}
	b.win.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.win.pageID != pageWall {
		t.Errorf("Esc leads to %q", b.win.pageID)
	}
}

func TestMenuNumbersThePoints(t *testing.T) {
	fake := one("oceans")
	fake.SetPoint(engine.PointStatus{Name: "arena"})
	b := open(t, fake, Options{}, 1280, 800)
	b.until("both points", func() bool { return len(b.win.menuNames) == 2 })
	for _, m := range b.win.win.MainMenu().Items {
		if m.Label == words.T(menuPoints) {
			m.Items[1].Action()
		}
	}
	if b.win.pointName != "oceans" {
		t.Errorf("the second item shows %q", b.win.pointName)
	}
}

func TestTheWallFilters(t *testing.T) {
	fake := one("oceans")
	fake.SetPoint(engine.PointStatus{Name: "broken", State: engine.StateError, Reason: "The directory cannot be written."})
	b := open(t, fake, Options{}, 1280, 800)
	b.until("both tiles", func() bool { return b.has("tile-oceans") && b.has("tile-broken") })
	b.tap("filter-wrong")
	if b.has("tile-oceans") || !b.has("tile-broken") {
		t.Errorf("what is wrong: %v", b.names())
	}
}

func TestLayoutFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "layout.json")
	b := open(t, one("oceans"), Options{LayoutFile: file}, 1280, 800)
	places := func() []Place {
		raw, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			t.Fatal(err)
		}
		var all []Place
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	find := func(name string) (Place, bool) {
		for _, p := range places() {
			if p.Name == name {
				return p, true
			}
		}
		return Place{}, false
	}
	b.until("the tile in the file", func() bool { p, ok := find("tile-oceans"); return ok && p.W > 200 && p.H > 100 && p.X > 0 && p.Y > 50 })
	b.win.NewPoint()
	b.until("the dialog in the file, and it alone", func() bool {
		p, ok := find("dialog-name")
		_, behind := find("tile-oceans")
		return ok && p.Focused && !behind
	})
	if left, err := filepath.Glob(file + ".*"); err != nil || len(left) > 0 {
		t.Errorf("temporary files stay: %v %v", left, err)
	}
	b.win.closeModal()
	var text strings.Builder
	if err := b.win.DumpLayout(&text); err != nil || !strings.Contains(text.String(), `"nav-wall"`) {
		t.Errorf("the dump is %q, %v", text.String(), err)
	}
}

// Every named control has a name of its own, in every state of the window.
func TestNamesAreUnique(t *testing.T) {
	b := open(t, house(), Options{}, 1280, 800)
	check := func(controls []page.Control) {
		t.Helper()
		seen := map[string]bool{}
		for _, c := range controls {
			if seen[c.Name] {
				t.Errorf("two controls are called %q", c.Name)
			}
			seen[c.Name] = true
		}
	}
	b.tick()
	check(b.win.controls())
	b.win.ShowPoint("arena-main")
	b.tick()
	check(b.win.controls())
	b.win.NewPoint()
	check(b.win.controls())
}
