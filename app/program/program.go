// Package program is what the control room and the headless program have in common before
// either does its work: who they are, and what their command lines come to.
package program

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"pubpoint/app/settings"
)

// Who we are. FyneApp.toml says the same, and a test compares them.
const (
	Name    = "Pubpoint"
	ID      = "io.github.pubpoint.controlroom"
	Version = "0.1.0"
	Build   = 1
)

// Exit codes of both programs.
const (
	ExitOK     = 0
	ExitFailed = 1 // could not start, or did not end well
	ExitUsage  = 2 // bad flags
)

// Configure reads the settings of the program called name. With ok the program goes on;
// else everything is said and it exits with code.
func Configure(name string, args []string, env func(string) string, stdout, stderr io.Writer) (s settings.Settings, code int, ok bool) {
	s, err := settings.Parse(name, args, env, stderr)
	var usage *settings.UsageError
	switch {
	case err == nil:
		return s, ExitOK, true
	case errors.Is(err, settings.ErrHelp):
		return s, ExitOK, false
	case errors.Is(err, settings.ErrVersion):
		info, _ := debug.ReadBuildInfo() // nil where a build says nothing of itself
		if _, err := fmt.Fprintln(stdout, name, Version+commit(info)); err != nil {
			return s, ExitFailed, false
		}
		return s, ExitOK, false
	case errors.As(err, &usage):
		Say(stderr, name, err.Error())
		return s, ExitUsage, false
	default:
		Say(stderr, name, err.Error())
		return s, ExitFailed, false
	}
}

// commit says in brackets which commit a program was built from, where the build knows: 12 digits of it,
// and "changed" when its source had changes besides.
func commit(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	var revision, changed string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed"
		}
	}
	if revision == "" {
		return ""
	}
	return " (commit " + revision + changed + ")"
}

// Say writes one line for the person who started the program.
func Say(stderr io.Writer, name, text string) {
	// When stderr is closed there is nobody to tell.
	_, _ = fmt.Fprintf(stderr, "%s: %s\n", name, text)
}
