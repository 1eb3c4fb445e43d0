package ui

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/page/alarms"
	"pubpoint/ui/page/archive"
	"pubpoint/ui/page/encoders"
	"pubpoint/ui/page/newpoint"
	"pubpoint/ui/page/point"
	"pubpoint/ui/page/settings"
	"pubpoint/ui/page/timeline"
	"pubpoint/ui/page/wall"
)

// Window is the control room's window. Use New. Unless it says otherwise, a method must be called
// on the Fyne goroutine.
type Window struct {
	options Options
	log     *slog.Logger
	app     fyne.App
	driver  fyne.Driver
	win     fyne.Window
	pump    *Pump
	later   kit.Later
	ctx     context.Context
	cancel  context.CancelFunc

	bar      *topBar
	status   *statusBar
	sections []section
	nav      []*navItem        // of sections, in their order
	banner   *kit.Banner       // a failure
	notice   *fyne.Container   // holds banner, and its distance to others
	offer    *kit.Banner       // of what could be resumed
	resume   *fyne.Container   // holds offer
	ended    *kit.Banner       // that the engine has ended
	death    *fyne.Container   // holds ended
	far      *kit.Banner       // that an engine elsewhere does not answer
	distance *fyne.Container   // holds far
	farSaid  string            // sentence of far
	away     bool              // an engine elsewhere does not answer, or has not been heard yet
	farFails bool              // banner tells what failed while away
	below    *fyne.Container   // holds scroll
	sheet    *fyne.Container   // holds the page that is shown
	scroll   *container.Scroll // of sheet, for windows that are too small for the page

	wall     *wall.Page
	point    *point.Page
	alarms   *alarms.Page
	archive  *archive.Page
	jobs     *archive.Jobs // of every archive page that there was
	timeline *timeline.Page
	encoders *encoders.Page
	settings *settings.Page

	page      page.Page                 // shown now
	visible   atomic.Pointer[page.Page] // the same, for the ticker
	pageID    string                    // what Prefs remembers of it
	pointName string                    // of the point page, else empty
	modal     *page.Modal
	overlay   *widget.PopUp
	form      *newpoint.Dialog // open now, for files that are dropped
	files     *fileChoice      // open now, over everything else
	filesDir  string           // where a file was chosen last
	last      page.Snapshot
	model     frameModel
	shown     frameModel // in the bar
	menuNames []string
	palette   bool // it is the modal
	light     bool
	notifies  bool
	refresh   time.Duration
	ticker    *time.Ticker
	notifier  *notifier
	watched   bool       // the window has the keyboard
	tray      *trayModel // shown; nil when nothing is
	resumed   string     // sentence of offer
	deciding  bool       // what to resume
	lost      string     // why the engine has ended; empty while it runs
	stood     fyne.Size  // at the last tick

	layoutBusy    bool
	layoutWritten string
}

// New makes the window of app. It shows and starts nothing; see Run. It must be called on the
// goroutine that will call Run.
func New(app fyne.App, options Options) *Window {
	return newWindow(app, options, fyne.Do, kit.AfterDo)
}

// newWindow is New with its ways into the Fyne goroutine, which tests replace.
func newWindow(app fyne.App, options Options, deliver func(func()), later kit.Later) *Window {
	options = options.withDefaults(app)
	ctx, cancel := context.WithCancel(context.Background())
	w := &Window{options: options, log: options.Logger, app: app, driver: app.Driver(),
		pump: NewPump(deliver, options.Logger), later: later, ctx: ctx, cancel: cancel, jobs: archive.NewJobs()}
	w.light, w.notifies, w.refresh = options.Prefs.BoolWithFallback(prefLight, options.Light), true, engine.DefaultRefresh
	// The desktop's bus may take its time.
	w.notifier = newNotifier(func(title, text string) {
		w.pump.Do(w.ctx, func(context.Context) error { options.Notify(title, text); return nil }, nil)
	})
	w.takeSetup(options.Setup)
	w.applyTheme()
	w.win = app.NewWindow(options.title())
	w.win.SetMaster()
	w.win.SetPadded(false)
	w.win.SetIcon(look.AppIcon())
	w.build()
	w.win.SetCloseIntercept(w.AskClose)
	w.win.SetOnClosed(w.stop)
	w.win.SetOnDropped(w.dropped)
	w.win.Canvas().SetOnTypedKey(w.typedKey)
	w.win.Canvas().SetOnTypedRune(w.typedRune)
	app.Lifecycle().SetOnEnteredForeground(func() { w.watched = true })
	app.Lifecycle().SetOnExitedForeground(func() { w.watched = false })
	w.restoreSize()
	w.setMenu(nil)
	w.restorePage(options.Prefs.StringWithFallback(prefPage, pageWall))
	return w
}

