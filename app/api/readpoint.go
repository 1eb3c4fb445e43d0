package api

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"pubpoint/engine"
)

func statusText(status int) string {
	return strconv.Itoa(status) + " " + http.StatusText(status)
}

func (l link) link() engine.Link { return engine.Link(l) }

func (p snapshotPoint) status() engine.PointStatus {
	s := p.Statistics
	cfg := p.Config
	return engine.PointStatus{Name: p.Name, Title: p.Title, State: engine.State(p.State), Reason: p.Reason, Action: p.Action, Since: p.Since,
		Event: p.Event.status(), Config: cfg.told(), Tracks: list(s.Tracks, track.status), Sources: list(s.Sources, source.status),
		Refusals: list(s.Refusals, refusal.refusal), Findings: list(p.Findings, finding.finding), SourceLost: p.SourceLost,
		Archive: engine.ArchiveStatus(p.Archive), Viewers: s.Viewers, Requests: s.Requests, Arriving: s.Arriving, Lag: s.Lag}
}

func (e event) status() engine.EventStatus {
	return engine.EventStatus{ID: e.ID, Began: e.Began, Ended: e.Ended, Duration: span(e.Duration)}
}

// told is config of what an engine told, which is not ours to check.
func (c pointConfig) told() engine.PointConfig {
	cfg := engine.PointConfig{Title: c.Title, DVRWindow: span(c.DVRWindow), Archive: c.Archive, LookAhead: c.LookAhead,
		OnReconnect: engine.ReconnectPolicy(c.OnReconnect), AutoStart: c.AutoStart, Fsync: c.Fsync, SourceTimeout: span(c.SourceTimeout),
		ArchiveSegment: span(c.ArchiveSegment), ArchiveKeep: span(c.ArchiveKeep), ArchiveKeepBytes: c.ArchiveKeepBytes}
	c.accessConfig.into(&cfg)
	return cfg
}

// sent is a configuration with the secrets of new credentials, which are never told.
func sent(cfg engine.PointConfig) pointConfig {
	c := configOf(cfg)
	for i, x := range cfg.IngestAuth {
		c.IngestAuth[i].Secret = x.Secret
	}
	return c
}

func (t track) status() engine.TrackStatus {
	return engine.TrackStatus{Stream: t.Stream, Type: engine.MediaType(t.Type), Source: t.Source, Bitrate: t.Bitrate, Arriving: t.Arriving,
		Codec: t.Codec, Width: t.Width, Height: t.Height, SamplingRate: t.SamplingRate, Channels: t.Channels, Language: t.Language,
		Timescale: t.Timescale, LastStart: engine.Ticks(t.LastStart), LastLength: engine.Ticks(t.LastLength), LastArrival: t.LastArrival,
		Fragments: t.Fragments, Bytes: t.Bytes, Gaps: t.Gaps, Ended: t.Ended}
}

func (s source) status() engine.SourceStatus { return engine.SourceStatus(s) }

func (r refusal) refusal() engine.Refusal { return engine.Refusal(r) }

func (f finding) finding() engine.Finding { return engine.Finding(f) }

func (l level) level() engine.AudioLevel {
	decibels := func(v *float64) float64 {
		if v == nil {
			return math.Inf(-1)
		}
		return *v
	}
	return engine.AudioLevel{At: l.At, Peak: decibels(l.Peak), RMS: decibels(l.RMS), Peaks: list(l.Peaks, decibels), Start: span(l.Start), Span: span(l.Span)}
}

// NewPointBody is what POST /points takes.
func NewPointBody(name string, cfg engine.PointConfig) any {
	return map[string]any{"name": name, "config": sent(cfg)}
}

// PointBody is what PATCH /points/{name} takes: all settings.
func PointBody(cfg engine.PointConfig) any { return map[string]any{"config": sent(cfg)} }

// ReadLinks reads the answer to GET /points/{name}/links.
func ReadLinks(body []byte) ([]engine.Link, error) {
	var in struct {
		Links []link `json:"links"`
	}
	err := read(body, &in)
	return list(in.Links, link.link), err
}

// ReadSeries reads the answer to GET /points/{name}/series.
func ReadSeries(body []byte) (engine.Series, error) {
	var in struct {
		Unit    string   `json:"unit"`
		Samples []sample `json:"samples"`
	}
	err := read(body, &in)
	return engine.Series{Unit: in.Unit, Samples: list(in.Samples, func(s sample) engine.Sample {
		if s.Value == nil {
			return engine.Sample{At: s.At, Value: math.NaN()}
		}
		return engine.Sample{At: s.At, Value: *s.Value}
	})}, err
}

// ReadTimeline reads the answer to GET /points/{name}/timeline.
func ReadTimeline(body []byte) (engine.FragmentMap, error) {
	var in timeline
	err := read(body, &in)
	return engine.FragmentMap{Event: in.Event, Zero: in.Zero, From: in.From, To: in.To, Lanes: list(in.Lanes, lane.lane),
		Notes: list(in.Notes, func(n timelineNote) engine.TimelineNote {
			return engine.TimelineNote{At: n.At, Length: span(n.Length), Kind: n.Kind, Severity: n.Severity, Text: n.Text}
		})}, err
}

func (l lane) lane() engine.FragmentLane {
	return engine.FragmentLane{Track: l.Track, Label: l.Label, Type: l.Type, Bitrate: l.Bitrate, Marks: list(l.Marks, func(m mark) engine.FragmentMark {
		return engine.FragmentMark{Start: span(m.Start), At: m.At, Length: span(m.Length), Arrived: m.Arrived, Bytes: m.Bytes, Count: m.Count,
			Peak: m.Peak, Low: m.Low, Gap: m.Gap, Jump: m.Jump, NoKey: m.NoKey, Source: m.Source}
	})}
}

// ShelvingBody is what POST /alarms/{id}/shelve takes.
func ShelvingBody(length time.Duration, why string) any {
	return shelving{For: length.String(), Why: why}
}
