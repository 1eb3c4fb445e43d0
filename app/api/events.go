package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"pubpoint/engine"
)

// replayed is how many past events a receiver that comes back may catch up on.
const replayed = 1000

// eventWriteTimeout is how long a receiver may keep us waiting for one write.
const eventWriteTimeout = 30 * time.Second

// happening is an engine.Event as the API tells it.
type happening struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Severity string    `json:"severity"`
	Point    string    `json:"point"`
	Encoder  string    `json:"encoder"`
	Text     string    `json:"text"`
	Note     bool      `json:"note"`
	Missed   int       `json:"missed"`
}

func happeningOf(e engine.Event) happening {
	return happening{Seq: e.Seq, At: e.At, Severity: string(e.Severity), Point: e.Point, Encoder: e.Encoder, Text: e.Text, Note: e.Note, Missed: e.Missed}
}

// streamEvents answers with server-sent events until the client goes or the program stops.
// A client that comes back with Last-Event-ID first gets what it missed, as far as it is
// kept.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) error {
	last, resume := int64(0), false
	if text := r.Header.Get("Last-Event-ID"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return badInput("Last-Event-ID is %q; send the id of an event.", text)
		}
		last, resume = n, true
	}
	out := stream{w: w, control: http.NewResponseController(w)}
	// The deadlines of the server are for requests that end.
	if err := out.control.SetReadDeadline(time.Time{}); err != nil {
		s.log.Debug("read deadline of a stream of events", "err", err)
	}
	events := s.desk.Events(r.Context())
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	out.send(": pubpoint\n\n")
	if resume {
		recent := s.desk.RecentEvents(replayed)
		if len(recent) == 0 || recent[len(recent)-1].Seq < last {
			last = 0 // of an earlier run of the program: events are counted anew since
		}
		for _, e := range recent {
			if e.Seq > last {
				out.event(e)
				last = e.Seq
			}
		}
	}
	beat := time.NewTicker(s.heartbeat)
	defer beat.Stop()
	for out.err == nil {
		select {
		case <-s.stopping:
			return nil
		case <-r.Context().Done():
			return nil
		case <-beat.C:
			out.send(": alive\n\n")
		case e, open := <-events:
			if !open {
				return nil
			}
			if e.Seq > last {
				out.event(e)
			}
		}
	}
	s.log.Debug("receiver of events gone", "remote", r.RemoteAddr, "err", out.err)
	return nil
}

// stream writes server-sent events and remembers the first failure.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	err     error
}

func (s *stream) event(e engine.Event) {
	data, err := json.Marshal(happeningOf(e))
	if err != nil {
		s.err = err
		return
	}
	s.send(fmt.Sprintf("id: %d\ndata: %s\n\n", e.Seq, data))
}

func (s *stream) send(text string) {
	if s.err != nil {
		return
	}
	if s.err = s.control.SetWriteDeadline(time.Now().Add(eventWriteTimeout)); s.err != nil {
		return
	}
	if _, s.err = s.w.Write([]byte(text)); s.err != nil {
		return
	}
	s.err = s.control.Flush()
}
