// Package output says what a delivery format is: a value without state that understands
// paths and renders objects from a presentation.
//
// Parsing a path and rendering its object are apart, so that the parser can be fuzzed
// alone and delivery knows the class of a request before any work is done. A format knows
// nothing of HTTP: status codes, caching, CORS, HEAD and ranges exist once, in delivery.
// What must be remembered between requests belongs to the index, where all formats see the
// same truth. A new format is one folder here and one line in engine/origin/formats.go.
package output

import (
	"context"
	"errors"
	"io"
	"time"

	"pubpoint/engine/internal/presentation"
)

// Format is a delivery protocol. It may be used from any goroutine.
type Format interface {
	// Name is the format's name in URLs, settings, metrics and logs: "smooth".
	Name() string
	// Resolve understands a request below a publishing point. It returns ErrNoResource when
	// the request is not this format's, and an *Error of kind BadRequest when it is but
	// makes no sense.
	Resolve(req Request) (Resource, error)
	// Links names the format's manifests, for pages and people.
	Links(point string) []Link
}

// Request is what a format needs to know of a request: decoded, below the point.
type Request struct {
	Point string              // last element of the point's name, without ".isml": "oceans"
	Path  string              // decoded path below the point's directory, no leading slash: "Manifest"
	Query map[string][]string // decoded query
}

// Get returns the first value of a query key, or "".
func (r Request) Get(key string) string {
	if v := r.Query[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Link is one manifest for players.
type Link struct {
	Label string // "Smooth Streaming"
	Path  string // relative to the point's directory: "Manifest"
}

// Class is what kind of object a resource is: it decides caching and counting. The zero
// value is not used.
type Class int

// The classes.
const (
	ClientManifest Class = iota + 1 // changes while live
	Bootstrap                       // changes while live, polled
	Init                            // never changes
	Media                           // never changes
)

// Resource is one request, understood.
//
// Resources of the classes ClientManifest and Bootstrap are comparable values: two that
// are equal by == render the same object from the same view. Delivery renders such a
// resource once a view, however many ask for it.
type Resource interface {
	Class() Class
	// Render answers from a source that has a view. It fails with an *Error.
	Render(ctx context.Context, src presentation.Source) (*Object, error)
}

// Steady is implemented by resources that do not show what is open (presentation.Track.Open),
// and whose rendering need not be repeated while chunks arrive.
type Steady interface {
	// Steady does nothing.
	Steady()
}

// Object is an answer. It says how large it is before it is written.
type Object struct {
	Type     string // media type
	Size     int64  // bytes that Body will write; Unknown when it writes as they come
	Tag      string // unique for these bytes, for a strong ETag; empty lets delivery hash Body
	Modified time.Time
	Body     io.WriterTo // written at most once
}

// Unknown is the Size of an object whose bytes are still on their way in. Its Body writes them
// as they come, and calls Flush of what it writes to, if that has it, when it must wait.
const Unknown int64 = -1

// ErrNoResource says that a request is not of this format.
var ErrNoResource = errors.New("no such resource in this format")

// Kind is why there is no object.
type Kind int

// The kinds. Delivery gives each its status code.
const (
	BadRequest   Kind = iota + 1 // makes no sense: 400
	Never                        // does not exist and never will: 404
	NotYet                       // will exist: 404, not cached
	Precondition                 // will exist, where the protocol wants 412 (MS-SSTR 2.2.6)
	Gone                         // fell out of the window: 410
	Starting                     // nothing to show yet: 503 with Retry-After
	Broken                       // cannot be read: 500
)

// Error is why there is no object, in a sentence for people.
type Error struct {
	Kind Kind
	Text string
	Err  error // cause; may be nil
}

// Error returns Text and the cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Text + ": " + e.Err.Error()
	}
	return e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Bytes is a Body of bytes.
type Bytes []byte

// WriteTo writes all of b.
func (b Bytes) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b)
	return int64(n), err
}
