package archive

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/look"
)

func TestLists(t *testing.T) {
	b := open(t)
	if got := b.find("archive-point").Text; got != "arena-main" {
		t.Errorf("the first point is %q", got)
	}
	b.wantText("archive-events", "3, 10.3 GB")
	row := b.page.last.eventRows[0]
	if row[0].Text != "14 Mar 12:00:00" || row[1].Text != "On air" || row[2].Text != "1:00:00" || row[5].Text != look.Unknown || row[6].Text != "Not checked" {
		t.Errorf("the row on air says %+v", row)
	}
	if got := b.page.last.recorded; got != "15.4 GB" {
		t.Errorf("recorded are %q", got)
	}
	if got := b.page.last.free.text; got != "84.0 GB of 500 GB" || b.page.last.lasts.tone != look.ToneWarn {
		t.Errorf("free are %q", got)
	}
	b.page.points.SetSelected("oceans")
	b.settle()
	if b.wantText("archive-events", "1, 5.00 GB"); !b.has("archive-row-o1") || !b.has("archive-recording-best") {
		t.Error("the rows have no names")
	}
	b.page.Show("arena-main")
	b.settle()
	if got := b.find("archive-point").Text; got != "arena-main" {
		t.Errorf("the page shows %q", got)
	}
}

// Archives are directories: they are not read at every tick.
func TestReadsSeldom(t *testing.T) {
	b := open(t)
	before := b.op.reading.Load()
	for range 10 {
		b.settle()
	}
	if n := b.op.reading.Load() - before; n != 0 {
		t.Errorf("nothing has changed, and archives were read %d times", n)
	}
	b.now = b.now.Add(readEvery)
	b.settle()
	if n := b.op.reading.Load() - before; n != 1 {
		t.Errorf("after five seconds %d archives were read", n)
	}
	b.op.ChangePoint("oceans", func(p *engine.PointStatus) { p.State = engine.StateStarting })
	b.settle()
	if n := b.op.reading.Load() - before; n != 2 {
		t.Errorf("a point has changed, %d archives were read", n)
	}
	b.now = b.now.Add(surveyEvery)
	b.settle()
	if n := b.op.reading.Load() - before; n != 4 {
		t.Errorf("after a minute %d archives were read", n)
	}
}

func TestStates(t *testing.T) {
	b := bare(t, look.Dark(), fyne.NewSize(1212, 618))
	b.settle()
	b.find("archive-empty")
	b.look("archive-empty")
	cfg := engine.DefaultPointConfig()
	cfg.Archive = false
	b.op.SetPoint(engine.PointStatus{Name: "oceans"})
	b.op.SetPoint(engine.PointStatus{Name: "relay", Config: cfg})
	b.op.Fail("ArchivedEvents", &engine.Error{Kind: engine.Storage, Text: "The archive of oceans cannot be read: permission denied."})
	b.tick()
	b.wantText("archive-events", "Reading what oceans has recorded")
	b.settle()
	b.wantText("archive-failure", "permission denied")
	b.op.Fail("ArchivedEvents", nil)
	b.page.again()
	b.settle()
	if b.has("archive-failure") {
		t.Error("the failure stays")
	}
	b.wantText("archive-events", "oceans has recorded nothing yet.")
	b.page.points.SetSelected("relay")
	b.settle()
	b.wantText("archive-events", "keeps no archive")
	b.op.RemovePoint("relay")
	b.settle()
	if got := b.find("archive-point").Text; got != "oceans" {
		t.Errorf("a point that is gone leaves %q", got)
	}
}

func TestPlayAndCopy(t *testing.T) {
	b := open(t)
	b.page.events.Select(1)
	b.tap("archive-play")
	if b.opened != "http://127.0.0.1:8088/arena-main.isml/Events(e2)/" {
		t.Errorf("opened %q", b.opened)
	}
	b.wantText("archive-link-hls", "Events(e2)/arena-main-cmaf.m3u8")
	b.page.recordings.Select(0)
	b.tap("archive-play")
	if b.opened != "http://127.0.0.1:8088/best.ism/" || b.page.events.Selected() != -1 {
		t.Errorf("opened %q", b.opened)
	}
	if b.has("archive-purge") {
		t.Error("a recording can be purged")
	}
	b.tap("archive-verify")
	b.settle()
	b.wantJob("best: Every byte is the one that was written, and nothing is missing.")
	if got := b.page.last.recordRows[0][5].Text; got != "Complete" {
		t.Errorf("the row says %q", got)
	}
	b.page.recordings.Select(1)
	if !b.find("archive-play").Disabled || b.page.detail.reason.Sentence() == "" {
		t.Error("a broken recording can be played, or does not say why not")
	}
}

