package settings

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"pubpoint/engine"
)

// Fixed says which settings of a run were given by a flag or an environment variable, which go
// before the settings file.
type Fixed struct{ Root, Listen, Admin bool }

// Names lists them as the file calls them.
func (f Fixed) Names() []string {
	var all []string
	for _, one := range []struct {
		name  string
		fixed bool
	}{{"root", f.Root}, {"listen", f.Listen}, {"admin", f.Admin}} {
		if one.fixed {
			all = append(all, one.name)
		}
	}
	return all
}

func (f *Fixed) note(name string) {
	switch name {
	case "root":
		f.Root = true
	case "listen":
		f.Listen = true
	case "admin":
		f.Admin = true
	}
}

// Setup is what a run that works with s looks like, and what the settings file says now.
func (s *Store) Setup(now Settings) (engine.Setup, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	doc, err := Load(s.path)
	if err != nil {
		return engine.Setup{}, unreadable(err)
	}
	setup := engine.Setup{
		File:  now.Config,
		Now:   engine.Start{Root: now.Root, Listen: now.Listen, Admin: now.Admin, FFmpeg: now.FFmpeg},
		Next:  doc.start(s.path, now.Root),
		Fixed: now.Fixed.Names(),

		Certificate: now.TLSCert + strings.ReplaceAll(now.ACME, ",", ", "), RequireIngestAuth: now.RequireIngestAuth,

		Language: doc.Language,
		Theme:    doc.Theme,
		Resume:   doc.Resume,
		Notify:   doc.Notifications == nil || *doc.Notifications,
		Refresh:  engine.DefaultRefresh,
	}
	if now.Admin != AdminOff {
		setup.TokenFile = now.TokenFile()
	}
	if d, err := time.ParseDuration(doc.Refresh); err == nil {
		setup.Refresh = d
	}
	return setup, nil
}

// start is what a run begins with to which nobody says otherwise.
func (d *Document) start(file, root string) engine.Start {
	s := engine.Start{Root: d.Root, Listen: d.Listen, Admin: d.Admin, FFmpeg: d.FFmpeg}
	if s.Listen == "" {
		s.Listen = DefaultListen
	}
	if s.Admin == "" {
		s.Admin = DefaultAdmin
	}
	switch {
	case s.Root == "":
		s.Root = root
		if own, err := defaultRoot(runtime.GOOS, os.Getenv); err == nil {
			s.Root = own
		}
	case !filepath.IsAbs(s.Root):
		s.Root = filepath.Join(filepath.Dir(file), s.Root)
	}
	return s
}

// Change writes what c names into the settings file, all of it or nothing. Its errors are of the
// kinds BadInput, when a value is none, and Storage.
func (s *Store) Change(c engine.SetupChange) error {
	if err := checkChange(c); err != nil {
		return &engine.Error{Op: "change settings", Kind: engine.BadInput, Text: err.Error(), Err: err}
	}
	err := s.Update(func(d *Document) {
		take(&d.Root, c.Root)
		take(&d.Listen, c.Listen)
		take(&d.Admin, c.Admin)
		take(&d.FFmpeg, c.FFmpeg)
		take(&d.Language, c.Language)
		take(&d.Theme, c.Theme)
		take(&d.Resume, c.Resume)
		if c.Notify != nil {
			on := *c.Notify
			d.Notifications = &on
		}
		if c.Refresh != nil {
			d.Refresh = c.Refresh.String()
		}
	})
	if err != nil {
		return unreadable(err)
	}
	return nil
}

func unreadable(err error) error {
	return &engine.Error{Op: "settings", Kind: engine.Storage, Text: err.Error(), Err: err}
}

func take(to, from *string) {
	if from != nil {
		*to = *from
	}
}

// checkChange says in a sentence what is wrong with a value. An empty one takes a setting back.
func checkChange(c engine.SetupChange) error {
	given := func(s *string) bool { return s != nil && *s != "" }
	if given(c.Root) && !filepath.IsAbs(*c.Root) {
		return fmt.Errorf("%q is no whole path; write the document root from the beginning", *c.Root)
	}
	if given(c.Listen) {
		if err := address(*c.Listen); err != nil {
			return err
		}
	}
	if given(c.Admin) && *c.Admin != AdminOff {
		if err := address(*c.Admin); err != nil {
			return err
		}
	}
	if given(c.FFmpeg) {
		if _, err := exec.LookPath(*c.FFmpeg); err != nil {
			return fmt.Errorf("%s cannot be run: %s; write the path of an ffmpeg", *c.FFmpeg, cause(err))
		}
	}
	if given(c.Resume) && *c.Resume != "ask" && *c.Resume != "always" && *c.Resume != "never" {
		return fmt.Errorf("resume is %q; write ask, always or never", *c.Resume)
	}
	if c.Refresh != nil && (*c.Refresh < engine.LeastRefresh || *c.Refresh > engine.MostRefresh) {
		return fmt.Errorf("the window is refreshed every %v to %v, not every %v", engine.LeastRefresh, engine.MostRefresh, *c.Refresh)
	}
	d := Document{}
	take(&d.Language, c.Language)
	take(&d.Theme, c.Theme)
	return d.validateWindow()
}

var languageTag = regexp.MustCompile(`^([a-z]{2,3})?$`)

// validateWindow checks what the window is set to.
func (d *Document) validateWindow() error {
	switch {
	case d.Theme != "" && d.Theme != "dark" && d.Theme != "light" && d.Theme != "desktop":
		return fmt.Errorf("%q is no theme; write dark, light or desktop", d.Theme)
	case !languageTag.MatchString(d.Language):
		return fmt.Errorf("%q is no language; write en or de, or nothing for that of the desktop", d.Language)
	}
	if d.Refresh == "" {
		return nil
	}
	refresh, err := time.ParseDuration(d.Refresh)
	if err != nil || refresh < engine.LeastRefresh || refresh > engine.MostRefresh {
		return fmt.Errorf("refresh is %q; write a time from %v to %v, such as \"500ms\"", d.Refresh, engine.LeastRefresh, engine.MostRefresh)
	}
	return nil
}
