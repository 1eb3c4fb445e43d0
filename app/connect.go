package main

import (
	"context"
	"log/slog"

	"pubpoint/app/remote"
	"pubpoint/app/settings"
	"pubpoint/engine"
)

// newRemote is the engine elsewhere that s names.
func newRemote(s settings.Settings, log *slog.Logger, open func(string) error) (*remote.Engine, error) {
	return remote.New(remote.Config{URL: s.Connect.URL, TokenFile: s.Connect.TokenFile, CAFile: s.Connect.CAFile, OpenURL: open, Logger: log})
}

// windowSettings are those of the window in the settings file of this machine, for a window that
// drives an engine elsewhere.
type windowSettings struct {
	store *settings.Store
	now   settings.Settings
}

func newWindowSettings(s settings.Settings) windowSettings {
	return windowSettings{store: settings.NewStore(s.Config), now: s}
}

// Setup implements remote.Window.
func (w windowSettings) Setup(context.Context) (engine.Setup, error) { return w.store.Setup(w.now) }

// ChangeSetup implements remote.Window.
func (w windowSettings) ChangeSetup(ctx context.Context, change engine.SetupChange) (engine.Setup, error) {
	if err := w.store.Change(change); err != nil {
		return engine.Setup{}, err
	}
	return w.Setup(ctx)
}
