package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// rows are the names of the rows in sight, from the top.
func (b *bench) rows() []string {
	var all []string
	for _, name := range b.names() {
		if id, is := strings.CutPrefix(name, "encoders-row-"); is {
			all = append(all, id)
		}
	}
	return all
}

func (b *bench) says(name, want string) {
	b.t.Helper()
	b.until(name+" to say "+want, func() bool { return b.has(name) && strings.Contains(b.find(name).Text, want) })
}

func TestEncodersInTroubleComeFirst(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	if got := strings.Join(b.rows(), " "); got != "news-1 oceans-1 choir-1 stadium-1 arena-1 desk-1 loop-1" {
		t.Errorf("the rows are %s", got)
	}
	b.says("encoders-summary", "4 of 7 running, 4 need a look")
	b.says("encoder-name", "news-1") // the worst is shown whole
	for id, want := range map[string]string{"news-1": "Failed", "oceans-1": "Running; Nothing arrives", "choir-1": "Restarting", "stadium-1": "Too slow; Falls behind",
		"arena-1": "Running; Arrives", "loop-1": "Not running"} {
		b.says("encoders-row-"+id, want)
	}
	b.tap("encoders-by-point")
	b.until("the order by point", func() bool { return strings.HasPrefix(strings.Join(b.rows(), " "), "arena-1 choir-1 desk-1") })
	b.typeInto("encoders-filter", "srt")
	b.until("the filter", func() bool { return strings.Join(b.rows(), " ") == "arena-1" })
	b.says("encoder-name", "news-1") // what is shown whole stays
}

// Each state has its sentence and its next step, and both ledgers.
func TestEncoderDetails(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	for id, want := range map[string]string{
		"oceans-1":  "ffmpeg runs at 1.00x; nothing arrives at oceans. Look at its log, then restart it.",
		"news-1":    "ffmpeg ended with exit code 1: Connection refused. Correct the cause and start the encoder.",
		"stadium-1": "ffmpeg runs at 0.84x of real time and falls behind. Choose fewer or smaller rungs, or a faster preset.",
		"choir-1":   "ffmpeg ended with exit code 1: No route to host. It is started again by itself",
	} {
		b.tap("encoders-row-" + id)
		b.says("encoder-name", id)
		b.says("encoder-problem", want)
	}
	b.tap("encoders-row-arena-1")
	b.says("encoder-arrival", "Arriving 3.84 Mbit/s; Received 1.79 GB; Fragments 7504")
	b.says("encoder-process", "Process 4211; Up 1:02:33; Frames 25.0 fps; Speed 1.00x")
	if b.has("encoder-problem") {
		t.Error("an encoder that is well has a problem")
	}
	b.tap("encoders-row-loop-1")
	b.says("encoder-exit", "Last exit: ffmpeg ended in order.")
	b.tap("encoders-row-desk-1")
	b.says("encoder-processes", "desk-300k-128k")
	b.says("encoder-command", "testsrc2")
	b.press("encoder-processes", fyne.KeyDown)
	b.says("encoder-command", "stream_id=desk-300k-128k.ismv")
	b.fake.ChangePoint("oceans", func(p *engine.PointStatus) {
		p.Refusals = []engine.Refusal{{At: noon(), Stream: "oceans-300k-800k-2500k-128k", Status: 403, Reason: "The point is stopped; start it"}}
	})
	b.tap("encoders-row-oceans-1")
	b.says("encoder-problem", "ffmpeg runs at 1.00x; the engine refused it: The point is stopped; start it.")
	b.fake.RemovePoint("oceans")
	b.says("encoder-problem", "There is no publishing point oceans any more.")
}

// What is on air by an encoder is not taken off by one click; anything else needs no question.
func TestOrdersOfEncoders(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	b.tap("encoders-row-loop-1")
	b.says("encoder-name", "loop-1")
	b.tap("encoder-start")
	if call := b.await("OrderEncoder"); call.Args[0] != "loop-1" || call.Args[1] != engine.OrderRun {
		t.Errorf("ordered %v", call.Args)
	}
	b.until("the button to stop", func() bool { return b.has("encoder-stop") && !b.find("encoder-stop").Disabled })
	b.tap("encoder-stop")
	b.until("the stop", func() bool { return len(b.fake.CallsOf("OrderEncoder")) == 2 })

	b.tap("encoders-row-arena-1")
	b.says("encoder-name", "arena-1")
	b.twice("encoder-stop", "Off air? Click again")
	b.until("the stop of what is on air", func() bool { return len(b.fake.CallsOf("OrderEncoder")) == 3 })
	b.tap("encoders-row-stadium-1")
	b.says("encoder-name", "stadium-1")
	b.twice("encoder-restart", "Restart? Click again")
	if call := b.await("RestartEncoder"); call.Args[0] != "stadium-1" {
		t.Errorf("restarted %v", call.Args)
	}
	b.fake.Fail("RemoveEncoder", errors.New("the disk is full"))
	b.settle()
	b.twice("encoder-delete", "Delete? Click again")
	b.until("the sentence", func() bool { return b.has("failure") })
	b.fake.Fail("RemoveEncoder", nil)
	b.twice("encoder-delete", "Delete? Click again")
	b.until("the row to go", func() bool { return !b.has("encoders-row-stadium-1") && b.find("encoder-name").Text != "stadium-1" })
}

