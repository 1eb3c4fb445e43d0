package alarms

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

func (b *bench) emit(n int) {
	for i := range n {
		s := []engine.Severity{engine.Info, engine.Warning, engine.Failure}[i%3]
		b.fake.Emit(engine.Event{Severity: s, Point: "oceans", Text: "Event " + strconv.Itoa(i) + "."})
	}
}

func TestLog(t *testing.T) {
	b := open(t)
	b.tap("alarm-log")
	if got := b.find("log-events").Text; got != "Nothing has happened yet." {
		t.Errorf("nothing is shown as %q", got)
	}
	b.emit(3)
	b.fake.Emit(engine.Event{Severity: engine.Failure, Point: "oceans", Encoder: "oceans-1", Text: "ffmpeg ended.", Missed: 4})
	b.tick()
	if got := b.find("log-events").Text; got != "oceans-1: ffmpeg ended. (4 events before it were lost)" {
		t.Errorf("the newest is %q", got)
	}
	if row := b.page.last.log.rows[0]; row[0].Text != "14 Mar 13:00:00" || row[1].Text != "12:00:00" || row[2].Text != "Error" {
		t.Errorf("the row says %+v", row)
	}
	b.tap("alarm-warnings")
	if n := b.page.events.Len(); n != 3 {
		t.Errorf("%d warnings and errors", n)
	}
	b.page.events.Select(1)
	if b.find("alarm-facts").Text != "14 Mar 2026 13:00:00 (12:00:00 UTC)" || b.find("alarm-go").Text != "Go to oceans" || b.has("alarm-ack") {
		t.Errorf("the chosen line says %q", b.find("alarm-facts").Text)
	}
	b.tap("alarm-copy")
	if b.copied != "2026-03-14T12:00:00Z: Event 2." {
		t.Errorf("copied %q", b.copied)
	}
	b.tap("alarm-active")
	b.page.Show(true)
	b.tick()
	if !b.has("log-events") {
		t.Error("the page does not turn to the log")
	}
}

