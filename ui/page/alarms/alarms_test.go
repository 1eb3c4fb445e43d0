package alarms

import (
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// bench is the page over a fake engine; work is done at once.
type bench struct {
	t      *testing.T
	fake   *enginetest.Fake
	page   *Page
	win    fyne.Window
	now    time.Time
	copied string
	went   string
	failed error
}

func open(t *testing.T, alarms ...engine.Alarm) *bench {
	t.Helper()
	return openAs(t, look.Dark(), fyne.NewSize(1188, 594), alarms...)
}

func openAs(t *testing.T, palette look.Palette, size fyne.Size, alarms ...engine.Alarm) *bench {
	t.Helper()
	zone := time.Local
	time.Local = time.FixedZone("CET", 3600)
	t.Cleanup(func() { time.Local = zone })
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.NewTheme(palette))
	b := &bench{t: t, fake: enginetest.New(), now: noon()}
	b.fake.SetClock(func() time.Time { return b.now })
	b.fake.SetAlarms(alarms...)
	b.page = New(page.Host{
		Do: func(work func(context.Context) error, done func(error)) {
			err := work(t.Context())
			if done != nil {
				done(err)
			}
		},
		Report: func(err error) { b.failed = err }, Wake: func() {}, Copy: func(s string) { b.copied = s }, ShowPoint: func(s string) { b.went = s },
		Later: func(time.Duration, func()) func() { return func() {} },
	}, b.fake)
	b.win = test.NewTempWindow(t, page.Inset(b.page.Content(), look.Space3, look.Space3, look.Space3, look.Space3))
	b.win.SetPadded(false)
	b.win.Resize(size)
	b.tick()
	return b
}

func (b *bench) tick() {
	b.page.Prepare(b.t.Context(), page.Snapshot{Now: b.now, Alarms: b.fake.Alarms(), Points: b.fake.Points()})()
}

func (b *bench) find(name string) page.Control {
	b.t.Helper()
	var names []string
	for _, c := range b.page.Controls() {
		if c.Name == name {
			return c
		}
		names = append(names, c.Name)
	}
	b.t.Fatalf("no control %q among %v", name, names)
	return page.Control{}
}

func (b *bench) has(name string) bool {
	return slices.ContainsFunc(b.page.Controls(), func(c page.Control) bool { return c.Name == name })
}

// tap clicks a button and brings the page up to date.
func (b *bench) tap(name string) {
	b.t.Helper()
	c := b.find(name)
	if c.Disabled {
		b.t.Fatalf("%q cannot be clicked", name)
	}
	test.Tap(c.Object.(fyne.Tappable))
	b.tick()
}

func (b *bench) shown() []string {
	var ids []string
	for _, a := range b.page.last.alarms {
		ids = append(ids, a.ID)
	}
	return ids
}

func (b *bench) wantShown(ids ...string) {
	b.t.Helper()
	if got := b.shown(); !slices.Equal(got, ids) {
		b.t.Errorf("shown are %v, want %v", got, ids)
	}
}

