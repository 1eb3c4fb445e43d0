package api

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// ownProgram pretends to be the program that an API belongs to.
type ownProgram struct {
	setup  engine.Setup
	server *Server
}

func (p *ownProgram) Setup(context.Context) (engine.Setup, error) { return p.setup, nil }

func (p *ownProgram) ChangeSetup(_ context.Context, c engine.SetupChange) (engine.Setup, error) {
	if c.Listen != nil {
		if *c.Listen == "nowhere" {
			return engine.Setup{}, &engine.Error{Op: "change settings", Kind: engine.BadInput, Text: "This is no address."}
		}
		p.setup.Next.Listen = *c.Listen
	}
	if c.Refresh != nil {
		p.setup.Refresh = *c.Refresh
	}
	if c.Notify != nil {
		p.setup.Notify = *c.Notify
	}
	return p.setup, nil
}

func (p *ownProgram) RotateToken(context.Context) (string, error) {
	other := strings.Repeat("ef", 32)
	p.server.SetToken(other)
	return other, nil
}

func (p *ownProgram) Reload(context.Context) (engine.Reload, error) {
	return engine.Reload{Changed: []string{"log-level"}}, nil
}

func (p *ownProgram) TryTool(_ context.Context, path string) (engine.ToolStatus, error) {
	if path != "" {
		return engine.ToolStatus{}, &engine.Error{Op: "try", Kind: engine.Unsupported, Text: "It cannot be run."}
	}
	return engine.ToolStatus{Path: "/usr/bin/ffmpeg", Version: "5.1.6"}, nil
}

func TestSettings(t *testing.T) {
	p := &ownProgram{setup: engine.Setup{File: "/home/op/pubpoint.toml", Now: engine.Start{Listen: "127.0.0.1:8088"}, Next: engine.Start{Listen: "127.0.0.1:8088"}, Notify: true, Refresh: 500 * time.Millisecond}}
	s, _ := fresh(t, func(c *Config) { c.Program = p })
	p.server = s
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/api/v1/settings", "", 200, `"notifications":true,"refresh":0.5`},
		{"PATCH", "/api/v1/settings", `{"listen":"0.0.0.0:80","refresh":1,"notifications":false}`, 200, `"notifications":false,"refresh":1`},
		{"GET", "/api/v1/settings", "", 200, `"next":{"root":"","listen":"0.0.0.0:80"`},
		{"PATCH", "/api/v1/settings", `{"listen":"nowhere"}`, 400, "This is no address."},
		{"PATCH", "/api/v1/settings", `{"refresh":-1}`, 400, "such as 0.5"},
		{"PATCH", "/api/v1/settings", `{"colour":"pink"}`, 400, "colour"},
		{"POST", "/api/v1/settings/ffmpeg", `{}`, 200, `"version":"5.1.6"`},
		{"POST", "/api/v1/settings/ffmpeg", `{"path":"/nowhere"}`, 422, "It cannot be run."},
		{"POST", "/api/v1/reload", "", 200, `{"changed":["log-level"],"restart":[]}`},
		{"POST", "/api/v1/settings/token", "", 200, `"token":"efef`},
		{"GET", "/api/v1/settings", "", 401, "token"},
	} {
		if w := ask(s, c.method, c.path, c.body); w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
		}
	}
	bare, _ := fresh(t)
	if w := ask(bare, "GET", "/api/v1/settings", ""); w.Code != 422 || !json.Valid(w.Body.Bytes()) {
		t.Errorf("without a program: %d %s", w.Code, w.Body)
	}
}

func TestReplaceToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	old, err := LoadToken(file)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := ReplaceToken(file)
	if err != nil || fresh == old {
		t.Fatalf("replaced by %q, %v", fresh, err)
	}
	if again, err := LoadToken(file); err != nil || again != fresh {
		t.Errorf("the file holds %q, %v", again, err)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
}
