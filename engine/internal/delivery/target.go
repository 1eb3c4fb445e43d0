package delivery

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/gorilla/mux"

	"pubpoint/engine"
)

const badName = "The publishing point's name is not allowed: each of its parts must begin with a letter or digit, " +
	"be at most 64 long, and have only letters, digits, '.', '_' and '-'."

// maxPath is longer than any name and any request of a format.
const maxPath = 2048

// target is the publishing point that a path names.
type target struct {
	name     string // without extension: "sports/arena"
	finished bool   // a directory of finished files, N.ism
}

// parseTarget splits a path that ends in .isml or .ism, in any case.
func parseTarget(dir string) target {
	ext := path.Ext(dir)
	return target{
		name:     strings.TrimSuffix(dir, ext),
		finished: !strings.EqualFold(ext, ".isml"),
	}
}

func (t target) valid() bool { return engine.ValidName(t.name) }

// base is the last element of the name: "arena".
func (t target) base() string { return path.Base(t.name) }

// fits tells whether a file is the server manifest of the point, or no file at all.
func (t target) fits(file string) bool {
	return file == "" || strings.EqualFold(strings.TrimSuffix(file, path.Ext(file)), t.base())
}

// find looks up the publishing point of a request, or answers why there is none.
func (s *server) find(w http.ResponseWriter, r *http.Request) (target, PointRef, bool) {
	t := parseTarget(mux.Vars(r)["point"])
	if !t.valid() {
		s.refuse(w, r, http.StatusBadRequest, badName)
		return t, PointRef{}, false
	}
	directory := s.cfg.Points
	if t.finished {
		directory = s.cfg.Finished
	}
	if directory != nil {
		if ref, ok := directory.Lookup(t.name); ok {
			return t, ref, s.admit(w, r, t)
		}
	}
	s.refuse(w, r, http.StatusNotFound, "There is no publishing point /"+t.name+
		": check the address, or make its directory in the document root.")
	return t, PointRef{}, false
}

// hostile says what is wrong with a path that no honest client sends, or nothing.
func hostile(u *url.URL) string {
	switch p := u.Path; {
	case !strings.HasPrefix(p, "/"):
		return "The address must begin with a slash."
	case len(p) > maxPath:
		return "The address is too long."
	case strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }):
		return "The address has a character that is not allowed: leave out backslashes and control characters."
	case !utf8.ValidString(p):
		return "The address is not UTF-8."
	}
	for element := range strings.SplitSeq(u.Path, "/") {
		if element == "." || element == ".." {
			return "The address must not climb: leave out '.' and '..' as elements."
		}
	}
	// The decoded path does not tell a slash in a name from one between names.
	if raw := strings.ToLower(u.EscapedPath()); strings.Contains(raw, "%2f") {
		return "The address has an escaped slash: write a plain one between names."
	}
	return ""
}
