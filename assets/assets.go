// Package assets holds the bytes the control room carries with it: icons, fonts, translations and the application's
// own icon.
//
// It knows no toolkit: everything is a plain byte slice, found by name. The files are compiled into the program, so
// nothing is looked up on disk and nothing can be missing at run time; a name that does not exist is a mistake of the
// caller and answers nil, which the tests of ui/look catch for every name in use.
package assets

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed Icon.png icons/*.svg fonts/*.otf fonts/*.ttf translations/*.json
var files embed.FS

// AppIcon is the application's icon as a PNG of 512 by 512 pixels; Icon.svg beside it is the drawing.
func AppIcon() []byte { return read("Icon.png") }

// SVG is the icon of that name, without directory or extension, such as "play". All icons are 24 by 24, filled with
// one colour, so that a window can colour them as it likes. It is nil when there is no such icon.
func SVG(name string) []byte { return read("icons/" + name + ".svg") }

// Icons lists the names SVG knows, in alphabetical order.
func Icons() []string {
	entries, err := fs.Glob(files, "icons/*.svg")
	if err != nil {
		// Only a malformed pattern can fail, and this one is constant.
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(path.Base(e), ".svg"))
	}
	return names
}

// Font is the font file of that name, such as "Inter-Regular.otf". It is nil when there is no such font.
// fonts/README.md says where they come from and under which licence.
func Font(file string) []byte { return read("fonts/" + file) }

// Translation is the file of translations into the language of that tag, such as "de": a JSON object from each English
// text to its translation. It is nil when there is none.
func Translation(tag string) []byte { return read("translations/" + tag + ".json") }

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil
	}
	return b
}