// look saves the picture for people, when LOOK names a directory.
func (b *bench) look(name string) {
	b.t.Helper()
	dir := os.Getenv("LOOK")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err == nil {
		err = errors.Join(png.Encode(f, b.win.Canvas().Capture()), f.Close())
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// master compares the picture with testdata/NAME.png.
func (b *bench) master(name string) {
	b.t.Helper()
	test.AssertImageMatches(b.t, name+".png", b.win.Canvas().Capture())
}

func ago(d time.Duration) time.Time { return noon().Add(-d) }

// night is what a night brings.
func night() []engine.Alarm {
	return []engine.Alarm{
		{ID: "lost", Code: "source-lost", Severity: engine.Failure, Point: "news-hd", Encoder: "news-hd-1", Text: "No encoder is connected; nothing has arrived for 42 s.",
			Action: "Start its encoder again, or check the link to it.", Raised: ago(42 * time.Second), Last: ago(time.Second), Count: 3},
		{ID: "gop", Code: "gop-misaligned", Severity: engine.Warning, Point: "arena-main", Stream: "video", Text: "720p cuts 0.48 s after 1080p; players will glitch when they switch.",
			Action: "Force key frames at the same times on every rung.", Option: "-force_key_frames expr:gte(t,n_forced*2)", Raised: ago(25 * time.Minute), Last: ago(2 * time.Second), Count: 1},
		{ID: "old", Code: "encoder-failed", Severity: engine.Failure, Point: "oceans", Encoder: "oceans-1", Text: "ffmpeg ended with exit code 1: Connection refused.",
			Action: "Correct the cause and start the encoder.", Raised: ago(3 * time.Hour), Last: ago(time.Minute), Acked: ago(2 * time.Hour), Count: 5},
		{ID: "disk", Code: "disk-filling", Severity: engine.Failure, Text: "The disk is full in 3 h.", Action: "Purge what is not needed any more.", Raised: ago(10 * time.Minute), Last: ago(3 * time.Second), Count: 1},
		{ID: "slow", Code: "slower-than-live", Severity: engine.Warning, Point: "oceans", Encoder: "oceans-1", Text: "Encoder is at 0.91x.", Action: "Choose a faster preset.", Option: "-preset veryfast",
			Raised: ago(50 * time.Minute), ShelvedUntil: noon().Add(20 * time.Minute), ShelvedWhy: "The spare machine comes at noon"},
		{ID: "gap", Code: "time-gap", Severity: engine.Warning, Point: "arena-main", Text: "2.0 s of audio never arrived.", Action: "Look at the uplink.", Raised: ago(5 * time.Hour), Cleared: ago(5*time.Hour - 8*time.Minute)},
		{ID: "rate", Code: "rate-low", Severity: engine.Warning, Point: "oceans", Text: "Nominal 2500, arriving 1180 kbit/s.", Action: "Look at the uplink.", Raised: ago(7 * time.Hour), Cleared: ago(2 * time.Hour)},
	}
}

func TestLists(t *testing.T) {
	b := open(t, night()...)
	b.wantShown("lost", "disk", "gop", "old")
	if got := b.find("alarm-active").Text; got != "Active 4" {
		t.Errorf("the tab says %q", got)
	}
	b.tap("alarm-shelved")
	b.wantShown("slow")
	b.tap("alarm-history")
	b.wantShown("rate", "gap")
	b.tap("alarm-active")
	b.tap("alarm-errors")
	b.wantShown("lost", "disk", "old")
	b.tap("alarm-all")
	b.find("alarm-search").Object.(*page.Field).SetText("UPLINK")
	b.tick()
	if b.wantShown(); b.find("alarm-list").Text != "Nothing matches the filter." {
		t.Errorf("nothing is shown as %q", b.find("alarm-list").Text)
	}
	b.find("alarm-search").Object.(*page.Field).SetText("")
	b.page.points.SetSelected("oceans")
	b.tick()
	b.wantShown("old")
	b.page.points.SetSelectedIndex(0)
	b.tick()
	b.wantShown("lost", "disk", "gop", "old")
	row := b.page.last.rows[0]
	if row[0].Text != "Error" || row[0].Below != "3 times" || row[1].Text != "42 s" || row[2].Below != "news-hd-1" || row[5].Text != "Not acknowledged" {
		t.Errorf("the row says %+v", row)
	}
	if row := b.page.last.rows[3]; row[5].Text != "Acknowledged" || row[5].Below != "at 11:00:00" {
		t.Errorf("the acknowledged row says %+v", row[5])
	}
}

func TestAcknowledge(t *testing.T) {
	b := open(t, night()...)
	if !b.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyA}) {
		t.Error("A means nothing")
	}
	if calls := b.fake.CallsOf("AckAlarm"); len(calls) != 1 || calls[0].Args[0] != "lost" {
		t.Fatalf("A with nothing chosen acknowledges %v", calls)
	}
	b.tick()
	b.wantShown("disk", "gop", "lost", "old")
	b.page.alarms.Select(1)
	if text := b.find("alarm-text").Text; !strings.HasPrefix(text, "720p cuts") {
		t.Errorf("chosen is %q", text)
	}
	b.tap("alarm-ack")
	b.wantShown("disk", "lost", "old", "gop")
	if i := b.page.alarms.Selected(); i != 3 {
		t.Errorf("the chosen alarm is in row 3, the mark in row %d", i)
	}
	b.tap("alarm-ack-all")
	if calls := b.fake.CallsOf("AckAlarm"); len(calls) != 3 || calls[2].Args[0] != "disk" {
		t.Errorf("all: %v", calls)
	}
	if !b.find("alarm-ack-all").Disabled || !b.find("alarm-ack").Disabled {
		t.Error("there is nothing left to acknowledge, yet the buttons can be clicked")
	}
}

func TestAcknowledgeAllPassesOverWhatIsGone(t *testing.T) {
	b := open(t, night()[:2]...)
	b.fake.SetAlarms(night()[1])
	test.Tap(b.find("alarm-ack-all").Object.(fyne.Tappable))
	if b.failed != nil {
		t.Errorf("%v", b.failed)
	}
	if got := b.fake.Alarms()[0].Acked; got.IsZero() {
		t.Error("the other was not acknowledged")
	}
}

