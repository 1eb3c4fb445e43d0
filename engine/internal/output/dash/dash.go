// Package dash is MPEG-DASH (ISO/IEC 23009-1), live profile: the MPD, over the CMAF segments
// of package cmaf.
//
// # Model
//
// An MPD is a pure function of a presentation.View. Every stream is an AdaptationSet, or one
// for each codec when its tracks have several; every track is a Representation. Segments are
// listed by a SegmentTimeline of published times, and addressed by them.
//
// # Invariants
//
//   - Media time zero of players is View.Origin, so that their clocks stay small and exact
//     in JavaScript, also for encoders that count from 1970; it is the same live and recorded.
//   - A clock that began again begins a Period. A Period's id and start never change.
//   - Only complete segments are listed, each once, at its own time: gaps stay gaps.
//   - The place of a set and of a Representation is that of its stream and track in the view.
//   - What Smooth holds back for its look-ahead is listed here at once.
package dash

import (
	"strings"

	"pubpoint/engine/internal/cmaf"
	"pubpoint/engine/internal/output"
)

// Format is the delivery format "dash". The zero value is ready, and all its methods may be
// called from any goroutine.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns "dash".
func (Format) Name() string { return "dash" }

// Links names the MPD.
func (Format) Links(point string) []output.Link {
	return []output.Link{{Label: "DASH", Path: point + ".mpd"}}
}

// Resolve understands, with N the point's own name, N.mpd, .mpd and, as other origins have it,
// Manifest(format=mpd-time-cmaf); and everything that an MPD names.
func (Format) Resolve(req output.Request) (output.Resource, error) {
	switch path := req.Path; {
	case strings.EqualFold(path, req.Point+".mpd"), strings.EqualFold(path, ".mpd"):
		return manifest{}, nil
	case strings.EqualFold(strings.ReplaceAll(path, " ", ""), "Manifest(format=mpd-time-cmaf)"):
		return manifest{}, nil
	}
	return cmaf.Resolve(req)
}
