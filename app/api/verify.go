package api

import (
	"net/http"
	"time"

	"pubpoint/engine"
)

// Verification is a check of one event's files as the API and `pubpointd verify -json` tell
// it. Times on the timeline are in seconds.
type Verification struct {
	Dir     string         `json:"dir,omitempty"`
	Event   string         `json:"event"`
	Verdict string         `json:"verdict"`
	Open    bool           `json:"open"`
	Zero    time.Time      `json:"zero,omitzero"`
	Bytes   int64          `json:"bytes"`
	Files   []verifiedFile `json:"files"`
	Flaws   []archivedFlaw `json:"flaws"`
}

type verifiedFile struct {
	Name      string  `json:"name"`
	Stream    string  `json:"stream,omitempty"`
	Verdict   string  `json:"verdict"`
	Writing   bool    `json:"writing"`
	Bytes     int64   `json:"bytes"`
	Fragments int64   `json:"fragments"`
	Start     float64 `json:"start_seconds"`
	End       float64 `json:"end_seconds"`
}

type archivedFlaw struct {
	Verdict string    `json:"verdict"`
	File    string    `json:"file"`
	Stream  string    `json:"stream,omitempty"`
	Text    string    `json:"text"`
	From    int64     `json:"from_byte"`
	To      int64     `json:"to_byte"`
	Timed   bool      `json:"timed"`
	Start   float64   `json:"start_seconds"`
	End     float64   `json:"end_seconds"`
	At      time.Time `json:"start_at,omitzero"`
	Until   time.Time `json:"end_at,omitzero"`
}

// VerificationOf is what JSON tells of a check. The directory is left out: it is the server's.
func VerificationOf(v engine.Verification) Verification {
	out := Verification{Event: v.Event, Verdict: string(v.Verdict), Open: v.Open, Zero: v.Zero, Bytes: v.Bytes,
		Files: make([]verifiedFile, len(v.Files)), Flaws: make([]archivedFlaw, len(v.Flaws))}
	for i, f := range v.Files {
		out.Files[i] = verifiedFile{Name: f.Name, Stream: f.Stream, Verdict: string(f.Verdict), Writing: f.Writing,
			Bytes: f.Bytes, Fragments: f.Fragments, Start: f.Start.Seconds(), End: f.End.Seconds()}
	}
	for i, f := range v.Flaws {
		out.Flaws[i] = archivedFlaw{Verdict: string(f.Verdict), File: f.File, Stream: f.Stream, Text: f.Text, From: f.From, To: f.To,
			Timed: f.Timed, Start: f.Start.Seconds(), End: f.End.Seconds()}
		if f.Timed {
			out.Flaws[i].At, out.Flaws[i].Until = v.At(f.Start), v.At(f.End)
		}
	}
	return out
}

// verifyArchive checks an event: {"action":"verify"} or {"action":"verify","event":ID}.
func (s *Server) verifyArchive(w http.ResponseWriter, r *http.Request, name string, body []byte) error {
	var want struct {
		Action string `json:"action"`
		Event  string `json:"event"`
	}
	if err := parseJSON(body, &want); err != nil {
		return err
	}
	if reads(r, lines) {
		return s.streamVerification(w, r, name, want.Event)
	}
	v, err := s.desk.VerifyArchive(r.Context(), name, want.Event, nil)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, VerificationOf(v))
}
