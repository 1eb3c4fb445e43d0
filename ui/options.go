package ui

import (
	"log/slog"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/page/settings"
)

// Options is what a Window works with. Only Operator is needed. A Setup of the zero value, as without a
// Program, tells nothing on the desktop.
type Options struct {
	Operator Operator     // carries out what is asked for
	Logger   *slog.Logger // nil discards

	// Now is the clock that everything in the window is shown by; nil is time.Now.
	Now func() time.Time
	// Open shows a URL in the desktop's browser; it is called off the Fyne goroutine. Nil asks
	// the Fyne app.
	Open func(url string) error
	// Prefs remembers size and last page; nil takes the app's own.
	Prefs fyne.Preferences

	// Program changes the program's settings; nil leaves them as they are. Setup is what they are now.
	Program settings.Program
	Setup   engine.Setup
	// Tray is the desktop's tray; nil where there is none.
	Tray Tray
	// Notify tells of something on the desktop; it is called off the Fyne goroutine. Nil asks the
	// Fyne app.
	Notify func(title, text string)

	// Title is the product's name; empty is "Pubpoint".
	Title string
	// Version stands beside the name on the settings page; may be empty.
	Version string
	// Engine is what the engine is called when it runs on another machine; Operator is a Remote then.
	Engine string
	// DocumentRoot is the directory that holds the publishing points, for the commands an
	// empty wall teaches; may be empty.
	DocumentRoot string
	// Light starts in the light theme when nothing is remembered.
	Light bool

	// LayoutFile, when not empty, is rewritten atomically on every tick in which the place
	// of a named control changed. See Window.DumpLayout.
	LayoutFile string

	// Minimised, when not nil, makes an object that is drawn behind the window's content and tells,
	// on the Fyne goroutine, when the window is minimised and when it is back.
	Minimised func(tell func(is bool)) fyne.CanvasObject
}

func (o Options) withDefaults(app fyne.App) Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Prefs == nil {
		o.Prefs = app.Preferences()
	}
	if o.Open == nil {
		o.Open = func(url string) error { return openWith(app, url) }
	}
	if o.Notify == nil {
		o.Notify = func(title, text string) { app.SendNotification(fyne.NewNotification(title, text)) }
	}
	if o.Title == "" {
		o.Title = textProduct
	}
	return o
}
