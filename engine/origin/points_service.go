package origin

import (
	"context"
	"path"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/delivery"
)

// Points implements engine.Points.
func (o *Origin) Points() []engine.PointStatus {
	entries := o.points.all()
	out := make([]engine.PointStatus, 0, len(entries))
	for _, e := range entries {
		if !e.ReadOnly() {
			out = append(out, o.statusOf(e))
		}
	}
	return out
}

// Point implements engine.Points.
func (o *Origin) Point(name string) (engine.PointStatus, error) {
	e := o.points.find(name, liveExt)
	if e == nil {
		return engine.PointStatus{}, noPoint("find point", name)
	}
	return o.statusOf(e), nil
}

// statusOf is a point's status with what its viewers do.
func (o *Origin) statusOf(e *entry) engine.PointStatus {
	st := e.Status()
	st.Config = st.Config.Clone()
	t := o.traffic.of(e.Name())
	st.Requests = t.requests.Load()
	st.Viewers = t.watching(time.Now())
	return st
}

func noPoint(op, name string) error {
	return &engine.Error{Op: op, Point: name, Kind: engine.NotFound, Text: "There is no publishing point " + name + "."}
}

// CreatePoint implements engine.Points.
func (o *Origin) CreatePoint(_ context.Context, name string, cfg engine.PointConfig) error {
	return o.points.create(name, cfg)
}

// SetPointState implements engine.Points.
func (o *Origin) SetPointState(ctx context.Context, name string, want engine.State) error {
	e := o.points.find(name, liveExt)
	if e == nil {
		return noPoint("set state", name)
	}
	return e.SetState(ctx, want)
}

// Links implements engine.Points.
func (o *Origin) Links(name string) []engine.Link {
	base := o.Addresses().Media + "/" + name + liveExt + "/"
	links := []engine.Link{
		{Label: "Ingest", URL: base + path.Base(name) + vodExt + "?stream_id=" + path.Base(name) + ".ismv"},
		{Label: "Preview", URL: base, Browse: true},
	}
	for _, l := range formatLinks(path.Base(name)) {
		links = append(links, engine.Link{Label: l.Label, URL: base + l.Path})
	}
	return links
}

// directory is the registry as delivery sees it, for one extension.
type directory struct {
	points *registry
	ext    string
}

// Lookup implements delivery.Directory.
func (d directory) Lookup(name string) (delivery.PointRef, bool) {
	e := d.points.find(name, d.ext)
	if e == nil {
		return delivery.PointRef{}, false
	}
	st := e.Status()
	ref := delivery.PointRef{State: st.State, Reason: strings.TrimSpace(st.Reason + " " + st.Action)}
	ref.Limited = e.said.Load().policy.Limited()
	if e.Source().View() != nil {
		ref.Source = e.Source()
	}
	if e.ReadOnly() {
		ref.Tag = fingerprint(e.content)
	}
	return ref, true
}
