package origin

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"
)

// PointFault is something wrong with the settings file of a publishing point.
type PointFault struct {
	File string // below the document root
	Line int    // 0 when not known
	Text string // a sentence
}

// maxDepth is how deep below the document root points are looked for.
const maxDepth = 16

// CheckPoints reads the settings file of every publishing point below a document root, as a start would,
// and returns what is wrong with them in the order of their names. It changes nothing.
func CheckPoints(dir string) (faults []PointFault, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, rootError(dir, err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			faults = append(faults, PointFault{File: name, Text: "It cannot be read: " + reason(err) + "."})
			return nil
		case !d.IsDir():
			return nil
		case name != "." && strings.HasPrefix(d.Name(), ".") || strings.Count(name, "/") >= maxDepth:
			return fs.SkipDir
		case strings.EqualFold(path.Ext(name), liveExt):
			faults = append(faults, checkPoint(root, name)...)
			return fs.SkipDir
		}
		return nil
	})
	return faults, err
}

// checkPoint is what is wrong with the settings file in dir.
func checkPoint(root *os.Root, dir string) []PointFault {
	_, _, err := readPointFile(root, dir, nil)
	if err == nil {
		return nil
	}
	file := path.Join(dir, pointFileName)
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return []PointFault{{File: file, Line: parse.Position.Line, Text: "None of it is used: " + parse.Message + "."}}
	}
	text, readErr := root.ReadFile(file)
	if readErr != nil {
		text = nil // a line is a courtesy; the fault itself is told
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok && !errors.Is(err, errNotTOML) {
		all = joined.Unwrap()
	}
	faults := make([]PointFault, 0, len(all))
	for _, e := range all {
		words := strings.TrimPrefix(e.Error(), pointFileName+": ")
		faults = append(faults, PointFault{File: file, Line: cmp.Or(toldLine(words), keyLine(string(text), words)), Text: "It is not used: " + words + "."})
	}
	return faults
}

// toldLine is the line that the decoder has put into its words, or 0.
func toldLine(words string) int {
	var line int
	if i := strings.Index(words, "toml: line "); i >= 0 {
		if _, err := fmt.Sscanf(words[i:], "toml: line %d", &line); err != nil {
			return 0
		}
	}
	return line
}

// keyLine is the line of a settings file that sets what the words speak of, or 0.
func keyLine(text, words string) int {
	for i, line := range strings.Split(text, "\n") {
		key, _, found := strings.Cut(line, "=")
		key = strings.Trim(strings.TrimSpace(key), `"'`)
		if found && key != "" && regexp.MustCompile(`(^|[^\w-])`+regexp.QuoteMeta(key)+`($|[^\w-])`).MatchString(words) {
			return i + 1
		}
	}
	return 0
}
