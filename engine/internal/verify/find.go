package verify

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Place is a directory with the files of one event.
type Place struct {
	Dir  string
	Base string // name of the files without extension; empty when nothing tells it
}

// Extensions of directories, and the directory that holds earlier events.
const (
	liveDir   = ".isml"
	filmDir   = ".ism"
	eventsDir = "events"
)

// Find returns where the events in a directory are: a publishing point with its earlier
// events, one earlier event, or all points below a document root. It fails when there is
// none.
func Find(dir string) ([]Place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is no directory", dir)
	}
	if _, ok := pointBase(abs); ok {
		return point(dir)
	}
	if filepath.Base(filepath.Dir(abs)) == eventsDir {
		if base, ok := pointBase(filepath.Dir(filepath.Dir(abs))); ok {
			return []Place{{Dir: dir, Base: base}}, nil
		}
	}
	places, err := below(dir)
	if err != nil || len(places) > 0 {
		return places, err
	}
	for _, pattern := range []string{"*" + mediaExt, "*" + manifestExt} {
		if found, err := filepath.Glob(filepath.Join(dir, pattern)); err == nil && len(found) > 0 {
			return []Place{{Dir: dir}}, nil // copied somewhere
		}
	}
	return nil, fmt.Errorf("there is no publishing point in %s", dir)
}

// pointBase is the name of the files in the directory of a point.
func pointBase(dir string) (string, bool) {
	name := filepath.Base(dir)
	for _, ext := range []string{liveDir, filmDir} {
		if base, ok := strings.CutSuffix(name, ext); ok && base != "" {
			return base, true
		}
	}
	return "", false
}

// point returns the events of one point, the one that it shows first.
func point(dir string) ([]Place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	base, _ := pointBase(abs)
	places := []Place{{Dir: dir, Base: base}}
	entries, err := os.ReadDir(filepath.Join(dir, eventsDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	slices.Reverse(entries) // the newest first
	for _, e := range entries {
		// What ends in .left are files that stood in the way of an archive.
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !strings.HasSuffix(e.Name(), ".left") {
			places = append(places, Place{Dir: filepath.Join(dir, eventsDir, e.Name()), Base: base})
		}
	}
	return places, nil
}

// below returns the events of all points below a directory.
func below(dir string) ([]Place, error) {
	var places []Place
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || path == dir {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if _, ok := pointBase(path); !ok {
			return nil
		}
		found, err := point(path)
		places = append(places, found...)
		if err != nil {
			return err
		}
		return fs.SkipDir
	})
	return places, err
}
