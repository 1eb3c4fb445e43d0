// Package shield writes the configuration of an HTTP cache in front of the origin, for nginx and
// for Varnish, and proves by measurement that a cache with it keeps its promises.
//
// # Model
//
// A shield turns many viewers into one: whatever they ask for at once is asked of the origin once,
// and lives as long as the origin's Cache-Control says. What follows from how each cache works is
// said beside the line that does it, in the templates; docs/shield.md has the figures.
//
// # Invariants
//
//   - What is written is a pure function of Config, and no text from outside gets into it that
//     could be read as anything but a value.
//   - An address, with those of its query parameters that change the answer, is the key of what
//     is kept, and is exactly what the origin is asked.
//   - A live manifest is never older than the seconds that the origin allows.
package shield

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"
)

//go:embed templates
var templates embed.FS

// Kind is a program that can be a shield.
type Kind string

// The kinds.
const (
	// Nginx is nginx 1.19 or later with its standard modules; its file belongs into the http
	// block, for example as /etc/nginx/conf.d/pubpoint.conf.
	Nginx Kind = "nginx"
	// Varnish is Varnish 6.6 or later; its file is VCL 4.1, for example /etc/varnish/default.vcl.
	Varnish Kind = "varnish"
)

// ParseKind reads the name of a kind.
func ParseKind(text string) (Kind, error) {
	switch k := Kind(text); k {
	case Nginx, Varnish:
		return k, nil
	}
	return "", fmt.Errorf("%q is no cache that is known here; write nginx or varnish", text)
}

// Write writes the configuration. It fails when c makes no sense, or asks Varnish for TLS, which it
// does not speak, or when w fails.
func (k Kind) Write(w io.Writer, c Config) error {
	c, err := c.complete()
	switch {
	case err != nil:
		return err
	case k == Nginx:
		return execute(w, "nginx.conf.tmpl", c)
	case c.Certificate != "" || c.Origins[0].TLS:
		return errors.New("varnish speaks no TLS: name an origin with http://, and put a program that does in front of it")
	}
	return execute(w, "varnish.vcl.tmpl", c)
}

// page is what the templates know.
type page struct {
	Config
	Hold, Patience int
	Parameters     []string
	First          Origin
	CORS           cors
}

// cors is what the origin answers to browsers of other sites; a test holds it to that.
type cors struct{ Methods, Fields, Expose string }

func execute(w io.Writer, name string, c Config) error {
	t, err := template.New("").Funcs(template.FuncMap{"lower": strings.ToLower, "inc": func(n int) int { return n + 1 }}).ParseFS(templates, "templates/*")
	if err != nil {
		return fmt.Errorf("the template %s: %w", name, err)
	}
	return t.ExecuteTemplate(w, name, page{
		Config: c, Hold: LongestHold, Patience: manifestPatience, Parameters: c.parameters(), First: c.Origins[0],
		CORS: cors{
			Methods: "GET, HEAD, OPTIONS",
			Fields:  "Accept, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, Origin, Range, CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status",
			Expose:  "Server, Content-Length, Content-Range, Date, ETag, Age",
		},
	})
}
