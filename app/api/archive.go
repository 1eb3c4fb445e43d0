package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
)

// archivedEvent is one recorded event as the API tells it.
type archivedEvent struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Began    time.Time     `json:"began,omitzero"`
	Ended    time.Time     `json:"ended,omitzero"`
	Duration float64       `json:"duration_seconds"`
	Bytes    int64         `json:"bytes"`
	Files    []archiveFile `json:"files"`
	URL      string        `json:"url"`
	Links    []link        `json:"links"`
	Live     bool          `json:"live"`
	Current  bool          `json:"current"`
}

type archiveFile struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

func archivedEventOf(e engine.ArchivedEvent, reach func(string) string) archivedEvent {
	out := archivedEvent{ID: e.ID, Title: e.Title, Began: e.Began, Ended: e.Ended, Duration: e.Duration.Seconds(), Bytes: e.Bytes,
		URL: reach(e.URL), Live: e.Live, Current: e.Current, Files: make([]archiveFile, len(e.Files)), Links: make([]link, len(e.Links))}
	for i, f := range e.Files {
		out.Files[i] = archiveFile(f)
	}
	for i, l := range reached(e.Links, reach) {
		out.Links[i] = link(l)
	}
	return out
}

func (s *Server) getArchive(w http.ResponseWriter, r *http.Request) error {
	return s.writeArchive(w, r, r.PathValue("name"))
}

func (s *Server) writeArchive(w http.ResponseWriter, r *http.Request, name string) error {
	events, err := s.desk.ArchivedEvents(r.Context(), name)
	if err != nil {
		return err
	}
	all := make([]archivedEvent, len(events))
	for i, e := range events {
		all[i] = archivedEventOf(e, s.reacher(r))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"events": all})
}

// archiveAction carries out one action on the archive of a point. Its body, the whole JSON
// object with "action" among its fields, is checked by the action itself (parseJSON).
type archiveAction func(w http.ResponseWriter, r *http.Request, name string, body []byte) error

// archiveActions are what POST .../archive can do, by the value of "action".
func (s *Server) archiveActions() map[string]archiveAction {
	return map[string]archiveAction{
		"clip":   s.clipArchive,
		"purge":  s.purgeArchive,
		"verify": s.verifyArchive,
	}
}

// postArchive hands a body on to the action that it names.
func (s *Server) postArchive(w http.ResponseWriter, r *http.Request) error {
	var body json.RawMessage
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	var named struct {
		Action string `json:"action"`
	}
	if err := json.Unmarshal(body, &named); err != nil {
		return badInput("The body is no JSON object with an action; openapi.json describes it.")
	}
	actions := s.archiveActions()
	act, known := actions[named.Action]
	if !known {
		return badInput("The action is %q; write one of %s.", named.Action, strings.Join(slices.Sorted(maps.Keys(actions)), ", "))
	}
	// The deadline of the server is for what answers soon; a clip or a check of a day does not.
	if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("write deadline of an archive's action: %w", err)
	}
	return act(w, r, r.PathValue("name"), body)
}

// purgeArchive deletes earlier events: {"action":"purge","event":ID} or {"action":"purge","before":TIME}.
func (s *Server) purgeArchive(w http.ResponseWriter, r *http.Request, name string, body []byte) error {
	var want struct {
		Action string    `json:"action"`
		Event  string    `json:"event"`
		Before time.Time `json:"before"`
	}
	if err := parseJSON(body, &want); err != nil {
		return err
	}
	purged, err := s.desk.PurgeArchive(r.Context(), name, engine.Purge{Event: want.Event, Before: want.Before})
	if err != nil {
		return err
	}
	if purged.Events == nil {
		purged.Events = []string{}
	}
	return writeJSON(w, http.StatusOK, map[string]any{"events": purged.Events, "bytes": purged.Bytes})
}
