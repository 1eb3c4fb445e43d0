package api

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"pubpoint/engine"
)

// MostMarks is how many marks of a lane one answer has at most.
const MostMarks = 100_000

// Marks of a lane when the request does not say, and at most.
const (
	defaultMarks = 1000
	maxMarks     = MostMarks
)

// Timelines is what the API needs of app/control to tell what an event looks like.
type Timelines interface {
	Fragments(q engine.FragmentQuery) (engine.FragmentMap, error)
}

// timeline is a stretch of an event as the API tells it.
type timeline struct {
	Event string         `json:"event"`
	Zero  time.Time      `json:"zero,omitzero"`
	From  time.Time      `json:"from,omitzero"`
	To    time.Time      `json:"to,omitzero"`
	Lanes []lane         `json:"lanes"`
	Notes []timelineNote `json:"notes"`
}

type lane struct {
	Track   string           `json:"track"`
	Label   string           `json:"label"`
	Type    engine.MediaType `json:"type"`
	Bitrate int              `json:"bitrate"`
	Marks   []mark           `json:"marks"`
}

// mark leaves out what is false, because there are many.
type mark struct {
	At      time.Time `json:"at,omitzero"`
	Start   float64   `json:"start_seconds"`
	Length  float64   `json:"length_seconds"`
	Arrived time.Time `json:"arrived,omitzero"`
	Bytes   int64     `json:"bytes"`
	Count   int       `json:"count"`
	Rate    int64     `json:"rate"`
	Low     int       `json:"low"`
	Peak    int       `json:"peak"`
	Gap     bool      `json:"gap,omitempty"`
	Jump    bool      `json:"jump,omitempty"`
	NoKey   bool      `json:"no_key,omitempty"`
	Source  string    `json:"source,omitempty"`
}

type timelineNote struct {
	At       time.Time       `json:"at"`
	Length   float64         `json:"length_seconds"`
	Kind     engine.NoteKind `json:"kind"`
	Severity engine.Severity `json:"severity"`
	Text     string          `json:"text"`
}

// getTimeline tells what an event of a point looks like, fragment by fragment.
func (s *Server) getTimeline(w http.ResponseWriter, r *http.Request) error {
	q, err := fragmentQuery(r.PathValue("name"), r.URL.Query())
	if err != nil {
		return err
	}
	m, err := s.desk.Fragments(q)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, timelineOf(m))
}

// fragmentQuery reads what is asked for: from, to, max and event.
func fragmentQuery(name string, values url.Values) (engine.FragmentQuery, error) {
	q := engine.FragmentQuery{Point: name, Event: values.Get("event"), MaxMarks: defaultMarks}
	if err := readStretch(values, &q.From, &q.To); err != nil {
		return q, err
	}
	if text := values.Get("max"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxMarks {
			return q, badInput("max is %q; write a number from 1 to %d.", text, maxMarks)
		}
		q.MaxMarks = n
	}
	return q, nil
}

func timelineOf(m engine.FragmentMap) timeline {
	out := timeline{Event: m.Event, Zero: m.Zero, From: m.From, To: m.To, Lanes: make([]lane, len(m.Lanes)), Notes: make([]timelineNote, len(m.Notes))}
	for i, l := range m.Lanes {
		out.Lanes[i] = lane{Track: l.Track, Label: l.Label, Type: l.Type, Bitrate: l.Bitrate, Marks: make([]mark, len(l.Marks))}
		for j, k := range l.Marks {
			out.Lanes[i].Marks[j] = mark{At: k.At, Start: k.Start.Seconds(), Length: k.Length.Seconds(), Arrived: k.Arrived, Bytes: k.Bytes, Count: k.Count,
				Rate: int64(k.Rate()), Low: k.Low, Peak: k.Peak, Gap: k.Gap, Jump: k.Jump, NoKey: k.NoKey, Source: k.Source}
		}
	}
	for i, n := range m.Notes {
		out.Notes[i] = timelineNote{At: n.At, Length: n.Length.Seconds(), Kind: n.Kind, Severity: cmp.Or(n.Severity, engine.Info), Text: n.Text}
	}
	return out
}
