package ui

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/kit"
	"pubpoint/ui/page"
)

// fragments is what the ladder of a point has sent for so many fragments of two seconds, up to now.
func fragments(p engine.PointStatus, n int) engine.FragmentMap {
	now := noon()
	m := engine.FragmentMap{Event: p.Event.ID, Zero: now.Add(-time.Hour), From: now.Add(-time.Duration(2*n) * time.Second), To: now}
	for t, track := range p.Tracks {
		l := engine.FragmentLane{Track: engine.TrackKey(track.Stream, track.Bitrate), Label: track.Label(), Type: track.Type, Bitrate: track.Bitrate}
		for i := range n {
			x := float64(i)
			rate := float64(track.Bitrate) * (0.98 + 0.12*math.Sin(x/5+float64(t)) + 0.07*math.Sin(x*1.3+2*float64(t)))
			k := engine.FragmentMark{Start: time.Hour - time.Duration(2*(n-i))*time.Second, Length: 2 * time.Second, Bytes: int64(rate / 4), Count: 1,
				Peak: int(rate), Source: p.Sources[0].Stream}
			if track.Type == engine.Audio {
				k.Start += 21 * time.Millisecond
			}
			k.Arrived = m.Zero.Add(k.End() + 120*time.Millisecond)
			l.Marks = append(l.Marks, k)
		}
		m.Lanes = append(m.Lanes, l)
	}
	return m
}

// torn is such a map with everything that an operator has to see.
func torn(p engine.PointStatus, n int) engine.FragmentMap {
	m := fragments(p, n)
	now := noon()
	for i := n - 24; i < n; i++ { // a rung that cuts elsewhere
		m.Lanes[1].Marks[i].Start += 480 * time.Millisecond
	}
	gone := m.Lanes[2].Marks
	m.Lanes[2].Marks = append(append([]engine.FragmentMark(nil), gone[:n-60]...), gone[n-55:]...)
	m.Lanes[2].Marks[n-60].Gap = true
	m.Lanes[0].Marks[n-10].NoKey = true
	for i := range m.Lanes {
		m.Lanes[i].Marks[n-90].Jump = true
		for j := n - 90; j < len(m.Lanes[i].Marks); j++ {
			m.Lanes[i].Marks[j].Source = "arena-backup"
		}
	}
	m.Notes = []engine.TimelineNote{
		{At: now.Add(-200 * time.Second), Kind: engine.NoteOperator, Text: "kick-off"},
		{At: now.Add(-150 * time.Second), Length: 30 * time.Second, Kind: engine.NoteSplice, Severity: engine.Info, Text: "Splice out, event 7, 30.0 s"},
		{At: now.Add(-120 * time.Second), Kind: engine.NoteEvent, Severity: engine.Failure, Text: "2500k lost 10 s of media."},
		{At: now.Add(-46 * time.Second), Kind: engine.NoteEvent, Severity: engine.Warning, Text: "720p cuts 0.48 s after 1080p."},
	}
	return m
}

// timed is the house with a timeline at arena-main.
func timed() *enginetest.Fake {
	fake := house()
	p, _ := onAir("arena-main")
	fake.SetFragments("arena-main", torn(p, 600))
	began := p.Event.Began
	fake.SetArchive("arena-main", []engine.ArchivedEvent{
		{ID: "1", Began: began, Live: true, Current: true, Duration: noon().Sub(began)},
		{ID: "0", Began: began.Add(-24 * time.Hour), Ended: began.Add(-22 * time.Hour), Duration: 2 * time.Hour},
	})
	return fake
}

// lanesOf are the lanes of the page that is shown.
func (b *bench) lanesOf() *kit.Lanes {
	b.t.Helper()
	return b.find("lanes").Object.(*kit.Lanes)
}

// write replaces what stands in a field.
func (b *bench) write(name, text string) {
	b.t.Helper()
	b.find(name).Object.(*page.Field).SetText(text)
}

// openTimeline opens a window on the timeline of arena-main and waits for its lanes.
func openTimeline(t *testing.T, fake *enginetest.Fake, options Options, width, height float32) *bench {
	t.Helper()
	b := open(t, fake, options, width, height)
	b.win.ShowTimeline("arena-main")
	b.until("the lanes", func() bool { return len(b.lanesOf().Data().Lanes) == 4 })
	b.settle()
	return b
}

