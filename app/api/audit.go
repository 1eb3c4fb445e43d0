package api

import (
	"net/http"
	"strconv"
	"time"
)

// Actions that GET /audit tells: without a limit, and at most.
const (
	fewActions  = 100
	mostActions = MostActions
)

// MostActions is how many orders GET /audit tells at most.
const MostActions = 1000

// action is an engine.Action as the API tells it.
type action struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	What    string    `json:"what"`
	Point   string    `json:"point"`
	Encoder string    `json:"encoder"`
	Detail  string    `json:"detail"`
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason"`
}

// listActions tells what was ordered, by whom, and what became of it.
func (s *Server) listActions(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", fewActions, 1, mostActions)
	if err != nil {
		return err
	}
	after, err := number(r, "after", 0, 0, 1<<53)
	if err != nil {
		return err
	}
	all := []action{}
	for _, a := range s.desk.Actions(int(limit), after) {
		all = append(all, action(a))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"actions": all})
}

// number reads a query key that is a whole number from least to most; without it it is otherwise.
func number(r *http.Request, key string, otherwise, least, most int64) (int64, error) {
	text := r.URL.Query().Get(key)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, badInput("%s is %q; write a whole number from %d to %d.", key, text, least, most)
	}
	return n, nil
}
