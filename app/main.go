//go:build cgo

// Pubpoint is the control room: a window over an embedded live-streaming origin.
//
// The server starts first, and a start that fails is told in one line on stderr with exit
// code 1. Closing the window, SIGTERM and SIGINT stop the server, which seals what is open,
// and the program exits with 0.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	tray "fyne.io/fyne/v2/driver/desktop"

	"pubpoint/app/node"
	"pubpoint/app/program"
	"pubpoint/app/remote"
	"pubpoint/app/settings"
	"pubpoint/assets"
	"pubpoint/ui"
)

func main() {
	// Most of what is in memory is media, which the collector has nothing to look through in: looking
	// twice as often costs little, and sixteen points take a third less memory.
	debug.SetGCPercent(50)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr, runtime.GOOS, newScreen, node.Deps{Version: program.Version})
	os.Exit(code)
}

// screen is the desktop as Fyne knows it.
type screen struct{ app fyne.App }

func newScreen() desktop {
	if dir, err := os.UserCacheDir(); err == nil {
		// Fyne makes a folder in it but not it itself, which new users lack. When this fails,
		// Fyne tells why and does without.
		_ = os.MkdirAll(dir, 0o700)
	}
	app.SetMetadata(metadata())
	return screen{app.NewWithID(program.ID)}
}

// metadata is what FyneApp.toml says, which is not at hand where the program is installed. The
// migration fyneDo is left to the build tag: named here it would switch Fyne's check for calls
// from the wrong goroutine off at run time, also in builds that are there to find such calls.
func metadata() fyne.AppMetadata {
	return fyne.AppMetadata{ID: program.ID, Name: program.Name, Version: program.Version, Build: program.Build,
		Icon: fyne.NewStaticResource("Icon.png", assets.AppIcon())}
}

// Exit implements desktop.
func (s screen) Exit(code int) { os.Exit(code) }

// OpenURL implements desktop.
func (s screen) OpenURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("open page: %w", err)
	}
	return s.app.OpenURL(u)
}

// Window implements desktop.
func (s screen) Window(cfg settings.Settings, n *node.Node, log *slog.Logger) window {
	setup, err := n.Setup(context.Background())
	if err != nil {
		log.Warn("settings not read", "err", err)
		setup.Notify = true
	}
	return s.window(ui.Options{Operator: n.Desk(), Program: n, Setup: setup, DocumentRoot: cfg.Root}, cfg, log)
}

// Remote implements desktop.
func (s screen) Remote(cfg settings.Settings, e *remote.Engine, log *slog.Logger) window {
	local := newWindowSettings(cfg)
	setup, err := local.Setup(context.Background())
	if err != nil {
		log.Warn("settings not read", "err", err)
		setup.Notify = true
	}
	return s.window(ui.Options{Operator: e, Program: remote.Program{Engine: e, Window: local}, Setup: setup, Engine: e.Name()}, cfg, log)
}

// window makes the window with what every one has.
func (s screen) window(options ui.Options, cfg settings.Settings, log *slog.Logger) window {
	options.Logger, options.Open, options.Title, options.Version = log, s.OpenURL, program.Name, program.Version
	options.LayoutFile, options.Minimised = cfg.DumpLayout, minimised
	if d, ok := s.app.(tray.App); ok {
		options.Tray = d
	}
	return ui.New(s.app, options)
}
