package api

import (
	"net/http"
	"slices"
	"time"

	"pubpoint/engine"
)

// alarm is an engine.Alarm as the API tells it.
type alarm struct {
	ID           string          `json:"id"`
	State        string          `json:"state"`
	Code         string          `json:"code"`
	Severity     engine.Severity `json:"severity"`
	Point        string          `json:"point"`
	Encoder      string          `json:"encoder"`
	Stream       string          `json:"stream"`
	Text         string          `json:"text"`
	Action       string          `json:"action"`
	Option       string          `json:"option"`
	Raised       time.Time       `json:"raised,omitzero"`
	Last         time.Time       `json:"last,omitzero"`
	Cleared      time.Time       `json:"cleared,omitzero"`
	Acked        time.Time       `json:"acknowledged,omitzero"`
	ShelvedUntil time.Time       `json:"shelved_until,omitzero"`
	ShelvedWhy   string          `json:"shelved_why"`
	Count        int64           `json:"count"`
}

// The states of an alarm, of which it has one.
const (
	alarmActive  = "active"
	alarmShelved = "shelved"
	alarmCleared = "cleared"
)

func alarmState(a engine.Alarm, now time.Time) string {
	switch {
	case !a.Cleared.IsZero():
		return alarmCleared
	case a.Shelved(now):
		return alarmShelved
	}
	return alarmActive
}

func alarmOf(a engine.Alarm, now time.Time) alarm {
	return alarm{ID: a.ID, State: alarmState(a, now), Code: a.Code, Severity: a.Severity, Point: a.Point, Encoder: a.Encoder, Stream: a.Stream,
		Text: a.Text, Action: a.Action, Option: a.Option, Raised: a.Raised, Last: a.Last, Cleared: a.Cleared, Acked: a.Acked,
		ShelvedUntil: a.ShelvedUntil, ShelvedWhy: a.ShelvedWhy, Count: a.Count}
}

// listAlarms tells what needs a person, and what did.
func (s *Server) listAlarms(w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	state, point := values.Get("state"), values.Get("point")
	switch state {
	case "", alarmActive, alarmShelved, alarmCleared:
	default:
		return badInput("state is %q; write active, shelved or cleared.", state)
	}
	all, now := []alarm{}, time.Now()
	for _, a := range s.desk.Alarms() {
		if one := alarmOf(a, now); (state == "" || one.State == state) && (point == "" || a.Point == point) {
			all = append(all, one)
		}
	}
	return writeJSON(w, http.StatusOK, map[string]any{"alarms": all})
}

func (s *Server) ackAlarm(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.desk.AckAlarm(r.Context(), id); err != nil {
		return err
	}
	return s.writeAlarm(w, id)
}

// shelving is what POST .../shelve carries.
type shelving struct {
	For string `json:"for"`
	Why string `json:"why"`
}

func (s *Server) shelveAlarm(w http.ResponseWriter, r *http.Request) error {
	var body shelving
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	length, err := time.ParseDuration(body.For)
	if err != nil {
		return badInput("for is %q; write a span of time such as 10m or 1h, or 0 to take the alarm from the shelf.", body.For)
	}
	id := r.PathValue("id")
	if err := s.desk.ShelveAlarm(r.Context(), id, length, body.Why); err != nil {
		return err
	}
	return s.writeAlarm(w, id)
}

// writeAlarm answers with an alarm that was there a moment ago.
func (s *Server) writeAlarm(w http.ResponseWriter, id string) error {
	all := s.desk.Alarms()
	i := slices.IndexFunc(all, func(a engine.Alarm) bool { return a.ID == id })
	if i < 0 {
		return &engine.Error{Op: "find alarm", Kind: engine.NotFound, Text: "There is no alarm " + id + " any more; look at the list again."}
	}
	return writeJSON(w, http.StatusOK, alarmOf(all[i], time.Now()))
}
