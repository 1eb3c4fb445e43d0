package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"pubpoint/engine"
)

// Playback is what the API needs of app/control to let people watch points that ask for signatures.
type Playback interface {
	SignPlayback(ctx context.Context, point string, length time.Duration) ([]engine.Link, error)
	RotatePlaybackKey(ctx context.Context, point string) error
}

// credential lets encoders publish. The secret goes in only.
type credential struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Scheme string `json:"scheme"`
	Secret string `json:"secret,omitempty"`
}

// credentials are replaced as a whole: none of the new ones inherits what stood in its place.
type credentials []credential

// UnmarshalJSON reads the whole list anew.
func (c *credentials) UnmarshalJSON(text []byte) error {
	var all []credential
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&all); err != nil {
		return err
	}
	*c = all
	return nil
}

func credentialsOf(all []engine.Credential) credentials {
	out := credentials{}
	for _, c := range all {
		out = append(out, credential{Name: c.Name, Kind: string(c.Kind), Scheme: string(c.Scheme), Secret: c.Secret})
	}
	return out
}

func (c credentials) engine() []engine.Credential {
	return list(c, func(c credential) engine.Credential {
		return engine.Credential{Name: c.Name, Kind: engine.CredentialKind(c.Kind), Scheme: engine.CredentialScheme(c.Scheme), Secret: c.Secret}
	})
}

// texts is a list that JSON tells as one even when it is empty.
func texts(all []string) []string { return append([]string{}, all...) }

// some is nil for a list of nothing.
func some(all []string) []string {
	if len(all) == 0 {
		return nil
	}
	return slices.Clone(all)
}

// signing is what POST .../playback/sign carries.
type signing struct {
	Length float64 `json:"length_seconds"`
}

// SigningBody is what POST /points/{name}/playback/sign takes.
func SigningBody(length time.Duration) any { return signing{Length: length.Seconds()} }

// signPlayback answers with links that may be played for a while.
func (s *Server) signPlayback(w http.ResponseWriter, r *http.Request) error {
	var body signing
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	length, err := duration("length_seconds", body.Length)
	if err != nil {
		return err
	}
	signed, err := s.desk.SignPlayback(r.Context(), r.PathValue("name"), length)
	if err != nil {
		return err
	}
	all := []link{}
	for _, l := range reached(signed, s.reacher(r)) {
		all = append(all, link(l))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"links": all})
}

// rotatePlayback makes all that was signed before worthless.
func (s *Server) rotatePlayback(w http.ResponseWriter, r *http.Request) error {
	if err := s.desk.RotatePlaybackKey(r.Context(), r.PathValue("name")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
