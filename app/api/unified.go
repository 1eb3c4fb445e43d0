package api

import (
	"encoding/xml"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"pubpoint/engine"
)

// smil is the state of a publishing point as Unified Origin tells it.
type smil struct {
	XMLName xml.Name `xml:"http://www.w3.org/2001/SMIL20/Language smil"`
	Meta    []meta   `xml:"head>meta"`
}

type meta struct {
	Name    string `xml:"name,attr"`
	Content string `xml:"content,attr"`
}

// unified takes the address of a resource of a point in the way of Unified Origin apart:
// /sports/arena.isml/state names the point sports/arena.
func unified(path string) (name, noun string, ok bool) {
	const extension = ".isml"
	i := strings.LastIndexByte(path, '/')
	if i <= len(extension) || !strings.EqualFold(path[i-len(extension):i], extension) {
		return "", "", false
	}
	noun = strings.ToLower(path[i+1:])
	return strings.TrimPrefix(path[:i-len(extension)], "/"), noun, noun == "state" || noun == "statistics" || noun == "archive"
}

func (s *Server) answerUnified(name, noun string) http.Handler {
	read := func(w http.ResponseWriter, _ *http.Request) error { return s.writeStatistics(w, name) }
	switch noun {
	case "state":
		read = func(w http.ResponseWriter, _ *http.Request) error { return s.writeSMIL(w, name) }
	case "archive":
		read = func(w http.ResponseWriter, r *http.Request) error { return s.writeArchive(w, r, name) }
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			s.answer(read).ServeHTTP(w, r)
		case r.Method == http.MethodPut && noun == "state":
			s.answer(func(w http.ResponseWriter, r *http.Request) error { return s.putUnified(w, r, name) }).ServeHTTP(w, r)
		case noun == "state":
			notAllowed(w, r, "GET", "PUT")
		default:
			notAllowed(w, r, "GET")
		}
	})
}

func (s *Server) writeSMIL(w http.ResponseWriter, name string) error {
	p, err := s.desk.Point(name)
	if err != nil {
		return err
	}
	body, err := xml.MarshalIndent(smil{Meta: []meta{
		{Name: "updated", Content: p.Since.UTC().Format(time.RFC3339Nano)}, {Name: "state", Content: string(p.State)}}}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	w.Header().Set("Content-Type", "application/smil+xml")
	// A client that has gone cannot be told anything.
	_, _ = w.Write(append([]byte(xml.Header), append(body, '\n')...))
	return nil
}

// putUnified takes a state as SMIL, or as the JSON of /api/v1.
func (s *Server) putUnified(w http.ResponseWriter, r *http.Request, name string) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	var want stateBody
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "application/json" {
		if err := parseJSON(body, &want); err != nil {
			return err
		}
	} else if want.State, err = smilState(body); err != nil {
		return err
	}
	if err := s.desk.SetPointState(r.Context(), name, want.State); err != nil {
		return err
	}
	return s.writeSMIL(w, name)
}

func smilState(body []byte) (engine.State, error) {
	var doc struct {
		XMLName xml.Name `xml:"smil"`
		Meta    []meta   `xml:"head>meta"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		return "", &engine.Error{Op: "read state", Kind: engine.BadInput, Err: err,
			Text: "The body is no SMIL document with a state: " + err.Error() + "."}
	}
	for _, m := range doc.Meta {
		if m.Name == "state" {
			return engine.State(m.Content), nil
		}
	}
	return "", badInput("The SMIL document names no state; give its head a meta element of that name.")
}
