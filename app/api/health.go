package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
)

// healthy is what GET /healthz and GET /readyz answer.
type healthy struct {
	Status  string   `json:"status"`
	Version string   `json:"version,omitempty"`
	Reasons []string `json:"reasons,omitempty"`
}

// getHealth tells whether the program works; when it does not it should be started anew.
func (s *Server) getHealth(w http.ResponseWriter, _ *http.Request) error {
	if why := s.healthy(); len(why) > 0 {
		return writeJSON(w, http.StatusServiceUnavailable, healthy{Status: "failing", Version: s.version, Reasons: why})
	}
	return writeJSON(w, http.StatusOK, healthy{Status: "ok", Version: s.version})
}

// getReady tells whether viewers and encoders should be sent here.
func (s *Server) getReady(w http.ResponseWriter, _ *http.Request) error {
	if why := s.ready(); len(why) > 0 {
		w.Header().Set("Retry-After", "5")
		return writeJSON(w, http.StatusServiceUnavailable, healthy{Status: "unready", Reasons: why})
	}
	return writeJSON(w, http.StatusOK, healthy{Status: "ready"})
}

// drain counts requests that give or ask, and lets no more in once it has begun.
type drain struct {
	mu    sync.Mutex
	begun bool
	under sync.WaitGroup
}

// enter reports whether a request may be answered; then leave must be called.
func (d *drain) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.begun {
		d.under.Add(1)
	}
	return !d.begun
}

// has reports whether nothing is let in any more.
func (d *drain) has() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.begun
}

func (d *drain) leave() { d.under.Done() }

// begin lets nothing in any more and closes stopping, once.
func (d *drain) begin(stopping chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.begun {
		d.begun = true
		close(stopping)
	}
}

// unlessDraining lets next answer until the program stops.
func (s *Server) unlessDraining(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.drain.enter() {
			w.Header().Set("Retry-After", "10")
			writeProblem(w, http.StatusServiceUnavailable, "unavailable", "The program is stopping and takes no more orders; ask again when it has been started.")
			return
		}
		defer s.drain.leave()
		next.ServeHTTP(w, r)
	})
}

// Drain refuses everything but health, readiness and metrics from now on, ends the streams of events,
// and returns when the requests under way have been answered, but after 10 s with an error.
func (s *Server) Drain() error {
	s.drain.begin(s.stopping)
	grace, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		s.drain.under.Wait()
	}()
	select {
	case <-answered:
		return nil
	case <-grace.Done():
		return fmt.Errorf("requests to the admin API did not end within %v", stopTimeout)
	}
}
