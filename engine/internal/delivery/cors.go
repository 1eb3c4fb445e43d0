package delivery

import (
	"net/http"

	"github.com/gorilla/mux"
)

// What browsers may send and read. dash.js, hls.js and Shaka send CMCD as header fields
// when told so, and read Date and Age to find the live edge.
const (
	allowMethods  = "GET, HEAD, OPTIONS"
	allowHeaders  = "Accept, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, Origin, Range, CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status"
	exposeHeaders = "Server, Content-Length, Content-Range, Date, ETag, Age"
)

func allowOrigins(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", exposeHeaders)
}

// options answers what may be asked of an address, to browsers for a day.
func (s *server) options(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Allow", s.allowed(r))
	h.Set("Access-Control-Allow-Methods", allowMethods)
	h.Set("Access-Control-Allow-Headers", allowHeaders)
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Cache-Control", "max-age=86400")
	w.WriteHeader(http.StatusNoContent)
}

// allowed lists the methods of an address.
func (s *server) allowed(r *http.Request) string {
	post := &http.Request{Method: http.MethodPost, URL: r.URL, Header: http.Header{}}
	var match mux.RouteMatch
	if !s.router.Match(post, &match) || match.MatchErr != nil || match.Route.GetName() != ingestRoute {
		return allowMethods
	}
	t := parseTarget(match.Vars["point"])
	if t.finished || !t.valid() || !t.fits(match.Vars["file"]) {
		return allowMethods
	}
	return allowMethods + ", POST, PUT"
}
