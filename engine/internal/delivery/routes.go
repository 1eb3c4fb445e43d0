package delivery

import (
	"net/http"
	"path"

	"github.com/gorilla/mux"
)

// Parts of paths. The first element that ends in .isml or .ism is a publishing point.
const (
	point     = `/{point:.*?\.(?i:isml?)}`
	file      = `/{file:[^/]+\.(?i:isml?)}`
	streams   = `/{stream:(?i:Streams)\([^/]*\)}`
	signature = `{signature:(?:/~[^/]*)?}` // what lets a viewer in, in front of everything: see Config.Watch
	bare      = `/{signature:~[^/]*}`
	events    = `/{event:(?i:Events)\([^/]*\)}`
	switching = `/{switching:(?i:Switching)\([^/]*\)}`
	anything  = `/{rest:.*}`
)

// watched is a publishing point as viewers name it.
const watched = point + signature

// ingestRoute is the name of the routes that lead to the encoders' handler.
const ingestRoute = "ingest"

// routes is the table of contents of the media listener. The first row that fits counts.
func (s *server) routes() *mux.Router {
	r := mux.NewRouter().SkipClean(true) // never redirect: a redirect loses an encoder's body
	r.NotFoundHandler = http.HandlerFunc(s.nothingHere)
	r.MethodNotAllowedHandler = http.HandlerFunc(s.notAllowed)

	for _, form := range []string{
		point + file,                // P/N.isml/N.ism?stream_id=ID
		point + streams,             // P/N.isml/Streams(ID)
		point + events + streams,    // P/N.isml/Events(E)/Streams(ID)
		point + switching + streams, // P/N.isml/Switching(S)/Streams(ID)
	} {
		r.HandleFunc(form, s.ingest).Methods(http.MethodPost, http.MethodPut).Name(ingestRoute)
	}
	for _, row := range []struct {
		path string
		read http.HandlerFunc // answers GET and HEAD
	}{
		{watched + "/", s.page},           // the preview page
		{watched + "/facts.json", s.page}, // its live facts
		{point + bare, s.addSlash},
		// An earlier event, or the one on air under its own name.
		{watched + events, s.addSlash},
		{watched + events + "/", s.page},
		{watched + events + "/facts.json", s.page},
		{watched + events + anything, s.media},
		{watched + anything, s.media}, // manifests and media of all formats
	} {
		r.HandleFunc(row.path, row.read).Methods(http.MethodGet, http.MethodHead)
	}
	// What is below a point never is a point itself: no row after this one gets it.
	r.HandleFunc(point+anything, s.notAllowed)

	r.HandleFunc(point, s.ingest).Methods(http.MethodPost, http.MethodPut).Name(ingestRoute)
	for _, row := range []struct {
		path string
		read http.HandlerFunc
	}{
		{point, s.addSlash},
		{"/", s.list},
		{"/_pubpoint" + anything, s.asset},
		{"/crossdomain.xml", s.crossDomain},
		{"/clientaccesspolicy.xml", s.clientAccess},
		{"/time", s.time},
		{"/favicon.ico", s.favicon},
	} {
		r.HandleFunc(row.path, row.read).Methods(http.MethodGet, http.MethodHead)
	}
	return r
}

// ingest hands an encoder's request on, once its point has a name that can be one.
func (s *server) ingest(w http.ResponseWriter, r *http.Request) {
	vars := mux.Vars(r)
	t := parseTarget(vars["point"])
	switch {
	case !t.valid():
		s.refuse(w, r, http.StatusBadRequest, badName)
	case t.finished || !t.fits(vars["file"]):
		s.notAllowed(w, r)
	case s.cfg.Ingest == nil:
		s.refuse(w, r, http.StatusNotFound, "This server takes no streams from encoders.")
	default:
		s.cfg.Ingest.ServeHTTP(w, r)
	}
}

// list answers with the publishing points.
func (s *server) list(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Preview == nil {
		s.nothingHere(w, r)
		return
	}
	s.cfg.Preview.ServeList(w, r)
}

func (s *server) asset(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Preview == nil {
		s.nothingHere(w, r)
		return
	}
	s.cfg.Preview.ServeAsset(w, r)
}

// page answers with a point's preview, or the facts that keep it true.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	t, _, ok := s.find(w, r)
	if !ok {
		return
	}
	id := eventID(mux.Vars(r)["event"])
	switch {
	case s.cfg.Preview == nil || t.finished:
		s.nothingHere(w, r)
	case id != "" && r.URL.Path[len(r.URL.Path)-1] == '/':
		s.cfg.Preview.ServeEvent(w, r, t.name, id)
	case id != "":
		s.cfg.Preview.ServeEventFacts(w, r, t.name, id)
	case r.URL.Path[len(r.URL.Path)-1] == '/':
		s.cfg.Preview.ServePoint(w, r, t.name)
	default:
		s.cfg.Preview.ServeFacts(w, r, t.name)
	}
}

// addSlash sends browsers to the page of a point or an event: its links are relative to the
// directory.
func (s *server) addSlash(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := s.find(w, r); !ok {
		return
	}
	location := "./" + path.Base(r.URL.EscapedPath()) + "/"
	if r.URL.RawQuery != "" {
		location += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", location)
	w.Header().Set("Cache-Control", "max-age=60")
	w.WriteHeader(http.StatusMovedPermanently)
}
