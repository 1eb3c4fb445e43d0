package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"pubpoint/engine"
)

// problem is a failure as RFC 9457 tells it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"` // one sentence: cause and next step
	Kind   string `json:"kind"`   // engine.Kind in words, for programs
}

func statusOf(kind engine.Kind) int {
	switch kind {
	case engine.BadInput:
		return http.StatusBadRequest
	case engine.NotFound:
		return http.StatusNotFound
	case engine.Conflict:
		return http.StatusConflict
	case engine.Unsupported:
		return http.StatusUnprocessableEntity
	case engine.TooLarge:
		return http.StatusRequestEntityTooLarge
	case engine.Storage:
		return http.StatusInsufficientStorage
	case engine.Unavailable:
		return http.StatusServiceUnavailable
	case engine.Unauthorized:
		return http.StatusUnauthorized
	default:
		return http.StatusInternalServerError
	}
}

func writeProblem(w http.ResponseWriter, status int, kind, detail string) {
	body, err := json.Marshal(problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Kind: kind})
	if err != nil {
		http.Error(w, detail, status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// A client that has gone cannot be told anything.
	_, _ = w.Write(append(body, '\n'))
}

// fail answers with err.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := engine.KindOf(err)
	if kind == engine.Internal {
		s.log.Error("admin request failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	writeProblem(w, statusOf(kind), kind.String(), engine.Sentence(err))
}

func writeJSON(w http.ResponseWriter, status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return &engine.Error{Op: "encode answer", Text: "The answer could not be written; the log says more.", Err: err}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that has gone cannot be told anything.
	_, _ = w.Write(append(body, '\n'))
	return nil
}

func badInput(format string, args ...any) error {
	return &engine.Error{Op: "admin request", Kind: engine.BadInput, Text: fmt.Sprintf(format, args...)}
}

// readBody returns a body of at most maxBody bytes.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, &engine.Error{Op: "read body", Kind: engine.TooLarge, Err: err,
			Text: fmt.Sprintf("The body is larger than the %d bytes allowed; send less.", maxBody)}
	}
	if err != nil {
		return nil, &engine.Error{Op: "read body", Kind: engine.BadInput, Err: err, Text: "The body ended early; send it again."}
	}
	return body, nil
}

// readJSON decodes the body into value, which may hold defaults. Unknown fields and anything
// after the first value are refused.
func readJSON(w http.ResponseWriter, r *http.Request, value any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return badInput("The body must be JSON; send it with Content-Type: application/json.")
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	return parseJSON(body, value)
}

func parseJSON(body []byte, value any) error {
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(value)
	if err == nil {
		if _, end := decoder.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("there is something after the value")
		}
	}
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return &engine.Error{Op: "read body", Kind: engine.BadInput, Err: err, Text: wrongType(wrong)}
	}
	if err != nil {
		return &engine.Error{Op: "read body", Kind: engine.BadInput, Err: err,
			Text: "The body is not what openapi.json describes: " + strings.TrimPrefix(err.Error(), "json: ") + "."}
	}
	return nil
}

// wrongType says which field has a value of another kind, in the words of JSON.
func wrongType(wrong *json.UnmarshalTypeError) string {
	field := "The body"
	if wrong.Field != "" {
		field = wrong.Field
	}
	// Embedded structs have names here that the JSON does not have.
	if dot := strings.LastIndexByte(field, '.'); dot >= 0 {
		field = field[dot+1:]
	}
	value, _, _ := strings.Cut(wrong.Value, " ")
	return fmt.Sprintf("%s must be %s, not %s; openapi.json describes the body.", field, kindOfJSON(wrong.Type), value)
}

func kindOfJSON(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a string"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "an object"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	}
	return "a number"
}
