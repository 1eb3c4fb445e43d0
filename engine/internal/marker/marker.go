// Package marker reads the SCTE 35 markers of a presentation for the formats that show them in
// their manifests.
//
// Markers are fragments of sparse streams of the scheme urn:scte:scte35:2013:bin. List gives
// those that a manifest of a view shows, newest within bounds, in order of time. A fragment that
// cannot be read, or whose message is none, is left out: markers never cost a player its picture.
package marker

import (
	"cmp"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/scte35"
)

// Bounds of a manifest: of the newest markers of a stream, so many and so many bytes.
const (
	maxMarkers = 64
	maxMessage = 4096
	maxBytes   = 32 << 10
)

// Marker is one message.
type Marker struct {
	At      time.Duration // presentation time of the event
	Message scte35.Message
	Section scte35.Section // what Message.Section says
}

// Effect is the event of a message that leaves the programme or returns to it, else its first;
// false when it has none.
func (m Marker) Effect() (scte35.Event, bool) {
	events := m.Section.Events
	for _, e := range events {
		if e.Out || e.In {
			return e, true
		}
	}
	if len(events) > 0 {
		return events[0], true
	}
	return scte35.Event{}, false
}

// List reads the markers that a manifest of v shows, ascending by time. What manifests show
// twice, a message that was sent again for the same time, is there once.
func List(v *presentation.View) []Marker {
	var out []Marker
	for _, s := range v.Streams {
		if s.Sparse() && s.Text.Scheme == fmp4.SchemeSCTE35 {
			out = append(out, ofStream(v, s)...)
		}
	}
	slices.SortStableFunc(out, func(a, b Marker) int { return cmp.Compare(a.At, b.At) })
	return slices.CompactFunc(out, func(a, b Marker) bool { return a.At == b.At && a.Message.ID == b.Message.ID })
}

// ofStream reads the newest markers of a stream.
func ofStream(v *presentation.View, s *presentation.Stream) []Marker {
	spans := v.Listed(s)
	spans = spans[max(0, len(spans)-maxMarkers):]
	var out []Marker
	left := maxBytes
	for _, p := range slices.Backward(spans) {
		for _, t := range s.Tracks {
			i, ok := slices.BinarySearchFunc(t.Fragments, p.Start, func(f presentation.Fragment, at engine.Ticks) int { return cmp.Compare(f.Start, at) })
			if !ok || t.Init == nil {
				continue
			}
			if m, ok := read(s, t, &t.Fragments[i]); ok && len(m.Message.Section) <= left {
				left -= len(m.Message.Section)
				out = append(out, m)
			}
		}
	}
	return out
}

func read(s *presentation.Stream, t *presentation.Track, f *presentation.Fragment) (Marker, bool) {
	if f.Size > 2*maxMessage {
		return Marker{}, false
	}
	payload, err := output.Payload(t, f, maxMessage)
	if err != nil {
		return Marker{}, false
	}
	message, err := scte35.ParseMessage(payload)
	if err != nil {
		return Marker{}, false
	}
	section, err := scte35.Parse(message.Section)
	if err != nil {
		return Marker{}, false
	}
	at := f.Start + engine.Ticks(message.Delta)
	return Marker{At: at.Duration(s.Timescale), Message: message, Section: section}, true
}
