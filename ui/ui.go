package ui

import (
	"fmt"
	"io"
	"net/url"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// Window is the control room's window. Use New.
type Window struct {
	options Options
	app     fyne.App
	win     fyne.Window
}

// New makes the window of app. It shows and starts nothing; see Run. Call it on the
// goroutine that will call Run.
func New(app fyne.App, options Options) *Window {
	w := &Window{options: options.withDefaults(app), app: app}
	app.Settings().SetTheme(look.NewTheme(look.Dark()))
	w.win = app.NewWindow(w.options.Title)
	w.win.SetContent(widget.NewLabel(w.options.Title))
	return w
}

// Run shows the window, runs the app and blocks until the window has been closed and all
// its work has ended. It must be called on the main goroutine.
func (w *Window) Run() {
	w.win.ShowAndRun()
}

// Close closes the window without asking, as when the program was told to end. It may be
// called from any goroutine and returns at once; Run returns when all is done.
func (w *Window) Close() { fyne.Do(w.win.Close) }

// DumpLayout writes where every named control stands: see the type Place.
func (w *Window) DumpLayout(out io.Writer) error {
	_, err := io.WriteString(out, "[]\n")
	return err
}

func openWith(app fyne.App, raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("open %q: %w", raw, err)
	}
	return app.OpenURL(u)
}
