package remote

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// current gives look the snapshot, and since when it may be wrong: zero while the engine answers.
func current[T any](e *Engine, look func(s *api.Snapshot, asOf time.Time) T) T {
	e.look()
	e.mu.Lock()
	defer e.mu.Unlock()
	var asOf time.Time
	if !e.isUp() {
		asOf = e.known.at
	}
	return look(&e.known.snapshot, asOf)
}

// Points returns every publishing point as it was last told, ordered by name. It returns at once.
func (e *Engine) Points() []engine.PointStatus {
	return current(e, func(s *api.Snapshot, asOf time.Time) []engine.PointStatus {
		all := slices.Clone(s.Points)
		for i := range all {
			p := &all[i]
			p.Tracks, p.Sources = slices.Clone(p.Tracks), slices.Clone(p.Sources)
			p.Refusals, p.Findings = slices.Clone(p.Refusals), slices.Clone(p.Findings)
			p.Config = p.Config.Clone()
			p.AsOf = asOf
		}
		return all
	})
}

// Addresses are those by which this machine reaches the engine. It returns at once.
func (e *Engine) Addresses() engine.Addresses {
	a := current(e, func(s *api.Snapshot, _ time.Time) engine.Addresses { return s.Addresses })
	if a.Media != "" {
		a.Admin = e.base.String()
	}
	return a
}

// System is how the other machine is doing. It returns at once.
func (e *Engine) System() engine.SystemStatus {
	return current(e, func(s *api.Snapshot, _ time.Time) engine.SystemStatus {
		if !e.known.any {
			return engine.SystemStatus{DiskFree: -1, DiskSize: -1, Unreliable: e.name + " has not answered yet."}
		}
		return s.System
	})
}

// Version is that of the program over there; empty before the first answer.
func (e *Engine) Version() string {
	return current(e, func(s *api.Snapshot, _ time.Time) string { return s.Version })
}

// CreatePoint makes a publishing point.
func (e *Engine) CreatePoint(ctx context.Context, name string, cfg engine.PointConfig) error {
	_, err := e.order(ctx, question{op: "create point", method: http.MethodPost, path: []string{"points"}, body: api.NewPointBody(name, cfg)})
	return err
}

// StartPoint arms a point and starts its encoders.
func (e *Engine) StartPoint(ctx context.Context, name string) error {
	return e.SetPointState(ctx, name, engine.StateStarted)
}

// StopPoint ends the event of a point, which becomes video on demand.
func (e *Engine) StopPoint(ctx context.Context, name string) error {
	return e.SetPointState(ctx, name, engine.StateStopped)
}

// ShutDownPoint stops serving a point's live memory; its files stay.
func (e *Engine) ShutDownPoint(ctx context.Context, name string) error {
	return e.SetPointState(ctx, name, engine.StateIdle)
}

// SetPointState asks for one of the settable states.
func (e *Engine) SetPointState(ctx context.Context, name string, want engine.State) error {
	_, err := e.order(ctx, question{op: "set state", method: http.MethodPut, path: []string{"points", name, "state"}, body: map[string]engine.State{"state": want}})
	return err
}

// UpdatePoint changes the settings of a point.
func (e *Engine) UpdatePoint(ctx context.Context, name string, cfg engine.PointConfig) error {
	_, err := e.order(ctx, question{op: "change point", method: http.MethodPatch, path: []string{"points", name}, body: api.PointBody(cfg)})
	return err
}

// DeletePoint closes a point and deletes its directory.
func (e *Engine) DeletePoint(ctx context.Context, name string, how engine.Deletion) error {
	_, err := e.order(ctx, question{op: "delete point", method: http.MethodDelete, path: []string{"points", name},
		query: url.Values{"force": {strconv.FormatBool(how.Force)}, "keep_files": {strconv.FormatBool(how.KeepFiles)}}})
	return err
}

// Demo makes the demonstration point over there and sends a test picture to it.
func (e *Engine) Demo(ctx context.Context) error {
	_, err := e.order(ctx, question{op: "demonstration", method: http.MethodPost, path: []string{"demo"}})
	return err
}

// Links are the URLs of a point by which this machine reaches them.
func (e *Engine) Links(point string) []engine.Link {
	known := current(e, func(s *api.Snapshot, _ time.Time) []engine.Link { return slices.Clone(s.Links[point]) })
	if len(known) > 0 {
		return known
	}
	links, err := lookUp(e, "links "+point, "", time.Minute, time.Second, func(ctx context.Context) ([]engine.Link, error) {
		a, err := e.ask(ctx, question{op: "read links", method: http.MethodGet, path: []string{"points", point, "links"}})
		if err != nil {
			return nil, err
		}
		return api.ReadLinks(a.body)
	})
	if err != nil {
		return nil // there is none to show; what is wrong with the engine stands above every page
	}
	return slices.Clone(links)
}

