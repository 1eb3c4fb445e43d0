package main_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// TestNoSharedState holds package-level variables to values that are set once and never change:
// Go has no other way to say so for anything but numbers and strings.
func TestNoSharedState(t *testing.T) {
	report(t, sharedState(openHouse(t)))
}

// makers are the functions of others whose results never change.
var makers = []string{
	"errors.New", "fmt.Errorf", "strings.NewReplacer", "time.Date",
	"crc32.MakeTable", "crc64.MakeTable", "big.NewInt", "fyne.NewStaticResource",
}

// sharedState lists the package-level variables that something could change. Allowed are
//
//   - var _ T = ..., which only asserts that something has an interface;
//   - embedded files;
//   - errors, compiled patterns and other results of makers, and of functions whose names begin
//     with Must or must;
//   - tables: literals and conversions that hold no lock and that nothing in the package writes to;
//   - the string main.version, which the linker fills in.
//
// Tests may have variables: flags are such, and they are gone when the test is.
func sharedState(h *house) []string {
	var findings []string
	for _, files := range h.packages() {
		written := writtenNames(files)
		for _, f := range files {
			for _, decl := range f.ast.Decls {
				group, is := decl.(*ast.GenDecl)
				if !is || group.Tok != token.VAR {
					continue
				}
				for _, spec := range group.Specs {
					findings = append(findings, changeable(f, group, spec.(*ast.ValueSpec), written)...)
				}
			}
		}
	}
	return findings
}

// changeable lists the variables of one specification that something could change.
func changeable(f goFile, group *ast.GenDecl, spec *ast.ValueSpec, written map[string]bool) []string {
	if isEmbedded(group.Doc) || isEmbedded(spec.Doc) {
		return nil
	}
	var findings []string
	for i, name := range spec.Names {
		var value ast.Expr
		if i < len(spec.Values) {
			value = spec.Values[i]
		}
		switch {
		case name.Name == "_",
			name.Name == "version" && f.ast.Name.Name == "main" && !written["version"]:
		case written[name.Name]:
			findings = append(findings, fmt.Sprintf("%s: the package-level variable %s is written to: give it to whoever uses it", f.path, name.Name))
		case value == nil || !neverChanges(value):
			findings = append(findings, fmt.Sprintf("%s: the package-level variable %s could change: make it a constant, or give it to whoever uses it", f.path, name.Name))
		}
	}
	return findings
}

func isEmbedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// neverChanges says that a value is of a kind that is set once.
func neverChanges(value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.CompositeLit:
		return !strings.HasPrefix(typeName(v.Type), "sync.") && !strings.HasPrefix(typeName(v.Type), "atomic.")
	case *ast.CallExpr:
		if _, conversion := v.Fun.(*ast.ArrayType); conversion {
			return true
		}
		name := typeName(v.Fun)
		last := name[strings.LastIndex(name, ".")+1:]
		return slices.Contains(makers, name) || strings.HasPrefix(last, "Must") || strings.HasPrefix(last, "must")
	}
	return false
}

// typeName writes a plain or qualified name as the source does, and anything else as "".
func typeName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	}
	return ""
}

// writtenNames collects every name outside of functions that a package's functions assign to, in
// whole or in part, or take the address of.
func writtenNames(files []goFile) map[string]bool {
	written := map[string]bool{}
	for _, f := range files {
		for _, decl := range f.ast.Decls {
			locals := localNames(decl)
			for _, expr := range writes(decl) {
				if name := rootName(expr); !locals[name] {
					written[name] = true
				}
			}
		}
	}
	return written
}

// localNames collects the names that a function declares anywhere within itself. One that is
// declared in one block and means the package's variable in another is taken for local.
func localNames(decl ast.Decl) map[string]bool {
	locals := map[string]bool{}
	function, is := decl.(*ast.FuncDecl)
	if !is {
		return locals
	}
	declare := func(expr ast.Expr) {
		if ident, is := expr.(*ast.Ident); is {
			locals[ident.Name] = true
		}
	}
	ast.Inspect(function, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				declare(name)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				declare(name)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, left := range n.Lhs {
					declare(left)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				declare(n.Key)
				declare(n.Value)
			}
		}
		return true
	})
	return locals
}

// writes lists what a declaration assigns to or takes the address of.
func writes(decl ast.Decl) []ast.Expr {
	var targets []ast.Expr
	ast.Inspect(decl, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				targets = append(targets, n.Lhs...)
			}
		case *ast.IncDecStmt:
			targets = append(targets, n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				targets = append(targets, n.X)
			}
		case *ast.CallExpr:
			if name := typeName(n.Fun); (name == "delete" || name == "clear") && len(n.Args) > 0 {
				targets = append(targets, n.Args[0])
			}
		}
		return true
	})
	return targets
}

// rootName is the variable that an expression like a.b[c] is part of. What a pointer or a call
// leads to is not part of one.
func rootName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.ParenExpr:
		return rootName(e.X)
	case *ast.IndexExpr:
		return rootName(e.X)
	case *ast.SelectorExpr:
		return rootName(e.X)
	}
	return ""
}

func TestStateOfMadeUpModules(t *testing.T) {
	checkRule(t, sharedState, []rulesCase{
		{name: "all is well", files: map[string]string{
			"a/a.go": "package a\n\nvar _ I = (*T)(nil)\n\n//go:embed files\nvar files embed.FS\n\n" +
				"var (\n\terrA = errors.New(\"a\")\n\tpattern = regexp.MustCompile(\"a\")\n\tid = mustID(\"a\")\n)\n\n" +
				"var names = map[int]string{1: \"a\"}\n\nvar magic = [...]byte{1, 2}\n\nvar word = []byte(\"ftyp\")\n\n" +
				"func f(id int) {\n\tnames := names[1]\n\tnames = \"b\"\n\tid++\n}\n",
			"a/a_test.go":   "package a\n\nvar update = flag.Bool(\"update\", false, \"\")\n",
			"app/p/main.go": "package main\n\nvar version = \"dev\"\n",
		}},
		{name: "what could change", files: map[string]string{
			"a/a.go": "package a\n\nvar a int\n\nvar b = 5\n\nvar c = time.Now\n\nvar d = &T{}\n\nvar e = sync.Pool{}\n\nvar f = newThing()\n\nvar version = \"dev\"\n",
		}, want: []string{
			"variable a could", "variable b could", "variable c could", "variable d could",
			"variable e could", "variable f could", "variable version could",
		}},
		{name: "what is written to", files: map[string]string{
			"a/a.go": "package a\n\nvar a = map[int]int{}\n\nvar b = []int{1}\n\nvar c = [2]int{}\n\nvar d = T{}\n\nvar e = map[int]int{}\n",
			"a/b.go": "package a\n\nfunc f() {\n\ta[1] = 2\n\tb = append(b, 1)\n\tc[0]++\n\tg(&d)\n\tdelete(e, 1)\n}\n",
		}, want: []string{"variable a is", "variable b is", "variable c is", "variable d is", "variable e is"}},
	})
}
