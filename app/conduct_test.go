package main_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestConduct looks for what is not done in this house: hidden starts, tests that wait or look
// away, and texts that leave work for later or speak of one machine.
func TestConduct(t *testing.T) {
	h := openHouse(t)
	report(t, hiddenStarts(h))
	report(t, lazyTests(h))
	report(t, unfitTexts(h))
}

// hiddenStarts lists the functions that run before main without anybody calling them.
func hiddenStarts(h *house) []string {
	var findings []string
	for _, f := range h.files {
		for _, decl := range f.ast.Decls {
			if function, is := decl.(*ast.FuncDecl); is && function.Recv == nil && function.Name.Name == "init" {
				findings = append(findings, fmt.Sprintf("%s: func init: let a constructor do it", f.path))
			}
		}
	}
	return findings
}

// lazyTests lists the sleeping and skipping in tests. Inside synctest.Test sleeping takes no time
// and is how its clock is moved, so there it is welcome, and in a helper that is used only there.
func lazyTests(h *house) []string {
	var findings []string
	for _, f := range h.files {
		if !f.isTest() {
			continue
		}
		bubbles := bubblesOf(f)
		for _, decl := range f.ast.Decls {
			timeless := usedOnlyIn(bubbles, decl, f)
			ast.Inspect(decl, func(node ast.Node) bool {
				call, is := node.(*ast.CallExpr)
				if !is {
					return true
				}
				line := h.fset.Position(call.Pos()).Line
				switch receiver, name := called(call); {
				case receiver == "time" && name == "Sleep" && !timeless && !within(bubbles, call):
					findings = append(findings, fmt.Sprintf("%s:%d: sleeps: wait for the event, or use testing/synctest", f.path, line))
				case slices.Contains([]string{"t", "b", "f", "tb"}, receiver) && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, name):
					findings = append(findings, fmt.Sprintf("%s:%d: skips: a test that does not run shows nothing", f.path, line))
				}
				return true
			})
		}
	}
	return findings
}

// bubblesOf lists a file's calls of synctest.Test.
func bubblesOf(f goFile) []ast.Node {
	var bubbles []ast.Node
	ast.Inspect(f.ast, func(node ast.Node) bool {
		if call, is := node.(*ast.CallExpr); is {
			if receiver, name := called(call); receiver == "synctest" && name == "Test" {
				bubbles = append(bubbles, call)
			}
		}
		return true
	})
	return bubbles
}

// within says that a node lies inside one of others.
func within(others []ast.Node, node ast.Node) bool {
	return slices.ContainsFunc(others, func(o ast.Node) bool { return o.Pos() <= node.Pos() && node.End() <= o.End() })
}

// usedOnlyIn says that a declaration is a function whose name turns up in its file, and only within bubbles.
func usedOnlyIn(bubbles []ast.Node, decl ast.Decl, f goFile) bool {
	helper, is := decl.(*ast.FuncDecl)
	if !is {
		return false
	}
	inside, outside := 0, 0
	ast.Inspect(f.ast, func(node ast.Node) bool {
		ident, is := node.(*ast.Ident)
		switch {
		case !is || ident == helper.Name || ident.Name != helper.Name.Name:
		case within(bubbles, ident):
			inside++
		default:
			outside++
		}
		return true
	})
	return inside > 0 && outside == 0
}

// called takes a call of the form receiver.name(...) apart; receiver is empty for any other.
func called(call *ast.CallExpr) (receiver, name string) {
	selector, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return "", ""
	}
	if ident, is := selector.X.(*ast.Ident); is {
		return ident.Name, selector.Sel.Name
	}
	return "", ""
}

