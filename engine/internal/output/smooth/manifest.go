package smooth

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

const (
	// timescale is that of the manifest itself; streams have their own.
	timescale = 10_000_000
	// exact is up to where a JavaScript number holds every whole number. Times beyond are
	// given with every fragment, so that no player has to add them up.
	exact = 1 << 53
)

// manifest asks for the client manifest.
type manifest struct{}

// Class is ClientManifest.
func (manifest) Class() output.Class { return output.ClientManifest }

// Steady says that a manifest lists nothing that is open.
func (manifest) Steady() {}

// Render writes the manifest of the newest view. Kinds: Starting, and Never for an event
// that ended without anything to play.
func (manifest) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, starting()
	}
	text := clientManifest(v)
	switch {
	case text == nil && v.Live:
		return nil, starting()
	case text == nil:
		return nil, never("The event ended without anything that can be played as Smooth Streaming.")
	}
	return &output.Object{
		Type: "text/xml; charset=utf-8", Size: int64(len(text)), Modified: v.Changed, Body: output.Bytes(text),
	}, nil
}

// Playable reports whether a view has enough for players to begin with, so that its client
// manifest is given out.
func Playable(v *presentation.View) bool { return len(listings(v)) > 0 }

// ClientManifest writes the client manifest of a view (MS-SSTR 2.2.2), for the .ismc file
// of an event that has ended. It fails when there is nothing to list.
func ClientManifest(v *presentation.View) ([]byte, error) {
	text := clientManifest(v)
	if text == nil {
		return nil, errors.New("the event has nothing that can be played as Smooth Streaming")
	}
	return text, nil
}

// clientManifest writes the client manifest of a view (MS-SSTR 2.2.2), or nil when there is
// nothing to list.
func clientManifest(v *presentation.View) []byte {
	streams := listings(v)
	if len(streams) == 0 {
		return nil
	}
	var w writer
	w.text = append(w.text, `<?xml version="1.0" encoding="utf-8"?>`+"\n"...)
	w.open("SmoothStreamingMedia")
	w.attribute("MajorVersion", "2")
	w.attribute("MinorVersion", minorVersion(streams))
	w.number("TimeScale", timescale)
	if v.Live {
		w.live(v)
	} else {
		w.number("Duration", int64(duration(streams)))
	}
	w.content()
	left := int64(maxInlineInAll)
	for _, l := range streams {
		if l.stream.Type == engine.Text {
			w.textIndex(l, &left)
		} else {
			w.streamIndex(l)
		}
	}
	w.close("SmoothStreamingMedia")
	return w.text
}

// minorVersion is 0, and 2 with HEVC as the amendment of MS-SSTR has it.
func minorVersion(streams []listing) string {
	for _, l := range streams {
		for _, t := range l.tracks {
			if hevc(t.Init) {
				return "2"
			}
		}
	}
	return "0"
}

func duration(streams []listing) engine.Ticks {
	var longest engine.Ticks
	for _, l := range streams {
		if l.stream.Type == engine.Text {
			continue
		}
		longest = max(longest, l.extent().Rescale(l.stream.Timescale, timescale))
	}
	return longest
}

// live writes the attributes that only a live presentation has. VLC wants exactly TRUE, and
// players read the look-ahead under either name. dash.js takes a Duration above 0 for a
// recording.
func (w *writer) live(v *presentation.View) {
	w.number("Duration", 0)
	w.attribute("IsLive", "TRUE")
	w.number("LookaheadCount", int64(v.LookAhead))
	w.number("LookAheadFragmentCount", int64(v.LookAhead))
	if v.Window > 0 {
		w.number("DVRWindowLength", int64(v.Window/(time.Second/timescale)))
	}
	w.attribute("CanSeek", "TRUE")
	w.attribute("CanPause", "TRUE")
}

func (w *writer) streamIndex(l listing) {
	s := l.stream
	w.open("StreamIndex")
	w.attribute("Type", string(s.Type))
	w.attribute("Name", s.Name)
	w.attribute("Subtype", fourCC(l.tracks[0].Init))
	if s.Type == engine.Audio || s.Language != "und" && s.Language != "" {
		w.attribute("Language", s.Language)
	}
	w.number("Chunks", int64(len(l.spans)))
	w.number("QualityLevels", int64(len(l.tracks)))
	w.number("TimeScale", int64(s.Timescale))
	if s.Type == engine.Video {
		w.sizes(l.tracks)
	}
	w.attribute("Url", "QualityLevels({bitrate})/Fragments("+s.Name+"={start time})")
	w.content()
	for i, t := range l.tracks {
		w.qualityLevel(i, t)
	}
	w.timeline(l.spans)
	w.close("StreamIndex")
}

