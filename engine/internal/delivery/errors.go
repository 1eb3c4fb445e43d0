package delivery

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
)

// problem is the body of a refusal (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// refuse answers with a status code and a sentence that says what to do. It closes the
// connection of whoever is about to send a body: ffmpeg hears of a refusal in no other way.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	s.problem(w, r, status, detail, refusalCaching(r, status))
}

// problem is refuse with what caches may do with the answer.
func (s *server) problem(w http.ResponseWriter, r *http.Request, status int, detail, caching string) {
	if sends(r) && s.cfg.Reject != nil {
		s.cfg.Reject(w, r, status, detail)
		return
	}
	body, err := json.Marshal(problem{"about:blank", http.StatusText(status), status, detail})
	if err != nil {
		// Marshalling strings and numbers does not fail.
		body = []byte("{}")
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Last-Modified", "Content-Encoding"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", caching)
	h.Set("X-Content-Type-Options", "nosniff")
	if sends(r) {
		h.Set("Connection", "close")
	}
	s.send(w, r, status, output.Bytes(body), int64(len(body)))
}

// errorCaching keeps refusals from being remembered: at a live edge everything that is missing now may
// be there a moment later.
func errorCaching(status int) string {
	switch status {
	case http.StatusNotFound, http.StatusGone, http.StatusMethodNotAllowed:
		return "max-age=1"
	}
	return "no-store"
}

// fail answers with why a format has no object.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if res, ok := w.(*response); ok && res.crowded != nil {
		s.crowded(w, r, res.crowded)
		return
	}
	var why *output.Error
	if !errors.As(err, &why) {
		s.broken(w, r, err)
		return
	}
	switch why.Kind {
	case output.BadRequest:
		s.refuse(w, r, http.StatusBadRequest, why.Text)
	case output.Never:
		s.refuse(w, r, http.StatusNotFound, why.Text)
	case output.NotYet:
		w.Header().Set("Retry-After", "1")
		s.refuse(w, r, http.StatusNotFound, why.Text)
	case output.Precondition:
		// Empty by MS-SSTR 2.2.6.
		w.Header().Set("Cache-Control", refusalCaching(r, http.StatusPreconditionFailed))
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusPreconditionFailed)
	case output.Gone:
		s.refuse(w, r, http.StatusGone, why.Text)
	case output.Starting:
		w.Header().Set("Retry-After", "1")
		s.refuse(w, r, http.StatusServiceUnavailable, why.Text)
	default:
		s.broken(w, r, err)
	}
}

// broken answers 500 and says why to the log, unless the client has gone away.
func (s *server) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.log.Error("answer failed", "path", shownPath(r), "err", err)
	}
	detail := "The answer could not be made; the server's log says why."
	var why *output.Error
	if errors.As(err, &why) && why.Text != "" {
		detail = why.Text
	}
	s.refuse(w, r, http.StatusInternalServerError, detail)
}

// onAir answers for points that have nothing to show in their state, and returns whether
// there is something.
func (s *server) onAir(w http.ResponseWriter, r *http.Request, t target, ref PointRef) bool {
	empty := ref.Source == nil || ref.Source.View() == nil
	switch {
	case !empty:
		return true // also what was recorded before the point was shut down or failed
	case ref.State == engine.StateIdle:
		s.refuse(w, r, http.StatusNotFound, "Publishing point "+t.name+" is idle: start an encoder that posts to /"+
			t.name+".isml/Streams(ID), or start the point in the control room.")
	case ref.State == engine.StateError:
		reason := ref.Reason
		if reason == "" {
			reason = "Publishing point " + t.name + " cannot work; the control room says why."
		}
		w.Header().Set("Retry-After", "5")
		s.refuse(w, r, http.StatusServiceUnavailable, reason)
	case ref.State == engine.StateStopped:
		s.refuse(w, r, http.StatusNotFound, "Publishing point "+t.name+" has stopped and nothing was kept: start it, or post to it again.")
	default:
		w.Header().Set("Retry-After", "1")
		s.refuse(w, r, http.StatusServiceUnavailable, "Publishing point "+t.name+" is starting: nothing has arrived yet; try again in a second.")
	}
	return false
}

func (s *server) nothingHere(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusNotFound, "There is nothing at this address; the list of publishing points is at /.")
}

func (s *server) notAllowed(w http.ResponseWriter, r *http.Request) {
	if dir, ok := mux.Vars(r)["point"]; ok && !parseTarget(dir).valid() {
		s.refuse(w, r, http.StatusBadRequest, badName)
		return
	}
	w.Header().Set("Allow", s.allowed(r))
	s.refuse(w, r, http.StatusMethodNotAllowed, "This address does not take "+strconv.Quote(r.Method)+
		"; it takes "+s.allowed(r)+". Encoders post to N.isml/Streams(ID) or N.isml/N.ism?stream_id=ID.")
}