// build makes the frame and the pages.
func (w *Window) build() {
	host := w.host()
	op := w.options.Operator
	w.wall = wall.New(host, op, w.options.DocumentRoot)
	w.point = point.New(host, op)
	w.encoders = encoders.New(host, op)
	w.alarms = alarms.New(host, op)
	w.archive = archive.New(host, op, w.jobs)
	w.timeline = timeline.New(host, op)
	w.settings = settings.New(host, settings.Config{Program: w.options.Program, Version: w.options.Version, Light: w.light,
		OpenFolder: w.openFolder, Elsewhere: w.options.Engine, Changed: w.applySetup})
	w.bar = newTopBar(w.options.heading(), w.showTrouble)
	w.shown = frameModel{}
	w.status = newStatusBar()
	w.sections = w.makeSections()
	w.nav = w.makeNav()
	w.banner, w.notice = newNotice()
	w.offer, w.resume = newNotice()
	w.ended, w.death = newNotice()
	w.far, w.distance = newNotice()
	w.farSaid = ""
	_, w.away = op.(Remote)
	if w.lost != "" {
		w.showLost()
	}
	w.sheet = container.NewStack()
	// The margins lie inside, because what scrolls is cut off at its edges, rings around it too.
	w.scroll = container.NewScroll(page.Inset(w.sheet, look.Space3, look.Space3, look.Space3, look.Space3))
	above := page.Column(0, w.death, w.distance, w.resume, w.notice)
	w.below = container.NewStack(w.scroll)
	body := page.Edges(above, nil, nil, nil, w.below)
	rail := newRail(w.nav...)
	content := page.Edges(w.bar.object, w.status.object, rail, nil, body)
	if watch := w.options.Minimised; watch != nil {
		content = container.NewStack(page.Sized(watch(w.minimised), fyne.NewSquareSize(1)), content)
	}
	w.win.SetContent(content)
}

// newNotice makes a banner that is not shown yet, and what holds it at its distance to others.
func newNotice() (*kit.Banner, *fyne.Container) {
	b := kit.NewBanner(kit.Notice{Lamp: look.Bad})
	c := page.Inset(b, look.Space3, look.Space3, look.Space3, 0)
	c.Hide()
	return b, c
}

// setShown shows one of the banners above the page, or hides it.
func (w *Window) setShown(notice *fyne.Container, shown bool) {
	if notice.Visible() == shown {
		return
	}
	if shown {
		notice.Show()
	} else {
		notice.Hide()
	}
	w.win.Content().Refresh()
}

// host is what the pages may ask of the frame.
func (w *Window) host() page.Host {
	return page.Host{
		Do: func(work func(context.Context) error, done func(error)) {
			w.pump.Do(w.ctx, work, func(err error) {
				if done != nil {
					done(err)
				}
				w.pump.Wake()
			})
		},
		Report: w.report,
		Note:   w.askNote, ShowModal: w.showModal, CloseModal: w.closeModal,
		Open:      w.open,
		Copy:      func(text string) { w.app.Clipboard().SetContent(text) },
		Preview:   w.preview,
		ShowPoint: w.ShowPoint,
		ShowWall:  w.ShowWall,
		NewPoint:  w.NewPoint,

		ShowArchive: w.ShowArchive,
		ShowAlarms:  w.ShowAlarms,

		ShowTimeline: w.ShowTimeline,
		Wake:         w.pump.Wake,

		ShowEncoders: w.ShowEncoders,
		EditEncoder:  w.EditEncoder,
		NewEncoder:   w.NewEncoder,
		ChooseFile:   w.chooseFile,
		Elsewhere:    w.options.Engine,

		Later: w.later,
	}
}

// Run shows the window, runs the app and blocks until the window has been closed and everything it
// started has ended. It must be called on the main goroutine.
func (w *Window) Run() {
	w.start()
	w.win.ShowAndRun()
	w.finish()
}

// start begins to keep the window up to date.
func (w *Window) start() {
	w.ticker = time.NewTicker(w.refresh)
	w.pump.Start(func(ctx context.Context) {
		defer w.ticker.Stop()
		w.pump.Run(ctx, w.ticker.C, w.prepare)
	})
	w.pump.Wake()
}

// stop ends everything without waiting for it: from here on nothing reaches the window.
func (w *Window) stop() {
	w.cancel()
	w.pump.cancel()
}

// finish ends what start and the pages began and waits for it.
func (w *Window) finish() {
	w.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.pump.Close(ctx); err != nil {
		w.log.Error("the window did not end cleanly", "err", err)
	}
}

