package api

import (
	"encoding/json"
	"math"
	"time"

	"pubpoint/engine"
)

// What follows in this file and in those whose names begin with read is the other half of the API:
// for a client in Go, the engine's own words out of answers. Fields that are not known are passed
// over. A test holds both halves to each other, so that nothing is told that cannot be read.

// span is a time told in seconds.
func span(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

// list turns every element of a list into the engine's; an empty one is nil.
func list[A, B any](from []A, one func(A) B) []B {
	if len(from) == 0 {
		return nil
	}
	all := make([]B, len(from))
	for i, x := range from {
		all[i] = one(x)
	}
	return all
}

// read is json.Unmarshal with a sentence.
func read(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return &engine.Error{Op: "read answer", Kind: engine.Unavailable, Err: err,
			Text: "What was answered is not what this version understands: " + err.Error() + "."}
	}
	return nil
}

// ReadSnapshot reads the answer to GET /snapshot.
func ReadSnapshot(body []byte) (Snapshot, error) {
	var in snapshot
	if err := read(body, &in); err != nil {
		return Snapshot{}, err
	}
	out := Snapshot{Version: in.Version, Links: map[string][]engine.Link{}, Levels: map[string]engine.AudioLevel{},
		Encoders: list(in.Encoders, encoder.status), Tool: engine.ToolStatus(in.Tool), Alarms: list(in.Alarms, alarm.alarm),
		System: in.System.status(), Recordings: list(in.Recordings, recording.recording), Addresses: engine.Addresses(in.Addresses)}
	for _, p := range in.Points {
		out.Points = append(out.Points, p.status())
		out.Links[p.Name] = list(p.Links, link.link)
		if l := p.Statistics.Level; l != nil {
			out.Levels[p.Name] = l.level()
		}
	}
	for _, e := range in.Unresumed {
		spec, err := e.spec()
		if err != nil {
			return Snapshot{}, err
		}
		out.Unresumed = append(out.Unresumed, spec)
	}
	return out, nil
}

// ReadProblem is the failure that an answer with that status tells; the body of an answer that is not
// of this API has no sentence, and gets one.
func ReadProblem(op string, status int, body []byte) error {
	var p problem
	// What is no problem is told by its status.
	if err := json.Unmarshal(body, &p); err != nil || p.Detail == "" {
		return &engine.Error{Op: op, Kind: engine.Unavailable, Text: "The answer was no answer of Pubpoint's admin API (status " +
			statusText(status) + "); is the address right?"}
	}
	return p.err(op)
}

func (p problem) err(op string) error {
	for k := engine.Internal; k <= engine.Unauthorized; k++ {
		if k.String() == p.Kind {
			return &engine.Error{Op: op, Kind: k, Text: p.Detail}
		}
	}
	kind := engine.Internal
	switch p.Status {
	case 404, 405:
		kind = engine.NotFound
	case 401, 403, 421:
		kind = engine.Unauthorized
	case 429, 503:
		kind = engine.Unavailable
	}
	return &engine.Error{Op: op, Kind: kind, Text: p.Detail}
}

// ReadEvent reads one event, as the data of a server-sent event tells it.
func ReadEvent(data []byte) (engine.Event, error) {
	var in happening
	err := read(data, &in)
	return in.event(), err
}

// ReadEvents reads the answer to GET /events/recent.
func ReadEvents(body []byte) ([]engine.Event, error) {
	var in struct {
		Events []happening `json:"events"`
	}
	err := read(body, &in)
	return list(in.Events, happening.event), err
}

// ReadActions reads the answer to GET /audit.
func ReadActions(body []byte) ([]engine.Action, error) {
	var in struct {
		Actions []action `json:"actions"`
	}
	err := read(body, &in)
	return list(in.Actions, func(a action) engine.Action { return engine.Action(a) }), err
}

func (h happening) event() engine.Event {
	return engine.Event{Seq: h.Seq, At: h.At, Severity: engine.Severity(h.Severity), Point: h.Point, Encoder: h.Encoder, Text: h.Text, Note: h.Note, Missed: h.Missed}
}

func (a alarm) alarm() engine.Alarm {
	return engine.Alarm{ID: a.ID, Code: a.Code, Severity: a.Severity, Point: a.Point, Encoder: a.Encoder, Stream: a.Stream, Text: a.Text,
		Action: a.Action, Option: a.Option, Raised: a.Raised, Last: a.Last, Cleared: a.Cleared, Acked: a.Acked,
		ShelvedUntil: a.ShelvedUntil, ShelvedWhy: a.ShelvedWhy, Count: a.Count}
}

func (s system) status() engine.SystemStatus {
	out := engine.SystemStatus{Began: s.Began, CPU: s.CPU, Cores: s.Cores, Memory: s.Memory, DiskFree: -1, DiskSize: -1,
		Recording: s.Recording, Encoders: s.Encoders, Unreliable: s.Unreliable, Limits: list(s.Limits, limitStatus.status)}
	if s.DiskFree != nil {
		out.DiskFree = *s.DiskFree
	}
	if s.DiskSize != nil {
		out.DiskSize = *s.DiskSize
	}
	if s.DiskLasts != nil {
		out.DiskLasts = span(*s.DiskLasts)
	}
	return out
}

// ReadSetup reads the answer to GET and PATCH /settings.
func ReadSetup(body []byte) (engine.Setup, error) {
	var in setup
	err := read(body, &in)
	return engine.Setup{File: in.File, TokenFile: in.TokenFile, Now: engine.Start(in.Now), Next: engine.Start(in.Next), Fixed: in.Fixed,
		Certificate: in.Certificate, RequireIngestAuth: in.RequireIngestAuth, Language: in.Language, Theme: in.Theme, Resume: in.Resume, Notify: in.Notifications, Refresh: span(in.Refresh)}, err
}

// SetupBody is what PATCH /settings takes.
func SetupBody(c engine.SetupChange) any {
	body := setupChange{Root: c.Root, Listen: c.Listen, Admin: c.Admin, FFmpeg: c.FFmpeg, Language: c.Language, Theme: c.Theme,
		Resume: c.Resume, Notifications: c.Notify}
	if c.Refresh != nil {
		seconds := c.Refresh.Seconds()
		body.Refresh = &seconds
	}
	return body
}

// ReadWord reads the one text that an answer has under name, such as a token.
func ReadWord(body []byte, name string) (string, error) {
	var in map[string]any
	if err := read(body, &in); err != nil {
		return "", err
	}
	word, _ := in[name].(string)
	return word, nil
}

// ReadTool reads the answer to POST /settings/ffmpeg.
func ReadTool(body []byte) (engine.ToolStatus, error) {
	var in tool
	err := read(body, &in)
	return engine.ToolStatus(in), err
}
