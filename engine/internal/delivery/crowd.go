package delivery

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"pubpoint/engine/gate"
	"pubpoint/engine/internal/presentation"
)

// enter takes a place among the requests that are answered at once, or answers why there is none.
// leave gives it back, with the place of one that has waited.
func (s *server) enter(w *response, r *http.Request) (leave func(), ok bool) {
	if r.Body != http.NoBody {
		// A body that does not come would be waited for before the answer.
		// A connection without deadlines has none to miss.
		_ = w.control.SetReadDeadline(time.Now().Add(s.cfg.WriteTimeout))
	}
	if s.cfg.Gate == nil {
		return func() {}, true
	}
	release, refusal := s.cfg.Gate.Request(r)
	if refusal != nil {
		s.crowded(w, r, refusal)
		return nil, false
	}
	return func() {
		release()
		if w.waited != nil {
			w.waited()
		}
	}, true
}

// crowded answers one who is turned away by a limit.
func (s *server) crowded(w http.ResponseWriter, r *http.Request, refusal *gate.Refusal) {
	w.Header().Set("Retry-After", strconv.Itoa(int(refusal.RetryAfter/time.Second)))
	if s.cfg.Gate.Late(r) != nil {
		w.Header().Set("Connection", "close")
	}
	s.problem(w, r, refusal.Status, refusal.Text, "no-store") // the next one may be let in
}

// mayWait takes a place among the requests that wait, once for each; it must not be called from two
// goroutines at once.
func (s *server) mayWait(w *response) error {
	if s.cfg.Gate == nil || w.waited != nil || w.status != 0 {
		return nil // one that is being answered already is counted as a request
	}
	release, refusal := s.cfg.Gate.Wait()
	if refusal != nil {
		w.crowded = refusal
		return refusal
	}
	w.waited = release
	return nil
}

// patient is a source for one request: who waits for something new takes a place among those who wait.
type patient struct {
	presentation.Source
	wait func() error
}

// Wait is that of the source.
func (p patient) Wait(ctx context.Context, after uint64) (*presentation.View, error) {
	if err := p.wait(); err != nil {
		return nil, err
	}
	return p.Source.Wait(ctx, after)
}

// patiently returns src for the request that w answers.
func (s *server) patiently(w http.ResponseWriter, src presentation.Source) presentation.Source {
	res, ok := w.(*response)
	if s.cfg.Gate == nil || !ok || src == nil {
		return src
	}
	return patient{src, func() error { return s.mayWait(res) }}
}

// hold is mayWait for the request that w answers.
func (s *server) hold(w http.ResponseWriter) func() error {
	res, ok := w.(*response)
	if !ok {
		return func() error { return nil }
	}
	return func() error { return s.mayWait(res) }
}