// What no text in the repository says. The words are put together here so that this file may be
// read too. A home is fine in a test, which may need somebody's to speak of.
var unfit = []struct {
	what        string
	pattern     *regexp.Regexp
	fineInTests bool
}{
	{what: "leaves work for later", pattern: regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX|HA` + `CK)\b`)},
	{what: "names a folder of one machine", pattern: regexp.MustCompile(`(^|[^A-Za-z0-9_.%-])/(root|work)(/|\b[^A-Za-z0-9_.-])`)},
	{what: "names a folder of one machine", pattern: regexp.MustCompile(`(^|[^A-Za-z0-9_.%-])/home/[a-z]`), fineInTests: true},
}

// resolved is how a lock file names the host that a package was downloaded from.
var resolved = regexp.MustCompile(`"resolved": *"https?://`)

// checksums are files of checksums, in which any word may turn up.
var checksums = []string{"go.sum", "package-lock.json"}

// unfitTexts lists the lines that say what no text in the repository says.
func unfitTexts(h *house) []string {
	var findings []string
	for _, name := range h.texts {
		text, err := os.ReadFile(filepath.Join(h.root, filepath.FromSlash(name)))
		if err != nil {
			findings = append(findings, err.Error())
			continue
		}
		if bytes.IndexByte(text, 0) >= 0 {
			continue
		}
		if slices.Contains(checksums, path.Base(name)) {
			if resolved.Match(text) {
				findings = append(findings, fmt.Sprintf("%s: names download hosts: set omit-lockfile-registry-resolved=true in .npmrc and lock again", name))
			}
			continue
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			for _, u := range unfit {
				if u.pattern.MatchString(line) && !(u.fineInTests && strings.HasSuffix(name, "_test.go")) {
					findings = append(findings, fmt.Sprintf("%s:%d: %s", name, number, u.what))
				}
			}
		}
	}
	return findings
}

func TestConductOfMadeUpModules(t *testing.T) {
	rule := func(h *house) []string { return slices.Concat(hiddenStarts(h), lazyTests(h), unfitTexts(h)) }
	later := "TO" + "DO"
	sleep := "\ttime." + "Sleep(1)\n"
	checkRule(t, rule, []rulesCase{
		{name: "all is well", files: map[string]string{
			"a/a.go":            "package a\n\ntype t struct{}\n\nfunc (t) init() {}\n\nfunc f() {\n" + sleep + "}\n",
			"a/a_test.go":       "package a\n\nfunc TestA() {\n\tsynctest.Test(t, func() {\n\t" + sleep + "\t})\n\tin.Skip(3)\n}\n",
			"README.md":         "Mastodons, /roots/a, https://example.org/work/, a/home/b/.\n",
			"go.sum":            "a h1:" + later + "=\n",
			"assets/a.png":      "\x00 " + later,
			"p/testdata/a.toml": later,
		}},
		{name: "a hidden start", files: map[string]string{
			"a/a.go": "package a\n\nfunc init() {}\n",
		}, want: []string{"a/a.go: func init"}},
		{name: "a helper that sleeps", files: map[string]string{
			"a/a_test.go": "package a\n\nfunc in() {\n" + sleep + "}\n\nfunc both() {\n" + sleep + "}\n\n" +
				"func TestA() {\n\tsynctest.Test(t, func() {\n\t\tin()\n\t\tboth()\n\t})\n\tboth()\n}\n",
		}, want: []string{"a/a_test.go:8: sleeps"}},
		{name: "a test that sleeps and one that looks away", files: map[string]string{
			"a/a_test.go": "package a\n\nfunc TestA() {\n" + sleep + "\tt." + "Skip()\n\ttb." + "Skipf(\"\")\n}\n",
		}, want: []string{"a/a_test.go:4: sleeps", "a/a_test.go:5: skips", "a/a_test.go:6: skips"}},
		{name: "work left for later", files: map[string]string{
			"a/a.go":       "package a\n\n// " + later + ": more\n",
			".ci/run":      "# FIX" + "ME\n",
			"README.md":    "\n" + later + "\n",
			"p/player.js":  "x() // X" + "XX\n",
			"p/style.css":  "/* fine */\n",
			".hidden/a.md": later,
		}, want: []string{".ci/run:1: leaves", "README.md:2: leaves", "a/a.go:3: leaves", "p/player.js:1: leaves"}},
		{name: "one machine", files: map[string]string{
			"a.sh":                "cd /ro" + "ot\n",
			"b.md":                "`/ho" + "me/anna/video.mp4`\n",
			"p/package-lock.json": "{\"resolved\": \"https://registry.example/a.tgz\"}\n",
		}, want: []string{"a.sh:1: names a folder", "b.md:1: names a folder", "p/package-lock.json: names download hosts"}},
	})
}
