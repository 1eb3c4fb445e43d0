package delivery

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Recordings finds the earlier events of publishing points. It is called from any number of
// goroutines; opening an event takes as long as reading its archive.
type Recordings interface {
	// Event opens an earlier event of a point. Release must be called when it is no longer
	// read. Kinds of errors: NotFound, Unavailable.
	Event(ctx context.Context, point, id string) (EventRef, error)
	// Earlier returns the ids of a point's earlier events, newest first, at most limit.
	Earlier(point string, limit int) []string
}

// EventRef is an earlier event that is open.
type EventRef struct {
	Source  presentation.Source // has a view
	Tag     string              // changes when the event's files do
	Release func()
}

// maxLookBack is how many earlier events are searched for media that the current one lacks. A
// player of an event before those has its own address.
const maxLookBack = 3

// eventID is the id in "Events(ID)".
func eventID(noun string) string {
	_, id, _ := strings.Cut(noun, "(")
	return strings.TrimSuffix(id, ")")
}

// recording opens what a request below Events(ID) is of: what the point shows, when that is its
// id, or an earlier event. It answers when there is none.
func (s *server) recording(w http.ResponseWriter, r *http.Request, t target, ref PointRef) (PointRef, func(), bool) {
	id := eventID(mux.Vars(r)["event"])
	if ref.Source != nil {
		if v := ref.Source.View(); v != nil && v.Event == id {
			return ref, func() {}, true
		}
	}
	if s.cfg.Recordings == nil || t.finished || !engine.ValidElement(id) {
		s.refuse(w, r, http.StatusNotFound, "Publishing point "+t.name+" has no such event; its page, with all its events, is at /"+t.name+".isml/.")
		return ref, nil, false
	}
	event, err := s.cfg.Recordings.Event(r.Context(), t.name, id)
	switch {
	case err == nil:
		return PointRef{Source: event.Source, State: engine.StateStopped, Tag: id + "/" + event.Tag}, event.Release, true
	case engine.KindOf(err) == engine.NotFound:
		s.refuse(w, r, http.StatusNotFound, engine.Sentence(err))
	case engine.KindOf(err) == engine.Unavailable:
		w.Header().Set("Retry-After", "2")
		s.refuse(w, r, http.StatusServiceUnavailable, engine.Sentence(err))
	default:
		s.broken(w, r, err)
	}
	return ref, nil, false
}

// renderMedia renders media from what the point shows, else from the events before it: times
// never repeat within a point, so a player of an event that has been followed by another goes on
// with the addresses that it knows. What it returns must be released once written.
func (s *server) renderMedia(r *http.Request, t target, res output.Resource, src presentation.Source) (*output.Object, func(), error) {
	obj, err := res.Render(r.Context(), src)
	named := mux.Vars(r)["event"] != "" // one event and no other
	if err == nil || named || s.cfg.Recordings == nil || t.finished || !past(err, src.View()) {
		return obj, func() {}, err
	}
	for _, id := range s.cfg.Recordings.Earlier(t.name, maxLookBack) {
		event, failed := s.cfg.Recordings.Event(r.Context(), t.name, id)
		if failed != nil {
			continue // purged meanwhile, or not readable: as if it were not there
		}
		obj, failed := res.Render(r.Context(), event.Source)
		if failed == nil {
			return obj, event.Release, nil
		}
		event.Release()
		if kindOf(failed) == output.Never && kindOf(err) == output.Gone {
			err = failed // not too old, but behind the end of that event or between its fragments
		}
	}
	return nil, nil, err
}

// past tells whether what is missing in a view may have been part of an earlier event: it is
// older than all that the view has, or the view does not know it.
func past(err error, v *presentation.View) bool {
	switch kindOf(err) {
	case output.Gone, output.Never:
		return true
	case output.Precondition, output.NotYet, output.Starting:
		return v == nil || hasEmptyTrack(v) // else it is newer than all there is
	}
	return false
}

// hasEmptyTrack tells whether nothing has arrived yet on some track, so that its media cannot
// be told to be old.
func hasEmptyTrack(v *presentation.View) bool {
	for _, s := range v.Streams {
		for _, t := range s.Tracks {
			if len(t.Fragments) == 0 {
				return true
			}
		}
	}
	return false
}

func kindOf(err error) output.Kind {
	var why *output.Error
	if errors.As(err, &why) {
		return why.Kind
	}
	return 0
}
