package api

import (
	"context"
	"net/http"
	"time"

	"pubpoint/engine"
)

// Program is what the API needs of the program it belongs to. Its methods may be called from any
// goroutine.
type Program interface {
	Setup(ctx context.Context) (engine.Setup, error)
	ChangeSetup(ctx context.Context, change engine.SetupChange) (engine.Setup, error)
	RotateToken(ctx context.Context) (string, error)
	TryTool(ctx context.Context, path string) (engine.ToolStatus, error)
	Reload(ctx context.Context) (engine.Reload, error)
}

// start is engine.Start in JSON.
type start struct {
	Root   string `json:"root"`
	Listen string `json:"listen"`
	Admin  string `json:"admin"`
	FFmpeg string `json:"ffmpeg"`
}

// setup is engine.Setup in JSON.
type setup struct {
	File        string   `json:"file"`
	TokenFile   string   `json:"token_file"`
	Now         start    `json:"now"`
	Next        start    `json:"next"`
	Fixed       []string `json:"fixed"`
	Certificate string   `json:"certificate"` // empty for clear text

	RequireIngestAuth bool `json:"require_ingest_auth"`

	Language      string  `json:"language"`
	Theme         string  `json:"theme"`
	Resume        string  `json:"resume"`
	Notifications bool    `json:"notifications"`
	Refresh       float64 `json:"refresh"` // seconds
}

func setupOf(s engine.Setup) setup {
	fixed := s.Fixed
	if fixed == nil {
		fixed = []string{}
	}
	return setup{File: s.File, TokenFile: s.TokenFile, Now: start(s.Now), Next: start(s.Next), Fixed: fixed, Certificate: s.Certificate, RequireIngestAuth: s.RequireIngestAuth,
		Language: s.Language, Theme: s.Theme, Resume: s.Resume, Notifications: s.Notify, Refresh: s.Refresh.Seconds()}
}

// setupChange is engine.SetupChange in JSON (RFC 7396): what is left out stays.
type setupChange struct {
	Root          *string  `json:"root"`
	Listen        *string  `json:"listen"`
	Admin         *string  `json:"admin"`
	FFmpeg        *string  `json:"ffmpeg"`
	Language      *string  `json:"language"`
	Theme         *string  `json:"theme"`
	Resume        *string  `json:"resume"`
	Notifications *bool    `json:"notifications"`
	Refresh       *float64 `json:"refresh"`
}

func (c setupChange) change() (engine.SetupChange, error) {
	change := engine.SetupChange{Root: c.Root, Listen: c.Listen, Admin: c.Admin, FFmpeg: c.FFmpeg,
		Language: c.Language, Theme: c.Theme, Resume: c.Resume, Notify: c.Notifications}
	if c.Refresh != nil {
		if *c.Refresh < 0 || *c.Refresh > 3600 {
			return change, badInput("refresh is %v; write seconds between two pictures of the window, such as 0.5.", *c.Refresh)
		}
		d := time.Duration(*c.Refresh * float64(time.Second))
		change.Refresh = &d
	}
	return change, nil
}

func (s *Server) getSetup(w http.ResponseWriter, r *http.Request) error {
	if s.program == nil {
		return noProgram()
	}
	now, err := s.program.Setup(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, setupOf(now))
}

func (s *Server) patchSetup(w http.ResponseWriter, r *http.Request) error {
	if s.program == nil {
		return noProgram()
	}
	var body setupChange
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	change, err := body.change()
	if err != nil {
		return err
	}
	now, err := s.program.ChangeSetup(r.Context(), change)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, setupOf(now))
}

// postToken replaces the token by which it was asked.
func (s *Server) postToken(w http.ResponseWriter, r *http.Request) error {
	if s.program == nil {
		return noProgram()
	}
	token, err := s.program.RotateToken(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]string{"token": token})
}

func (s *Server) postTool(w http.ResponseWriter, r *http.Request) error {
	if s.program == nil {
		return noProgram()
	}
	var body struct {
		Path string `json:"path"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	tool, err := s.program.TryTool(r.Context(), body.Path)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]string{"path": tool.Path, "version": tool.Version})
}

func noProgram() error {
	return &engine.Error{Op: "settings", Kind: engine.Unsupported, Text: "This program's settings cannot be changed here; edit its settings file."}
}
