package origin

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/delivery"
	"pubpoint/engine/internal/output/smooth"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/preview"
)

// pageServer gives delivery the preview pages.
type pageServer struct {
	*preview.Preview
	o *Origin
}

// ServePoint implements delivery.Preview.
func (p pageServer) ServePoint(w http.ResponseWriter, r *http.Request, name string) {
	p.serve(w, r, name, p.Preview.ServePoint)
}

// ServeFacts implements delivery.Preview.
func (p pageServer) ServeFacts(w http.ResponseWriter, r *http.Request, name string) {
	p.serve(w, r, name, p.Preview.ServeFacts)
}

func (p pageServer) serve(w http.ResponseWriter, r *http.Request, name string, serve func(http.ResponseWriter, *http.Request, preview.PointView)) {
	e := p.o.points.find(name, liveExt)
	if e == nil {
		preview.Refuse(w, http.StatusNotFound, gonePoint) // removed since delivery looked
		return
	}
	v := p.o.previewOf(e)
	v.Events = p.o.previewEvents(name, v.Event, "")
	if strings.Contains(r.URL.Path, "/"+delivery.SignatureMark) {
		// A signature is for those who watch; encoders post to the point itself.
		v.Links = slices.DeleteFunc(v.Links, func(l preview.Link) bool { return l.Kind == preview.KindIngest })
	}
	serve(w, r, v)
}

// previews are all points, for the list page.
func (o *Origin) previews() []preview.PointView {
	var out []preview.PointView
	for _, e := range o.points.all() {
		if !e.ReadOnly() {
			v := o.previewOf(e)
			if e.said.Load().policy.Limited() {
				v.Reason = "" // everybody may see the list
			}
			out = append(out, v)
		}
	}
	return out
}

// previewOf is a point as its preview page shows it.
func (o *Origin) previewOf(e *entry) preview.PointView {
	st := e.Status()
	v := preview.PointView{
		Name: e.Name(), Title: st.Title, State: preview.State(st.State), Reason: strings.TrimSpace(st.Reason + " " + st.Action),
		Event: st.Event.ID,
	}
	base := path.Base(e.Name())
	v.Links = append(v.Links, preview.Link{Label: "Ingest", Kind: preview.KindIngest, URL: base + vodExt + "?stream_id=" + base + "-1500k-64k.ismv", Note: "for encoders"})
	v.Links = append(v.Links, playLinks(base)...)
	if view := e.Source().View(); view != nil {
		show(&v, view)
	}
	return v
}

// show adds what a player gets of a view.
func show(v *preview.PointView, view *presentation.View) {
	if !smooth.Playable(view) {
		return
	}
	newest, arrived, clock := edge(view)
	v.Live, v.Event, v.Edge, v.EdgeClock, v.Origin = view.Live, view.Event, newest, clock, view.Origin
	if view.Live && arrived.Unix() > 0 {
		v.EdgeAge = max(0, time.Since(arrived))
	}
	for _, s := range view.Streams {
		for _, t := range s.Tracks {
			v.Tracks = append(v.Tracks, preview.Track{
				Type: string(s.Type), Name: s.Name, Language: s.Language, Codec: t.Init.Codec, Bitrate: t.Bitrate,
				Width: t.Init.Width, Height: t.Init.Height,
			})
		}
	}
}

// edge is the end of the newest media of a view on its own timeline, also of a fragment that is
// still arriving, when it came, and the wall clock there.
func edge(v *presentation.View) (newest time.Duration, arrived, clock time.Time) {
	for _, s := range v.Streams {
		if s.Type == engine.Text || len(s.Spans) == 0 {
			continue
		}
		for _, t := range s.Tracks {
			end, at := reach(t)
			if d := end.Duration(s.Timescale); d > newest {
				newest, arrived = d, time.Unix(0, at)
			}
		}
	}
	for _, e := range v.Epochs() {
		clock = e.ZeroTime.Add(newest)
	}
	return newest, arrived, clock
}

// reach is how far a track has come, and when that came.
func reach(t *presentation.Track) (end engine.Ticks, arrived int64) {
	if n := len(t.Fragments); n > 0 {
		end, arrived = t.Fragments[n-1].End(), t.Fragments[n-1].Arrived
	}
	if t.Open == nil {
		return end, arrived
	}
	// Chunks of what is open are in memory: nothing fails.
	if chunks, err := t.Open.ListChunks(); err == nil && len(chunks) > 0 {
		first, last := chunks[0], chunks[len(chunks)-1]
		if open := t.Open.Start + last.Decode + last.DecodeLength - first.Decode; open > end {
			end, arrived = open, last.Arrived
		}
	}
	return end, arrived
}
