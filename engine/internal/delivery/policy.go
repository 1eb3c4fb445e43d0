package delivery

import (
	"net/http"

	"pubpoint/engine/internal/output"
)

// Policy files let players of other origins in: Flash reads the first, Silverlight the
// second.
const (
	crossDomainPolicy = `<?xml version="1.0" encoding="utf-8"?>
<cross-domain-policy><allow-access-from domain="*" secure="false"/><allow-http-request-headers-from domain="*" headers="*" secure="false"/></cross-domain-policy>
`
	clientAccessPolicy = `<?xml version="1.0" encoding="utf-8"?>
<access-policy><cross-domain-access><policy><allow-from http-methods="*" http-request-headers="*"><domain uri="*"/></allow-from><grant-to><resource path="/" include-subpaths="true"/></grant-to></policy></cross-domain-access></access-policy>
`
)

func (s *server) crossDomain(w http.ResponseWriter, r *http.Request) {
	s.text(w, r, "text/x-cross-domain-policy", "max-age=86400", crossDomainPolicy)
}

func (s *server) clientAccess(w http.ResponseWriter, r *http.Request) {
	s.text(w, r, "text/xml; charset=utf-8", "max-age=86400", clientAccessPolicy)
}

// time answers with the wall clock, for players that time a presentation by it (DASH
// UTCTiming urn:mpeg:dash:utc:http-iso:2014).
func (s *server) time(w http.ResponseWriter, r *http.Request) {
	now := s.cfg.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.text(w, r, "text/plain; charset=utf-8", "no-store", now)
}

// favicon has no picture, and spares browsers an error.
func (s *server) favicon(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "max-age=86400")
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) text(w http.ResponseWriter, r *http.Request, typ, caching, text string) {
	w.Header().Set("Content-Type", typ)
	w.Header().Set("Cache-Control", caching)
	s.send(w, r, http.StatusOK, output.Bytes(text), int64(len(text)))
}
