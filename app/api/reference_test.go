package api

import (
	"bytes"
	"encoding/json"
	cmdline "flag" // the package has a flag of its own
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = cmdline.Bool("update", false, "write docs/api.md anew from openapi.json")

// reference is where the page for people is.
var reference = filepath.Join("..", "..", "docs", "api.md")

// TestReference holds docs/api.md to openapi.json, of which it is made.
func TestReference(t *testing.T) {
	var doc page
	if err := json.Unmarshal([]byte(openAPI), &doc); err != nil {
		t.Fatal(err)
	}
	want := doc.markdown()
	if *update {
		if err := os.WriteFile(reference, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(reference)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what openapi.json tells (%v); run go test ./app/api -run TestReference -update", reference, err)
	}
}

// page is openapi.json as far as the page tells of it.
type page struct {
	Info       struct{ Title, Description string }
	Paths      paths
	Components struct{ Schemas map[string]schema }
}

// paths keeps the order of the document.
type paths []endpoint

type endpoint struct {
	method, path string
	op           describedOperation
}

type describedOperation struct {
	Summary, Description string
	Security             *[]any
	Parameters           []parameter
	RequestBody          *struct {
		Content map[string]struct{ Schema schema }
	} `json:"requestBody"`
	Responses map[string]struct {
		Description string
		Content     map[string]struct{ Schema schema }
	}
}

type parameter struct {
	Name, In, Description string
	Required              bool
	Schema                schema
}

type schema struct {
	Ref         string `json:"$ref"`
	Type        any
	Format      string
	Description string
	Enum        []any
	Default     any
	Minimum     *float64
	Maximum     *float64
	Items       *schema
	Properties  map[string]schema
	Required    []string
	AnyOf       []schema `json:"anyOf"`
	OneOf       []schema `json:"oneOf"`
	AllOf       []schema `json:"allOf"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *paths) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		path, err := d.Token()
		if err != nil {
			return err
		}
		var methods map[string]describedOperation
		if err := d.Decode(&methods); err != nil {
			return err
		}
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			if op, ok := methods[method]; ok {
				*p = append(*p, endpoint{strings.ToUpper(method), path.(string), op})
			}
		}
	}
	return nil
}

func (d page) markdown() []byte {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, "# %s\n\n<!-- Made of app/api/openapi.json by go test ./app/api -run TestReference -update; do not edit. -->\n\n%s\n\n", d.Info.Title, d.Info.Description)
	fmt.Fprint(b, "Send `Authorization: Bearer TOKEN` with the contents of the file `token` beside the settings file, unless a request says that it needs none.\n")
	fmt.Fprint(b, "The same in a form for programs: `GET /api/v1/openapi.json`.\n\n## Requests\n\n| Request | What |\n| --- | --- |\n")
	for _, e := range d.Paths {
		fmt.Fprintf(b, "| [`%s %s`](#%s) | %s |\n", e.method, e.path, anchor(e.method+" "+e.path), cell(e.op.Summary))
	}
	for _, e := range d.Paths {
		e.markdown(b)
	}
	fmt.Fprint(b, "\n## Objects\n")
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		s := d.Components.Schemas[name]
		fmt.Fprintf(b, "\n### %s\n\n", name)
		if s.Description != "" {
			fmt.Fprintf(b, "%s\n\n", s.Description)
		}
		if len(s.Properties) == 0 {
			fmt.Fprintf(b, "%s\n", s.kind())
			continue
		}
		s.table(b)
	}
	return b.Bytes()
}

func (e endpoint) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n### %s %s\n\n%s\n", e.method, e.path, e.op.Summary)
	if e.op.Description != "" {
		fmt.Fprintf(b, "\n%s\n", e.op.Description)
	}
	if e.op.Security != nil && len(*e.op.Security) == 0 {
		fmt.Fprint(b, "\nNeeds no token.\n")
	}
	if len(e.op.Parameters) > 0 {
		fmt.Fprint(b, "\n| Parameter | In | Type | What |\n| --- | --- | --- | --- |\n")
	}
	for _, p := range e.op.Parameters {
		name := "`" + p.Name + "`"
		if p.Required {
			name += " (required)"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, p.In, cell(p.Schema.kind()), cell(p.Description))
	}
	if e.op.RequestBody != nil {
		for _, kind := range slices.Sorted(maps.Keys(e.op.RequestBody.Content)) {
			fmt.Fprintf(b, "\nBody, `%s`: %s\n", kind, e.op.RequestBody.Content[kind].Schema.kind())
		}
	}
	var problems []string
	fmt.Fprint(b, "\n| Status | Answer |\n| --- | --- |\n")
	for _, status := range slices.Sorted(maps.Keys(e.op.Responses)) {
		r := e.op.Responses[status]
		if r.Description == "" {
			problems = append(problems, status)
			continue
		}
		text := r.Description
		for _, kind := range slices.Sorted(maps.Keys(r.Content)) {
			text += fmt.Sprintf(" `%s`: %s", kind, r.Content[kind].Schema.kind())
		}
		fmt.Fprintf(b, "| %s | %s |\n", status, cell(text))
	}
	if len(problems) > 0 {
		fmt.Fprintf(b, "| %s | a [Problem](#problem) |\n", strings.Replace(strings.Join(problems, ", "), "default", "others", 1))
	}
}

// table tells the members of an object.
func (s schema) table(b *bytes.Buffer) {
	fmt.Fprint(b, "| Member | Type | What |\n| --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p, shown := s.Properties[name], "`"+name+"`"
		if slices.Contains(s.Required, name) {
			shown += " (always)"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", shown, cell(p.kind()), cell(p.Description))
	}
}

// kind tells in a few words what a value is.
func (s schema) kind() string {
	switch {
	case s.Ref != "":
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return "[" + name + "](#" + strings.ToLower(name) + ")"
	case len(s.AnyOf)+len(s.OneOf) > 0:
		return kinds(append(slices.Clone(s.AnyOf), s.OneOf...), " or ")
	case len(s.AllOf) > 0:
		return kinds(s.AllOf, " and ")
	case s.Items != nil:
		return "list of " + s.Items.kind()
	case len(s.Properties) > 0:
		var all []string
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			all = append(all, "`"+name+"`: "+s.Properties[name].kind())
		}
		return "{" + strings.Join(all, ", ") + "}"
	}
	text := typeName(s.Type)
	if s.Format != "" {
		text += " (" + s.Format + ")"
	}
	if len(s.Enum) > 0 {
		text += " of"
		for _, v := range s.Enum {
			text += fmt.Sprintf(" `%v`", v)
		}
	}
	if s.Minimum != nil || s.Maximum != nil {
		text += bounds(s.Minimum, s.Maximum)
	}
	if s.Default != nil {
		text += fmt.Sprintf(", default `%v`", s.Default)
	}
	return text
}

func typeName(t any) string {
	switch t := t.(type) {
	case string:
		return t
	case []any:
		return strings.ReplaceAll(strings.Trim(fmt.Sprint(t), "[]"), " ", " or ")
	}
	return "any"
}

func bounds(least, most *float64) string {
	text := ""
	if least != nil {
		text += fmt.Sprintf(" from %v", *least)
	}
	if most != nil {
		text += fmt.Sprintf(" to %v", *most)
	}
	return text
}

func kinds(all []schema, between string) string {
	var out []string
	for _, s := range all {
		out = append(out, s.kind())
	}
	return strings.Join(out, between)
}

// cell keeps a text in one cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

// anchor is what a heading is linked by.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}
