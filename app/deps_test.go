package main_test

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// border says whom a package, or every package that matches a pattern, may know.
//
// Patterns name folders of this module when they begin with "./", and import paths of others
// when they do not. In the last element "*" stands for one name, and "..." for the pattern's
// own folder and everything below it.
type border struct {
	of    string   // the packages this border is drawn around
	may   []string // our own packages that they may import
	never []string // what they must not reach at any distance through our own packages
}

// outsideStandardLibrary, as a pattern in border.never, stands for every import that Go does not bring.
const outsideStandardLibrary = "(outside the standard library)"

// Import paths that the borders speak of.
const (
	fyneAnything = "fyne.io/fyne/v2/..."
	fyneApp      = "fyne.io/fyne/v2/app"
	mux          = "github.com/gorilla/mux"
	mp4ff        = "github.com/Eyevinn/mp4ff/..."
	toml         = "github.com/BurntSushi/toml"
	autocert     = "golang.org/x/crypto/acme/autocert"
)

// Borders drawn the same around several packages.
var (
	windowAndPrograms = []string{fyneAnything, "./ui/...", "./app/..."}
	noWire            = append([]string{"net/http", mux}, windowAndPrograms...)
	noWindow          = []string{fyneAnything, "./ui/..."}
)

// borders is the map of the house, from the ground up. A package that no border speaks of is a
// finding, and so is a border that speaks of no package. Loosening a line here changes the
// architecture: say so in ARCHITECTURE.md.
var borders = []border{
	{of: "./engine", may: nil, never: []string{outsideStandardLibrary}},
	{of: "./engine/gate", may: []string{"./engine"}, never: append([]string{outsideStandardLibrary}, windowAndPrograms...)},
	{of: "./engine/internal/metrics", may: []string{"./engine"}, never: windowAndPrograms},
	{of: "./engine/internal/svc", may: []string{"./engine"}, never: windowAndPrograms},
	{of: "./engine/internal/alarm", may: []string{"./engine"}, never: append([]string{outsideStandardLibrary}, noWire...)},
	{of: "./engine/internal/state", may: []string{"./engine"}, never: append([]string{outsideStandardLibrary}, noWire...)},
	{of: "./engine/internal/access", may: []string{"./engine"}, never: append([]string{outsideStandardLibrary}, noWire...)},
	{of: "./engine/internal/machine", may: nil, never: append([]string{outsideStandardLibrary}, noWire...)},

	{of: "./engine/internal/fmp4", may: []string{"./engine"}, never: noWire},
	{of: "./engine/internal/servermanifest", may: []string{"./engine"}, never: noWire},
	{of: "./engine/internal/presentation", may: []string{"./engine", "./engine/internal/fmp4"}, never: noWire},
	{of: "./engine/internal/scte35", may: nil, never: append([]string{outsideStandardLibrary}, noWire...)},
	{of: "./engine/internal/output", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/presentation"}, never: noWire},
	{of: "./engine/internal/cmaf", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/output",
	}, never: append([]string{"./engine/internal/output/*"}, noWire...)},
	{of: "./engine/internal/mpegts", may: nil, never: append([]string{outsideStandardLibrary}, noWire...)},
	{of: "./engine/internal/webvtt", may: nil, never: append([]string{outsideStandardLibrary}, noWire...)},
	{of: "./engine/internal/marker", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/output", "./engine/internal/scte35",
	}, never: append([]string{"./engine/internal/output/*"}, noWire...)},
	{of: "./engine/internal/output/*", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/output",
		"./engine/internal/cmaf", "./engine/internal/mpegts", "./engine/internal/webvtt", "./engine/internal/marker",
	}, never: append([]string{"./engine/internal/output/*"}, noWire...)},

	{of: "./engine/internal/index", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/servermanifest", "./engine/internal/presentation",
		"./engine/internal/metrics"}, never: noWire},
	{of: "./engine/internal/archive", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/servermanifest", "./engine/internal/presentation",
		"./engine/internal/metrics"}, never: noWire},
	{of: "./engine/internal/archive/archivetest", may: []string{"./engine/internal/archive", "./engine/internal/fmp4"}, never: noWire},
	{of: "./engine/internal/finding", may: []string{"./engine", "./engine/internal/fmp4"}, never: noWire},
	{of: "./engine/internal/point", may: []string{
		"./engine", "./engine/internal/finding", "./engine/internal/fmp4", "./engine/internal/servermanifest", "./engine/internal/presentation",
		"./engine/internal/index", "./engine/internal/archive", "./engine/internal/scte35",
		"./engine/internal/metrics", "./engine/internal/svc"}, never: noWire},
	{of: "./engine/internal/verify", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/servermanifest", "./engine/internal/archive"}, never: noWire},
	{of: "./engine/internal/ingest", may: []string{
		"./engine", "./engine/gate", "./engine/internal/access", "./engine/internal/finding", "./engine/internal/fmp4", "./engine/internal/servermanifest", "./engine/internal/presentation",
		"./engine/internal/point", "./engine/internal/metrics", "./engine/internal/svc"}, never: append([]string{mux}, windowAndPrograms...)},
	{of: "./engine/internal/doctor", may: []string{
		"./engine", "./engine/internal/finding", "./engine/internal/fmp4", "./engine/internal/servermanifest",
	}, never: append([]string{mux}, windowAndPrograms...)},
	{of: "./engine/internal/clip", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/archive"}, never: noWire},
	{of: "./engine/internal/timeline", may: []string{"./engine", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/marker", "./engine/internal/scte35"}, never: noWire},
	{of: "./engine/internal/progressive", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/output",
	}, never: append([]string{"./engine/internal/output/*"}, noWire...)},

	{of: "./engine/internal/preview", may: []string{
		"./engine", "./engine/internal/presentation", "./engine/internal/output"}, never: append([]string{mux}, windowAndPrograms...)},
	{of: "./packaging/bench", may: []string{"./engine/enginetest/sender"}, never: append([]string{"./engine/origin"}, windowAndPrograms...)},
	{of: "./engine/internal/wire", may: nil, never: append([]string{outsideStandardLibrary}, windowAndPrograms...)},
	{of: "./engine/internal/delivery", may: []string{
		"./engine", "./engine/gate", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/output",
		"./engine/internal/preview", "./engine/internal/metrics", "./engine/internal/svc", "./engine/internal/wire",
	}, never: append([]string{"./engine/internal/output/*", "./engine/internal/ingest"}, windowAndPrograms...)},

	{of: "./engine/internal/proc", may: nil, never: append([]string{outsideStandardLibrary}, windowAndPrograms...)},
	{of: "./engine/internal/encoder", may: []string{
		"./engine", "./engine/internal/proc", "./engine/internal/metrics", "./engine/internal/svc"}, never: windowAndPrograms},
	{of: "./engine/internal/thumbnail", may: []string{
		"./engine", "./engine/internal/fmp4", "./engine/internal/presentation", "./engine/internal/output", "./engine/internal/proc",
	}, never: append([]string{"./engine/internal/output/*"}, noWire...)},

	{of: "./engine/origin", may: []string{"./engine", "./engine/gate", "./engine/internal/..."}, never: windowAndPrograms},
	// The test sender is an encoder: it knows nothing of us.
	{of: "./engine/enginetest/sender", may: nil, never: append([]string{outsideStandardLibrary}, windowAndPrograms...)},
	{of: "./engine/enginetest", may: []string{"./engine"}, never: windowAndPrograms},

	{of: "./assets", may: nil, never: []string{outsideStandardLibrary}},
	{of: "./ui/kit", may: []string{"./assets", "./ui/look", "./ui/words"}, never: []string{"./engine/...", "./app/...", fyneApp}},
	{of: "./ui/look", may: []string{"./assets"}, never: []string{"./engine/...", "./app/...", fyneApp}},
	{of: "./ui/words", may: []string{"./assets"}, never: []string{"./engine/...", "./app/...", fyneApp}},
	{of: "./ui/page", may: []string{"./engine", "./ui/kit", "./ui/look", "./ui/words", "./assets"},
		never: []string{"./engine/origin", "./app/...", "./ui/page/*", fyneApp, mp4ff, mux}},
	// What two pages share of a form; a page by its place in the tree, known to those two alone.
	{of: "./ui/page/encoderform", may: []string{"./engine", "./ui/page", "./ui/kit", "./ui/look", "./ui/words"},
		never: []string{"./engine/origin", "./app/...", "./ui/page/*", fyneApp, mp4ff, mux}},
	{of: "./ui/page/encoders", may: []string{"./engine", "./ui/page", "./ui/page/encoderform", "./ui/kit", "./ui/look", "./ui/words"},
		never: []string{"./engine/origin", "./app/...", fyneApp, mp4ff, mux}},
	{of: "./ui/page/newpoint", may: []string{"./engine", "./ui/page", "./ui/page/encoderform", "./ui/kit", "./ui/look", "./ui/words"},
		never: []string{"./engine/origin", "./app/...", fyneApp, mp4ff, mux}},
	{of: "./ui/page/*", may: []string{"./engine", "./ui/page", "./ui/kit", "./ui/look", "./ui/words", "./assets"},
		never: []string{"./engine/origin", "./app/...", "./ui/page/*", fyneApp, mp4ff, mux}},
	{of: "./ui", may: []string{"./engine", "./ui/kit", "./ui/look", "./ui/words", "./ui/page", "./ui/page/*", "./assets"},
		never: []string{"./engine/origin", "./app/...", fyneApp, mp4ff, mux}},

	// TLS for the listeners, and the one place that asks for certificates.
	{of: "./app/certificate", may: []string{"./engine"}, never: append([]string{"./engine/origin"}, noWindow...)},
	{of: "./app/settings", may: []string{"./engine"}, never: noWindow},
	{of: "./app/program", may: []string{"./engine", "./app/settings"}, never: append([]string{"./engine/origin"}, noWindow...)},
	{of: "./app/control", may: []string{"./engine"}, never: append([]string{"./engine/origin"}, noWindow...)},
	{of: "./app/api", may: []string{"./engine", "./engine/gate", "./app/control"}, never: append([]string{"./engine/origin"}, noWindow...)},
	// What is asked and answered over there is package api's; nothing else of a program is known.
	{of: "./app/remote", may: []string{"./engine", "./app/api"}, never: append([]string{"./engine/origin"}, noWindow...)},
	{of: "./app/systemd", may: nil, never: append([]string{outsideStandardLibrary}, noWire...)},
	// The admin listener starts and stops with the origin, so node knows it too.
	{of: "./app/node", may: []string{
		"./engine", "./engine/gate", "./engine/origin", "./app/settings", "./app/control", "./app/api", "./app/systemd", "./app/certificate"}, never: noWindow},
	// What stands in front of the server knows it by its addresses alone.
	{of: "./app/shield", may: nil, never: append([]string{outsideStandardLibrary}, noWindow...)},
	// Checking archives and examining streams needs no running node, only what can read them.
	{of: "./app/pubpointd", may: []string{
		"./engine", "./engine/origin", "./app/program", "./app/node", "./app/settings", "./app/control", "./app/api", "./app/shield", "./app/systemd", "./app/certificate"}, never: noWindow},
	// What makes packages reads programs from outside.
	{of: "./packaging/release", may: nil, never: append([]string{outsideStandardLibrary}, windowAndPrograms...)},
	// The end-to-end tests know the programs from outside, as their users do.
	{of: "./app/e2e", may: nil, never: []string{fyneAnything}},
	{of: "./app", may: []string{"./engine/...", "./ui/...", "./app/...", "./assets"}, never: nil},
}

// sole says that only some files may import something directly.
type sole struct {
	imported string
	by       []string // folders, or single files, that may
	tests    bool     // tests of other packages may not either
}

// soles lists what one place alone is there for.
var soles = []sole{
	// The one Fyne package that needs C and a display; without it everything else builds and tests anywhere.
	{imported: fyneApp, by: []string{"./app/main.go"}, tests: true},
	{imported: mux, by: []string{"./engine/internal/delivery"}},
	{imported: autocert, by: []string{"./app/certificate"}},
	// The settings file, and point.toml of a publishing point.
	{imported: toml, by: []string{"./app/settings", "./engine/internal/point", "./engine/origin"}},
}

// TestWhoMayKnowWhom holds the module's imports to the table above.
func TestWhoMayKnowWhom(t *testing.T) {
	h := openHouse(t)
	report(t, crossedBorders(h, borders))
	report(t, sharedSoles(h, soles))
	if finished(h) {
		report(t, emptyRules(h, borders, soles))
	}
}

// finished says that the control room is there, so that every line of the table must speak of something.
func finished(h *house) bool {
	return slices.ContainsFunc(h.files, func(f goFile) bool { return f.path == "app/main.go" })
}

// imports is who imports whom: an importing folder of ours, by what it imports, which begins with
// "./" where it is ours. What test files import is not counted, so a folder of nothing but tests
// imports nothing.
type imports map[string][]string

func importsOf(h *house) imports {
	all := imports{}
	for _, f := range h.files {
		pkg := "./" + f.dir()
		known := all[pkg]
		for _, imported := range f.imports() {
			if imported = ownPath(imported); !f.isTest() && !slices.Contains(known, imported) {
				known = append(known, imported)
			}
		}
		all[pkg] = known
	}
	return all
}

// ownPath turns an import path of this module into a path that begins with "./".
func ownPath(imported string) string {
	if below, ours := strings.CutPrefix(imported, module+"/"); ours {
		return "./" + below
	}
	return imported
}

// crossedBorders lists every import that the borders do not allow.
func crossedBorders(h *house, borders []border) []string {
	var findings []string
	all := importsOf(h)
	for from := range all {
		b, known := borderAround(from, borders)
		if !known {
			findings = append(findings, fmt.Sprintf("%s: no border speaks of this package: add it to the table in app/deps_test.go", from))
			continue
		}
		for _, imported := range all[from] {
			if strings.HasPrefix(imported, "./") && !matchesAny(imported, b.may) {
				findings = append(findings, fmt.Sprintf("%s may not import %s", from, imported))
			}
		}
		for reached, chain := range reach(all, from) {
			if matchesAny(reached, b.never) {
				findings = append(findings, fmt.Sprintf("%s must never reach %s, and does: %s", from, reached, strings.Join(chain, " → ")))
			}
		}
	}
	return findings
}

// borderAround finds the border that speaks of a package; one that names it goes before a pattern.
func borderAround(pkg string, borders []border) (border, bool) {
	for _, b := range borders {
		if b.of == pkg {
			return b, true
		}
	}
	for _, b := range borders {
		if matches(pkg, b.of) {
			return b, true
		}
	}
	return border{}, false
}

// reach lists everything that a package imports at any distance, by the shortest chain that leads to it.
func reach(all imports, from string) map[string][]string {
	chains := map[string][]string{}
	queue := [][]string{{from}}
	for len(queue) > 0 {
		chain := queue[0]
		queue = queue[1:]
		for _, imported := range all[chain[len(chain)-1]] {
			if _, seen := chains[imported]; seen {
				continue
			}
			longer := append(slices.Clone(chain), imported)
			chains[imported] = longer
			queue = append(queue, longer)
		}
	}
	return chains
}

// sharedSoles lists every import of something that is there for one place alone by another place.
func sharedSoles(h *house, soles []sole) []string {
	var findings []string
	for _, f := range h.files {
		for _, s := range soles {
			if s.allows(f) || !slices.ContainsFunc(f.imports(), func(i string) bool { return matches(i, s.imported) }) {
				continue
			}
			findings = append(findings, fmt.Sprintf("%s: only %s may import %s", f.path, strings.Join(s.by, ", "), s.imported))
		}
	}
	return findings
}

func (s sole) allows(f goFile) bool {
	return slices.Contains(s.by, "./"+f.path) || slices.Contains(s.by, "./"+f.dir()) || f.isTest() && !s.tests
}

// emptyRules lists the rules that speak of nothing: after a package is renamed its rule would
// otherwise go on passing.
func emptyRules(h *house, borders []border, soles []sole) []string {
	var findings []string
	all := importsOf(h)
	packages := slices.Collect(maps.Keys(all))
	for _, b := range borders {
		if !slices.ContainsFunc(packages, func(pkg string) bool { return matches(pkg, b.of) }) {
			findings = append(findings, fmt.Sprintf("the border around %s speaks of no package", b.of))
		}
		for _, pattern := range slices.Concat(b.may, b.never) {
			own := strings.HasPrefix(pattern, "./")
			if own && !slices.ContainsFunc(packages, func(pkg string) bool { return matches(pkg, pattern) }) {
				findings = append(findings, fmt.Sprintf("the border around %s names %s, which is no package", b.of, pattern))
			}
		}
	}
	for _, s := range soles {
		if !slices.ContainsFunc(h.files, func(f goFile) bool { return slices.Contains(f.imports(), s.imported) }) {
			findings = append(findings, fmt.Sprintf("nothing imports %s, which only %s may", s.imported, strings.Join(s.by, ", ")))
		}
	}
	return findings
}

func matchesAny(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(name, p) })
}

// matches says whether a package's path fits a pattern of border.
func matches(name, pattern string) bool {
	if pattern == outsideStandardLibrary {
		first, _, _ := strings.Cut(name, "/")
		return first != "." && strings.Contains(first, ".")
	}
	if above, all := strings.CutSuffix(pattern, "/..."); all {
		return name == above || strings.HasPrefix(name, above+"/")
	}
	fits, err := path.Match(pattern, name)
	return fits && err == nil
}
