package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// said is a text that the window says, and where.
type said struct {
	text, file string
	line       int
	format     bool // it goes through F or N
	constant   bool // it is a constant of a text.go
}

// sayings lists what the packages of the window say: every string constant in files called text.go,
// and every text that is given to a function of this package or to page.Plural as it is written.
func sayings(t *testing.T) []said {
	t.Helper()
	var all []said
	root := ".."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		take := func(e ast.Expr, format, constant bool) {
			if text, ok := literal(e); ok && speaks(text) {
				all = append(all, said{text: text, file: name, line: fset.Position(e.Pos()).Line, format: format, constant: constant})
			}
		}
		if d.Name() == "text.go" {
			for _, e := range constants(f) {
				take(e, false, true)
			}
		}
		for _, c := range spoken(f) {
			take(c.text, c.format, false)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// speaks tells words from signs and units: two letters in a row.
func speaks(text string) bool {
	run := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			run++
		} else {
			run = 0
		}
		if run == 2 {
			return true
		}
	}
	return false
}

// literal is the text of a string as it is written, also in pieces.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, okA := literal(e.X)
		b, okB := literal(e.Y)
		return a + b, okA && okB && e.Op == token.ADD
	case *ast.ParenExpr:
		return literal(e.X)
	}
	return "", false
}

func constants(f *ast.File) []ast.Expr {
	var all []ast.Expr
	for _, decl := range f.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, spec := range d.Specs {
			all = append(all, spec.(*ast.ValueSpec).Values...)
		}
	}
	return all
}

// call is a text that is given to something that translates.
type call struct {
	text   ast.Expr
	format bool
}

func spoken(f *ast.File) []call {
	var all []call
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := ""
		switch fun := c.Fun.(type) {
		case *ast.SelectorExpr:
			if x, ok := fun.X.(*ast.Ident); ok {
				name = x.Name + "." + fun.Sel.Name
			}
		case *ast.Ident:
			name = fun.Name
		}
		switch {
		case name == "words.T" && len(c.Args) == 1:
			all = append(all, call{c.Args[0], false})
		case name == "words.F" && len(c.Args) > 0:
			all = append(all, call{c.Args[0], true})
		case name == "words.N" && len(c.Args) > 2:
			all = append(all, call{c.Args[1], true}, call{c.Args[2], true})
		case (name == "page.Plural" || name == "Plural") && len(c.Args) == 3:
			all = append(all, call{c.Args[1], false}, call{c.Args[2], false})
		}
		return true
	})
	return all
}