func TestClip(t *testing.T) {
	b := open(t)
	b.page.events.Select(1)
	b.settle()
	b.tap("archive-clip")
	if b.wantText("clip-check", "Give the clip a name"); !b.find("clip-do").Disabled {
		t.Error("a clip without a name can be cut")
	}
	for _, c := range []struct{ name, from, to, want string }{
		{"a b", "", "", "Use letters"},
		{"best", "", "", "a recording best already"},
		{"oceans", "", "", "a recording oceans already"},
		{"goal", "12:00", "11:30", "ends before it begins"},
		{"goal", "23:00", "", "lies behind"},
		{"goal", "soon", "", "is no time"},
	} {
		b.write("clip-name", c.name)
		b.write("clip-from", c.from)
		b.write("clip-to", c.to)
		if b.wantText("clip-check", c.want); !b.find("clip-do").Disabled {
			t.Errorf("%+v can be cut", c)
		}
	}
	b.write("clip-name", "goal")
	b.write("clip-from", "+10:00")
	b.write("clip-to", "11:22:30")
	b.wantText("clip-check", "13 Mar 11:10:00 to 13 Mar 11:22:30: 0:12:30.")
	b.look("archive-clip")
	b.tap("clip-do")
	b.settle()
	req := b.op.CallsOf("Clip")[0].Args[0].(engine.ClipRequest)
	if req.Point != "arena-main" || req.Event != "e2" || req.Name != "goal" || !req.Range.From.Clock.Equal(ago(26*time.Hour-10*time.Minute)) {
		t.Errorf("ordered %+v", req)
	}
	if b.has("clip-do") || !strings.HasPrefix(b.job(), "goal is ready") || !b.has("archive-recording-goal") {
		t.Errorf("afterwards: %q", b.job())
	}
	b.page.strip.notice(b.page.strip.shown[0]).OnAction()
	if b.opened != "http://127.0.0.1:8088/goal.ism/" {
		t.Errorf("it plays at %q", b.opened)
	}
	b.op.Fail("Clip", &engine.Error{Kind: engine.Storage, Text: "The disk is full."})
	b.tap("archive-clip")
	b.write("clip-name", "again")
	b.tap("clip-do")
	b.settle()
	b.wantJob("Cutting again out of arena-main, 13 Mar 11:00:00… The disk is full.")
	b.page.strip.dismiss(b.page.strip.shown[0].id)
	b.settle()
	if n := len(b.page.strip.shown); n != 0 {
		t.Errorf("%d jobs are left; what went well goes with the next order, what did not when it is dismissed", n)
	}
}

