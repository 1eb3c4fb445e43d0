package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// write makes files below a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const mit = "MIT License\n\nPermission is hereby granted, free of\ncharge, to any person\n"

// ourselves are the sources of this very program, with a player and without modules of others.
func ourselves(t *testing.T) sources {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"go/LICENSE": "Redistribution and use in source and binary forms ... may be used to endorse or promote products",
		"player/package-lock.json": `{"packages": {"": {}, "node_modules/@a/b": {"version": "1.2.3", "integrity": "sha512-AAEC"},
			"node_modules/c": {"version": "2.0.0"}, "node_modules/c/node_modules/d": {"version": "3.0.0"}, "node_modules/build": {"version": "9.0.0", "dev": true}}}`,
		"player/node_modules/@a/b/LICENSE.md":                mit,
		"player/node_modules/c/licence":                      "SIL Open Font License Version 1.1",
		"player/node_modules/c/node_modules/d/package.json":  `{"license": "ISC", "author": "Anna"}`,
		"player/node_modules/c/package.json":                 `{"name": "c"}`,
		"player/node_modules/c/license.js":                   "code",
		"fonts/OFL-Inter.txt":                                "SIL OPEN FONT LICENSE Version 1.1",
		"modules/example.org/!ada@v1.0.0/sub/COPYING":        mit,
		"modules/example.org/!ada@v1.0.0/testdata/LICENSE":   "of a test",
		"modules/example.org/!ada@v1.0.0/LICENSE":            mit,
		"modules/example.org/!ada@v1.0.0/cmd/tool/LICENSE":   "of a tool",
		"modules/example.org/!ada@v1.0.0/licensing/other.go": "package licensing",
	})
	return sources{program: program, modules: filepath.Join(dir, "modules"), player: filepath.Join(dir, "player"),
		fonts: filepath.Join(dir, "fonts"), goroot: filepath.Join(dir, "go")}
}

func TestBill(t *testing.T) {
	from := ourselves(t)
	var out, again bytes.Buffer
	if err := writeBill(&out, from); err != nil {
		t.Fatal(err)
	}
	if err := writeBill(&again, from); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Errorf("a second bill differs (%v)", err)
	}
	var b bill
	if err := json.Unmarshal(out.Bytes(), &b); err != nil {
		t.Fatal(err)
	}
	if b.Format != "CycloneDX" || b.Spec != "1.6" || len(b.Metadata.Component.Hashes[0].Content) != 64 {
		t.Errorf("it says of itself %+v", b)
	}
	want := map[string]string{"std": "BSD-3-Clause", "@a/b": "MIT", "c": "OFL-1.1", "d": "ISC"}
	for _, c := range b.Components {
		if len(c.Licences) != 1 || want[c.Name] != c.Licences[0].License.ID {
			t.Errorf("%+v", c)
		}
		if c.Name == "@a/b" && (c.PURL != "pkg:npm/%40a/b@1.2.3" || c.Hashes[0] != hash{"SHA-512", "000102"}) {
			t.Errorf("%+v", c)
		}
		delete(want, c.Name)
	}
	if len(want) > 0 || len(b.Depends[0].On) != len(b.Components) {
		t.Errorf("%v is missing in %s", want, &out)
	}
}

func TestNotices(t *testing.T) {
	from := ourselves(t)
	var out bytes.Buffer
	if err := writeNotices(&out, from); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"\nGo 1.", "\n@a/b 1.2.3\n", "free of\ncharge", "\nd 3.0.0\n", "licence ISC, author \"Anna\"", "Fonts"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("no %q in\n%s", words, &out)
		}
	}
	if err := os.Remove(filepath.Join(from.player, "node_modules", "c", "licence")); err != nil {
		t.Fatal(err)
	}
	if err := writeNotices(&out, from); err == nil || !strings.Contains(err.Error(), "no licence lies in c 2.0.0") {
		t.Errorf("a package without a licence gives %v", err)
	}
	if err := writeNotices(&out, sources{program: from.program}); err == nil {
		t.Error("notices were made of nothing")
	}
}