func TestShelve(t *testing.T) {
	b := open(t, night()...)
	if !b.find("alarm-shelve-10").Disabled {
		t.Error("nothing is chosen, yet something can be shelved")
	}
	b.page.alarms.Select(0)
	b.tap("alarm-shelve-10")
	if got := engine.Sentence(b.failed); !strings.HasPrefix(got, "Say why") || len(b.fake.CallsOf("ShelveAlarm")) != 0 {
		t.Errorf("without a reason: %q", got)
	}
	b.find("alarm-why").Object.(*page.Field).SetText(" The uplink is being mended ")
	b.tap("alarm-shelve-60")
	call := b.fake.CallsOf("ShelveAlarm")[0]
	if call.Args[0] != "lost" || call.Args[1] != time.Hour || call.Args[2] != "The uplink is being mended" {
		t.Errorf("ordered %v", call.Args)
	}
	b.wantShown("disk", "gop", "old")
	if b.page.why() != "" || b.find("alarm-text").Text != textPick {
		t.Error("what was shelved is still chosen")
	}
	b.tap("alarm-shelved")
	b.page.alarms.Select(0)
	if facts := b.find("alarm-facts").Text; !strings.Contains(facts, "shelved until 14 Mar 14:00:00: The uplink is being mended") {
		t.Errorf("the facts are %q", facts)
	}
	b.tap("alarm-unshelve")
	b.wantShown("slow")
	b.now = b.now.Add(21 * time.Minute)
	b.tick()
	if b.wantShown(); b.find("alarm-list").Text != "No alarm is shelved." {
		t.Errorf("what was shelved long enough still is: %q", b.find("alarm-list").Text)
	}
}

func TestAFailedOrderIsASentence(t *testing.T) {
	b := open(t, night()...)
	b.page.alarms.Select(0)
	b.fake.Fail("AckAlarm", &engine.Error{Kind: engine.Storage, Text: "The disk is full; make room and try again."})
	b.tap("alarm-ack")
	if engine.Sentence(b.failed) != "The disk is full; make room and try again." || b.find("alarm-ack").Disabled {
		t.Errorf("told is %v", b.failed)
	}
}

func TestGoToAndCopy(t *testing.T) {
	b := open(t, night()...)
	b.page.alarms.Select(2)
	if got := b.find("alarm-go").Text; got != "Go to arena-main" {
		t.Errorf("the button says %q", got)
	}
	b.tap("alarm-go")
	if b.went != "arena-main" {
		t.Errorf("went to %q", b.went)
	}
	b.tap("alarm-copy")
	for _, want := range []string{"Warning · arena-main · video", "720p cuts", "-force_key_frames", "Raised 14 Mar 12:35:00 (11:35:00 UTC)"} {
		if !strings.Contains(b.copied, want) {
			t.Errorf("copied is %q without %q", b.copied, want)
		}
	}
	b.page.alarms.OnLink(2, columnOption)
	if b.copied != "-force_key_frames expr:gte(t,n_forced*2)" {
		t.Errorf("a click on the option copies %q", b.copied)
	}
	b.page.alarms.OnLink(0, columnPoint)
	if b.went != "news-hd" {
		t.Errorf("a click on the point leads to %q", b.went)
	}
	b.page.alarms.Select(1) // that of the disk
	if !b.find("alarm-go").Disabled {
		t.Error("an alarm of no point leads somewhere")
	}
}

func TestNothingNeedsYou(t *testing.T) {
	b := open(t)
	if got := b.find("alarm-none").Text; !strings.HasPrefix(got, "There has been no alarm yet.") {
		t.Errorf("it says %q", got)
	}
	b.fake.SetAlarms(night()[5:]...)
	b.tick()
	if got := b.find("alarm-none").Text; got != "The last alarm was cleared 2 h ago: oceans: Nominal 2500, arriving 1180 kbit/s." {
		t.Errorf("it says %q", got)
	}
	b.fake.SetAlarms(night()[4])
	b.tick()
	if got := b.find("alarm-none").Text; got != "What is wrong is shelved: 1 alarm." {
		t.Errorf("it says %q", got)
	}
	b.fake.SetAlarms(night()...)
	b.tick()
	if b.has("alarm-none") || !b.has("alarm-list") {
		t.Error("the list does not come back")
	}
}

// why is what stands in the field for a reason.
func (w *Page) why() string { return w.detail.why.Text }
