package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is openapi.json, to hold requests and answers against.
type contract struct {
	mu       sync.Mutex // of the compiler
	compiler *jsonschema.Compiler
	paths    map[string]map[string]operation
}

type operation struct {
	Parameters []struct{ Name, In string }
	Body       *struct {
		Content map[string]json.RawMessage
	} `json:"requestBody"`
	Responses map[string]struct {
		Ref     string `json:"$ref"`
		Content map[string]json.RawMessage
	}
}

// describes reports whether an operation has a parameter.
func (o operation) describes(in, name string) bool {
	return slices.ContainsFunc(o.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name && p.In == in })
}

const described = "file:///openapi.json"

// newContract reads openapi.json. Every object in it shall have the described members and no others.
func newContract(t *testing.T) *contract {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(openAPI))
	if err != nil {
		t.Fatal(err)
	}
	closeObjects(doc)
	c := &contract{compiler: jsonschema.NewCompiler()}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(described, doc); err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal([]byte(openAPI), &parsed); err != nil {
		t.Fatal(err)
	}
	c.paths = parsed.Paths
	return c
}

// closeObjects lets no schema have members that are not described.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		_, properties := v["properties"].(map[string]any)
		_, said := v["additionalProperties"]
		if properties && v["type"] == "object" && !said {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			closeObjects(x)
		}
	case []any:
		for _, x := range v {
			closeObjects(x)
		}
	}
}

// check holds a body against the schema at a place of the document, given as steps.
func (c *contract) check(body []byte, steps ...string) error {
	place := described + "#"
	for _, s := range steps {
		place += "/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(s)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	schema, err := c.compiler.Compile(place)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// recorder keeps what is written through it.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	r.body.Write(data)
	return r.ResponseWriter.Write(data)
}

// held answers as next does, and finds whatever openapi.json tells otherwise: status, kind and members
// of the answer, and body and query of a request that was granted.
func held(t *testing.T, next http.Handler) http.Handler {
	t.Helper()
	c := newContract(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(sent), failing{err}), r.Body}
		out := &recorder{ResponseWriter: w}
		next.ServeHTTP(out, r)
		if out.status == 0 {
			out.status = http.StatusOK
		}
		what := r.Method + " " + r.URL.String() + " answered with " + strconv.Itoa(out.status)
		path, known := templateOf(r)
		op, ok := c.paths[path][strings.ToLower(strings.Replace(r.Method, "HEAD", "GET", 1))]
		if !known || !ok { // refused before anything was found
			if out.status < 400 {
				t.Errorf("%s, which is not described", what)
			} else if err := c.check(out.body.Bytes(), "components", "schemas", "Problem"); err != nil && r.Method != http.MethodHead {
				t.Errorf("%s: %v\n%s", what, err, out.body.Bytes())
			}
			return
		}
		c.answer(t, what, path, op, r, out)
		if out.status < 300 {
			c.request(t, what, path, op, r, sent)
		}
	})
}

// failing ends a body as the real one ended.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// templateOf is the path of openapi.json that a request was answered at.
func templateOf(r *http.Request) (string, bool) {
	if _, noun, ok := unified(r.URL.Path); ok {
		return "/{point}.isml/" + noun, true
	}
	_, path, ok := strings.Cut(r.Pattern, " ")
	return path, ok
}

func (c *contract) answer(t *testing.T, what, path string, op operation, r *http.Request, out *recorder) {
	t.Helper()
	status := strconv.Itoa(out.status)
	response, told := op.Responses[status]
	if !told && (out.status >= 500 || out.status == http.StatusUnprocessableEntity) {
		status = "default" // what can happen anywhere
		response, told = op.Responses[status]
	}
	if !told {
		t.Errorf("%s, which is not described: %s", what, out.body.Bytes())
		return
	}
	steps := []string{"paths", path, strings.ToLower(strings.Replace(r.Method, "HEAD", "GET", 1)), "responses", status}
	kinds := response.Content
	if response.Ref != "" {
		steps = strings.Split(strings.TrimPrefix(response.Ref, "#/"), "/")
		kinds = map[string]json.RawMessage{"application/problem+json": nil}
	}
	if len(kinds) == 0 {
		if out.body.Len() > 0 {
			t.Errorf("%s has a body, which is not described", what)
		}
		return
	}
	kind, _, err := mime.ParseMediaType(out.Header().Get("Content-Type"))
	if _, ok := kinds[kind]; !ok || err != nil {
		t.Errorf("%s is of kind %q, which is not described (%v)", what, kind, err)
		return
	}
	if r.Method == http.MethodHead || !strings.HasSuffix(kind, "json") || strings.HasSuffix(path, "/openapi.json") {
		return
	}
	for _, body := range bodies(t, kind, out) {
		if err := c.check(body, append(slices.Clone(steps), "content", kind, "schema")...); err != nil {
			t.Errorf("%s: %v\n%s", what, err, body)
		}
	}
}

// bodies are the JSON values of an answer: one, or one a line, unpacked.
func bodies(t *testing.T, kind string, out *recorder) [][]byte {
	t.Helper()
	text := out.body.Bytes()
	if out.Header().Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if text, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	if kind != lines {
		return [][]byte{text}
	}
	return bytes.Split(bytes.TrimSpace(text), []byte("\n"))
}

func (c *contract) request(t *testing.T, what, path string, op operation, r *http.Request, sent []byte) {
	t.Helper()
	for key := range r.URL.Query() {
		if !op.describes("query", key) {
			t.Errorf("%s with the query key %q, which is not described", what, key)
		}
	}
	if len(sent) == 0 {
		return
	}
	if op.Body == nil {
		t.Errorf("%s with a body, which is not described", what)
		return
	}
	if _, ok := op.Body.Content["application/json"]; !ok || !json.Valid(sent) {
		return
	}
	if err := c.check(sent, "paths", path, strings.ToLower(r.Method), "requestBody", "content", "application/json", "schema"); err != nil {
		t.Errorf("%s: the request: %v\n%s", what, err, sent)
	}
}

// TestEveryParameterIsDescribed compares the parameters in paths with those that are described.
func TestEveryParameterIsDescribed(t *testing.T) {
	for path, methods := range newContract(t).paths {
		for method, op := range methods {
			for _, step := range strings.Split(path, "/") {
				open, shut := strings.IndexByte(step, '{'), strings.IndexByte(step, '}')
				if open < 0 {
					continue
				}
				if name := step[open+1 : shut]; !op.describes("path", name) {
					t.Errorf("%s %s: %s is not described", method, path, name)
				}
			}
			for _, p := range op.Parameters {
				if p.In == "path" && !strings.Contains(path, "{"+p.Name+"}") {
					t.Errorf("%s %s: %s is described and does not exist", method, path, p.Name)
				}
			}
		}
	}
}