func TestLicencesOfAModule(t *testing.T) {
	from := ourselves(t)
	dir := filepath.Join(from.modules, filepath.FromSlash(escaped("example.org/Ada")+"@v1.0.0"))
	all, err := licencesIn(dir, true)
	if err != nil || len(all) != 1 || all[0].ids != "MIT" {
		t.Errorf("%+v (%v)", all, err)
	}
	if _, err := licencesIn(filepath.Join(dir, "gone"), true); err == nil || !strings.Contains(err.Error(), "build the programs") {
		t.Errorf("a module that is not there gives %v", err)
	}
}

const helpText = `Usage: pubpointd [flags]
       pubpointd verify DIR...   check what was recorded
       pubpointd health   ask the one that runs

  -root DIR            the document root (default: www)
  -a-very-long-name TEXT with one blank
  -a-flag-without-value points refuse encoders
  -version             print the version

.Every flag may also be given as an environment variable.
`

func TestManual(t *testing.T) {
	var page, completion strings.Builder
	if err := run([]string{"manual", "pubpointd"}, strings.NewReader(helpText), &page); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{".TH PUBPOINTD 1", ".B pubpointd verify\nDIR...\n", ".B pubpointd health\n.SH", ".BR \\-root \" \\fIDIR\\fR\"\nthe document root (default: www)\n",
		".BR \\-a\\-very\\-long\\-name \" \\fITEXT\\fR\"\nwith one blank", ".BR \\-a\\-flag\\-without\\-value\npoints refuse", ".BR \\-version\n", "\n\\&.Every flag"} {
		if !strings.Contains(page.String(), words) {
			t.Errorf("no %q in\n%s", words, &page)
		}
	}
	if err := run([]string{"completion", "pubpointd"}, strings.NewReader(helpText), &completion); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"'-root -a-very-long-name -a-flag-without-value -version'", "'verify health'", "-F _pubpointd pubpointd"} {
		if !strings.Contains(completion.String(), words) {
			t.Errorf("no %q in\n%s", words, &completion)
		}
	}
	if err := run([]string{"manual", "pubpointd"}, strings.NewReader("oops"), &page); err == nil {
		t.Error("a page was made of nothing")
	}
}

func TestIcons(t *testing.T) {
	dir := t.TempDir()
	picture := image.NewNRGBA(image.Rect(0, 0, 512, 512))
	for y := range 512 {
		for x := range 256 { // the left half red, the right one clear
			picture.Set(x, y, color.NRGBA{R: 255, A: 255})
		}
	}
	var text bytes.Buffer
	if err := png.Encode(&text, picture); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"icon.png": text.String()})
	if err := run([]string{"icons", "-from", filepath.Join(dir, "icon.png"), "-to", filepath.Join(dir, "share"), "-name", "x"}, nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, size := range []string{"16x16", "24x24", "256x256", "512x512"} {
		file, err := os.ReadFile(filepath.Join(dir, "share", "icons", "hicolor", size, "apps", "x.png"))
		if err != nil {
			t.Fatal(err)
		}
		small, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		wide := small.Bounds().Dx()
		r, _, _, a := small.At(1, 1).RGBA()
		_, _, _, clear := small.At(wide-2, wide-2).RGBA()
		if !strings.HasPrefix(size, strconv.Itoa(wide)+"x") || r != 0xffff || a != 0xffff || clear != 0 {
			t.Errorf("%s is %v with %x %x %x", size, small.Bounds(), r, a, clear)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{nil, {"nonsense"}, {"sbom", "-nonsense"}, {"sbom", "-program", "release_test.go"}, {"icons", "-from", "gone"}} {
		if err := run(args, strings.NewReader(""), &bytes.Buffer{}); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
