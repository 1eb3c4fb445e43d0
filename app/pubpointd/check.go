package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pubpoint/app/certificate"
	"pubpoint/app/node"
	"pubpoint/app/program"
	"pubpoint/app/settings"
	"pubpoint/engine"
	"pubpoint/engine/origin"
)

const checkHelp = `Usage: pubpointd check [-json] [flags]

Looks for what is wrong before a start, with the flags, the environment and the settings file that
the start would have, and changes nothing: the settings, who could reach the listeners, whether their
ports are free, the certificate, the document root, the point.toml of every publishing point in it,
and ffmpeg. Each fault is a line with file and line number where there is one.

  -json   one JSON object

Exit code: 0 when nothing is wrong (warnings may be told), 1 when something is, 2 for bad flags.
`

// problem is something that a check has found.
type problem struct {
	Severity string `json:"severity"` // error or warning
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Text     string `json:"text"`
}

// inspection collects problems.
type inspection struct{ all []problem }

func (i *inspection) fault(file string, line int, text string) {
	i.all = append(i.all, problem{Severity: "error", File: file, Line: line, Text: text})
}

func (i *inspection) warn(file, text string) {
	i.all = append(i.all, problem{Severity: "warning", File: file, Text: text})
}

func (i *inspection) bad() bool {
	return slices.ContainsFunc(i.all, func(p problem) bool { return p.Severity == "error" })
}

// checkCommand is pubpointd check. It returns the program's exit code.
func checkCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	isJSON := func(arg string) bool { return arg == "-json" || arg == "--json" }
	asJSON := slices.ContainsFunc(args, isJSON)
	s, err := settings.Parse(name, slices.DeleteFunc(slices.Clone(args), isJSON), env, io.Discard)
	var i inspection
	var usage *settings.UsageError
	var file *settings.FileError
	switch {
	case errors.Is(err, settings.ErrHelp):
		if _, err := io.WriteString(stderr, checkHelp); err != nil {
			return program.ExitFailed
		}
		return program.ExitOK
	case errors.Is(err, settings.ErrVersion):
		err = &settings.UsageError{Text: "-version is no flag of check"}
		fallthrough
	case errors.As(err, &usage):
		program.Say(stderr, name, "check: "+err.Error())
		return program.ExitUsage
	case errors.As(err, &file):
		i.fault(file.Path, file.Line, file.Text)
	case err != nil:
		i.fault("", 0, err.Error())
	default:
		i.settings(ctx, s)
	}
	out := bufio.NewWriter(stdout)
	if err := errors.Join(i.write(out, asJSON), out.Flush()); err != nil {
		program.Say(stderr, name, "check: "+err.Error())
		return program.ExitFailed
	}
	if i.bad() {
		return program.ExitFailed
	}
	return program.ExitOK
}

// settings looks at everything that a start with s would need.
func (i *inspection) settings(ctx context.Context, s settings.Settings) {
	for _, why := range s.Exposure() {
		i.fault("", 0, why)
	}
	for _, l := range []struct{ flag, address string }{{"-listen", s.Listen}, {"-admin", s.Admin}, {"-acme-http", s.ACMEHTTP}} {
		if l.address == "" || l.address == settings.AdminOff {
			continue
		}
		if err := node.TryListen(ctx, l.flag, l.address); err != nil {
			i.warn("", err.Error()+"; this is as it should be while Pubpoint runs there")
		}
	}
	if s.TLSCert != "" {
		warnings, _, err := certificate.Check(s.TLSCert, s.TLSKey, time.Now())
		if err != nil {
			i.fault(s.TLSCert, 0, err.Error()+"; correct tls-cert and tls-key")
		}
		for _, w := range warnings {
			i.warn(s.TLSCert, w)
		}
	}
	i.directory("the document root", s.Root, "-root")
	i.directory("the folder of settings", filepath.Dir(s.Config), "-config")
	i.points(s.Root)
	if _, err := origin.TryTool(ctx, s.FFmpeg); err != nil {
		i.warn("", engine.Sentence(err)+" Encoders elsewhere can send all the same.")
	}
}

// directory sees that files can be made in dir, or that it can be made itself.
func (i *inspection) directory(what, dir, flag string) {
	at := dir
	info, err := os.Stat(at)
	for errors.Is(err, os.ErrNotExist) && filepath.Dir(at) != at {
		at = filepath.Dir(at)
		info, err = os.Stat(at)
	}
	if err == nil && !info.IsDir() {
		err = errors.New("it is a file")
	}
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(at, ".writable-*"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err == nil {
		return
	}
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	i.fault(at, 0, fmt.Sprintf("%s %s cannot be written: %v; correct its permissions or choose another with %s", what, dir, err, flag))
}

// points reads the settings of every publishing point.
func (i *inspection) points(root string) {
	if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
		return // it will be made, and is empty
	}
	faults, err := origin.CheckPoints(root)
	if err != nil {
		i.fault(root, 0, engine.Sentence(err))
	}
	for _, f := range faults {
		i.fault(filepath.Join(root, filepath.FromSlash(f.File)), f.Line, f.Text)
	}
}

// write writes what was found, for people or for programs.
func (i *inspection) write(w io.Writer, asJSON bool) error {
	if asJSON {
		all := i.all
		if all == nil {
			all = []problem{}
		}
		return json.NewEncoder(w).Encode(map[string]any{"ok": !i.bad(), "problems": all})
	}
	for _, p := range i.all {
		where := ""
		switch {
		case p.Line > 0:
			where = fmt.Sprintf("%s, line %d: ", p.File, p.Line)
		case p.File != "":
			where = p.File + ": "
		}
		if _, err := fmt.Fprintf(w, "%-7s %s%s\n", p.Severity, where, p.Text); err != nil {
			return err
		}
	}
	if len(i.all) == 0 {
		_, err := fmt.Fprintln(w, "Nothing is wrong.")
		return err
	}
	return nil
}