// OpenPreview opens the preview page of a point in the browser of this machine.
func (e *Engine) OpenPreview(_ context.Context, point string) error {
	for _, l := range e.Links(point) {
		if !l.Browse {
			continue
		}
		if e.cfg.OpenURL != nil && e.cfg.OpenURL(l.URL) == nil {
			return nil
		}
		return &engine.Error{Op: "open preview", Point: point, Kind: engine.Unavailable,
			Text: "No browser could be opened here; open " + l.URL + " in one yourself."}
	}
	return &engine.Error{Op: "open preview", Point: point, Kind: engine.NotFound, Text: "The publishing point " + point + " has no preview page."}
}

// AddNote marks the present moment of a point.
func (e *Engine) AddNote(ctx context.Context, point, text string) error {
	_, err := e.order(ctx, question{op: "add note", method: http.MethodPost, path: []string{"points", point, "notes"}, body: map[string]string{"text": text}})
	if err != nil {
		return err
	}
	// It is an event, which whoever has written it looks for now; else the stream brings it.
	if err := e.catchUp(ctx); err != nil {
		e.log.Debug("no events after a note", "err", err)
	}
	return nil
}

// Alarms are what needs a person, as last told. It returns at once.
func (e *Engine) Alarms() []engine.Alarm {
	return current(e, func(s *api.Snapshot, _ time.Time) []engine.Alarm { return slices.Clone(s.Alarms) })
}

// AckAlarm says that somebody has seen an alarm.
func (e *Engine) AckAlarm(ctx context.Context, id string) error {
	_, err := e.order(ctx, question{op: "acknowledge alarm", method: http.MethodPost, path: []string{"alarms", id, "ack"}})
	return err
}

// ShelveAlarm puts an alarm away for a while.
func (e *Engine) ShelveAlarm(ctx context.Context, id string, length time.Duration, why string) error {
	_, err := e.order(ctx, question{op: "shelve alarm", method: http.MethodPost, path: []string{"alarms", id, "shelve"}, body: api.ShelvingBody(length, why)})
	return err
}

// instant writes a time into a query; a zero one is left out.
func instant(q url.Values, name string, at time.Time) {
	if !at.IsZero() {
		q.Set(name, at.UTC().Format(time.RFC3339Nano))
	}
}

// span is how long a stretch is, and what names it when its end is not now.
func (e *Engine) span(from, to time.Time) string {
	switch {
	case from.IsZero() && to.IsZero():
		return "all"
	case from.IsZero() || to.IsZero() || e.Now().Sub(to) > 5*time.Second:
		return from.Truncate(time.Second).String() + to.Truncate(time.Second).String()
	}
	return to.Sub(from).Round(time.Second).String()
}

// Series are measured numbers over time, about a second old.
func (e *Engine) Series(q engine.Query) (engine.Series, error) {
	kind := cmp.Or(string(q.Metric), "-") + " " + q.Point + " " + q.Track + " " + strconv.Itoa(q.MaxSamples) + " " + e.span(q.From, q.To)
	s, err := lookUp(e, "series "+kind, "", 900*time.Millisecond, 0, func(ctx context.Context) (engine.Series, error) {
		values := url.Values{"metric": {string(q.Metric)}, "track": {q.Track}}
		instant(values, "from", q.From)
		instant(values, "to", q.To)
		values.Set("max_samples", strconv.Itoa(cmp.Or(q.MaxSamples, api.MostSamples)))
		a, err := e.ask(ctx, question{op: "read series", method: http.MethodGet, path: []string{"points", q.Point, "series"}, query: values})
		if err != nil {
			return engine.Series{}, err
		}
		return api.ReadSeries(a.body)
	})
	s.Samples = slices.Clone(s.Samples)
	return s, err
}

// Fragments is what an event looks like. A stretch that has not come in time is the one before it.
func (e *Engine) Fragments(q engine.FragmentQuery) (engine.FragmentMap, error) {
	if err := q.Check(); err != nil {
		return engine.FragmentMap{}, err
	}
	kind := "fragments " + q.Point + " " + q.Event + " " + strconv.Itoa(q.MaxMarks) + " " + q.To.Sub(q.From).Round(time.Second).String()
	return lookUp(e, kind, q.From.String()+q.To.String(), time.Second, time.Second, func(ctx context.Context) (engine.FragmentMap, error) {
		values := url.Values{}
		instant(values, "from", q.From)
		instant(values, "to", q.To)
		if q.Event != "" {
			values.Set("event", q.Event)
		}
		if q.MaxMarks > 0 {
			values.Set("max", strconv.Itoa(q.MaxMarks))
		} else {
			values.Set("max", strconv.Itoa(api.MostMarks))
		}
		a, err := e.ask(ctx, question{op: "read timeline", method: http.MethodGet, path: []string{"points", q.Point, "timeline"}, query: values})
		if err != nil {
			return engine.FragmentMap{}, err
		}
		return api.ReadTimeline(a.body)
	})
}
