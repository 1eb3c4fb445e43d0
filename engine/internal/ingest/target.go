package ingest

import (
	"net/url"
	"regexp"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
)

// Target is what an encoder's URL names.
type Target struct {
	Point  string // name of the publishing point
	Stream string // stream id without extension; empty for a request to the point itself
	Event  string // event id, when the encoder gives one
}

var (
	streamsForm   = regexp.MustCompile(`(?i)^Streams\(([^()/]*)\)$`)
	eventsForm    = regexp.MustCompile(`(?i)^Events\(([^()/]*)\)$`)
	switchingForm = regexp.MustCompile(`(?i)^Switching\(([^()/]*)\)$`)
)

// ParseTarget reads an ingest URL in the forms of MS-SSTR 2.2.7, of ffmpeg, of the seed
// (N.isml/N.ism?stream_id=ID.ismv) and of DASH-IF live media ingest. Nouns match in any
// case; the path has been percent-decoded. Errors are of kind BadInput; the target then has
// the point alone, if its name is good.
func ParseTarget(u *url.URL) (Target, error) {
	if strings.Contains(strings.ToLower(u.EscapedPath()), "%2f") {
		return Target{}, badTarget("The URL has an escaped slash; write a plain one between names.")
	}
	elements := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	at := -1
	for i, e := range elements {
		if len(e) > 5 && strings.EqualFold(e[len(e)-5:], ".isml") {
			at = i
			break
		}
	}
	if at < 0 {
		return Target{}, badTarget("The URL names no publishing point; post to http://HOST/NAME.isml/NAME.ism?stream_id=NAME-400k-64k.ismv.")
	}
	elements[at] = elements[at][:len(elements[at])-5]
	t := Target{Point: strings.Join(elements[:at+1], "/")}
	if !engine.ValidName(t.Point) {
		return Target{}, badTarget("The publishing point's name may have letters, digits, '.', '_' and '-' only, must begin with a letter or digit, and have at most 64 characters.")
	}
	rest := elements[at+1:]
	if len(rest) > 0 && rest[len(rest)-1] == "" {
		rest = rest[:len(rest)-1]
	}
	return t.readStream(rest, u.Query())
}

// readStream reads what follows the publishing point.
func (t Target) readStream(rest []string, query url.Values) (Target, error) {
	if len(rest) == 2 {
		if m := eventsForm.FindStringSubmatch(rest[0]); m != nil {
			if !engine.ValidElement(m[1]) {
				return Target{Point: t.Point}, badTarget("The event id may have letters, digits, '.', '_' and '-' only.")
			}
			t.Event = m[1]
			rest = rest[1:]
		} else if switchingForm.MatchString(rest[0]) {
			rest = rest[1:]
		}
	}
	id := query.Get("stream_id")
	switch {
	case len(rest) == 0 && id == "":
		return t, nil
	case len(rest) == 1 && streamsForm.MatchString(rest[0]):
		id = streamsForm.FindStringSubmatch(rest[0])[1]
	case len(rest) > 1 || len(rest) == 1 && !strings.HasSuffix(strings.ToLower(rest[0]), ".ism"):
		return Target{Point: t.Point}, badTarget("The URL is none that encoders post to; use NAME.isml/NAME.ism?stream_id=ID.ismv or NAME.isml/Streams(ID).")
	case id == "":
		return Target{Point: t.Point}, badTarget("The stream_id is missing; add ?stream_id=NAME-400k-64k.ismv with the bitrate of every track in order.")
	}
	t.Stream = trimExtension(id)
	if !engine.ValidElement(t.Stream) {
		return Target{Point: t.Point}, badTarget("The stream id may have letters, digits, '.', '_' and '-' only, must begin with a letter or digit, and have at most 64 characters.")
	}
	return t, nil
}

// trimExtension takes away what encoders add to choose a file format.
func trimExtension(id string) string {
	lower := strings.ToLower(id)
	for _, ext := range []string{".ismv", ".isma", ".ismt", ".cmfv", ".cmfa", ".cmft", ".cmfm", ".mp4", ".m4s"} {
		if strings.HasSuffix(lower, ext) && len(id) > len(ext) {
			return id[:len(id)-len(ext)]
		}
	}
	return id
}

func badTarget(text string) error {
	return &engine.Error{Op: "ingest", Kind: engine.BadInput, Text: text, Err: &finding.Coded{Code: finding.RefusedName}}
}
