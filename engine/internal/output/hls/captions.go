package hls

import (
	"context"
	"fmt"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/mpegts"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/webvtt"
)

// captions asks for the WebVTT segment of a fragment of captions.
type captions struct {
	kind  kind
	track track
	at    engine.Ticks
}

const captionsSuffix = ".vtt"

// maxCaptions is how many bytes of captions a segment is made of at most.
const maxCaptions = 1 << 20

// captionable reports whether a stream is captions that come without gaps, in a format that WebVTT
// can be made of.
func captionable(s *presentation.Stream) bool {
	return s.Text != nil && s.Text.Scheme == "" && !s.Sparse()
}

// readable reports whether WebVTT can be made of a track.
func readable(t *presentation.Track) bool {
	if t.Init == nil {
		return false
	}
	switch t.Init.Codec {
	case "dfxp", "wvtt":
		return true
	}
	return t.Init.SampleEntry == "stpp"
}

// Class is Media.
func (captions) Class() output.Class { return output.Media }

// Render makes the segment. Kinds: Starting, Never, Gone, NotYet, Broken.
func (c captions) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, starting()
	}
	s := newShow(c.kind, v)
	if s == nil {
		return nil, starting()
	}
	stream, t := s.find(c.track)
	if t == nil || stream.Type != engine.Text {
		return nil, never("There are no such captions; load the multivariant playlist again.")
	}
	f, err := output.Locate(v, t, c.at)
	if err != nil {
		return nil, err
	}
	if _, ok := stream.FindSpan(f.Start); !ok && v.Live && f.Start >= stream.Edge() {
		return nil, &output.Error{Kind: output.NotYet, Text: "The segment is not listed yet; load the playlist again."}
	}
	cues, err := cuesOf(stream, t, f)
	if err != nil {
		return nil, err
	}
	b := webvtt.Append(nil, c.origin(v), moved(cues, -v.Origin))
	o := &output.Object{
		Type: "text/vtt; charset=utf-8", Size: int64(len(b)), Body: output.Bytes(b),
		Tag: fmt.Sprintf("%s-%s-%d-%d-v%c-%s", v.Event, stream.Name, t.Bitrate, f.Start, c.kind, packager),
	}
	if f.Arrived != 0 {
		o.Modified = time.Unix(0, f.Arrived)
	}
	return o, nil
}

// origin is the clock reading of media at View.Origin, where cues count from: so their times stay
// small for encoders that count from 1970.
func (c captions) origin(v *presentation.View) uint64 {
	reading := engine.Ticks(v.Origin.Microseconds()).Rescale(1_000_000, clockRate)
	if c.kind == transport {
		reading += mpegts.Lead
	}
	return uint64(reading) & (1<<33 - 1)
}

func moved(cues []webvtt.Cue, by time.Duration) []webvtt.Cue {
	for i := range cues {
		cues[i].Start += by
		cues[i].End += by
	}
	return cues
}

// cuesOf reads the captions of a fragment, in presentation time.
func cuesOf(s *presentation.Stream, t *presentation.Track, f *presentation.Fragment) ([]webvtt.Cue, error) {
	samples, err := output.Samples(t, f)
	if err != nil {
		return nil, err
	}
	if samples.PayloadSize > maxCaptions {
		return nil, &output.Error{Kind: output.Broken, Text: fmt.Sprintf("The captions at %d are too large to be made WebVTT.", f.Start)}
	}
	payload, err := read(f, samples.PayloadOffset, samples.PayloadSize)
	if err != nil {
		return nil, err
	}
	var cues []webvtt.Cue
	var run webvtt.Samples
	at := engine.Ticks(samples.DecodeStart)
	for _, x := range samples.Samples {
		data := payload[:x.Size]
		payload = payload[x.Size:]
		start, end := at.Duration(s.Timescale), (at + engine.Ticks(x.Duration)).Duration(s.Timescale)
		at += engine.Ticks(x.Duration)
		if t.Init.Codec == "wvtt" {
			run.Add(data, start, end)
			continue
		}
		// What cannot be read shows nothing, and whoever takes the original is told.
		zero := f.Start.Duration(s.Timescale) // of times in the document
		if t.Init.SampleEntry == "stpp" {
			zero = f.Shift.Duration(s.Timescale) // they count from the encoder's own zero
		}
		document, _ := webvtt.TTML(data, f.End().Duration(s.Timescale)-zero)
		cues = append(cues, moved(document, zero)...)
	}
	return append(cues, run.Cues...), nil
}
