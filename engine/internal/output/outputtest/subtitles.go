package outputtest

import (
	"encoding/binary"
	"fmt"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// WithSubtitles adds captions in the formats of ISO/IEC 14496-30 to an event, a fragment for each
// of the first stream: "subtitles_eng" of WebVTT, and "subtitles_fra" of TTML, whose times count
// from the beginning of the presentation.
func WithSubtitles(v *presentation.View) *presentation.View {
	first := v.Streams[0]
	wvtt := newText("subtitles_eng", fmp4.TrackInit{
		ID: 1, Type: "text", Timescale: second, Language: "eng", Codec: "wvtt", SampleEntry: "wvtt",
		Entry: box("wvtt", []byte{0, 0, 0, 0, 0, 0, 0, 1}, box("vttC", []byte("WEBVTT"))),
	}, presentation.Text{Subtype: "SUBT"})
	stpp := newText("subtitles_fra", fmp4.TrackInit{
		ID: 1, Type: "text", Timescale: second, Language: "fra", Codec: "stpp", SampleEntry: "stpp",
		Entry: box("stpp", []byte{0, 0, 0, 0, 0, 0, 0, 1}, []byte("http://www.w3.org/ns/ttml\x00\x00\x00")),
	}, presentation.Text{Subtype: "SUBT"})
	for i, span := range first.Spans {
		start := span.Start.Rescale(first.Timescale, second)
		length := span.End().Rescale(first.Timescale, second) - start
		wvtt.add(v, start, length, box("vttc", box("payl", fmt.Appendf(nil, "Line %d <i>of</i> many", i))))
		begin := start.Duration(second)
		stpp.add(v, start, length, fmt.Appendf(nil,
			`<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="%dms" end="%dms">Ligne %d<br/>et une autre</p></div></body></tt>`,
			begin.Milliseconds(), (begin+engine.Ticks(length).Duration(second)).Milliseconds(), i))
	}
	number(wvtt.stream)
	number(stpp.stream)
	v.Streams = append(v.Streams, wvtt.stream, stpp.stream)
	return v
}

// box makes a box of its contents.
func box(kind string, contents ...[]byte) []byte {
	b := append(make([]byte, 4, 64), kind...)
	for _, c := range contents {
		b = append(b, c...)
	}
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}
