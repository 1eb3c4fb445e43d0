package delivery

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/wire"
)

// Config is what delivery needs of the rest of the origin.
type Config struct {
	// Formats are asked in order; the first that understands a request answers it.
	Formats []output.Format
	// Points finds the directories N.isml. Required.
	Points Directory
	// Finished finds the directories N.ism of finished files; nil when there are none.
	Finished Directory
	// Recordings finds the earlier events of publishing points; nil when there are none.
	Recordings Recordings
	// Ingest gets the requests of encoders, as they came; nil answers them with 404.
	Ingest http.Handler
	// Reject refuses a request that brings a body so that its encoder notices; nil answers
	// like any other refusal.
	Reject func(w http.ResponseWriter, r *http.Request, status int, detail string)
	// Preview makes the pages; nil answers them with 404.
	Preview Preview
	// Logger gets one debug line for each request, and what went wrong; nil discards.
	Logger *slog.Logger
	// Now is the wall clock; nil means time.Now.
	Now func() time.Time
	// Count is told of each answer of a format, refusals included, from the request's
	// goroutine. bytes are those of the body, remote the viewer's address without port.
	// It must not block; nil is not called.
	Count func(point string, class output.Class, status int, bytes int64, remote string)
	// WriteTimeout is how long a client may take nothing at all before it is cut off; 0
	// means 20 seconds. It does not concern encoders.
	WriteTimeout time.Duration
}

// defaultWriteTimeout is more than the buffers of players hold back on purpose.
const defaultWriteTimeout = 20 * time.Second

// Directory knows publishing points. It is called from any number of goroutines, once or
// twice for each request, and must not block for long.
type Directory interface {
	// Lookup finds a publishing point by its name, which is valid by engine.ValidName and
	// has no extension: "oceans", "sports/arena".
	Lookup(name string) (PointRef, bool)
}

// PointRef is one instant of a publishing point, for delivery.
type PointRef struct {
	Source presentation.Source // nil while there is no event to show
	State  engine.State
	Reason string // one sentence for people, with StateError; may be empty
	Tag    string // changes when finished files do; empty for a point that may be on air
}

// Preview makes the pages for people. point is the name of a publishing point that exists.
type Preview interface {
	// ServeList answers GET and HEAD of "/".
	ServeList(w http.ResponseWriter, r *http.Request)
	// ServePoint answers GET and HEAD of "P/N.isml/".
	ServePoint(w http.ResponseWriter, r *http.Request, point string)
	// ServeFacts answers GET and HEAD of "P/N.isml/facts.json".
	ServeFacts(w http.ResponseWriter, r *http.Request, point string)
	// ServeEvent answers GET and HEAD of "P/N.isml/Events(ID)/"; there may be no such event.
	ServeEvent(w http.ResponseWriter, r *http.Request, point, id string)
	// ServeEventFacts answers GET and HEAD of "P/N.isml/Events(ID)/facts.json".
	ServeEventFacts(w http.ResponseWriter, r *http.Request, point, id string)
	// ServeAsset answers GET and HEAD of everything below "/_pubpoint/".
	ServeAsset(w http.ResponseWriter, r *http.Request)
}

// Handler answers what comes to the media listener. Known and Sent are for wire.Config: with them it answers
// without a request being made of what came.
type Handler interface {
	http.Handler
	// Known returns an answer that is ready, or nil.
	Known(path []byte, gzip bool) *wire.Answer
	// Sent counts an answer that Known has returned.
	Sent(a *wire.Answer, remote string, bytes int64)
}

// server is the handler that New returns.
type server struct {
	cfg    Config
	log    *slog.Logger
	router *mux.Router
	cache  *cache
	hot    *hot
}

// New returns the handler of the media listener. It starts nothing.
func New(cfg Config) Handler {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.WriteTimeout <= 0 {
		cfg.WriteTimeout = defaultWriteTimeout
	}
	s := &server{cfg: cfg, log: cfg.Logger, cache: newCache(), hot: newHot(cfg.Now)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.router = s.routes()
	return s
}

// ServeHTTP answers one request and writes it down.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := s.cfg.Now()
	res := newResponse(w, s.cfg.WriteTimeout)
	defer s.finish(res, r, began)
	res.Header().Set("Server", "Pubpoint")
	if sends(r) {
		// Encoders may pause for as long as their source does.
		res.patience = 0
	} else {
		allowOrigins(res.Header())
	}
	if detail := hostile(r.URL); detail != "" {
		s.refuse(res, r, http.StatusBadRequest, detail)
		return
	}
	if r.Method == http.MethodOptions {
		s.options(res, r)
		return
	}
	s.router.ServeHTTP(res, r)
}

// sends tells whether r may bring a body.
func sends(r *http.Request) bool {
	return r.Method == http.MethodPost || r.Method == http.MethodPut
}