// Who has scrolled away keeps their place while others come in; who follows sees them.
func TestLogFollows(t *testing.T) {
	b := open(t)
	b.tap("alarm-log")
	b.emit(200)
	b.tick()
	b.page.events.Select(100) // brings it into sight
	b.page.events.OnScroll()
	if b.page.following {
		t.Fatal("it follows although the reader has scrolled away")
	}
	b.emit(10)
	b.tick()
	if b.page.events.AtTop() || b.page.events.Selected() != 110 {
		t.Errorf("the chosen line is in row %d", b.page.events.Selected())
	}
	b.tap("log-follow")
	if !b.page.events.AtTop() {
		t.Error("following does not lead to the newest")
	}
	b.tap("log-follow")
	if b.page.following {
		t.Error("following cannot be ended")
	}
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	alarms := night()
	alarms[0].Text = `=cmd|"x", y`
	b := open(t, alarms...)
	b.tap("alarm-export")
	if got := b.find("alarm-export-path").Text; got != "~/alarms-20260314-130000.csv" {
		t.Errorf("it offers %q", got)
	}
	b.tap("alarm-export-save")
	if got := b.find("alarm-export-said").Text; got != filepath.Join(dir, "alarms-20260314-130000.csv")+" has been written: 4 lines." {
		t.Errorf("it says %q", got)
	}
	table, err := os.ReadFile(filepath.Join(dir, "alarms-20260314-130000.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(table))).ReadAll()
	if err != nil || len(rows) != 5 || rows[1][6] != `'=cmd|"x", y` || rows[1][9] != "2026-03-14T11:59:18Z" {
		t.Errorf("%v, %v", rows, err)
	}
	b.tap("alarm-export")
	b.tap("alarm-export-save")
	if got := b.find("alarm-export-said").Text; !strings.Contains(got, "already; choose another name.") || !b.has("alarm-export-path") {
		t.Errorf("once more says %q", got)
	}
	b.page.save.path.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.has("alarm-export-path") || b.has("alarm-export-said") {
		t.Error("Esc does not take the form away")
	}
	b.tap("alarm-log")
	b.emit(5)
	b.tick()
	b.tap("alarm-export")
	b.find("alarm-export-path").Object.(*page.Field).SetText("~/night.txt")
	b.tap("alarm-export-save")
	text, err := os.ReadFile(filepath.Join(dir, "night.txt"))
	if err != nil || strings.Count(string(text), "\n") != 5 || !strings.Contains(string(text), "2026-03-14T13:00:00+01:00  Error    oceans           Event 2.") {
		t.Errorf("%s, %v", text, err)
	}
}

func TestManyAlarms(t *testing.T) {
	var all []engine.Alarm
	for i := range 1000 {
		all = append(all, engine.Alarm{ID: strconv.Itoa(i), Severity: engine.Warning, Point: "p" + strconv.Itoa(i%40), Text: "Trouble.", Raised: ago(time.Duration(i) * time.Minute)})
	}
	b := open(t, all...)
	if n := b.page.alarms.Len(); n != 1000 {
		t.Errorf("%d rows", n)
	}
	began := time.Now()
	for range 20 {
		b.now = b.now.Add(time.Second)
		b.tick()
	}
	t.Logf("a tick with 1000 alarms takes %v", time.Since(began)/20)
}

// The masters were looked at by people before they were kept.
func TestPictures(t *testing.T) {
	for _, c := range []struct {
		name    string
		palette look.Palette
		size    fyne.Size
	}{{"dark", look.Dark(), fyne.NewSize(1212, 618)}, {"light", look.Light(), fyne.NewSize(1532, 798)}} {
		t.Run(c.name, func(t *testing.T) {
			b := openAs(t, c.palette, c.size, night()...)
			b.page.alarms.Select(2)
			b.look("alarms-" + c.name)
			b.master("alarms-" + c.name)
			b.tap("alarm-shelved")
			b.look("shelved-" + c.name)
			b.tap("alarm-history")
			b.look("history-" + c.name)
			b.tap("alarm-log")
			b.emit(40)
			b.tick()
			b.tap("alarm-export")
			b.win.Canvas().Unfocus() // the cursor blinks
			b.page.events.Select(3)
			b.look("log-" + c.name)
			b.page.save.close()
			b.fake.SetAlarms(night()[5:]...)
			b.tap("alarm-active")
			b.look("quiet-" + c.name)
		})
	}
}

func TestOrders(t *testing.T) {
	b := open(t)
	b.tap("alarm-orders")
	b.tick()
	if got := b.find("order-list").Text; got != "Nobody has given an order yet." {
		t.Errorf("nothing is shown as %q", got)
	}
	b.fake.Record(engine.Action{Who: "window", What: "start encoder", Point: "oceans", Encoder: "oceans-1", Outcome: engine.Done})
	b.fake.Record(engine.Action{Who: "api 192.0.2.7", What: "delete point", Point: "sea", Detail: "with its files", Outcome: "conflict", Reason: "it is on air"})
	b.tick()
	if got := b.find("order-list").Text; got != "delete point · with its files · It is on air." {
		t.Errorf("the newest is %q", got)
	}
	b.page.orders.Select(0)
	if got := b.find("alarm-facts").Text; got != "api 192.0.2.7 · 14 Mar 2026 13:00:00 (12:00:00 UTC)" || b.find("alarm-go").Text != "Go to sea" || b.has("alarm-ack") {
		t.Errorf("the chosen order says %q", got)
	}
	b.tap("alarm-copy")
	if b.copied != "2026-03-14T12:00:00Z · api 192.0.2.7 · sea · delete point · with its files · conflict · it is on air" {
		t.Errorf("copied %q", b.copied)
	}
	b.fake.Record(engine.Action{Who: "window", What: "add note", Point: "oceans", Outcome: engine.Done})
	b.tick()
	if got := b.find("alarm-text").Text; !strings.HasPrefix(got, "delete point") {
		t.Errorf("another order has taken the choice to %q", got)
	}
	b.tap("alarm-errors")
	b.tick()
	if n := b.page.orders.Len(); n != 1 {
		t.Errorf("%d orders were not carried out", n)
	}
	b.tap("alarm-all")
	b.tick()
	path := filepath.Join(t.TempDir(), "orders.csv")
	b.tap("alarm-export")
	b.page.save.path.SetText(path)
	b.tap("alarm-export-save")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil || len(rows) != 4 || strings.Join(rows[2], "|") != "2|2026-03-14T12:00:00Z|api 192.0.2.7|delete point|sea||with its files|conflict|it is on air" {
		t.Errorf("the file has %q, %v", rows, err)
	}
}