// sizes tells the largest picture of a stream.
func (w *writer) sizes(tracks []*presentation.Track) {
	var width, height, shownWidth, shownHeight int
	for _, t := range tracks {
		width, height = max(width, t.Init.Width), max(height, t.Init.Height)
		shownWidth, shownHeight = max(shownWidth, t.Init.DisplayWidth), max(shownHeight, t.Init.DisplayHeight)
	}
	w.number("MaxWidth", int64(width))
	w.number("MaxHeight", int64(height))
	w.number("DisplayWidth", int64(shownWidth))
	w.number("DisplayHeight", int64(shownHeight))
}

func (w *writer) qualityLevel(index int, t *presentation.Track) {
	w.open("QualityLevel")
	w.number("Index", int64(index))
	w.number("Bitrate", int64(t.Bitrate))
	w.attribute("FourCC", fourCC(t.Init))
	if t.Init.Type == "video" {
		w.number("MaxWidth", int64(t.Init.Width))
		w.number("MaxHeight", int64(t.Init.Height))
	} else {
		w.number("AudioTag", audioTag(t.Init))
		w.number("SamplingRate", int64(t.Init.SamplingRate))
		w.number("Channels", int64(t.Init.Channels))
		w.number("BitsPerSample", 16)
		w.number("PacketSize", 4)
	}
	w.attribute("CodecPrivateData", fmt.Sprintf("%X", t.Init.CodecPrivate))
	w.empty()
}

// timeline writes the fragments: each with its duration, and with its time where it cannot
// be had by adding, or not exactly (MS-SSTR 2.2.2.6).
func (w *writer) timeline(spans []presentation.Span) {
	for i, s := range spans {
		w.open("c")
		if i == 0 || s.Start != spans[i-1].End() || s.Start > exact {
			w.number("t", int64(s.Start))
		}
		w.number("d", int64(s.Duration))
		w.empty()
	}
}

// fourCC names a codec in the way of Smooth (MS-SSTR 2.2.2.5).
func fourCC(t *fmp4.TrackInit) string {
	switch {
	case t.SampleEntry == "avc1" || t.SampleEntry == "avc3":
		return "H264"
	case hevc(t):
		return "hvc1"
	case t.Codec == "mp4a.40.5":
		return "AACH"
	case t.Codec == "mp4a.40.29":
		return "AACP"
	case t.SampleEntry == "mp4a":
		return "AACL"
	}
	return t.SampleEntry
}

// audioTag is the WAVE format tag: AAC's, or WAVE_FORMAT_EXTENSIBLE for what has none.
func audioTag(t *fmp4.TrackInit) int64 {
	if t.SampleEntry == "mp4a" {
		return 255
	}
	return 65534
}

// writer writes elements one a line.
type writer struct {
	text  []byte
	depth int
}

func (w *writer) open(name string) {
	for range w.depth {
		w.text = append(w.text, ' ')
	}
	w.text = append(append(w.text, '<'), name...)
	w.depth++
}

func (w *writer) attribute(name, value string) {
	w.text = append(append(append(w.text, ' '), name...), `="`...)
	w.text = append(append(w.text, escaped(value)...), '"')
}

func (w *writer) number(name string, value int64) {
	w.text = append(append(append(w.text, ' '), name...), `="`...)
	w.text = append(strconv.AppendInt(w.text, value, 10), '"')
}

// content ends a start tag that has children.
func (w *writer) content() { w.text = append(w.text, ">\n"...) }

// empty ends an element without children.
func (w *writer) empty() {
	w.depth--
	w.text = append(w.text, "/>\n"...)
}

func (w *writer) close(name string) {
	w.depth--
	for range w.depth {
		w.text = append(w.text, ' ')
	}
	w.text = append(append(append(w.text, "</"...), name...), ">\n"...)
}

func escaped(value string) string {
	if !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || strings.ContainsRune(`<>&"'`, r) || r > '~' }) {
		return value
	}
	var b strings.Builder
	// A strings.Builder accepts everything.
	_ = xml.EscapeText(&b, []byte(value))
	return b.String()
}
