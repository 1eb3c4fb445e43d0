package origin

import (
	"net/http"
	"path"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/preview"
)

// shownEvents is how many events a page lists; the admin API lists all.
const shownEvents = 50

// ServeEvent implements delivery.Preview.
func (p pageServer) ServeEvent(w http.ResponseWriter, r *http.Request, name, id string) {
	p.serveEvent(w, r, name, id, p.Preview.ServePoint)
}

// gonePoint is what somebody is told whose point was deleted a moment ago.
const gonePoint = "There is no such publishing point any more; the list of those there are is at /."

// ServeEventFacts implements delivery.Preview.
func (p pageServer) ServeEventFacts(w http.ResponseWriter, r *http.Request, name, id string) {
	p.serveEvent(w, r, name, id, p.Preview.ServeFacts)
}

// serveEvent serves a page of one event: of the current one with the state of the point, of an
// earlier one as the recording that it is.
func (p pageServer) serveEvent(w http.ResponseWriter, r *http.Request, name, id string, serve func(http.ResponseWriter, *http.Request, preview.PointView)) {
	e := p.o.points.find(name, liveExt)
	if e == nil {
		preview.Refuse(w, http.StatusNotFound, gonePoint) // removed since delivery looked
		return
	}
	base := path.Base(name)
	v := p.o.previewOf(e)
	if v.Event != id {
		ref, err := recordings{p.o.points}.take(r.Context(), e, id)
		if err != nil {
			status := http.StatusServiceUnavailable
			if engine.KindOf(err) == engine.NotFound {
				status = http.StatusNotFound
			}
			preview.Refuse(w, status, engine.Sentence(err))
			return
		}
		defer ref.Release()
		v = preview.PointView{Name: name, Title: v.Title, State: preview.StateStopped, Event: id}
		show(&v, ref.Source.View())
	}
	v.Links = playLinks(base)
	v.Events = p.o.previewEvents(name, v.Event, "../")
	serve(w, r, v)
}

// playLinks are the client manifests of a point, or of an event, relative to its page.
func playLinks(base string) []preview.Link {
	notes := map[preview.LinkKind]string{
		preview.KindHLS: "MPEG-TS, for every iPhone, iPad and TV", preview.KindHLSCMAF: "low latency from chunks",
		preview.KindDASH: "browsers, Android, TV", preview.KindHDS: "Flash Player",
	}
	var links []preview.Link
	for _, l := range formatLinks(base) {
		kind := preview.LinkKind(l.format) // named alike
		links = append(links, preview.Link{Label: l.Label, Kind: kind, URL: l.Path, Note: notes[kind]})
	}
	return links
}

// previewEvents are the events of a point for a page that shows the one with the id shown; up
// leads from that page to the point's.
func (o *Origin) previewEvents(name, shown, up string) []preview.EventLink {
	events, err := o.archived(name, shownEvents)
	if err != nil {
		o.cfg.Logger.Warn("events of a point cannot be listed", "point", name, "err", err)
	}
	var links []preview.EventLink
	for _, e := range events {
		l := preview.EventLink{Began: e.Began, Duration: e.Duration.Round(time.Second), Live: e.Live, Here: e.ID == shown,
			URL: up + "Events(" + e.ID + ")/"}
		if e.Current && up != "" {
			l.URL = up
		} else if e.Current {
			l.URL = "./"
		}
		links = append(links, l)
	}
	return links
}
