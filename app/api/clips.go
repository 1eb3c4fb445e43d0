package api

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
)

// exportWriteTimeout bounds how long one piece of an export may take to go out: whoever reads
// slowly may take as long as the file is, whoever does not read may not.
const exportWriteTimeout = time.Minute

// FromHeader and ToHeader tell with an export the presentation time of its first picture and of its
// end, in seconds.
const (
	FromHeader = "Pubpoint-From"
	ToHeader   = "Pubpoint-To"
)

// Clips is what the API needs of app/control to cut and export recordings.
type Clips interface {
	ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error)
	OpenExport(ctx context.Context, req engine.ExportRequest) (*engine.Export, error)
	Recordings() []engine.Recording
	DeleteRecording(ctx context.Context, name string) error
}

// madeClip is a clip as the API tells it.
type madeClip struct {
	Name      string    `json:"name"`
	URL       string    `json:"url"`
	From      float64   `json:"from_seconds"`
	To        float64   `json:"to_seconds"`
	Duration  float64   `json:"duration_seconds"`
	Began     time.Time `json:"began,omitzero"`
	Tracks    int       `json:"tracks"`
	Fragments int       `json:"fragments"`
	Bytes     int64     `json:"bytes"`
	Took      float64   `json:"took_seconds"`
}

// recording is a directory of finished files as the API tells it.
type recording struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	State  string `json:"state"`
	Reason string `json:"reason"`
	Event  event  `json:"event"`
	Bytes  int64  `json:"bytes"`
	URL    string `json:"url"`
}

func (s *Server) listRecordings(w http.ResponseWriter, r *http.Request) error {
	return writeJSON(w, http.StatusOK, map[string]any{"recordings": recordingsOf(s.desk.Recordings(), s.reacher(r))})
}

func recordingsOf(found []engine.Recording, reach func(string) string) []recording {
	all := []recording{}
	for _, r := range found {
		all = append(all, recording{Name: r.Name, Title: r.Title, State: string(r.State), Reason: r.Reason, Event: eventOf(r.Event), Bytes: r.Bytes, URL: reach(r.Manifest)})
	}
	return all
}

func (s *Server) deleteRecording(w http.ResponseWriter, r *http.Request) error {
	if err := s.desk.DeleteRecording(r.Context(), r.PathValue("name")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// clipOrder is the body of the action "clip" on the archive of a point.
type clipOrder struct {
	Action string `json:"action"`
	Name   string `json:"name"`
	Event  string `json:"event"`
	From   moment `json:"from"`
	To     moment `json:"to"`
	Title  string `json:"title"`
}

// moment is an instant or seconds as [engine.ParseMoment] reads them; in a body seconds may
// be a number too.
type moment string

// UnmarshalJSON takes a text or a number.
func (m *moment) UnmarshalJSON(b []byte) error {
	var n json.Number
	if err := json.Unmarshal(b, &n); err == nil && b[0] != '"' {
		*m = moment(n)
		return nil
	}
	var s string
	err := json.Unmarshal(b, &s)
	*m = moment(s)
	return err
}

// clipArchive carries out the action "clip" on the archive of a point.
func (s *Server) clipArchive(w http.ResponseWriter, r *http.Request, name string, body []byte) error {
	var want clipOrder
	if err := parseJSON(body, &want); err != nil {
		return err
	}
	between, err := rangeOf(string(want.From), string(want.To))
	if err != nil {
		return err
	}
	c, err := s.desk.ClipArchive(r.Context(), engine.ClipRequest{Point: name, Event: want.Event, Range: between, Name: want.Name, Title: want.Title})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, madeClip{Name: c.Name, URL: s.reacher(r)(c.URL), From: c.From.Seconds(), To: c.To.Seconds(), Duration: c.Duration().Seconds(),
		Began: c.Began, Tracks: c.Tracks, Fragments: c.Fragments, Bytes: c.Bytes, Took: c.Took.Seconds()})
}

func rangeOf(from, to string) (r engine.Range, err error) {
	if r.From, err = engine.ParseMoment(from); err != nil {
		return r, err
	}
	r.To, err = engine.ParseMoment(to)
	return r, err
}

// getExport sends a range of an event as a plain MP4 file.
func (s *Server) getExport(w http.ResponseWriter, r *http.Request) error {
	req, err := exportOf(r.PathValue("name"), r.URL.Query())
	if err != nil {
		return err
	}
	x, err := s.desk.OpenExport(r.Context(), req)
	if err != nil {
		return err
	}
	defer x.Release()
	w.Header().Set("Content-Type", x.Type)
	w.Header().Set(FromHeader, strconv.FormatFloat(x.From.Seconds(), 'f', -1, 64))
	w.Header().Set(ToHeader, strconv.FormatFloat(x.To.Seconds(), 'f', -1, 64))
	w.Header().Set("Content-Length", strconv.FormatInt(x.Size, 10))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": x.FileName}))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := x.Body.WriteTo(&patient{w: w, control: http.NewResponseController(w)}); err != nil {
		s.log.Info("export not sent to its end", "point", req.Point, "remote", r.RemoteAddr, "err", err)
		// Bytes are missing: only a connection that breaks off tells the client.
		panic(http.ErrAbortHandler)
	}
	return nil
}

// exportOf reads what is asked for: from, to, event, video (a bitrate, or none) and audio
// (names of streams, or none).
func exportOf(name string, values url.Values) (engine.ExportRequest, error) {
	req := engine.ExportRequest{Point: name, Event: values.Get("event")}
	var err error
	if req.Range, err = rangeOf(values.Get("from"), values.Get("to")); err != nil {
		return req, err
	}
	switch text := values.Get("video"); text {
	case "":
	case "none":
		req.Video = engine.NoVideo
	default:
		if req.Video, err = strconv.Atoi(text); err != nil || req.Video <= 0 {
			return req, badInput("video is %q; write the bitrate of a rung, like 800000, or none.", text)
		}
	}
	for _, text := range values["audio"] {
		for part := range strings.SplitSeq(text, ",") {
			switch part {
			case "":
			case "none":
				req.NoAudio = true
			default:
				req.Audio = append(req.Audio, part)
			}
		}
	}
	return req, nil
}

// patient is a connection whose reader may be slow, but must read.
type patient struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Write writes p within a time of its own.
func (p *patient) Write(b []byte) (int, error) {
	written := 0
	for len(b) > 0 {
		if err := p.control.SetWriteDeadline(time.Now().Add(exportWriteTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return written, err
		}
		n, err := p.w.Write(b[:min(len(b), 1<<20)])
		written += n
		if err != nil {
			return written, err
		}
		b = b[n:]
	}
	return written, nil
}
