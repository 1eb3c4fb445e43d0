package api

import (
	"net/http"
	"time"

	"pubpoint/engine"
)

// finding is something that is wrong with what encoders send.
type finding struct {
	Code     string          `json:"code"`
	Severity engine.Severity `json:"severity"`
	Stream   string          `json:"stream"`
	Bitrate  int             `json:"bitrate"`
	Text     string          `json:"text"`
	Action   string          `json:"action"`
	Option   string          `json:"option"`
	First    time.Time       `json:"first,omitzero"`
	Last     time.Time       `json:"last,omitzero"`
	Count    int64           `json:"count"`
}

// getFindings tells what is wrong with what a point's encoders send now, worst first.
func (s *Server) getFindings(w http.ResponseWriter, r *http.Request) error {
	p, err := s.desk.Point(r.PathValue("name"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"name": p.Name, "findings": findingsOf(p.Findings)})
}

func findingsOf(found []engine.Finding) []finding {
	all := make([]finding, len(found))
	for i, f := range found {
		all[i] = finding(f)
	}
	return all
}
