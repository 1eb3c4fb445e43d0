package ui

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/page/encoders"
	"pubpoint/ui/page/logpage"
	"pubpoint/ui/page/newpoint"
	"pubpoint/ui/page/point"
	"pubpoint/ui/page/settings"
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

	bar    *topBar
	status *statusBar
	nav    []*navItem
	banner *kit.Banner
	notice *fyne.Container // holds banner, and its distance to the page
	sheet  *fyne.Container // holds the page that is shown

	wall     *wall.Page
	point    *point.Page
	encoders *encoders.Page
	events   *logpage.Page
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
	menuNames []string
	light     bool

	layoutBusy    bool
	layoutWritten string
}

// The pages as Prefs remembers them; a point's page is pagePoint and its name.
const (
	pageWall     = "wall"
	pageEncoders = "encoders"
	pageLog      = "log"
	pageSettings = "settings"
	pagePoint    = "point:"

	prefPage   = "window.page"
	prefWidth  = "window.width"
	prefHeight = "window.height"
	prefLight  = "window.light"
)

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
		pump: NewPump(deliver, options.Logger), later: later, ctx: ctx, cancel: cancel}
	w.light = options.Prefs.BoolWithFallback(prefLight, options.Light)
	w.applyTheme()
	w.win = app.NewWindow(options.Title)
	w.win.SetMaster()
	w.win.SetPadded(false)
	w.win.SetIcon(look.AppIcon())
	w.build()
	w.win.SetCloseIntercept(w.AskClose)
	w.win.SetOnClosed(w.stop)
	w.win.SetOnDropped(w.dropped)
	w.win.Canvas().SetOnTypedKey(w.typedKey)
	w.win.Resize(fyne.NewSize(float32(options.Prefs.FloatWithFallback(prefWidth, 1440)), float32(options.Prefs.FloatWithFallback(prefHeight, 900))))
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
	w.events = logpage.New(host, op)
	w.settings = settings.New(host, settings.Facts{Version: w.options.Version, DocumentRoot: w.options.DocumentRoot}, w.toggleTheme)
	w.bar = newTopBar(w.options.Title)
	w.status = newStatusBar()
	w.nav = []*navItem{
		newNavItem(look.IconWall, textWall, w.ShowWall),
		newNavItem(look.IconEncoder, textEncoders, func() { w.ShowEncoders("") }),
		newNavItem(look.IconLog, textLog, w.ShowLog),
		newNavItem(look.IconSettings, textSettings, w.ShowSettings),
	}
	w.banner = kit.NewBanner(kit.Notice{Lamp: look.Bad, OnClose: func() { w.report(nil) }})
	w.sheet = container.NewStack()
	w.notice = page.Inset(w.banner, 0, 0, 0, look.Space3)
	w.notice.Hide()
	body := page.Inset(page.Edges(w.notice, nil, nil, nil, w.sheet),
		look.Space3, look.Space3, look.Space3, look.Space3)
	rail := newRail(w.nav...)
	w.win.SetContent(page.Edges(w.bar.object, w.status.object, rail, nil, body))
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
		Report:    w.report,
		Open:      w.open,
		Copy:      func(text string) { w.app.Clipboard().SetContent(text) },
		Preview:   w.preview,
		ShowPoint: w.ShowPoint,
		ShowWall:  w.ShowWall,
		NewPoint:  w.NewPoint,
		Wake:      w.pump.Wake,

		ShowEncoders: w.ShowEncoders,
		EditEncoder:  w.EditEncoder,
		NewEncoder:   w.NewEncoder,
		ChooseFile:   w.chooseFile,

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
	w.pump.Start(func(ctx context.Context) {
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		w.pump.Run(ctx, ticker.C, w.prepare)
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
		w.log.Error("the window did not end cleanly", "error", err)
	}
}

// Close closes the window without asking, as when the program was told to end. It may be called
// from any goroutine and returns at once; Run returns when all is done.
func (w *Window) Close() {
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

// prepare is the pump's: it computes one update off the Fyne goroutine.
func (w *Window) prepare(ctx context.Context) func() {
	op := w.options.Operator
	s := page.Snapshot{Now: w.options.Now(), Points: op.Points(), Encoders: op.Encoders(), Tool: op.Tool(), Addresses: op.Addresses()}
	m := newFrameModel(s)
	shown := w.visible.Load()
	var showPage func()
	if shown != nil {
		showPage = (*shown).Prepare(ctx, s)
	}
	return func() {
		w.last = s
		w.bar.show(m)
		w.status.show(m.status, s.Tool.Path)
		if !slices.Equal(w.menuNames, m.names[:min(len(m.names), numbered)]) {
			w.setMenu(m.names)
		}
		// The operator may have turned to another page since.
		if showPage != nil && w.visible.Load() == shown {
			showPage()
		}
		w.keepLayout()
	}
}

func (w *Window) preview(point string) {
	w.host().Order(func(ctx context.Context) error { return w.options.Operator.OpenPreview(ctx, point) }, nil)
}

func (w *Window) open(url string) {
	w.host().Order(func(context.Context) error { return w.options.Open(url) }, nil)
}

// toggleTheme changes between dark and light. The pages are made anew, because Fyne tells nothing to
// those that are not shown.
func (w *Window) toggleTheme() {
	w.closeModal()
	w.light = !w.light
	w.applyTheme()
	w.page = nil
	w.build()
	w.setMenu(w.menuNames)
	w.restorePage(w.pageID)
}

func (w *Window) applyTheme() {
	palette := look.Dark()
	if w.light {
		palette = look.Light()
	}
	w.app.Settings().SetTheme(look.NewTheme(palette))
}

func (w *Window) frameControls() []page.Control {
	all := []page.Control{}
	for i, name := range []string{"nav-wall", "nav-encoders", "nav-log", "nav-settings"} {
		all = append(all, page.Control{Name: name, Text: w.nav[i].word, Object: w.nav[i]})
	}
	if w.notice.Visible() {
		all = append(all, page.Control{Name: "failure", Object: w.banner})
	}
	return all
}

func openWith(app fyne.App, raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("open %q: %w", raw, err)
	}
	return app.OpenURL(u)
}
