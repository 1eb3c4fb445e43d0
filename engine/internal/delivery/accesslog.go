package delivery

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// finish is deferred around every request: it turns a panic into an answer, writes the
// access log and counts.
func (s *server) finish(w *response, r *http.Request, began time.Time) {
	again := s.recovered(recover(), w, r)
	status := w.status
	if status == 0 {
		status = http.StatusOK // net/http says so for a handler that says nothing
	}
	if w.class != 0 && s.cfg.Count != nil {
		s.cfg.Count(w.point, w.class, status, w.bytes, host(r.RemoteAddr))
	}
	if s.log.Enabled(context.Background(), slog.LevelDebug) {
		s.log.Debug("request", "method", r.Method, "path", shownPath(r), "status", status, "bytes", w.bytes,
			"took", s.cfg.Now().Sub(began), "remote", r.RemoteAddr, "agent", r.UserAgent())
	}
	if again {
		panic(http.ErrAbortHandler)
	}
}

// recovered handles what was recovered, and returns whether the connection must be broken
// because part of an answer is out.
func (s *server) recovered(cause any, w *response, r *http.Request) (abort bool) {
	if cause == nil {
		return false
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return true
	}
	s.log.Error("request handler panicked", "method", r.Method, "path", shownPath(r), "panic", cause, "stack", string(debug.Stack()))
	if w.status != 0 {
		return true
	}
	s.refuse(w, r, http.StatusInternalServerError, "The answer could not be made; the server's log says why.")
	return false
}
