package api

import (
	"net/http"
	"time"

	"pubpoint/engine"
)

// patchEncoder changes those settings of an encoder that the body names (RFC 7396).
func (s *Server) patchEncoder(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	is, err := s.encoder(id)
	if err != nil {
		return err
	}
	body := encoderSpecOf(is.Spec)
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	if body.ID != id {
		return badInput("id is %q; an encoder keeps its id.", body.ID)
	}
	spec, err := body.spec()
	if err != nil {
		return err
	}
	if err := s.desk.UpdateEncoder(r.Context(), spec); err != nil {
		return err
	}
	return s.writeEncoder(w, http.StatusOK, id)
}

// device is a capture device as the API tells it.
type device struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Label string `json:"label"`
}

func (s *Server) listDevices(w http.ResponseWriter, r *http.Request) error {
	found, err := s.desk.CaptureDevices(r.Context())
	if err != nil {
		return err
	}
	all := []device{}
	for _, d := range found {
		all = append(all, device{Kind: string(d.Kind), ID: d.ID, Label: d.Label})
	}
	return writeJSON(w, http.StatusOK, map[string]any{"devices": all})
}

func (s *Server) encoderCommand(w http.ResponseWriter, r *http.Request) error {
	var body encoderSpec
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	spec, err := body.spec()
	if err != nil {
		return err
	}
	command, err := s.desk.EncoderCommand(spec)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]string{"command": command})
}

// inputProbe is what was found in an input as the API tells it.
type inputProbe struct {
	Format   string        `json:"format"`
	Duration float64       `json:"duration_seconds"`
	Bitrate  int           `json:"bitrate"`
	Streams  []inputStream `json:"streams"`
	Copies   bool          `json:"copies"`
	Why      string        `json:"why"`
}

type inputStream struct {
	Type         string  `json:"type"`
	Codec        string  `json:"codec"`
	Profile      string  `json:"profile"`
	Bitrate      int     `json:"bitrate"`
	Width        int     `json:"width"`
	Height       int     `json:"height"`
	FPS          float64 `json:"fps"`
	SamplingRate int     `json:"sampling_rate"`
	Channels     int     `json:"channels"`
	Language     string  `json:"language"`
}

func (s *Server) probeInput(w http.ResponseWriter, r *http.Request) error {
	var body engine.EncoderInput
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	p, err := s.desk.ProbeInput(r.Context(), body)
	if err != nil {
		return err
	}
	answer := inputProbe{Format: p.Format, Duration: p.Duration.Seconds(), Bitrate: p.Bitrate, Streams: []inputStream{}, Copies: p.Copies, Why: p.Why}
	for _, one := range p.Streams {
		answer.Streams = append(answer.Streams, inputStream{Type: string(one.Type), Codec: one.Codec, Profile: one.Profile, Bitrate: one.Bitrate,
			Width: one.Width, Height: one.Height, FPS: one.FPS, SamplingRate: one.SamplingRate, Channels: one.Channels, Language: one.Language})
	}
	return writeJSON(w, http.StatusOK, answer)
}

// trial is how a trial went as the API tells it.
type trial struct {
	Took   float64  `json:"took_seconds"`
	Speed  float64  `json:"speed"`
	FPS    float64  `json:"fps"`
	CPU    float64  `json:"cpu"`
	OK     bool     `json:"ok"`
	Text   string   `json:"text"`
	Action string   `json:"action"`
	Log    []string `json:"log"`
}

// tryFor is how long an encoder is tried when nothing else is asked for.
const tryFor = 10 * time.Second

func (s *Server) tryEncoder(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		encoderSpec
		Length *float64 `json:"length_seconds"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	spec, err := body.spec()
	if err != nil {
		return err
	}
	length := tryFor
	if body.Length != nil {
		if length, err = duration("length_seconds", *body.Length); err != nil {
			return err
		}
	}
	t, err := s.desk.TryEncoder(r.Context(), spec, length)
	if err != nil {
		return err
	}
	if t.Log == nil {
		t.Log = []string{}
	}
	return writeJSON(w, http.StatusOK, trial{Took: t.Took.Seconds(), Speed: t.Speed, FPS: t.FPS, CPU: t.CPU, OK: t.OK, Text: t.Text, Action: t.Action, Log: t.Log})
}
