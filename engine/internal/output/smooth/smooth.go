// Package smooth is Live Smooth Streaming as players ask for it (MS-SSTR 2.2.1 to 2.2.6):
// the client manifest and the fragments.
//
// # Model
//
// A client manifest is a pure function of a presentation.View. A fragment is a new moof in
// front of the payload as the encoder sent it: tfxd tells its published time, tfrf those of
// the fragments that follow on the same track.
//
// # Invariants
//
//   - A live manifest lists a fragment only when as many more are known behind it as the
//     look-ahead asks for, and while live a fragment is served only then. So its tfrf is
//     complete, and its bytes are the same for ever, also after the end.
//   - An encoder that says its stream is over may come back while the event goes on.
//     Therefore the end of an event, and nothing else, gives out the fragments whose
//     look-ahead will never be complete.
//   - A stream's and a quality level's place in the manifest is its place in the view,
//     because players match them by index.
//   - Captions are streams as audio is. A sparse stream, such as markers, is listed and served
//     as far as its parent has come, without look-ahead, and with its payloads in the manifest
//     when its encoder asked for that. The header ChildTrack, which tells of them with the
//     fragments of the parent, is left out: players choke on a Content-Type with more in it.
//   - HEVC, which no Smooth player is known to decode, is
//     listed only when a presentation has no other video, as hvc1 with MinorVersion 2.
package smooth

import (
	"strings"

	"pubpoint/engine/internal/output"
)

// Format is the delivery format "smooth". The zero value is ready, and all its methods may
// be called from any goroutine.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns "smooth".
func (Format) Name() string { return "smooth" }

// Links names the client manifest in the form that every Smooth player takes.
func (Format) Links(string) []output.Link {
	return []output.Link{{Label: "Smooth Streaming", Path: "Manifest"}}
}

// Resolve understands, with nouns in any case and N the point's own name,
//
//	Manifest   N.ism/Manifest   N.ism?manifest=live   N.ismc
//	QualityLevels(B)/Fragments(NAME=T)   also FragmentInfo, RawFragments and KeyFrames
//	N.ism/QualityLevels(B)/Fragments(NAME=T)
//	N.ism?bitrate=B&NAME=T
//
// Custom attributes, QualityLevels(B,key=value), are let pass: bitrates are unique within
// a stream, so there is nothing left for them to choose. Whatever follows a fragment's
// closing parenthesis is let pass, too.
func (Format) Resolve(req output.Request) (output.Resource, error) {
	first, rest, nested := strings.Cut(req.Path, "/")
	switch {
	case strings.EqualFold(req.Path, req.Point+".ismc"):
		return manifest{}, nil
	case strings.EqualFold(first, req.Point+".ism"), strings.EqualFold(first, req.Point+".isml"):
		if nested {
			return resolvePath(rest)
		}
		return resolveQuery(req)
	}
	return resolvePath(req.Path)
}

func resolvePath(path string) (output.Resource, error) {
	if strings.EqualFold(path, "Manifest") {
		return manifest{}, nil
	}
	rest, ok := cutPrefixFold(path, "QualityLevels(")
	if !ok {
		return nil, output.ErrNoResource
	}
	return resolveFragment(rest)
}

// cutPrefixFold is strings.CutPrefix without regard to the case of ASCII letters.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func badRequest(text string) error {
	return &output.Error{Kind: output.BadRequest, Text: text}
}
