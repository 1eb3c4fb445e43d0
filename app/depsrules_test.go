package main_test

import "testing"

// The table in deps_test.go is only as good as the reading of it, so made-up modules with known
// faults are read here.

func TestBordersOfMadeUpModules(t *testing.T) {
	const smooth = "engine/internal/output/smooth/smooth.go"
	checkRule(t, func(h *house) []string { return crossedBorders(h, borders) }, []rulesCase{
		{name: "all is well", files: map[string]string{
			"engine/engine.go":                 source("engine", "time"),
			smooth:                             source("smooth", "pubpoint/engine", "pubpoint/engine/internal/output", mp4ffBoxes),
			"engine/internal/output/output.go": source("output", "pubpoint/engine"),
			"ui/page/wall/wall.go":             source("wall", "pubpoint/engine", "pubpoint/ui/kit", "fyne.io/fyne/v2/widget"),
			"ui/kit/kit.go":                    source("kit", "fyne.io/fyne/v2"),
		}},
		{name: "a stranger in the vocabulary", files: map[string]string{
			"engine/engine.go": source("engine", toml),
		}, want: []string{"./engine must never reach " + toml}},
		{name: "the window opens the engine's machinery", files: map[string]string{
			"ui/ui.go":                source("ui", "pubpoint/engine/origin"),
			"engine/origin/origin.go": source("origin"),
		}, want: []string{"./ui may not import ./engine/origin", "./ui must never reach ./engine/origin"}},
		{name: "a format reaches the network at a distance", files: map[string]string{
			smooth:                             source("smooth", "pubpoint/engine/internal/output"),
			"engine/internal/output/output.go": source("output", "pubpoint/engine"),
			"engine/engine.go":                 source("engine", "net/http"),
		}, want: []string{
			"./engine/internal/output must never reach net/http",
			"./engine/internal/output/smooth → ./engine/internal/output → ./engine → net/http",
		}},
		{name: "a format knows another", files: map[string]string{
			smooth:                              source("smooth", "pubpoint/engine/internal/output/hls"),
			"engine/internal/output/hls/hls.go": source("hls"),
		}, want: []string{"smooth may not import", "smooth must never reach ./engine/internal/output/hls"}},
		{name: "the headless program reaches the window toolkit", files: map[string]string{
			"app/pubpointd/main.go": source("main", "pubpoint/app/node"),
			"app/node/node.go":      source("node", "fyne.io/fyne/v2/data/binding"),
		}, want: []string{"./app/node must never reach fyne", "./app/pubpointd → ./app/node → fyne"}},
		{name: "a package that is not on the map", files: map[string]string{
			"engine/internal/helper/helper.go": source("helper"),
		}, want: []string{"./engine/internal/helper: no border speaks of this package"}},
		{name: "tests know more", files: map[string]string{
			"engine/engine.go":      source("engine"),
			"engine/engine_test.go": source("engine", "net/http/httptest", mux),
		}},
		{name: "what is not our source is not read", files: map[string]string{
			"bin/a/a.go":                    source("a"),
			".cache/a/a.go":                 source("a"),
			"engine/testdata/a/a.go":        source("a"),
			"engine/node_modules/a/a.go":    source("a"),
			"packaging/tools/go.mod":        "module tools\n",
			"packaging/tools/extra/main.go": source("main"),
		}},
	})
}

func TestSolesOfMadeUpModules(t *testing.T) {
	checkRule(t, func(h *house) []string { return sharedSoles(h, soles) }, []rulesCase{
		{name: "all is well", files: map[string]string{
			"app/main.go":                      source("main", fyneApp),
			"engine/internal/delivery/mux.go":  source("delivery", mux),
			"app/settings/file.go":             source("settings", toml),
			"app/settings/file_test.go":        source("settings", toml),
			"engine/internal/ingest/a_test.go": source("ingest", mux),
		}},
		{name: "another router", files: map[string]string{
			"app/api/routes.go": source("api", mux),
		}, want: []string{"app/api/routes.go: only ./engine/internal/delivery may import " + mux}},
		{name: "a second file that needs a display", files: map[string]string{
			"app/tray.go": source("main", fyneApp),
		}, want: []string{"app/tray.go: only ./app/main.go"}},
		{name: "a test that needs a display", files: map[string]string{
			"ui/ui_test.go": source("ui", fyneApp),
		}, want: []string{"ui/ui_test.go: only ./app/main.go"}},
	})
}

func TestRulesThatSpeakOfNothing(t *testing.T) {
	drawn := []border{
		{of: "./engine", never: []string{"net/http", "./ui/..."}},
		{of: "./engine/internal/*", may: []string{"./engine", "./engine/gone"}},
	}
	kept := []sole{{imported: mux, by: []string{"./engine/delivery"}}}
	checkRule(t, func(h *house) []string { return emptyRules(h, drawn, kept) }, []rulesCase{
		{name: "all is well", files: map[string]string{
			"engine/engine.go":        source("engine", mux),
			"engine/internal/a/a.go":  source("a"),
			"engine/gone/gone.go":     source("gone"),
			"ui/ui.go":                source("ui"),
			"engine/internal/b/b.go":  source("b"),
			"engine/delivery/del.go":  source("delivery", mux),
			"engine/other/ab_test.go": source("other"),
		}},
		{name: "nothing is there", files: map[string]string{"README.md": "Nothing yet.\n"}, want: []string{
			"nothing imports " + mux,
			"around ./engine names ./ui/...",
			"around ./engine speaks of no package",
			"around ./engine/internal/* names ./engine, ",
			"around ./engine/internal/* names ./engine/gone, ",
			"around ./engine/internal/* speaks of no package",
		}},
	})
}

// mp4ffBoxes is a package of the box parser's module.
const mp4ffBoxes = "github.com/Eyevinn/mp4ff/mp4"

// source is a Go file of nothing but imports.
func source(pkg string, imported ...string) string {
	text := "package " + pkg + "\n"
	for _, path := range imported {
		text += "import _ \"" + path + "\"\n"
	}
	return text
}