func TestTimelinePictures(t *testing.T) {
	b := openTimeline(t, timed(), Options{}, 1280, 720)
	b.master("timeline")
	b.tap("span-1m")
	b.settle()
	b.lanesOf().Select(noon().Add(-40*time.Second), noon().Add(-28*time.Second))
	b.win.timeline.Content().Refresh()
	b.look("timeline-near")
	light := openTimeline(t, timed(), Options{Light: true}, 1600, 900)
	light.tap("timeline-note")
	light.win.win.Canvas().Unfocus()
	light.master("timeline-light")
}

func TestTimelineStates(t *testing.T) {
	b := open(t, timed(), Options{}, 1280, 720)
	b.win.ShowTimeline("concert-b")
	b.settle()
	b.look("timeline-empty")
	if len(b.lanesOf().Data().Lanes) != 0 || b.has("timeline-failure") {
		t.Error("a point without media has lanes, or a failure")
	}
	b.fake.Fail("Fragments", &engine.Error{Kind: engine.Storage, Text: "The disk cannot be read."})
	b.win.ShowTimeline("arena-main")
	b.until("the failure", func() bool { return b.has("timeline-failure") })
	b.look("timeline-failure")
	b.fake.Fail("Fragments", nil)
	b.until("the lanes", func() bool { return len(b.lanesOf().Data().Lanes) == 4 && !b.has("timeline-failure") })
	b.win.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.win.page != b.win.point || b.win.pointName != "arena-main" {
		t.Error("Esc does not lead back to the point")
	}
	b.fake.RemovePoint("arena-main")
	b.win.ShowTimeline("arena-main")
	b.until("that it is gone", func() bool { return !b.win.timeline.Content().(*fyne.Container).Objects[0].Visible() })
	b.look("timeline-gone")
}

func TestTimelineReadsOnlyWhatCouldBeSeen(t *testing.T) {
	b := openTimeline(t, timed(), Options{}, 1280, 720)
	b.tap("timeline-pause")
	b.settle()
	data := b.lanesOf().Data()
	b.settle()
	if &data.Lanes[0] != &b.lanesOf().Data().Lanes[0] {
		t.Error("a stretch that stands still is drawn again and again")
	}
	b.lanesOf().TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	b.until("another stretch", func() bool { return &data.Lanes[0] != &b.lanesOf().Data().Lanes[0] })
	if _, _, live := b.lanesOf().View(); live {
		t.Error("it follows the present though the operator looks back")
	}
	b.tap("timeline-live")
	if _, _, live := b.lanesOf().View(); !live {
		t.Error("Live does not follow the present")
	}
}

// A selection becomes a clip of presentation times, under a name that is checked while it is typed.
func TestTimelineCutsClips(t *testing.T) {
	b := openTimeline(t, timed(), Options{}, 1280, 720)
	b.fake.SetRecording(engine.Recording{Name: "goal"})
	b.lanesOf().TypedRune('i')
	if !strings.HasPrefix(b.find("clip-name").Text, "arena-main-") || b.find("clip-cut").Disabled {
		t.Errorf("a name is suggested: %q, %q", b.find("clip-name").Text, b.find("clip-check").Text)
	}
	for name, wrong := range map[string]string{"": "needs", "a b": "letters", "goal": "choose another", "oceans": "choose another"} {
		b.write("clip-name", name)
		b.settle()
		if !b.find("clip-cut").Disabled || !strings.Contains(b.find("clip-check").Text, wrong) {
			t.Errorf("%q: %q", name, b.find("clip-check").Text)
		}
	}
	b.look("timeline-clip")
	b.write("clip-name", "goal-1")
	from, to, _ := b.lanesOf().Selection()
	b.tap("clip-cut")
	req := b.await("Clip").Args[0].(engine.ClipRequest)
	zero := noon().Add(-time.Hour)
	if req.Name != "goal-1" || req.Point != "arena-main" || req.Event != "" || !req.Range.From.Set ||
		(req.Range.From.Media-from.Sub(zero)).Abs() > 2*time.Millisecond || (req.Range.To.Media-to.Sub(zero)).Abs() > 2*time.Millisecond {
		t.Errorf("%+v for %v to %v", req, from, to)
	}
	b.until("the clip", func() bool { return b.has("clip-made") })
	b.look("timeline-cut")
	if b.has("clip-name") {
		t.Error("the selection stays")
	}
	b.tap("clip-copy")
	if got := b.win.app.Clipboard().Content(); !strings.HasSuffix(got, "/goal-1.ism/Manifest") {
		t.Errorf("copied %q", got)
	}
}