// twice answers the question that a button asks.
func (b *bench) twice(name, ask string) {
	b.t.Helper()
	b.waits = nil
	b.tap(name)
	if got := b.find(name).Text; got != ask {
		b.t.Fatalf("%s says %q", name, got)
	}
	b.tap(name) // a double click is no answer
	if got := b.find(name).Text; got != ask {
		b.t.Fatalf("a double click of %s is an answer", name)
	}
	b.later()
	b.tap(name)
}

// A question that was asked of one encoder is not answered for another.
func TestQuestionsStayWithTheirEncoder(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	b.tap("encoders-row-stadium-1")
	b.says("encoder-name", "stadium-1")
	b.tap("encoder-restart")
	b.later()
	b.tap("encoders-row-arena-1")
	b.says("encoder-name", "arena-1")
	b.tap("encoder-restart")
	b.settle()
	if calls := b.fake.CallsOf("RestartEncoder"); len(calls) > 0 {
		t.Errorf("restarted %v", calls)
	}
}

func TestEncoderKeys(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	key := func(k fyne.KeyName) {
		e := &fyne.KeyEvent{Name: k}
		if f := b.win.win.Canvas().Focused(); f != nil {
			f.TypedKey(e)
			return
		}
		b.win.typedKey(e)
	}
	b.tap("encoders-row-news-1") // gives the table the keyboard
	key(fyne.KeyDown)
	b.says("encoder-name", "oceans-1")
	key(fyne.KeyEnd)
	b.says("encoder-name", "loop-1")
	key(fyne.KeyUp)
	b.says("encoder-name", "desk-1")
	key(fyne.KeyF5)
	b.says("encoder-restart", "Restart? Click again")
	b.later()
	key(fyne.KeyF5)
	if call := b.await("RestartEncoder"); call.Args[0] != "desk-1" {
		t.Errorf("restarted %v", call.Args)
	}
	key(fyne.KeyReturn)
	b.says("form-id", "desk-1")
	b.win.win.Canvas().Unfocus()
	key(fyne.KeyEscape)
	b.until("the page again", func() bool { return b.has("encoders-new") })
	key(fyne.KeyN)
	b.until("a new form", func() bool { return b.has("form-save") && b.find("form-id").Text == "" })
	b.win.win.Canvas().Unfocus()
	key(fyne.KeyEscape)
	key(fyne.KeyEscape)
	if b.win.pageID != pageWall {
		t.Errorf("Esc leads to %s", b.win.pageID)
	}
}

func TestEncoderLogTail(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	b.win.ShowEncoders("oceans-1")
	b.says("encoder-log", "63 lines")
	b.fake.Print("oceans-1", "[info] more")
	b.says("encoder-log", "64 lines")
	b.typeInto("encoder-log-search", "broken")
	b.says("encoder-log", "1 of 64 lines")
	b.fake.Print("oceans-1", "[error] Broken pipe again", "[info] fine")
	b.says("encoder-log", "2 of 66 lines")
	b.tap("encoder-log-copy")
	if got := b.win.app.Clipboard().Content(); strings.Count(got, "roken pipe") != 2 {
		t.Errorf("copied %q", got)
	}
	b.tap("encoder-log-follow")
	b.win.ShowEncoders("arena-1")
	b.says("encoder-log", "It has not said anything yet.")
}

func TestTestOfAnEncoder(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	b.fake.SetTrial(engine.EncoderTrial{Text: "It ran at 0.60x of real time", Action: "Choose fewer rungs"})
	b.tap("encoders-row-arena-1")
	b.says("encoder-name", "arena-1")
	b.tap("encoder-test")
	b.says("encoder-test-result", "It ran at 0.60x of real time. Choose fewer rungs.")
	if call := b.await("TryEncoder"); call.Args[0].(engine.EncoderSpec).ID != "arena-1" {
		t.Errorf("tested %v", call.Args)
	}
	b.tap("encoders-row-desk-1")
	b.until("another's detail without it", func() bool { return !b.has("encoder-test-result") })
}

