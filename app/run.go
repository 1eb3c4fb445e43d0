package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"pubpoint/app/node"
	"pubpoint/app/program"
	"pubpoint/app/remote"
	"pubpoint/app/settings"
	"pubpoint/engine"
)

// name is what the program is called in its own words.
const name = settings.ControlRoom

// What to do where there is no window to be had.
const headless = "run pubpointd, the same server without a window"

// windowPatience is how long a window may take to close after a signal. One that hangs must not keep the
// server from being sealed, nor the program from ending.
const windowPatience = 15 * time.Second

// desktop is where windows are shown. It is made once it is known that there is one.
type desktop interface {
	// Exit ends the program at once, whatever its window does.
	Exit(code int)
	// OpenURL shows a page in the browser.
	OpenURL(raw string) error
	// Window makes the window of the control room over a node that listens; Run shows it.
	Window(s settings.Settings, n *node.Node, log *slog.Logger) window
	// Remote makes the window of the control room over an engine elsewhere.
	Remote(s settings.Settings, e *remote.Engine, log *slog.Logger) window
}

// window is the control room on the screen.
type window interface {
	// Run shows it and blocks until it is closed. It keeps the goroutine of main.
	Run()
	// Close closes it from any goroutine.
	Close()
	// Fail says from any goroutine that the server has ended, and why; the window stays.
	Fail(err error)
}

// run does everything that the program does until its window is closed or ctx ends, and
// returns its exit code. The server starts before the window and stops after it, so that
// a closed window leaves sealed archives. newDesktop is nil in a build without windows.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer, goos string, newDesktop func() desktop, deps node.Deps) int {
	s, code, ok := program.Configure(name, args, env, stdout, stderr)
	if !ok {
		return code
	}
	if newDesktop == nil {
		program.Say(stderr, name, "this build has no window: "+headless)
		return program.ExitFailed
	}
	if !displayed(goos, env) {
		program.Say(stderr, name, "there is no display here, neither DISPLAY nor WAYLAND_DISPLAY is set: "+headless)
		return program.ExitFailed
	}
	if why := unreachable(goos, env); why != "" {
		program.Say(stderr, name, why+": "+headless)
		return program.ExitFailed
	}
	screen := newDesktop()
	deps.Level = new(slog.LevelVar)
	deps.Level.Set(s.LogLevel)
	deps.Reread = func() (settings.Settings, error) { return settings.Parse(name, args, env, io.Discard) }
	log := s.LeveledLogger(stderr, deps.Level)
	deps.OpenURL = screen.OpenURL
	server, w, err := open(ctx, s, log, screen, deps)
	if err != nil {
		program.Say(stderr, name, engine.Sentence(err))
		return program.ExitFailed
	}
	hung := func(served error) {
		log.Error("window not closed", "after", windowPatience)
		screen.Exit(exit(served, stderr))
	}
	return exit(show(ctx, server, w, windowPatience, hung), stderr)
}

// runner is what runs behind a window.
type runner interface {
	Run(ctx context.Context) error
}

// open makes what the window shows, an engine that listens or the way to one elsewhere, and the window.
func open(ctx context.Context, s settings.Settings, log *slog.Logger, screen desktop, deps node.Deps) (runner, window, error) {
	if s.Connect.URL != "" {
		e, err := newRemote(s, log, deps.OpenURL)
		if err != nil {
			return nil, nil, err
		}
		return e, screen.Remote(s, e, log), nil
	}
	n := node.New(s, log, deps)
	if err := n.Listen(ctx); err != nil {
		return nil, nil, err
	}
	return n, screen.Window(s, n, log), nil
}

// exit tells how the server has ended and returns the program's exit code for that.
func exit(err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, context.Canceled) {
		return program.ExitOK
	}
	program.Say(stderr, name, err.Error())
	return program.ExitFailed
}

// show runs the server behind the window until the window is closed or ctx ends. When the
// server fails the window says so and stays, so that somebody learns of it. When ctx has ended and
// the window does not close within patience, the server is stopped all the same and hung is told how it ended.
func show(ctx context.Context, n runner, w window, patience time.Duration, hung func(served error)) error {
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var served error // read after ended
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		served = n.Run(serving)
	}()
	closed := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-closed:
			return
		case <-ctx.Done():
		case <-ended:
			w.Fail(served)
			select {
			case <-closed:
				return
			case <-ctx.Done():
			}
		}
		w.Close()
		late := time.NewTimer(patience)
		defer late.Stop()
		select {
		case <-closed:
		case <-late.C:
			stop()
			<-ended
			hung(served)
		}
	}()
	w.Run()
	close(closed)
	<-watched
	stop()
	<-ended
	return served
}

// displayed reports whether there is something to show a window on.
func displayed(goos string, env func(string) string) bool {
	if goos == "windows" || goos == "darwin" {
		return true
	}
	return env("DISPLAY") != "" || env("WAYLAND_DISPLAY") != ""
}
