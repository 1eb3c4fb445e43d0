// Package hds is HTTP Dynamic Streaming for Flash Player 10.1 and its kin (Adobe F4M 1.0 and
// 2.0, F4V 10.1 annex C): manifests, bootstraps, and fragments of FLV tags.
//
// # Model
//
// A rendition is a video track with the sound that goes with it, or a track of sound alone.
// Its fragments are made of whole fragments as encoders sent them, those of video when there
// is any, joined to about four seconds, with the sound of the same time between. All of it is
// made on request from a presentation.View and media; nothing is kept.
//
// # Invariants
//
//   - A fragment's number tells its four seconds of the event, and it holds everything that
//     starts in them; where encoders send groups of pictures in pieces, it begins with the
//     first key frame of the four seconds and goes on to that of the next. So numbers are the
//     same in every bitrate and language, and a sliding window, a restart or an archive gives
//     the same number to the same media: nothing counts what may have gone. From event to event
//     numbers go on. Where nothing starts in four seconds, the run table says that the number is
//     left out, and the number gives an empty fragment to clients that count on.
//   - A live fragment is listed and given out once nothing can be added to it: its four seconds
//     of video are over and its sound has come. Sound that is more than 10 s late is not waited
//     for.
//   - Times are milliseconds since the event's View.Origin, because FLV has 31 bits for them.
//     Absolute times are rounded, never durations, so nothing drifts.
//   - The decode times of a track are moved ahead by what its parameter sets say that pictures
//     are reordered by: a constant, so composition times are never negative. Presentation times
//     are not touched.
//   - The next two fragments that will come are waited for; players of this format ask for them
//     without end.
package hds

import (
	"strings"
	"sync"

	"pubpoint/engine/internal/output"
)

// Format is the delivery format "hds". All its methods may be called from any goroutine.
type Format struct {
	writers *sync.Pool // of *bufio.Writer
}

// New returns the format.
func New() Format { return Format{writers: &sync.Pool{}} }

// Name returns "hds".
func (Format) Name() string { return "hds" }

// Links names the manifest that every client reads, and the one with rewinding and other
// languages.
func (Format) Links(point string) []output.Link {
	return []output.Link{
		{Label: "HDS", Path: point + ".f4m"},
		{Label: "HDS with DVR", Path: point + "-set.f4m"},
	}
}

// Resolve understands, with nouns in any case, N the point's own name and RENDITION as in
// "hds.video-400000.audio-64000",
//
//	N.f4m   .f4m   Manifest(format=f4m-f4f)   N-set.f4m
//	RENDITION.f4m   RENDITION.abst   RENDITION/SegS-FragF
//
// each also below N.ism/ and N.isml/. There is one segment; its number makes no difference.
func (f Format) Resolve(req output.Request) (output.Resource, error) {
	path := req.Path
	if first, rest, nested := strings.Cut(path, "/"); nested &&
		(strings.EqualFold(first, req.Point+".ism") || strings.EqualFold(first, req.Point+".isml")) {
		path = rest
	}
	switch {
	case strings.EqualFold(path, req.Point+".f4m"), strings.EqualFold(path, ".f4m"), strings.EqualFold(path, "Manifest(format=f4m-f4f)"):
		return manifest{kind: listKind}, nil
	case strings.EqualFold(path, req.Point+"-set.f4m"):
		return manifest{kind: setKind}, nil
	}
	if rest, ok := cutPrefixFold(path, prefix); ok {
		return f.resolveRendition(rest)
	}
	return nil, output.ErrNoResource
}

// cutPrefixFold is strings.CutPrefix without regard to the case of ASCII letters.
func cutPrefixFold(s, begin string) (rest string, ok bool) {
	if len(s) < len(begin) || !strings.EqualFold(s[:len(begin)], begin) {
		return s, false
	}
	return s[len(begin):], true
}

func cutSuffixFold(s, suffix string) (rest string, ok bool) {
	if len(s) < len(suffix) || !strings.EqualFold(s[len(s)-len(suffix):], suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

func badRequest(text string) error {
	return &output.Error{Kind: output.BadRequest, Text: text}
}

func starting() error {
	return &output.Error{Kind: output.Starting, Text: "The stream is starting; try again in a second."}
}

func never(text string) error { return &output.Error{Kind: output.Never, Text: text} }
