package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"pubpoint/engine"
)

// encoderSpec is an encoder as it is asked for.
type encoderSpec struct {
	ID           string              `json:"id"`
	Point        string              `json:"point"`
	Input        engine.EncoderInput `json:"input"`
	Video        []engine.Rung       `json:"video"`
	AudioBitrate int                 `json:"audio_bitrate"`
	FPS          int                 `json:"fps"`
	GOP          float64             `json:"gop_seconds"`
	Method       int                 `json:"method"`
	Copy         bool                `json:"copy"`
	Preset       string              `json:"preset"`
	Restart      string              `json:"restart"`
	MaxRestarts  int                 `json:"max_restarts"`
}

func encoderSpecOf(s engine.EncoderSpec) encoderSpec {
	if s.Video == nil {
		s.Video = []engine.Rung{}
	}
	return encoderSpec{ID: s.ID, Point: s.Point, Input: s.Input, Video: s.Video, AudioBitrate: s.AudioBitrate, FPS: s.FPS,
		GOP: s.GOP.Seconds(), Method: s.Method, Copy: s.Copy, Preset: s.Preset, Restart: string(s.Restart), MaxRestarts: s.MaxRestarts}
}

// spec is the encoder in the engine's words.
func (s encoderSpec) spec() (engine.EncoderSpec, error) {
	gop, err := duration("gop_seconds", s.GOP)
	return engine.EncoderSpec{ID: s.ID, Point: s.Point, Input: s.Input, Video: s.Video, AudioBitrate: s.AudioBitrate, FPS: s.FPS,
		GOP: gop, Method: s.Method, Copy: s.Copy, Preset: s.Preset, Restart: engine.RestartPolicy(s.Restart), MaxRestarts: s.MaxRestarts}, err
}

// encoder is a supervised encoder as the API tells it.
type encoder struct {
	encoderSpec
	Stream    string           `json:"stream"`
	Order     string           `json:"order"`
	State     string           `json:"state"`
	Reason    string           `json:"reason"`
	PID       int              `json:"pid"`
	Since     time.Time        `json:"since,omitzero"`
	Began     time.Time        `json:"began,omitzero"`
	Restarts  int              `json:"restarts"`
	Stalled   bool             `json:"stalled"`
	Command   string           `json:"command"`
	Progress  progress         `json:"progress"`
	CPU       float64          `json:"cpu"`
	Memory    int64            `json:"memory"`
	Processes []encoderProcess `json:"processes"`
}

// encoderProcess is one of several processes of an encoder.
type encoderProcess struct {
	Stream   string   `json:"stream"`
	State    string   `json:"state"`
	Reason   string   `json:"reason"`
	PID      int      `json:"pid"`
	Restarts int      `json:"restarts"`
	Stalled  bool     `json:"stalled"`
	Command  string   `json:"command"`
	Progress progress `json:"progress"`
}

type progress struct {
	At      time.Time `json:"at,omitzero"`
	Frame   int64     `json:"frame"`
	FPS     float64   `json:"fps"`
	Speed   float64   `json:"speed"`
	OutTime float64   `json:"out_time_seconds"`
	Bitrate float64   `json:"bitrate"`
	Dropped int64     `json:"dropped"`
	Doubled int64     `json:"doubled"`
}

func encoderOf(e engine.EncoderStatus) encoder {
	processes := []encoderProcess{}
	for _, p := range e.Processes {
		processes = append(processes, encoderProcess{Stream: p.Stream, State: string(p.State), Reason: p.Reason, PID: p.PID,
			Restarts: p.Restarts, Stalled: p.Stalled, Command: p.Command, Progress: progressOf(p.Progress)})
	}
	return encoder{
		encoderSpec: encoderSpecOf(e.Spec), Stream: e.Stream,
		Order: string(e.Order), State: string(e.State), Reason: e.Reason, PID: e.PID, Since: e.Since, Began: e.Began,
		Restarts: e.Restarts, Stalled: e.Stalled, Command: e.Command,
		Progress: progressOf(e.Progress), CPU: e.CPU, Memory: e.Memory, Processes: processes,
	}
}

func progressOf(p engine.EncoderProgress) progress {
	return progress{At: p.At, Frame: p.Frame, FPS: p.FPS, Speed: p.Speed, OutTime: p.OutTime.Seconds(),
		Bitrate: p.Bitrate, Dropped: p.Dropped, Doubled: p.Doubled}
}

func (s *Server) listEncoders(w http.ResponseWriter, _ *http.Request) error {
	all := []encoder{}
	for _, e := range s.desk.Encoders() {
		all = append(all, encoderOf(e))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"encoders": all,
		"tool": tool(s.desk.Tool())})
}

func (s *Server) addEncoder(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		encoderSpec
		Start bool `json:"start"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	spec, err := body.spec()
	if err != nil {
		return err
	}
	id, err := s.desk.AddEncoder(r.Context(), spec, body.Start)
	if id != "" { // also of one that was recorded and cannot be started
		w.Header().Set("Location", prefix+"/encoders/"+url.PathEscape(id))
	}
	if err != nil {
		return err
	}
	return s.writeEncoder(w, http.StatusCreated, id)
}

func (s *Server) getEncoder(w http.ResponseWriter, r *http.Request) error {
	return s.writeEncoder(w, http.StatusOK, r.PathValue("id"))
}

func (s *Server) writeEncoder(w http.ResponseWriter, status int, id string) error {
	e, err := s.encoder(id)
	if err != nil {
		return err
	}
	return writeJSON(w, status, encoderOf(e))
}

// encoder finds one encoder.
func (s *Server) encoder(id string) (engine.EncoderStatus, error) {
	all := s.desk.Encoders()
	i := slices.IndexFunc(all, func(e engine.EncoderStatus) bool { return e.Spec.ID == id })
	if i < 0 {
		return engine.EncoderStatus{}, &engine.Error{Op: "find encoder", Kind: engine.NotFound, Text: "There is no encoder " + strconv.Quote(id) + "; look at the list again."}
	}
	return all[i], nil
}

func (s *Server) removeEncoder(w http.ResponseWriter, r *http.Request) error {
	if err := s.desk.RemoveEncoder(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// orderEncoder answers that an order was taken; what is shows in the encoder's state.
func (s *Server) orderEncoder(give func(context.Context, string) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		if err := give(r.Context(), id); err != nil {
			return err
		}
		return s.writeEncoder(w, http.StatusAccepted, id)
	}
}

type logLine struct {
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

func (s *Server) getLog(w http.ResponseWriter, r *http.Request) error {
	var after int64
	if text := r.URL.Query().Get("after"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return badInput("after is %q; write the seq of the last line you have.", text)
		}
		after = n
	}
	lines, err := s.desk.EncoderLog(r.PathValue("id"), after)
	if err != nil {
		return err
	}
	all := make([]logLine, len(lines))
	for i, l := range lines {
		all[i] = logLine(l)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"lines": all})
}
