package archive

import (
	"context"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
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

// operator is a fake engine whose checks and exports can be held.
type operator struct {
	*enginetest.Fake
	hold    chan struct{} // nil lets all through
	reading atomic.Int64  // counts ArchivedEvents
	film    *endless      // takes the place of every export; may be nil
}

func (o *operator) ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error) {
	o.reading.Add(1)
	return o.Fake.ArchivedEvents(ctx, point)
}

func (o *operator) OpenExport(ctx context.Context, req engine.ExportRequest) (*engine.Export, error) {
	x, err := o.Fake.OpenExport(ctx, req)
	if err == nil && o.film != nil {
		x.Body, x.Size, x.Release = o.film, 1<<30, func() { o.film.released.Store(true) }
	}
	return x, err
}

// endless is a body that goes on until its writer fails, or ends too early.
type endless struct {
	short    bool
	begun    atomic.Bool
	released atomic.Bool
}

func (e *endless) WriteTo(w io.Writer) (int64, error) {
	var sum int64
	for {
		n, err := w.Write(make([]byte, 4096))
		sum += int64(n)
		e.begun.Store(true)
		if err != nil || e.short {
			return sum, err
		}
	}
}

func (o *operator) ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	return o.Clip(ctx, req)
}

func (o *operator) VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (engine.Verification, error) {
	if o.hold != nil {
		progress(400_000_000, 1_000_000_000)
		select {
		case <-o.hold:
		case <-ctx.Done():
		}
	}
	return o.Fake.VerifyArchive(ctx, point, event, progress)
}

// bench is the page over a fake engine. The test's goroutine is Fyne's.
type bench struct {
	t       *testing.T
	op      *operator
	page    *Page
	host    page.Host
	win     fyne.Window
	now     time.Time
	inbox   chan func()
	pending int
	copied  string
	opened  string
	waits   []func()
	asked   int // of NewPoint
}

func bare(t *testing.T, palette look.Palette, size fyne.Size) *bench {
	t.Helper()
	zone := time.Local
	time.Local = time.FixedZone("CET", 3600)
	t.Cleanup(func() { time.Local = zone })
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.NewTheme(palette))
	b := &bench{t: t, op: &operator{Fake: enginetest.New()}, now: noon(), inbox: make(chan func(), 64)}
	b.op.SetClock(func() time.Time { return b.now })
	b.host = page.Host{
		Do: func(work func(context.Context) error, done func(error)) {
			b.pending++
			go func() {
				err := work(t.Context())
				b.inbox <- func() { b.pending--; done(err) }
			}()
		},
		Wake: func() {}, Copy: func(s string) { b.copied = s }, Open: func(s string) { b.opened = s }, NewPoint: func() { b.asked++ },
		Later: func(_ time.Duration, f func()) func() { b.waits = append(b.waits, f); return func() {} },
	}
	b.page = New(b.host, b.op, NewJobs())
	b.win = test.NewTempWindow(t, page.Inset(b.page.Content(), look.Space3, look.Space3, look.Space3, look.Space3))
	b.win.SetPadded(false)
	b.win.Resize(size)
	return b
}

// open is the page over a house with archives, brought up to date.
func open(t *testing.T) *bench {
	b := bare(t, look.Dark(), fyne.NewSize(1212, 618))
	b.furnish()
	b.settle()
	return b
}

