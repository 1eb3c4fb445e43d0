package remote

import (
	"context"
	"net/http"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// Window is where what belongs to this window is kept: language, theme, notifications, refresh.
type Window interface {
	Setup(ctx context.Context) (engine.Setup, error)
	ChangeSetup(ctx context.Context, change engine.SetupChange) (engine.Setup, error)
}

// Program is what the settings page of a window changes that drives an Engine: what belongs to the
// window stays on this machine, all else is the engine's.
type Program struct {
	Engine *Engine
	Window Window
}

// Setup tells the engine's settings with those of the window here.
func (p Program) Setup(ctx context.Context) (engine.Setup, error) {
	there, err := p.Engine.setup(ctx, http.MethodGet, nil)
	if err != nil {
		return engine.Setup{}, err
	}
	return p.merged(ctx, there)
}

func (p Program) merged(ctx context.Context, there engine.Setup) (engine.Setup, error) {
	here, err := p.Window.Setup(ctx)
	there.Language, there.Theme, there.Notify, there.Refresh = here.Language, here.Theme, here.Notify, here.Refresh
	return there, err
}

// ChangeSetup changes here what belongs here, and there what belongs there.
func (p Program) ChangeSetup(ctx context.Context, c engine.SetupChange) (engine.Setup, error) {
	here := engine.SetupChange{Language: c.Language, Theme: c.Theme, Notify: c.Notify, Refresh: c.Refresh}
	there := engine.SetupChange{Root: c.Root, Listen: c.Listen, Admin: c.Admin, FFmpeg: c.FFmpeg, Resume: c.Resume}
	if here != (engine.SetupChange{}) {
		if setup, err := p.Window.ChangeSetup(ctx, here); err != nil {
			return setup, err
		}
	}
	if there == (engine.SetupChange{}) {
		setup, err := p.Setup(ctx)
		if err != nil { // the engine is away, and what was changed is here
			return p.Window.Setup(ctx)
		}
		return setup, nil
	}
	setup, err := p.Engine.setup(ctx, http.MethodPatch, api.SetupBody(there))
	if err != nil {
		return engine.Setup{}, err
	}
	return p.merged(ctx, setup)
}

// Token is that of the engine's admin API.
func (p Program) Token(ctx context.Context) (string, error) { return p.Engine.Token(ctx) }

// RotateToken replaces it.
func (p Program) RotateToken(ctx context.Context) (string, error) { return p.Engine.RotateToken(ctx) }

// TryTool runs an ffmpeg over there.
func (p Program) TryTool(ctx context.Context, path string) (engine.ToolStatus, error) {
	a, err := p.Engine.work(ctx, question{op: "try ffmpeg", method: http.MethodPost, path: []string{"settings", "ffmpeg"}, body: map[string]string{"path": path}})
	if err != nil {
		return engine.ToolStatus{}, err
	}
	return api.ReadTool(a.body)
}

func (e *Engine) setup(ctx context.Context, method string, body any) (engine.Setup, error) {
	a, err := e.work(ctx, question{op: "settings", method: method, path: []string{"settings"}, body: body})
	if err != nil {
		return engine.Setup{}, err
	}
	return api.ReadSetup(a.body)
}

// RotateToken has the engine replace the token by which it is asked, and uses and keeps the new one.
func (e *Engine) RotateToken(ctx context.Context) (string, error) {
	a, err := e.work(ctx, question{op: "replace token", method: http.MethodPost, path: []string{"settings", "token"}})
	if err != nil {
		return "", err
	}
	token, err := api.ReadWord(a.body, "token")
	if err == nil {
		err = checkToken(token)
	}
	if err != nil {
		return "", err
	}
	return token, e.keepToken(token)
}
