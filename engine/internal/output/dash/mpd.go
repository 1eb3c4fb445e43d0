package dash

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/marker"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

const profiles = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019"

// delay is how many of its longest segments behind the live edge a player should stay: with
// 2 s segments dash.js stalls at 2 s and plays clean at 8 s.
const delay = 4

// manifest asks for the MPD.
type manifest struct{}

// Class is ClientManifest.
func (manifest) Class() output.Class { return output.ClientManifest }

// Render writes the MPD of the newest view. Kinds: Starting, and Never for an event that
// ended without anything to play.
func (manifest) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, starting()
	}
	epochs := split(v)
	if len(epochs) == 0 || v.Opening() {
		if v.Live {
			return nil, starting()
		}
		return nil, &output.Error{Kind: output.Never, Text: "The event ended without anything that can be played as DASH."}
	}
	var b bytes.Buffer
	m := document(v, epochs)
	b.Grow(m.size())
	b.WriteString(xml.Header)
	out := xml.NewEncoder(&b)
	out.Indent("", " ")
	if err := out.Encode(m); err != nil {
		return nil, fmt.Errorf("write MPD: %w", err) // strings and numbers: it does not happen
	}
	b.WriteByte('\n')
	text := b.Bytes()
	return &output.Object{
		Type: "application/dash+xml", Size: int64(len(text)), Modified: v.Changed, Body: output.Bytes(text),
	}, nil
}

// size is about how many bytes the document has, its timelines above all.
func (m *mpd) size() int {
	n := 4096
	for _, p := range m.Periods {
		for _, set := range p.Sets {
			n += 2048
			if set.Template != nil {
				n += len(set.Template.Timeline.Text)
			}
			for _, r := range set.Representations {
				n += 512
				if r.Template != nil {
					n += len(r.Template.Timeline.Text)
				}
			}
		}
	}
	return n
}

func starting() error {
	return &output.Error{Kind: output.Starting, Text: "The stream is starting; try again in a second."}
}

// document makes the MPD of a view. While live, the wall clock of a player's media time zero
// is availabilityStartTime.
func document(v *presentation.View, epochs []epoch) mpd {
	longest, extent := extents(v, epochs)
	m := mpd{
		Profiles: profiles, Type: "static", MinBuffer: seconds(longest), MaxSegment: seconds(longest),
		Publish: instant(v.Changed),
	}
	markers := marker.List(v)
	for i := range epochs {
		m.Periods = append(m.Periods, epochs[i].period(v, markers))
	}
	if !v.Live {
		m.PresentationDuration = seconds(end(epochs) - v.Origin)
		return m
	}
	m.Type = "dynamic"
	m.AvailabilityStart = instant(epochs[len(epochs)-1].ZeroTime.Add(v.Origin))
	m.UpdatePeriod = seconds(max(time.Second, longest.Truncate(time.Second)))
	m.SuggestedPresentation = seconds(delay * longest)
	// Always told, also without a window: else players offer to seek to where nothing is.
	m.TimeShiftBuffer = seconds(max(v.Window, extent.Truncate(time.Second)+time.Second))
	if v.Window > 0 {
		m.TimeShiftBuffer = seconds(v.Window)
	}
	if target, ok := m.lowDelay(); ok {
		m.SuggestedPresentation = seconds(target)
		m.UpdatePeriod = seconds(time.Second)
		m.Service = &service{
			ID: "0", Latency: latency{target.Milliseconds(), target.Milliseconds() * 3 / 4, target.Milliseconds() * 2},
			Rate: rate{"0.96", "1.04"},
		}
	}
	m.UTCTiming = &descriptor{Scheme: "urn:mpeg:dash:utc:http-xsdate:2014", Value: "/time"}
	return m
}

// chunks is how many of its chunks behind the live edge a player of chunks should stay, and
// least how long at least.
const (
	chunks = 3
	least  = 1500 * time.Millisecond
)

// lowDelay is how far behind the live edge players should stay that take segments chunk by
// chunk; false when not all sets can be had so.
func (m *mpd) lowDelay() (time.Duration, bool) {
	target := least
	for _, set := range m.Periods[len(m.Periods)-1].Sets {
		if set.ContentType == string(engine.Text) {
			continue // nobody waits for captions
		}
		if set.Template == nil || set.Template.Early == "" {
			return 0, false
		}
		target = max(target, chunks*set.Template.chunk)
	}
	return target, true
}

// extents are the length of the longest segment listed, and of all of them together.
func extents(v *presentation.View, epochs []epoch) (longest, extent time.Duration) {
	first := epochs[0].start(v)
	for _, e := range epochs {
		for _, l := range e.listings {
			if l.stream.Type == engine.Text {
				continue
			}
			for _, s := range l.spans {
				longest = max(longest, s.Duration.Duration(l.stream.Timescale))
			}
		}
	}
	return longest, end(epochs) - first
}

// end is the end of the last segment listed, in presentation time.
func end(epochs []epoch) time.Duration {
	var last time.Duration
	for _, l := range epochs[len(epochs)-1].listings {
		if l.stream.Type == engine.Text {
			continue
		}
		last = max(last, l.spans[len(l.spans)-1].End().Duration(l.stream.Timescale))
	}
	return last
}

// seconds writes a duration as xs:duration.
func seconds(d time.Duration) string {
	return "PT" + strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "S"
}

// instant writes a time as xs:dateTime, in milliseconds.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// ticks is a presentation time in a stream's timescale.
func ticks(d time.Duration, s *presentation.Stream) int64 {
	return int64(engine.Ticks(d.Microseconds()).Rescale(1_000_000, s.Timescale))
}
