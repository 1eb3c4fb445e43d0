package delivery

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestSignaturesAreNotLogged(t *testing.T) {
	for path, want := range map[string]string{
		"/oceans.isml/Manifest": "/oceans.isml/Manifest", "/a/b.isml/~9-x/Manifest": "/a/b.isml/~***/Manifest", "/b.isml/~9-x": "/b.isml/~***", "/b.isml/~9-x/": "/b.isml/~***/",
	} {
		if got := shownPath(&http.Request{URL: &url.URL{Path: path}}); got != want {
			t.Errorf("%s is shown as %s", path, got)
		}
	}
}

// TestWhoMayWatchIsAskedFirst lets nobody watch and looks what still can be told.
func TestWhoMayWatchIsAskedFirst(t *testing.T) {
	var asked []string
	h := New(Config{Points: everything{}, Watch: func(point string, _ bool, _, signature string) error {
		asked = append(asked, point+" "+signature)
		return errors.New("No.")
	}})
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, path := range []string{"/x.isml/", "/x.isml", "/x.isml/~9-a/facts.json", "/x.isml/~9-a", "/x.isml/~9-a/Events(1)/Manifest", "/x.isml/nonsense", "/p/x.isml/Manifest"} {
			before := len(asked)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
			if w.Code != http.StatusForbidden || len(asked) != before+1 || w.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %s: %d %s; asked %q", method, path, w.Code, w.Body, asked[before:])
			}
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "/x.isml/~9-a/Manifest", nil))
	if w.Code != http.StatusNoContent {
		t.Errorf("a browser that asks before it asks gets %d", w.Code)
	}
}

// everything is a directory that has every point.
type everything struct{}

// Lookup implements Directory.
func (everything) Lookup(string) (PointRef, bool) { return PointRef{}, true }
