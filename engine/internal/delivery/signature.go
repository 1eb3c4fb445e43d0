package delivery

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/gorilla/mux"

	"pubpoint/engine"
)

// SignatureMark begins the element behind a publishing point that lets a viewer in:
// "/oceans.isml/~SIGNATURE/Manifest". It is taken out before formats see a path, so that relative
// addresses keep it by themselves.
const SignatureMark = "~"

// signatureKey is the query key by which a signature may be given instead, once.
const signatureKey = "key"

// admit asks whether a viewer may watch, and answers if not. Whoever gave a signature in the query is
// sent to the address that has it in its path.
func (s *server) admit(w http.ResponseWriter, r *http.Request, t target) bool {
	if s.cfg.Watch == nil {
		return true
	}
	given := strings.TrimPrefix(strings.TrimPrefix(mux.Vars(r)["signature"], "/"), SignatureMark)
	if key := r.URL.Query().Get(signatureKey); given == "" && key != "" {
		s.intoPath(w, r, key)
		return false
	}
	if err := s.cfg.Watch(t.name, t.finished, r.RemoteAddr, given); err != nil {
		s.refuse(w, r, http.StatusForbidden, engine.Sentence(err))
		return false
	}
	return true
}

// intoPath sends a viewer to the address with the signature in its path. What is in there is only
// judged when they come back; it must be fit for a path.
func (s *server) intoPath(w http.ResponseWriter, r *http.Request, key string) {
	if len(key) > maxSignature || strings.ContainsFunc(key, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_'
	}) {
		s.refuse(w, r, http.StatusForbidden, "The signature of this link is wrong; ask for a new link.")
		return
	}
	point := "/" + (&url.URL{Path: mux.Vars(r)["point"]}).EscapedPath()
	rest := strings.TrimPrefix(r.URL.EscapedPath(), point)
	location := strings.Repeat("../", max(0, strings.Count(rest, "/")-1)) + SignatureMark + key + rest
	switch {
	case rest == "": // no slash behind the point
		location = "./" + path.Base(point) + "/" + SignatureMark + key + "/"
	case strings.Count(rest, "/") == 1:
		location = "./" + location
	}
	query := r.URL.Query()
	query.Del(signatureKey)
	if len(query) > 0 {
		location += "?" + query.Encode()
	}
	w.Header().Set("Location", location)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusFound)
}

// maxSignature is longer than any.
const maxSignature = 128

// shownPath is a request's path for logs: whoever reads them does not get to watch by them.
func shownPath(r *http.Request) string {
	before, rest, found := strings.Cut(r.URL.Path, "/"+SignatureMark)
	if !found {
		return r.URL.Path
	}
	_, after, more := strings.Cut(rest, "/")
	shown := before + "/" + SignatureMark + "***"
	if more {
		shown += "/" + after
	}
	return shown
}
