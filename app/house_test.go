package main_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The house rules are kept by tests that read the source of the whole module: deps_test.go says
// who may know whom, doc_test.go what must be explained, size_test.go how long things get,
// state_test.go what may live outside of functions, and conduct_test.go what is not done here.
//
// They parse the files in their own process. A test that asked the go command instead would be
// reported as passed from the test cache while its rule was broken, because the cache sees only
// what the test's own process opens.

// module is the path that the product's own packages begin with.
const module = "pubpoint"

// house is the module's source as read: every Go file, parsed, and every other text file's path.
type house struct {
	root  string
	fset  *token.FileSet
	files []goFile
	texts []string // slash-separated paths below root of all files worth reading, Go files included
}

// goFile is one parsed file.
type goFile struct {
	path string // slash-separated, below the root: "engine/origin/origin.go"
	ast  *ast.File
}

// dir is the folder below the root that the file lies in, which names its package: "engine/origin".
func (f goFile) dir() string { return path.Dir(f.path) }

// isTest says that the file is compiled for tests only.
func (f goFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// imports lists the file's import paths.
func (f goFile) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// openHouse reads this module.
func openHouse(t *testing.T) *house {
	t.Helper()
	h, err := readHouse("..")
	if err != nil {
		t.Fatalf("reading the module's source: %v", err)
	}
	return h
}

// readHouse reads the module below root. It leaves out what is not the product's own source:
// hidden folders, what was built or installed, test data, and modules within the module.
func readHouse(root string) (*house, error) {
	h := &house{root: root, fset: token.NewFileSet()}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		below = filepath.ToSlash(below)
		if entry.IsDir() {
			return h.enter(below, name)
		}
		if !entry.Type().IsRegular() || below == ".git" { // in a linked worktree it is a file
			return nil
		}
		h.texts = append(h.texts, below)
		if path.Ext(below) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(h.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		h.files = append(h.files, goFile{path: below, ast: parsed})
		return err
	})
	return h, err
}

// enter decides whether a folder is read.
func (h *house) enter(below, name string) error {
	if below == "." {
		return nil
	}
	switch base := path.Base(below); {
	case strings.HasPrefix(base, ".") && base != ".ci",
		slices.Contains([]string{"bin", "dist", "node_modules", "testdata"}, base):
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); !errors.Is(err, fs.ErrNotExist) {
		return fs.SkipDir
	}
	return nil
}

// packages groups the files that programs are built from by the folder of their package.
func (h *house) packages() map[string][]goFile {
	packages := map[string][]goFile{}
	for _, f := range h.files {
		if !f.isTest() {
			packages[f.dir()] = append(packages[f.dir()], f)
		}
	}
	return packages
}

// lines says how many lines lie from one position to another, both counted.
func (h *house) lines(from, to token.Pos) int {
	return h.fset.Position(to).Line - h.fset.Position(from).Line + 1
}

// report fails the test once for each finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	slices.Sort(findings)
	for _, f := range findings {
		t.Error(f)
	}
}

// buildHouse writes the files of a made-up module to a temporary folder and reads it, for the
// tests of the rules themselves.
func buildHouse(t *testing.T, files map[string]string) *house {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h, err := readHouse(root)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// rulesCase is one made-up module and what a rule must find in it.
type rulesCase struct {
	name  string
	files map[string]string
	want  []string // one part of each finding, in sorted order; none means that all is well
}

// checkRule runs a rule over made-up modules.
func checkRule(t *testing.T, rule func(*house) []string, cases []rulesCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := rule(buildHouse(t, c.files))
			slices.Sort(got)
			if len(got) != len(c.want) {
				t.Fatalf("found %q, want %d findings: %q", got, len(c.want), c.want)
			}
			for i, part := range c.want {
				if !strings.Contains(got[i], part) {
					t.Errorf("finding %d is %q, which does not speak of %q", i, got[i], part)
				}
			}
		})
	}
}
