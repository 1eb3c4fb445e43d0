package api

import (
	"math"
	"time"

	"pubpoint/engine"
)

// point is a publishing point as the API tells it.
type point struct {
	Name       string      `json:"name"`
	Title      string      `json:"title"`
	State      string      `json:"state"`
	Reason     string      `json:"reason"`
	Action     string      `json:"action"`
	Since      time.Time   `json:"since,omitzero"`
	SourceLost bool        `json:"source_lost"`
	Event      event       `json:"event"`
	Archive    archive     `json:"archive"`
	Config     pointConfig `json:"config"`
	Links      []link      `json:"links"`
}

type event struct {
	ID       string    `json:"id"`
	Began    time.Time `json:"began,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
	Duration float64   `json:"duration_seconds"`
}

type archive struct {
	Recording bool   `json:"recording"`
	Sealed    bool   `json:"sealed"`
	Bytes     int64  `json:"bytes"`
	Reason    string `json:"reason"`
}

type link struct {
	Label  string `json:"label"`
	URL    string `json:"url"`
	Browse bool   `json:"browse"`
}

type pointConfig struct {
	Title         string  `json:"title"`
	DVRWindow     float64 `json:"dvr_window_seconds"`
	Archive       bool    `json:"archive"`
	LookAhead     int     `json:"look_ahead"`
	OnReconnect   string  `json:"on_reconnect"`
	AutoStart     bool    `json:"auto_start"`
	Fsync         string  `json:"fsync"`
	SourceTimeout float64 `json:"source_timeout_seconds"`

	ArchiveSegment   float64 `json:"archive_segment_seconds"`
	ArchiveKeep      float64 `json:"archive_keep_seconds"`
	ArchiveKeepBytes int64   `json:"archive_keep_bytes"`

	IngestAuth     credentials `json:"ingest_auth"`
	AllowFrom      []string    `json:"allow_from"`
	PlayFrom       []string    `json:"play_from"`
	SignedPlayback bool        `json:"signed_playback"`
}

func pointOf(p engine.PointStatus, links []engine.Link) point {
	out := point{Name: p.Name, Title: p.Title, State: string(p.State), Reason: p.Reason, Action: p.Action, Since: p.Since,
		SourceLost: p.SourceLost, Event: eventOf(p.Event), Archive: archive(p.Archive), Config: configOf(p.Config), Links: make([]link, len(links))}
	for i, l := range links {
		out.Links[i] = link(l)
	}
	return out
}

func eventOf(e engine.EventStatus) event {
	return event{ID: e.ID, Began: e.Began, Ended: e.Ended, Duration: e.Duration.Seconds()}
}

func configOf(c engine.PointConfig) pointConfig {
	return pointConfig{Title: c.Title, DVRWindow: c.DVRWindow.Seconds(), Archive: c.Archive, LookAhead: c.LookAhead,
		OnReconnect: string(c.OnReconnect), AutoStart: c.AutoStart, Fsync: c.Fsync, SourceTimeout: c.SourceTimeout.Seconds(),
		ArchiveSegment: c.ArchiveSegment.Seconds(), ArchiveKeep: c.ArchiveKeep.Seconds(), ArchiveKeepBytes: c.ArchiveKeepBytes,
		IngestAuth: credentialsOf(c.IngestAuth), AllowFrom: texts(c.AllowFrom), PlayFrom: texts(c.PlayFrom), SignedPlayback: c.SignedPlayback}
}

// config checks what was sent and returns the engine's own.
func (c pointConfig) config() (engine.PointConfig, error) {
	var window, timeout, segment, keep time.Duration
	for _, d := range []struct {
		field   string
		seconds float64
		into    *time.Duration
	}{
		{"dvr_window_seconds", c.DVRWindow, &window}, {"source_timeout_seconds", c.SourceTimeout, &timeout},
		{"archive_segment_seconds", c.ArchiveSegment, &segment}, {"archive_keep_seconds", c.ArchiveKeep, &keep},
	} {
		var err error
		if *d.into, err = duration(d.field, d.seconds); err != nil {
			return engine.PointConfig{}, err
		}
	}
	if c.ArchiveKeepBytes < 0 {
		return engine.PointConfig{}, badInput("archive_keep_bytes is %d; write a number of bytes, or 0 to keep all.", c.ArchiveKeepBytes)
	}
	policy := engine.ReconnectPolicy(c.OnReconnect)
	switch policy {
	case engine.ReconnectContinue, engine.ReconnectReject, engine.ReconnectNewEvent:
	default:
		return engine.PointConfig{}, badInput("on_reconnect is %q; write continue, reject or new-event.", c.OnReconnect)
	}
	switch c.Fsync {
	case "", "none", "interval", "every":
	default:
		return engine.PointConfig{}, badInput("fsync is %q; write none, interval or every.", c.Fsync)
	}
	return engine.PointConfig{Title: c.Title, DVRWindow: window, Archive: c.Archive, LookAhead: c.LookAhead,
		OnReconnect: policy, AutoStart: c.AutoStart, Fsync: c.Fsync, SourceTimeout: timeout,
		ArchiveSegment: segment, ArchiveKeep: keep, ArchiveKeepBytes: c.ArchiveKeepBytes,
		IngestAuth: c.IngestAuth.engine(), AllowFrom: some(c.AllowFrom), PlayFrom: some(c.PlayFrom), SignedPlayback: c.SignedPlayback}, nil
}

// duration refuses spans that are negative or longer than a hundred years.
func duration(field string, seconds float64) (time.Duration, error) {
	const longest = 100 * 365 * 24 * 3600
	if seconds < 0 || seconds > longest {
		return 0, badInput("%s is %g; write a number of seconds from 0 to %d.", field, seconds, longest)
	}
	return time.Duration(math.Round(seconds * float64(time.Second))), nil
}

// statistics is what is measured of a point.
type statistics struct {
	Name     string    `json:"name"`
	State    string    `json:"state"`
	Event    event     `json:"event"`
	Viewers  int       `json:"viewers"`
	Requests int64     `json:"requests"`
	Arriving int64     `json:"arriving"`
	Lag      float64   `json:"lag_seconds"`
	Level    *level    `json:"audio_level"`
	Tracks   []track   `json:"tracks"`
	Sources  []source  `json:"sources"`
	Refusals []refusal `json:"refusals"`
}

type track struct {
	Stream       string    `json:"stream"`
	Type         string    `json:"type"`
	Source       string    `json:"source"`
	Bitrate      int       `json:"bitrate"`
	Arriving     int       `json:"arriving"`
	Codec        string    `json:"codec"`
	Width        int       `json:"width"`
	Height       int       `json:"height"`
	SamplingRate int       `json:"sampling_rate"`
	Channels     int       `json:"channels"`
	Language     string    `json:"language"`
	Timescale    uint32    `json:"timescale"`
	LastStart    int64     `json:"last_start"`
	LastLength   int64     `json:"last_length"`
	LastArrival  time.Time `json:"last_arrival,omitzero"`
	Fragments    int64     `json:"fragments"`
	Bytes        int64     `json:"bytes"`
	Gaps         int64     `json:"gaps"`
	Ended        bool      `json:"ended"`
}

type source struct {
	ID        string    `json:"id"`
	Stream    string    `json:"stream"`
	Remote    string    `json:"remote"`
	UserAgent string    `json:"user_agent"`
	Began     time.Time `json:"began,omitzero"`
	LastByte  time.Time `json:"last_byte,omitzero"`
	Bytes     int64     `json:"bytes"`
	Fragments int64     `json:"fragments"`
	Dropped   int64     `json:"dropped"`
	Connected bool      `json:"connected"`
	Ending    string    `json:"ending"`
}

type refusal struct {
	At     time.Time `json:"at"`
	Remote string    `json:"remote"`
	Stream string    `json:"stream"`
	Status int       `json:"status"`
	Reason string    `json:"reason"`
}

func statisticsOf(p engine.PointStatus) statistics {
	s := statistics{Name: p.Name, State: string(p.State), Event: eventOf(p.Event), Viewers: p.Viewers, Requests: p.Requests,
		Arriving: p.Arriving, Lag: p.Lag,
		Tracks: make([]track, len(p.Tracks)), Sources: make([]source, len(p.Sources)), Refusals: make([]refusal, len(p.Refusals))}
	for i, t := range p.Tracks {
		s.Tracks[i] = track{Stream: t.Stream, Type: string(t.Type), Source: t.Source, Bitrate: t.Bitrate, Arriving: t.Arriving,
			Codec: t.Codec, Width: t.Width, Height: t.Height, SamplingRate: t.SamplingRate, Channels: t.Channels,
			Language: t.Language, Timescale: t.Timescale, LastStart: int64(t.LastStart), LastLength: int64(t.LastLength),
			LastArrival: t.LastArrival, Fragments: t.Fragments, Bytes: t.Bytes, Gaps: t.Gaps, Ended: t.Ended}
	}
	for i, x := range p.Sources {
		s.Sources[i] = source(x)
	}
	for i, x := range p.Refusals {
		s.Refusals[i] = refusal(x)
	}
	return s
}
