package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"pubpoint/engine"
)

// lines is the media type of an answer that comes line by line, each a JSON value.
const lines = "application/x-ndjson"

// progressEvery is how often a client that reads lines is told how far a check has come.
const progressEvery = 500 * time.Millisecond

// verifyProgress is one line of a check.
type verifyProgress struct {
	Done         int64         `json:"done,omitempty"`
	Total        int64         `json:"total,omitempty"`
	Verification *Verification `json:"verification,omitempty"`
	Problem      *problem      `json:"problem,omitempty"`
}

// reads reports whether the client of r wants an answer of type kind.
func reads(r *http.Request, kind string) bool {
	return strings.Contains(r.Header.Get("Accept"), kind)
}

// streamVerification checks an event and tells how far it is while it goes on: a check of a day takes
// longer than a connection may be silent.
func (s *Server) streamVerification(w http.ResponseWriter, r *http.Request, name, event string) error {
	out := stream{w: w, control: http.NewResponseController(w)}
	tell := func(line verifyProgress) {
		text, err := json.Marshal(line)
		if err != nil {
			out.err = err
			return
		}
		out.send(string(text) + "\n")
	}
	var said time.Time
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	v, err := s.desk.VerifyArchive(ctx, name, event, func(done, total int64) {
		if time.Since(said) < progressEvery {
			return
		}
		if said.IsZero() {
			w.Header().Set("Content-Type", lines)
		}
		said = time.Now()
		if tell(verifyProgress{Done: done, Total: total}); out.err != nil {
			cancel() // nobody reads it any more
		}
	})
	switch {
	case err != nil && said.IsZero():
		return err
	case err != nil:
		p := problemOf(err)
		tell(verifyProgress{Problem: &p})
	default:
		w.Header().Set("Content-Type", lines)
		told := VerificationOf(v)
		tell(verifyProgress{Verification: &told})
	}
	if out.err != nil {
		s.log.Debug("receiver of a check gone", "remote", r.RemoteAddr, "err", out.err)
	}
	return nil
}

// problemOf is a failure that can no longer be told by a status.
func problemOf(err error) problem {
	kind := engine.KindOf(err)
	status := statusOf(kind)
	return problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: engine.Sentence(err), Kind: kind.String()}
}
