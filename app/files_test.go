package main_test

import (
	"fmt"
	"go/ast"
	"slices"
	"testing"
)

// openers are the files, or packages, that may open files by their whole names, with the reason. Everything else
// goes through an os.Root, which no name and no link leads out of: names of points, events, clips and
// streams come from strangers.
var openers = map[string]string{
	"ui":                                      "the list of the window's parts, for its tests",
	"ui/page":                                 "what an operator saves under a name of his own",
	"ui/page/timeline":                        "what an operator saves under a name of his own",
	"packaging/bench":                         "a benchmark with files of its own",
	"ui/page/choosefile":                      "the dialog in which an operator chooses a file",
	"app/settings":                            "the settings file",
	"app/certificate":                         "certificate files that the settings name, and the folder of ACME beside them",
	"app/pubpointd/check.go":                  "looks at what the settings name",
	"app/remote":                              "the token of an engine elsewhere, and a certificate authority that the settings name",
	"app/shield":                              "the configuration and the files of a cache that is tried out",
	"packaging/release":                       "makes packages of files of its own",
	"engine/origin/checkpoints.go":            "opens the document root",
	"app/main.go":                             "makes the folder of the window's preferences",
	"app/api/token.go":                        "the token beside the settings file",
	"app/node/start.go":                       "makes the document root",
	"engine/origin/origin.go":                 "opens the document root",
	"engine/origin/encoders.go":               "looks whether the file that an operator chose as an input is there",
	"engine/origin/encoderinputs.go":          "lists the devices of the machine",
	"engine/origin/verify.go":                 "archives that are named on the command line",
	"engine/enginetest/sender/capture.go":     "captures for tests",
	"engine/internal/state/dir.go":            "opens the state directory",
	"engine/internal/verify/find.go":          "archives that are named on the command line",
	"engine/internal/doctor/examine.go":       "a capture that is named on the command line",
	"engine/internal/encoder/probe.go":        "ffprobe beside ffmpeg",
	"engine/internal/proc/group_linux.go":     "/proc",
	"engine/internal/proc/usage_linux.go":     "/proc",
	"engine/internal/machine/memory_linux.go": "/proc",
	"engine/internal/archive/reopen_linux.go": "/proc/self/fd, a file that is open already",
}

// fileFunctions are those by which a file is reached by its whole name.
var fileFunctions = map[string][]string{
	"os": {"Open", "OpenFile", "OpenRoot", "Create", "CreateTemp", "ReadFile", "WriteFile", "ReadDir", "DirFS", "CopyFS", "Mkdir", "MkdirAll", "MkdirTemp", "Remove", "RemoveAll",
		"Rename", "Stat", "Lstat", "Symlink", "Link", "Readlink", "Chmod", "Chown", "Chtimes", "Truncate", "OpenInRoot"},
	"filepath": {"Walk", "WalkDir", "Glob", "EvalSymlinks"},
	"ioutil":   {"ReadFile", "WriteFile", "ReadDir", "TempFile", "TempDir"},
	"http":     {"ServeFile", "Dir"},
}

// TestWhoOpensFilesByName holds the source to the list of openers.
func TestWhoOpensFilesByName(t *testing.T) {
	h := openHouse(t)
	report(t, looseFiles(h, openers))
	if finished(h) {
		report(t, idleOpeners(h, openers))
	}
}

// opens lists where a file opens others by name, as "12: os.Open".
func opens(h *house, f goFile) []string {
	var found []string
	ast.Inspect(f.ast, func(node ast.Node) bool {
		selector, is := node.(*ast.SelectorExpr)
		if !is {
			return true
		}
		if ident, is := selector.X.(*ast.Ident); is && slices.Contains(fileFunctions[ident.Name], selector.Sel.Name) {
			found = append(found, fmt.Sprintf("%d: %s.%s", h.fset.Position(selector.Pos()).Line, ident.Name, selector.Sel.Name))
		}
		return true
	})
	return found
}

func looseFiles(h *house, allowed map[string]string) []string {
	var findings []string
	for _, f := range h.files {
		if f.isTest() || allowed[f.path] != "" || allowed[f.dir()] != "" {
			continue
		}
		for _, where := range opens(h, f) {
			findings = append(findings, fmt.Sprintf("%s:%s: go through an os.Root, or give the reason in files_test.go", f.path, where))
		}
	}
	return findings
}

// idleOpeners lists those that are allowed what they do not do.
func idleOpeners(h *house, allowed map[string]string) []string {
	var findings []string
	for name := range allowed {
		if !slices.ContainsFunc(h.files, func(f goFile) bool {
			return !f.isTest() && (f.path == name || f.dir() == name) && len(opens(h, f)) > 0
		}) {
			findings = append(findings, name+": opens no file by name any more: strike it out of files_test.go")
		}
	}
	return findings
}

func TestFilesOfMadeUpModules(t *testing.T) {
	allowed := map[string]string{"a/a.go": "may"}
	checkRule(t, func(h *house) []string { return looseFiles(h, allowed) }, []rulesCase{
		{name: "all is well", files: map[string]string{
			"a/a.go":      "package a\n\nfunc f() { os.Open(\"x\") }\n",
			"b/b.go":      "package b\n\nfunc f(root *os.Root) { root.Open(\"x\") }\n",
			"b/b_test.go": "package b\n\nfunc f() { os.Open(\"x\") }\n",
		}},
		{name: "a file by its name", files: map[string]string{
			"b/b.go": "package b\n\nfunc f() { read(os.ReadFile) }\n",
		}, want: []string{"b/b.go:3: os.ReadFile"}},
	})
}