func TestVerify(t *testing.T) {
	b := open(t)
	zero := ago(26 * time.Hour)
	b.op.SetVerification("arena-main", "e2", engine.Verification{Verdict: engine.VerdictHole, Zero: zero, Bytes: 1_000_000_000, Flaws: []engine.Flaw{
		{Verdict: engine.VerdictHole, Stream: "video-2500k", Text: "A segment is missing", Timed: true, Start: time.Minute, End: 3 * time.Minute},
		{Verdict: engine.VerdictGap, Text: "Nothing arrived."}}})
	b.op.hold = make(chan struct{})
	b.page.events.Select(1)
	b.tap("archive-verify")
	for b.page.last.eventRows[1][6].Text != "Checking 40 %" {
		b.tick()
	}
	b.wantJob("Checking arena-main, 13 Mar 11:00:00: 400 MB of 1.00 GB (40 %).")
	if !b.find("archive-verify").Disabled {
		t.Error("it can be checked twice at once")
	}
	b.look("archive-verify")
	b.page.strip.notice(b.page.strip.shown[0]).OnAction()
	b.settle()
	if !strings.HasPrefix(b.job(), "Cancelled") || b.page.last.eventRows[1][6].Text != "Not checked" {
		t.Errorf("cancelled: %q, %q", b.job(), b.page.last.eventRows[1][6].Text)
	}
	close(b.op.hold)
	b.tap("archive-verify")
	b.settle()
	b.wantJob("arena-main, 13 Mar 11:00:00: Media that was taken in is missing.")
	if row := b.page.last.eventRows[1]; row[5].Text != "1" || row[6].Text != "Media missing" {
		t.Errorf("the row says %+v", row)
	}
	b.wantText("archive-check", "11:01:00 to 11:03:00: video-2500k: A segment is missing.")
	b.look("archive-verified")
	b.op.Fail("VerifyArchive", &engine.Error{Kind: engine.Storage, Text: "The directory cannot be read."})
	b.tap("archive-verify")
	b.settle()
	if !strings.HasSuffix(b.job(), "The directory cannot be read.") {
		t.Errorf("a failure says %q", b.job())
	}
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	b := open(t)
	b.page.events.Select(0)
	b.tap("archive-export")
	if got := b.find("export-path").Text; got != "~/arena-main-20260314-120000.mp4" {
		t.Errorf("it offers %q", got)
	}
	f := b.page.form.(*exportForm)
	if want := []string{"Best", "1280x720, 2.50 Mbit/s", "640x360, 800 kbit/s", "Sound alone"}; strings.Join(f.rung.Options, "|") != strings.Join(want, "|") {
		t.Errorf("the rungs are %v", f.rung.Options)
	}
	f.rung.SetSelectedIndex(2)
	b.write("export-from", "90.5")
	b.look("archive-export")
	b.tap("export-do")
	b.settle()
	path := filepath.Join(dir, "arena-main-20260314-120000.mp4")
	b.wantJob(path + " has been written: 8 B.")
	if text, err := os.ReadFile(path); err != nil || string(text) != "the film" {
		t.Errorf("%q, %v", text, err)
	}
	req := b.op.CallsOf("OpenExport")[0].Args[0].(engine.ExportRequest)
	if req.Video != 800_000 || req.Range.From.Media != 90500*time.Millisecond || req.Event != "e3" {
		t.Errorf("ordered %+v", req)
	}
	for _, c := range []struct {
		path string
		fail error
		want string
	}{
		{"~/arena-main-20260314-120000.mp4", nil, "already; choose another name."},
		{"~/none/a.mp4", nil, "There is no directory"},
		{"~/b.mp4", &engine.Error{Kind: engine.Unsupported, Text: "This codec has no place in MP4."}, "This codec has no place in MP4."},
		{"~/c.mp4", errors.New("odd"), "odd"},
	} {
		b.op.Fail("OpenExport", c.fail)
		b.tap("archive-export")
		b.write("export-path", c.path)
		b.tap("export-do")
		b.settle()
		if got := b.job(); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", c.path, got)
		}
	}
	if left, err := filepath.Glob(dir + "/*"); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestExportIsCancelled(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	b := open(t)
	b.page.events.Select(0)
	for _, short := range []bool{false, true} {
		film := &endless{short: short}
		b.op.film = film
		b.tap("archive-export")
		b.tap("export-do")
		if !short {
			for !film.begun.Load() {
				b.tick()
			}
			b.tick()
			if got := b.job(); !strings.Contains(got, "of 1.07 GB (") {
				t.Errorf("it runs as %q", got)
			}
			b.page.strip.notice(b.page.strip.shown[0]).OnAction()
		}
		b.settle()
		want := map[bool]string{false: "Cancelled: ", true: "unexpected EOF"}[short]
		if got := b.job(); !strings.Contains(got, want) || !film.released.Load() {
			t.Errorf("it ended as %q, released %v", got, film.released.Load())
		}
	}
	if left, err := filepath.Glob(dir + "/*"); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestPurge(t *testing.T) {
	b := open(t)
	b.page.events.Select(0)
	if b.has("archive-purge") {
		t.Error("what the point shows can be deleted")
	}
	b.page.events.Select(2)
	b.tap("archive-purge")
	b.tap("asking-archive-purge") // a double click is no answer
	b.page.events.Select(1)
	b.page.events.Select(2)
	if b.has("asking-archive-purge") || len(b.op.CallsOf("PurgeArchive")) != 0 {
		t.Fatal("a question outlives what it was asked of")
	}
	b.tap("archive-purge")
	b.waits[len(b.waits)-1]()
	b.tap("asking-archive-purge")
	b.settle()
	if what := b.op.CallsOf("PurgeArchive")[0].Args[1].(engine.Purge); what.Event != "e1" {
		t.Errorf("purged %+v", what)
	}
	b.wantJob("Deleted from arena-main: 1 event; 3.40 GB are free again.")
	b.wantText("archive-events", "2, 6.91 GB")
	b.tap("archive-purge-before")
	b.wantText("purge-check", "Write a date")
	b.write("purge-until", "2026-03-01")
	if b.wantText("purge-check", "No event ended before that."); !b.find("purge-do").Disabled {
		t.Error("nothing can be deleted")
	}
	b.write("purge-until", "2026-03-14 06:00")
	b.wantText("purge-check", "1 event, 5.12 GB, would be deleted for good.")
	b.look("archive-purge")
	b.tap("purge-do")
	b.settle()
	what := b.op.CallsOf("PurgeArchive")[1].Args[1].(engine.Purge)
	if !what.Before.Equal(time.Date(2026, 3, 14, 5, 0, 0, 0, time.UTC)) || len(b.page.last.list.events) != 1 {
		t.Errorf("purged %+v", what)
	}
}

func TestDelete(t *testing.T) {
	b := open(t)
	b.tap("archive-delete-point")
	b.write("delete-name", "arena-main")
	if b.wantText("delete-check", "arena-main is on air. Stop it first."); !b.find("delete-do").Disabled {
		t.Error("a point on air can be deleted")
	}
	b.page.points.SetSelected("oceans")
	b.settle()
	if b.has("delete-do") {
		t.Fatal("a form outlives what it was asked of")
	}
	b.tap("archive-delete-point")
	b.write("delete-name", "ocean")
	if !b.find("delete-do").Disabled {
		t.Error("it can be deleted by half its name")
	}
	b.page.form.(*deleteForm).keep.SetChecked(true)
	b.write("delete-name", "oceans")
	b.look("archive-delete")
	b.tap("delete-do")
	b.settle()
	call := b.op.CallsOf("DeletePoint")[0]
	if call.Args[0] != "oceans" || call.Args[1] != (engine.Deletion{KeepFiles: true}) || b.find("archive-point").Text != "arena-main" {
		t.Errorf("ordered %v", call.Args)
	}
	b.wantJob("oceans has been deleted.")
	b.page.recordings.Select(0)
	b.tap("archive-delete-recording")
	b.write("delete-name", "best")
	b.page.form.(*deleteForm).name.OnSubmitted("best")
	b.settle()
	if call := b.op.CallsOf("DeleteRecording")[0]; call.Args[0] != "best" || b.has("archive-recording-best") {
		t.Errorf("ordered %v", call.Args)
	}
	b.page.recordings.Select(0)
	b.tap("archive-delete-recording")
	b.page.form.(*deleteForm).name.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.has("delete-do") {
		t.Error("Esc does not take the form away")
	}
}

// Jobs outlive the page, which is made anew with every change of the theme.
func TestJobsOutliveThePage(t *testing.T) {
	b := open(t)
	b.op.hold = make(chan struct{})
	b.op.SetVerification("arena-main", "e2", engine.Verification{Verdict: engine.VerdictComplete})
	b.page.events.Select(1)
	b.tap("archive-verify")
	b.page = New(b.host, b.op, b.page.jobs)
	b.win.SetContent(b.page.Content())
	b.tick()
	if len(b.page.strip.shown) != 1 {
		t.Fatal("the job is lost")
	}
	close(b.op.hold)
	b.settle()
	b.wantJob("arena-main, 13 Mar 11:00:00: Every byte is the one that was written, and nothing is missing.")
	if got := b.page.last.eventRows[1][6].Text; got != "Complete" {
		t.Errorf("the row says %q", got)
	}
}

// The masters were looked at by people before they were kept.
func TestPictures(t *testing.T) {
	for _, c := range []struct {
		name    string
		palette look.Palette
		size    fyne.Size
	}{{"dark", look.Dark(), fyne.NewSize(1212, 618)}, {"light", look.Light(), fyne.NewSize(1532, 798)}} {
		t.Run(c.name, func(t *testing.T) {
			b := bare(t, c.palette, c.size)
			b.furnish()
			b.settle()
			b.look("archive-none-" + c.name)
			b.op.SetVerification("arena-main", "e2", engine.Verification{Verdict: engine.VerdictGap, Flaws: []engine.Flaw{{Verdict: engine.VerdictGap, Stream: "video", Text: "Nothing arrived.", Timed: true, Start: 3 * time.Minute, End: 4 * time.Minute}}})
			b.page.events.Select(1)
			b.tap("archive-verify")
			b.settle()
			b.master("archive-" + c.name)
		})
	}
}