// furnish fills the engine with what has been recorded.
func (b *bench) furnish() {
	live := engine.PointStatus{Name: "arena-main", State: engine.StateStarted, Event: engine.EventStatus{ID: "e3", Began: ago(time.Hour), Duration: time.Hour},
		Tracks: []engine.TrackStatus{{Type: engine.Video, Width: 1280, Height: 720, Bitrate: 2_500_000}, {Type: engine.Video, Width: 640, Height: 360, Bitrate: 800_000}, {Type: engine.Audio, Bitrate: 128_000}}}
	b.op.SetPoint(live)
	b.op.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStopped, Event: engine.EventStatus{ID: "o1", Began: ago(9 * time.Hour), Ended: ago(6 * time.Hour), Duration: 3 * time.Hour}})
	b.op.SetArchive("arena-main", []engine.ArchivedEvent{
		archived("e3", time.Hour, 0, 1_790_000_000, true),
		archived("e2", 26*time.Hour, 3*time.Hour, 5_120_000_000, false),
		archived("e1", 50*time.Hour, 2*time.Hour+12*time.Minute, 3_400_000_000, false),
	})
	ended := archived("o1", 9*time.Hour, 3*time.Hour, 5_000_000_000, true)
	ended.Live = false
	b.op.SetArchive("oceans", []engine.ArchivedEvent{ended})
	b.op.SetExport("arena-main", "the film")
	b.op.SetRecording(engine.Recording{Name: "best", State: engine.StateStopped, Event: engine.EventStatus{Began: ago(25 * time.Hour), Duration: 150 * time.Second}, Bytes: 71_000_000, Manifest: "http://127.0.0.1:8088/best.ism/Manifest"})
	b.op.SetRecording(engine.Recording{Name: "torn", State: engine.StateError, Reason: "The server manifest cannot be read; copy the directory again.", Bytes: 1000, Manifest: "http://127.0.0.1:8088/torn.ism/Manifest"})
	b.op.SetSystem(engine.SystemStatus{DiskFree: 84_000_000_000, DiskSize: 500_000_000_000, DiskLasts: 20 * time.Hour})
}

func ago(d time.Duration) time.Time { return noon().Add(-d) }

func archived(id string, before, length time.Duration, bytes int64, current bool) engine.ArchivedEvent {
	e := engine.ArchivedEvent{ID: id, Began: ago(before), Duration: length, Bytes: bytes, Current: current, Live: length == 0,
		Files: []engine.ArchiveFile{{Name: "a.ismv"}, {Name: "a.ism"}}}
	if e.Live {
		e.Duration = before
	} else {
		e.Ended = e.Began.Add(length)
	}
	base := "http://127.0.0.1:8088/arena-main.isml/Events(" + id + ")/"
	e.Links = []engine.Link{{Label: "Preview", URL: base, Browse: true}, {Label: "Smooth Streaming", URL: base + "Manifest"}, {Label: "HLS", URL: base + "arena-main-cmaf.m3u8"}}
	return e
}

func (b *bench) tick() {
	b.page.Prepare(b.t.Context(), page.Snapshot{Now: b.now, Points: b.op.Points(), System: b.op.System()})()
}

// take runs the end of one piece of work.
func (b *bench) take() {
	b.t.Helper()
	select {
	case f := <-b.inbox:
		f()
	case <-time.After(30 * time.Second):
		b.t.Fatal("the work does not end")
	}
}

// settle brings the page up to date until no work is left.
func (b *bench) settle() {
	b.t.Helper()
	b.tick()
	for b.pending > 0 {
		b.take()
		b.tick()
	}
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

func (b *bench) tap(name string) {
	b.t.Helper()
	c := b.find(name)
	if c.Disabled {
		b.t.Fatalf("%q cannot be clicked", name)
	}
	test.Tap(c.Object.(fyne.Tappable))
}

func (b *bench) write(name, text string) { b.find(name).Object.(*page.Field).SetText(text) }

// job is what the newest job says.
func (b *bench) job() string {
	b.t.Helper()
	if len(b.page.strip.shown) == 0 {
		b.t.Fatal("there is no job")
	}
	return b.page.strip.shown[0].text
}

func (b *bench) wantJob(want string) {
	b.t.Helper()
	if got := b.job(); got != want {
		b.t.Errorf("the job says\n%q, want\n%q", got, want)
	}
}

func (b *bench) wantText(name, want string) {
	b.t.Helper()
	if got := b.find(name).Text; !strings.Contains(got, want) {
		b.t.Errorf("%s says %q, want %q", name, got, want)
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
	b.look(name)
	test.AssertImageMatches(b.t, name+".png", b.win.Canvas().Capture())
}
