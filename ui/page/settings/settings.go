// Package settings is the page of what the program runs with. What belongs to the window changes at
// once; what a run begins with counts from the next start on, and says so.
package settings

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// Program is what may be asked of the program about its settings. Calls may block; their errors are
// sentences.
type Program interface {
	// Setup tells what the program runs with and what its settings file says.
	Setup(ctx context.Context) (engine.Setup, error)
	// ChangeSetup writes to the settings file, all of it or nothing, and tells what it says then.
	ChangeSetup(ctx context.Context, change engine.SetupChange) (engine.Setup, error)
	// Token is that of the admin API, empty while it is off; RotateToken replaces it, and the old one
	// is refused from then on.
	Token(ctx context.Context) (string, error)
	RotateToken(ctx context.Context) (string, error)
	// TryTool runs the ffmpeg at path, which when empty is looked for, to see that it works.
	TryTool(ctx context.Context, path string) (engine.ToolStatus, error)
}

// Config is what the page works with besides its host. Everything but Program may be left out.
type Config struct {
	Program    Program // nil leaves out everything that could be changed
	Version    string
	Light      bool               // the window is in the light theme now
	Elsewhere  string             // what the engine's machine is called when it is not this one
	OpenFolder func(path string)  // shows a folder in the desktop's file manager
	Changed    func(engine.Setup) // told on the Fyne goroutine after every change
}

// Page is the settings page. Use New.
type Page struct {
	host    page.Host
	config  Config
	content fyne.CanvasObject

	listen  *listeners
	token   *token
	tool    *tool
	root    *root
	window  *window
	limits  *limits
	program *kit.KeyValue
	wide    *fyne.Container
	scroll  *container.Scroll // holds wide
}

var _ page.Page = (*Page)(nil)

// New makes the page. It must be called on the Fyne goroutine.
func New(host page.Host, config Config) *Page {
	w := &Page{host: host, config: config, program: kit.NewKeyValue()}
	w.listen = newListeners(w)
	w.token = newToken(w)
	w.tool = newTool(w)
	w.root = newRoot(w)
	w.window = newWindow(w)
	w.limits = newLimits()
	left := page.Column(look.Space3, w.listen.panel, kit.NewPanel(words.T(textProgram), w.program))
	middle := page.Column(look.Space3, w.tool.panel, w.root.panel, w.token.panel)
	right := page.Column(look.Space3, w.window.panel, w.limits.panel)
	w.wide = container.New(columns{}, left, middle, right)
	head := page.Inset(kit.NewText(look.Heading, words.T(textHeading)), 0, 0, 0, look.Space3)
	var shelf *fyne.Container
	shelf, w.scroll = page.Scrolled(w.wide)
	w.content = page.Edges(head, nil, nil, nil, shelf)
	return w
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// facts is what there is to show.
type facts struct {
	setup  engine.Setup
	token  string
	tool   engine.ToolStatus
	system engine.SystemStatus
	err    error
}

// Prepare is for page.Page.
func (w *Page) Prepare(ctx context.Context, s page.Snapshot) func() {
	f := facts{tool: s.Tool, system: s.System}
	if p := w.config.Program; p != nil {
		if f.setup, f.err = p.Setup(ctx); f.err == nil {
			f.token, f.err = p.Token(ctx)
		}
	}
	pairs := []kit.Pair{{Key: words.T(textVersion), Value: or(w.config.Version, look.Unknown)}}
	if s.System.Memory > 0 {
		pairs = append(pairs, kit.Pair{Key: words.T(textMemory), Value: look.Bytes(float64(s.System.Memory))})
	}
	if !s.System.Began.IsZero() {
		pairs = append(pairs, kit.Pair{Key: words.T(textSince), Value: look.Clock(s.Now.Sub(s.System.Began))})
	}
	pairs = append(pairs, kit.Pair{Key: words.T(textFile), Value: or(f.setup.File, look.Unknown)})
	return func() {
		if f.err != nil {
			w.host.Report(f.err)
		}
		w.show(f)
		w.program.SetPairs(pairs)
	}
}

// show shows facts without touching what is being typed.
func (w *Page) show(f facts) {
	w.listen.show(f)
	w.token.show(f)
	w.tool.show(f)
	w.root.show(f)
	w.window.show(f)
	w.limits.show(f)
	w.wide.Refresh()
	w.scroll.Refresh()
}

// change writes to the settings file.
func (w *Page) change(c engine.SetupChange, done func()) {
	if w.config.Program == nil {
		return
	}
	var now engine.Setup
	w.host.Order(func(ctx context.Context) (err error) {
		now, err = w.config.Program.ChangeSetup(ctx, c)
		return err
	}, func(err error) {
		if err != nil {
			return
		}
		if done != nil {
			done()
		}
		if w.config.Changed != nil {
			w.config.Changed(now)
		}
	})
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	all := w.listen.controls()
	all = append(all, w.token.controls()...)
	all = append(all, w.tool.controls()...)
	all = append(all, w.root.controls()...)
	all = append(all, w.window.controls()...)
	return append(all, w.limits.controls()...)
}

// columns sets its objects side by side, equally wide, each as high as it needs, with the gap there
// is between panels.
type columns struct{}

const (
	gap         = look.Space3
	leastColumn = 330
)

// MinSize is for Fyne.
func (columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(float32(len(objects))*leastColumn+float32(len(objects)-1)*gap, 0)
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

// Layout is for Fyne.
func (columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n := float32(len(objects))
	wide := float32(int((size.Width - (n-1)*gap) / n)) // sharp edges
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i)*(wide+gap), 0))
		o.Resize(fyne.NewSize(wide, o.MinSize().Height))
		// Paragraphs know their height once they have their width.
		o.Resize(fyne.NewSize(wide, o.MinSize().Height))
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