func TestTimelineMarksTheMoment(t *testing.T) {
	b := openTimeline(t, timed(), Options{}, 1280, 720)
	b.lanesOf().TypedRune('m')
	if b.win.win.Canvas().Focused() != fyne.Focusable(b.find("note-text").Object.(*page.Field)) {
		t.Error("the field does not have the keyboard")
	}
	b.write("note-text", "goal")
	b.tap("note-add")
	if args := b.await("AddNote").Args; args[0] != "arena-main" || args[1] != "goal" {
		t.Errorf("%v", args)
	}
	b.until("the note", func() bool {
		for _, n := range b.lanesOf().Data().Notes {
			if n.Text == "goal" && n.Flag == kit.FlagPin {
				return true
			}
		}
		return false
	})
	if b.has("note-text") {
		t.Error("the field stays")
	}
}

func TestTimelineIsWrittenToFiles(t *testing.T) {
	b := openTimeline(t, timed(), Options{}, 1280, 720)
	dir := t.TempDir()
	b.tap("timeline-export")
	b.write("export-path", filepath.Join(dir, "a.csv"))
	b.tap("export-write")
	b.until("the table", func() bool { return b.has("export-said") })
	b.look("timeline-export")
	table, err := os.ReadFile(filepath.Join(dir, "a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	if len(lines) < 4*140 || !strings.HasPrefix(lines[1], "fragment,video/") || !strings.Contains(string(table), "Splice out") {
		t.Errorf("%d lines, the first %q", len(lines), lines[1])
	}
	b.tap("export-write") // it is there already
	b.until("the refusal", func() bool { return b.has("failure") })
	b.tap("export-png")
	b.write("export-path", filepath.Join(dir, "a.png"))
	b.tap("export-write")
	b.until("the picture", func() bool { return b.has("export-said") && strings.Contains(b.find("export-said").Text, "a.png") })
	if info, err := os.Stat(filepath.Join(dir, "a.png")); err != nil || info.Size() < 5000 {
		t.Errorf("picture: %v, %v", info, err)
	}
	b.write("export-path", filepath.Join(dir, "none", "a.png"))
	b.tap("export-write")
	b.until("the failure", func() bool { return b.has("failure") })
}

func TestTimelineOfAnEarlierEvent(t *testing.T) {
	b := openTimeline(t, timed(), Options{}, 1280, 720)
	b.until("the events", func() bool { return b.find("timeline-event").Text != "" })
	b.win.timeline.ChooseEvent("0")
	b.until("its lanes", func() bool { return len(b.lanesOf().Data().Lanes) == 4 })
	b.settle()
	if b.find("timeline-live").Text != "To the end" || b.lanesOf().Data().Now != b.lanesOf().Data().Last {
		t.Errorf("%q; it ends at %d and shows up to %d", b.find("timeline-live").Text, b.lanesOf().Data().Last, b.lanesOf().Data().Now)
	}
	b.look("timeline-earlier")
}

// Below the smallest size and at large ones nothing stands outside of the window.
func TestTimelineSizes(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1280, Height: 720}, {Width: 1920, Height: 1080}} {
		b := openTimeline(t, timed(), Options{}, size.Width, size.Height)
		b.lanesOf().TypedRune('i')
		b.tap("timeline-export")
		b.settle()
		if least := b.win.win.Content().MinSize(); least.Width > size.Width || least.Height > size.Height {
			t.Errorf("it needs %v of %v", least, size)
		}
		for _, p := range b.win.places() {
			if p.X < 0 || p.X+p.W > int(size.Width)+1 || p.Y < 0 || p.Y+p.H > int(size.Height)+1 {
				t.Errorf("%s stands outside of the window: %+v", p.Name, p)
			}
		}
	}
}

func TestThePageOfAPointLeadsToItsTimeline(t *testing.T) {
	b := open(t, timed(), Options{}, 1280, 720)
	b.win.ShowPoint("arena-main")
	b.settle()
	b.tap("open-timeline")
	b.until("the lanes", func() bool { return b.has("lanes") && len(b.lanesOf().Data().Lanes) == 4 })
	b.tap("timeline-back")
	if b.win.page != b.win.point {
		t.Error("it does not lead back")
	}
	b.win.previewCurrent() // what concerns a point works on its timeline too
	b.win.timelineCurrent()
	if b.win.page != b.win.timeline {
		t.Error("the menu does not lead to it")
	}
}