// Close closes the window without asking, as when the program was told to end. It may be called
// from any goroutine and returns at once; Run returns when all is done.
func (w *Window) Close() {
	// Fyne quits on the same signal by itself, and what it is given after that runs on any goroutine:
	// no update may come then.
	w.pump.Pause()
	w.pump.deliver(func() {
		if w.ctx.Err() == nil {
			w.leave()
		}
	})
}

// Hide takes the window away without closing it, as to a tray; nothing is drawn or asked for until
// Show.
func (w *Window) Hide() {
	w.pump.Pause()
	w.win.Hide()
}

// Show brings a hidden window back, with the present in it.
func (w *Window) Show() {
	w.win.Show()
	w.pump.Resume()
}

// minimised keeps everything as it is while nobody can see it.
func (w *Window) minimised(is bool) {
	if is {
		w.pump.Pause()
		return
	}
	w.pump.Resume()
}

// prepare is the pump's: it computes one update off the Fyne goroutine.
func (w *Window) prepare(ctx context.Context) func() {
	op := w.options.Operator
	s := page.Snapshot{Now: w.options.Now(), Points: op.Points(), Encoders: op.Encoders(), Tool: op.Tool(), Addresses: op.Addresses(), Alarms: op.Alarms(), System: op.System()}
	slices.SortStableFunc(s.Points, func(a, b engine.PointStatus) int { return page.CompareNames(a.Name, b.Name) })
	slices.SortStableFunc(s.Encoders, func(a, b engine.EncoderStatus) int { return page.CompareNames(a.Spec.ID, b.Spec.ID) })
	link := w.linkOf(&s)
	m := newFrameModel(s)
	m.dated(link)
	var left []engine.EncoderSpec
	if r, ok := op.(Resumer); ok {
		left = r.Unresumed()
	}
	shown := w.visible.Load()
	var showPage func()
	if shown != nil {
		showPage = (*shown).Prepare(ctx, s)
	}
	return func() {
		last := w.last.Now
		w.last, w.model = s, m
		if !m.waits(w.shown, last, s.Now) {
			w.bar.show(m)
			w.shown = m
		}
		w.status.show(m, s.Tool.Path)
		w.showBadges(m)
		w.showTray(m)
		w.notifier.look(s.Alarms, s.Now, w.notifies && w.lost == "", w.watched)
		w.offerResume(left)
		w.showLink(link)
		if !slices.Equal(w.menuNames, m.names[:min(len(m.names), numbered)]) {
			w.setMenu(m.names)
		}
		// The operator may have turned to another page since.
		if showPage != nil && w.visible.Load() == shown {
			showPage()
		}
		w.rememberSettled()
		w.keepLayout()
	}
}

func (w *Window) preview(point string) {
	w.host().Order(func(ctx context.Context) error { return w.options.Operator.OpenPreview(ctx, point) }, nil)
}

func (w *Window) open(url string) {
	w.host().Order(func(context.Context) error { return w.options.Open(url) }, nil)
}

func (w *Window) frameControls() []page.Control {
	all := []page.Control{}
	for i, p := range w.sections {
		all = append(all, page.Control{Name: p.control, Text: w.nav[i].word, Object: w.nav[i]})
	}
	all = append(all, page.Control{Name: "worst-alarm", Text: w.bar.alarm.text(), Object: w.bar.alarm})
	if w.notice.Visible() {
		all = append(all, page.Control{Name: "failure", Text: w.banner.Sentence(), Object: w.banner})
	}
	if w.death.Visible() {
		all = append(all, page.Control{Name: "engine-lost", Text: w.ended.Sentence(), Object: w.ended})
	}
	all = append(all, w.linkControls()...)
	if w.resume.Visible() {
		yes, no := w.offer.Buttons()
		all = append(all, page.Control{Name: "resume-offer", Text: w.resumed, Object: w.offer},
			page.ButtonControl("resume", yes), page.ButtonControl("resume-decline", no))
	}
	return all
}

// Fail says, above every page, that the engine has ended and why. The window stays, so that the
// operator learns of it; closing asks nothing any more. It may be called from any goroutine.
func (w *Window) Fail(err error) {
	w.pump.deliver(func() {
		if w.ctx.Err() == nil {
			w.lost = engine.Sentence(err)
			w.showLost()
		}
	})
}

func (w *Window) showLost() {
	w.ended.Set(kit.Notice{Lamp: look.Bad, Sentence: textLost(w.lost)})
	w.setShown(w.death, true)
}

// openFolder shows a folder in the desktop's file manager.
func (w *Window) openFolder(path string) {
	w.open((&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String())
}

func openWith(app fyne.App, raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("open %q: %w", raw, err)
	}
	return app.OpenURL(u)
}
