package main_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

// TestEverythingExportedIsExplained asks for a package comment on every package and a comment on
// everything a package exports.
func TestEverythingExportedIsExplained(t *testing.T) {
	h := openHouse(t)
	report(t, unexplainedPackages(h))
	report(t, unexplainedNames(h))
}

// unexplainedPackages lists the packages without a package comment, or with one in several files.
func unexplainedPackages(h *house) []string {
	var findings []string
	for dir, files := range h.packages() {
		var explaining []string
		for _, f := range files {
			if f.ast.Doc == nil || strings.TrimSpace(f.ast.Doc.Text()) == "" {
				continue
			}
			explaining = append(explaining, f.path)
			name := f.ast.Name.Name
			if begins := "Package " + name + " "; name != "main" && !strings.HasPrefix(f.ast.Doc.Text(), begins) {
				findings = append(findings, fmt.Sprintf("%s: the package comment should begin with %q", f.path, begins))
			}
		}
		switch len(explaining) {
		case 0:
			findings = append(findings, fmt.Sprintf("%s: no file has a package comment", dir))
		case 1:
		default:
			findings = append(findings, fmt.Sprintf("%s: several files have a package comment: %s", dir, strings.Join(explaining, ", ")))
		}
	}
	return findings
}

// unexplainedNames lists what is exported without a comment. A comment on a group of constants,
// variables or types speaks for all of the group.
func unexplainedNames(h *house) []string {
	var findings []string
	for _, files := range h.packages() {
		for _, f := range files {
			for _, decl := range f.ast.Decls {
				for _, name := range unexplained(decl) {
					findings = append(findings, fmt.Sprintf("%s: %s is exported and has no comment", f.path, name))
				}
			}
		}
	}
	return findings
}

// unexplained lists the exported names of one declaration that no comment explains.
func unexplained(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && receiverIsExported(d) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		if d.Doc != nil || d.Tok == token.IMPORT {
			return nil
		}
		var names []string
		for _, spec := range d.Specs {
			names = append(names, unexplainedSpec(spec)...)
		}
		return names
	}
	return nil
}

func unexplainedSpec(spec ast.Spec) []string {
	var names []string
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Doc == nil && s.Comment == nil && s.Name.IsExported() {
			names = append(names, s.Name.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if s.Doc == nil && s.Comment == nil && name.IsExported() {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// receiverIsExported says that a function is a plain one or a method of an exported type.
func receiverIsExported(f *ast.FuncDecl) bool {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return true
	}
	receiver := f.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.IsExported()
		default:
			return false
		}
	}
}

func TestExplanationsOfMadeUpModules(t *testing.T) {
	rule := func(h *house) []string { return append(unexplainedPackages(h), unexplainedNames(h)...) }
	checkRule(t, rule, []rulesCase{
		{name: "all is well", files: map[string]string{
			"a/a.go":      "// Package a is explained.\npackage a\n\n// B is too.\ntype B[T any] struct{}\n\n// C as well.\nfunc (b *B[T]) C() {}\n\n// Both of them.\nconst (\n\tD = 1\n\tE = 2\n)\n\nconst (\n\tF = 1 // beside it\n\tg = 2\n)\n\ntype h int\n\nfunc (h) String() string { return \"\" }\n",
			"a/b.go":      "package a\n",
			"a/a_test.go": "package a\n\nfunc TestX() {}\n",
			"b/main.go":   "// The program.\npackage main\n\nfunc main() {}\n",
		}},
		{name: "no package comment", files: map[string]string{
			"a/a.go": "package a\n",
			"b/b.go": "//go:build linux\n\npackage b\n",
		}, want: []string{"a: no file", "b: no file"}},
		{name: "two package comments", files: map[string]string{
			"a/a.go": "// Package a is one.\npackage a\n",
			"a/b.go": "// Package a is another.\npackage a\n",
		}, want: []string{"a: several files"}},
		{name: "a package comment about something else", files: map[string]string{
			"a/a.go": "// Helpful things.\npackage a\n",
		}, want: []string{"should begin with \"Package a \""}},
		{name: "exported names without a word", files: map[string]string{
			"a/a.go": "// Package a is explained.\npackage a\n\ntype A struct{}\n\nfunc (a *A) B() {}\n\nfunc C() {}\n\nvar D, e = 1, 2\n",
		}, want: []string{" A is exported", " B is exported", " C is exported", " D is exported"}},
	})
}
