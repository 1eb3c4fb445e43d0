package api

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"pubpoint/engine"
)

// inside lets next answer only requests on connections that have a place.
func (s *Server) inside(next http.Handler) http.Handler {
	if s.gate == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refusal := s.gate.Late(r)
		if refusal == nil {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Retry-After", strconv.Itoa(int(refusal.RetryAfter/time.Second)))
		w.Header().Set("Connection", "close")
		writeProblem(w, refusal.Status, engine.Unavailable.String(), refusal.Text)
	})
}

// connContext marks the connections that have no place; nil where all have one.
func (s *Server) connContext() func(context.Context, net.Conn) context.Context {
	if s.gate == nil {
		return nil
	}
	return s.gate.Connect
}