func TestEncodersAreMadeAndChanged(t *testing.T) {
	b := openFleet(t, Options{}, 1600, 900)
	b.tap("encoders-row-loop-1")
	b.says("encoder-name", "loop-1")
	b.tap("encoder-duplicate")
	b.typeInto("form-id", "loop-2")
	b.tap("form-save")
	b.says("encoder-name", "loop-2") // it is shown, once it is there
	if s := b.await("AddEncoder").Args[0].(engine.EncoderSpec); s.ID != "loop-2" || s.Point != "loop" || s.Input.Path != "/srv/films/intro.mp4" {
		t.Errorf("made %+v", s)
	}
	b.tap("encoder-edit")
	b.tap("form-rungs-1")
	b.tap("form-save")
	if s := b.await("UpdateEncoder").Args[0].(engine.EncoderSpec); s.ID != "loop-2" || len(s.Video) != 1 {
		t.Errorf("changed to %+v", s)
	}
	b.until("the page again", func() bool { return b.has("encoders-new") })
	b.win.dropped(fyne.Position{}, []fyne.URI{storage.NewFileURI("/srv/dropped.mp4")})
	b.until("the form of the dropped file", func() bool { return b.has("form-path") && b.find("form-path").Text == "/srv/dropped.mp4" })
	b.tap("form-cancel")
	b.win.EditEncoder("news-1")
	b.says("form-id", "news-1")
}

func TestEncodersWithoutAny(t *testing.T) {
	fake := enginetest.New()
	fake.SetTool(engine.ToolStatus{Reason: "No ffmpeg was found; install it, or name it in the settings."})
	b := open(t, fake, Options{}, 1280, 720)
	b.tap("nav-encoders")
	b.says("encoders-stock", "/oceans.isml/")
	b.says("encoders-tool", "No ffmpeg was found")
	b.look("encoders-empty")
	b.tap("encoders-new-point")
	b.until("the dialog", func() bool { return b.has("dialog-name") })
	b.win.closeModal()
	fake.SetPoint(engine.PointStatus{Name: "arena"})
	b.says("encoders-stock", "/arena.isml/")
	b.tap("encoders-new")
	b.says("form-point", "arena")
	b.tap("form-cancel")
	fake.SetEncoder(engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "arena-1", Point: "arena"}})
	b.until("the table", func() bool { return b.has("encoders-row-arena-1") })
	b.says("encoders-tool", "No ffmpeg was found")
	fake.SetTool(engine.ToolStatus{})
	b.says("encoders-tool", "Looking for ffmpeg")
	fake.SetTool(engine.ToolStatus{Path: "/usr/bin/ffmpeg"})
	b.until("no notice", func() bool { return !b.has("encoders-tool") })
}

// Hundreds of encoders are a handful of rows that are used again.
func TestHundredsOfEncoders(t *testing.T) {
	fake := enginetest.New()
	for i := range 200 {
		p, e := onAir("p" + strconv.Itoa(1000+i))
		fake.SetPoint(p)
		fake.SetEncoder(e)
	}
	b := open(t, fake, Options{}, 1280, 720)
	b.win.ShowEncoders("")
	b.until("the table", func() bool { return len(b.rows()) > 3 })
	if n := len(b.rows()); n > 20 {
		t.Errorf("%d rows are laid out", n)
	}
	b.tap("encoders-row-p1000-1")
	f := b.win.win.Canvas().Focused()
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	b.says("encoder-name", "p1199-1")
	if !b.has("encoders-row-p1199-1") || b.has("encoders-row-p1000-1") {
		t.Errorf("the last row is not in sight, but %v", b.rows())
	}
}

func TestChooseAFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"films/a.mp4", "films/notes.txt", ".hidden.mp4"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := openFleet(t, Options{}, 1600, 900)
	b.win.filesDir = dir
	b.win.NewEncoder("oceans")
	b.tap("form-file")
	b.tap("form-choose")
	b.until("the directory", func() bool { return b.has("file-row-films") })
	if b.has("file-row-.hidden.mp4") {
		t.Error("what is hidden is shown")
	}
	b.pressThere(fyne.KeyReturn)
	b.until("the film", func() bool { return b.has("file-row-a.mp4") })
	if b.has("file-row-notes.txt") {
		t.Error("what is no media is shown")
	}
	b.tap("file-all")
	b.until("all files", func() bool { return b.has("file-row-notes.txt") })
	b.tap("file-up")
	b.until("the directory again", func() bool { return b.has("file-row-films") })
	b.typeInto("file-path", "x")
	b.press("file-path", fyne.KeyReturn)
	b.says("file-note", "There is no such file")
	b.pressThere(fyne.KeyEscape)
	b.until("the form", func() bool { return b.has("form-choose") })
	b.tap("form-choose")
	b.until("the directory", func() bool { return b.has("file-row-films") })
	b.tap("file-take")
	b.until("the film", func() bool { return b.has("file-row-a.mp4") })
	b.tap("file-take")
	b.says("form-path", filepath.Join(dir, "films", "a.mp4"))
}

// pressThere types a key wherever the keyboard is.
func (b *bench) pressThere(key fyne.KeyName) {
	b.t.Helper()
	f := b.win.win.Canvas().Focused()
	if f == nil {
		b.t.Fatal("nothing has the keyboard")
	}
	f.TypedKey(&fyne.KeyEvent{Name: key})
}
