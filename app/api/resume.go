package api

import (
	"context"
	"net/http"
	"strconv"

	"pubpoint/engine"
)

// Resumes is what the API needs of app/control to go on where the program ended, and to begin.
type Resumes interface {
	Unresumed() []engine.EncoderSpec
	Resume(ctx context.Context) error
	DeclineResume(ctx context.Context) error
	Demo(ctx context.Context) error
	Addresses() engine.Addresses
}

// getResume lists the encoders that were on air when the program ended and wait for a word.
func (s *Server) getResume(w http.ResponseWriter, _ *http.Request) error {
	all := []encoderSpec{}
	for _, e := range s.desk.Unresumed() {
		all = append(all, encoderSpecOf(e))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"encoders": all})
}

// resumption is what POST /resume carries.
type resumption struct {
	Start bool `json:"start"`
}

// postResume starts them all, or leaves them stopped.
func (s *Server) postResume(w http.ResponseWriter, r *http.Request) error {
	var body resumption
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	decide := s.desk.DeclineResume
	if body.Start {
		decide = s.desk.Resume
	}
	if err := decide(r.Context()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// postDemo makes the demonstration point and sends a test picture to it.
func (s *Server) postDemo(w http.ResponseWriter, r *http.Request) error {
	if err := s.desk.Demo(r.Context()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// recentEvents tells what was kept of the past, oldest first.
func (s *Server) recentEvents(w http.ResponseWriter, r *http.Request) error {
	limit := replayed
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > replayed {
			return badInput("limit is %q; write a number from 0 to %d.", text, replayed)
		}
		limit = n
	}
	all := []happening{}
	for _, e := range s.desk.RecentEvents(limit) {
		all = append(all, happeningOf(e))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"events": all})
}
