package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"time"

	"pubpoint/engine"
)

// Playback is what the API needs of app/control to let people watch points that ask for signatures.
type Playback interface {
	SignPlayback(ctx context.Context, point string, length time.Duration) ([]engine.Link, error)
	RotatePlaybackKey(ctx context.Context, point string) error
}

// accessConfig is who may publish to a point and watch it. Lists that are sent replace those that
// there are.
type accessConfig struct {
	IngestAuth     credentials `json:"ingest_auth"`
	AllowFrom      []string    `json:"allow_from"`
	PlayFrom       []string    `json:"play_from"`
	SignedPlayback bool        `json:"signed_playback"`
}

// credential is one by which encoders publish. Its secret is sent and never shown.
type credential struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Scheme string `json:"scheme,omitempty"`
	Secret string `json:"secret,omitempty"`
}

// credentials replace one another as a whole: nothing of what was there before shines through.
type credentials []credential

// UnmarshalJSON implements json.Unmarshaler.
func (c *credentials) UnmarshalJSON(text []byte) error {
	var fresh []credential
	if err := parseJSON(text, &fresh); err != nil {
		return errors.Unwrap(err)
	}
	*c = fresh
	return nil
}

func accessOf(c engine.PointConfig) accessConfig {
	a := accessConfig{IngestAuth: make(credentials, len(c.IngestAuth)), AllowFrom: append([]string{}, c.AllowFrom...),
		PlayFrom: append([]string{}, c.PlayFrom...), SignedPlayback: c.SignedPlayback}
	for i, x := range c.IngestAuth {
		a.IngestAuth[i] = credential{Name: x.Name, Kind: string(x.Kind), Scheme: string(x.Scheme)}
	}
	return a
}

// into puts what was sent into a configuration; the engine checks it.
func (a accessConfig) into(cfg *engine.PointConfig) {
	cfg.SignedPlayback = a.SignedPlayback
	cfg.AllowFrom, cfg.PlayFrom = append(cfg.AllowFrom, a.AllowFrom...), append(cfg.PlayFrom, a.PlayFrom...)
	for _, x := range a.IngestAuth {
		cfg.IngestAuth = append(cfg.IngestAuth, engine.Credential{
			Name: x.Name, Kind: engine.CredentialKind(x.Kind), Scheme: engine.CredentialScheme(x.Scheme), Secret: x.Secret})
	}
}

// signing is what POST .../playback-links takes.
type signing struct {
	Length float64 `json:"length_seconds"`
}

// SigningBody is what POST /points/{name}/playback-links takes.
func SigningBody(length time.Duration) any { return signing{Length: length.Seconds()} }

// postPlaybackLinks answers with links that may be played for a while. They are not cached: who has
// them may watch.
func (s *Server) postPlaybackLinks(w http.ResponseWriter, r *http.Request) error {
	var body signing
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	if math.IsNaN(body.Length) || body.Length < 1 || body.Length > engine.MaxPlayback.Seconds() {
		return badInput("length_seconds is %g; write a number of seconds from 1 to %.0f.", body.Length, engine.MaxPlayback.Seconds())
	}
	length := time.Duration(body.Length * float64(time.Second))
	links, err := s.desk.SignPlayback(r.Context(), r.PathValue("name"), length)
	if err != nil {
		return err
	}
	out := make([]link, len(links))
	for i, l := range reached(links, s.reacher(r)) {
		out[i] = link(l)
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, http.StatusOK, map[string]any{"links": out})
}

// rotatePlaybackKey makes all links that were signed before worthless.
func (s *Server) rotatePlaybackKey(w http.ResponseWriter, r *http.Request) error {
	if err := s.desk.RotatePlaybackKey(r.Context(), r.PathValue("name")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
