package main_test

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// promisesPage is the page that names a test for each promise.
const promisesPage = "docs/promises.md"

// badInputItems are the rows that the page must have in its table of bad input, by how they begin.
func badInputItems() []string {
	return []string{
		"box sizes 0, 1, 7, 2^32-1, 2^63", "box larger than its parent", "count fields far beyond the data", "moof before moov", "truncated at every byte",
		"one byte at a time", "unknown boxes", "100 tracks", "moov twice", "changed header mid-stream", "wrong codec", "negative and backward times", "epoch times",
		"base-data-offset", "several traf", "several trun", "LiveServerManifest", "stream_id", "name traversal", "endless header", "endless body", "1-byte chunks",
		"500 POSTs", "a viewer that asks for 10^6", "form fields", "input URLs", "admin API from a web page",
	}
}

// TestPromisesAreKept reads the page of promises: every promise and every kind of bad input names a
// test, and every test that it names is in the source.
func TestPromisesAreKept(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(promisesPage)))
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for n := range 13 {
		rows = append(rows, fmt.Sprintf("R%d |", n+1))
	}
	report(t, brokenPromises(openHouse(t), string(page), append(rows, badInputItems()...)))
}

// namedTest is how the page names a test: its package's folder, its name, and a part of it.
var namedTest = regexp.MustCompile("`([a-z0-9/]+)\\.((?:Test|Benchmark|Fuzz)[A-Za-z0-9]+)(?:/([^`]+))?`")

// brokenPromises lists the rows that a page lacks, those that name no test, and the tests that are
// named and are not there. A part of a test must stand in its package as a string.
func brokenPromises(h *house, page string, rows []string) []string {
	var findings []string
	for _, begin := range rows {
		i := slices.IndexFunc(strings.Split(page, "\n"), func(line string) bool { return strings.HasPrefix(line, "| "+begin) })
		switch {
		case i < 0:
			findings = append(findings, fmt.Sprintf("%s: no row begins with %q", promisesPage, begin))
		case !namedTest.MatchString(strings.Split(page, "\n")[i]):
			findings = append(findings, fmt.Sprintf("%s: the row %q names no test", promisesPage, begin))
		}
	}
	tests, parts := testsOf(h)
	for _, named := range namedTest.FindAllStringSubmatch(page, -1) {
		dir, name, part := named[1], named[2], named[3]
		if !tests[dir+"."+name] {
			findings = append(findings, fmt.Sprintf("%s names %s.%s, which is in no source", promisesPage, dir, name))
		}
		if part != "" && !parts[dir][part] {
			findings = append(findings, fmt.Sprintf("%s names the part %q of %s.%s, which is in no source", promisesPage, part, dir, name))
		}
	}
	return findings
}

// testsOf lists the tests of all packages, and the strings in their test files.
func testsOf(h *house) (tests map[string]bool, parts map[string]map[string]bool) {
	tests, parts = map[string]bool{}, map[string]map[string]bool{}
	for _, f := range h.files {
		if !f.isTest() {
			continue
		}
		if parts[f.dir()] == nil {
			parts[f.dir()] = map[string]bool{}
		}
		ast.Inspect(f.ast, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil {
					tests[f.dir()+"."+n.Name.Name] = true
				}
			case *ast.BasicLit:
				parts[f.dir()][strings.Trim(n.Value, "\"`")] = true
			}
			return true
		})
	}
	return tests, parts
}

func TestPromisesOfMadeUpModules(t *testing.T) {
	files := map[string]string{"engine/a/a_test.go": "package a\n\nfunc TestOne(t *testing.T) {\n\tt.Run(\"a part\", nil)\n}\n\nfunc BenchmarkTwo(b *testing.B) {}\n"}
	page := func(text string) func(*house) []string {
		return func(h *house) []string { return brokenPromises(h, text, []string{"R1 |", "odd sizes"}) }
	}
	for _, c := range []struct {
		name, page string
		want       []string
	}{
		{"all is well", "| R1 | x | `engine/a.TestOne`, `engine/a.BenchmarkTwo` |\n| odd sizes | `engine/a.TestOne/a part` |\n", nil},
		{"a row is missing", "| R1 | x | `engine/a.TestOne` |\n| R10 | odd sizes |\n", []string{`no row begins with "odd`}},
		{"a row without a test", "| R1 | x |\n| odd sizes | `engine/a.TestOne` |\n", []string{`"R1 |" names no test`}},
		{"tests that are not there", "| R1 | `engine/a.TestThree` |\n| odd sizes | `engine/b.TestOne`, `engine/a.TestOne/no part` |\n",
			[]string{"names engine/a.TestThree", "names engine/b.TestOne", `names the part "no part"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkRule(t, page(c.page), []rulesCase{{name: "page", files: files, want: c.want}})
		})
	}
}
