package outputtest

import (
	"encoding/hex"
	"fmt"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// spliceOut is a marker's payload: version 1, id 7, 4 s ahead at 10 MHz, and an SCTE 35
// splice_insert that leaves the programme for 30 s.
const spliceOut = "000000010000000702625a00" +
	"fc302500000000000000fff01405000000077fef" +
	"fe00057e40fe002932e00001010100000de020d7"

// WithText adds captions and markers to an event: a stream "captions" of TTML with a fragment
// for each of the first stream, and a sparse stream "scte" on its timeline, which begins with
// two at one time, of which one lasts longer than until the next.
func WithText(v *presentation.View) *presentation.View {
	first := v.Streams[0]
	captions := newText("captions", fmp4.TrackInit{ID: 1, Type: "text", Timescale: second, Language: "eng", Codec: "dfxp", SampleEntry: "dfxp"},
		presentation.Text{Subtype: "CAPT"})
	markers := newText("scte", fmp4.TrackInit{ID: 1, Type: "text", Timescale: second, Language: "und", Codec: "scte", SampleEntry: "scte", Scheme: fmp4.SchemeSCTE35},
		presentation.Text{Subtype: "DATA", Scheme: fmp4.SchemeSCTE35, Parent: first.Name, InManifest: true})
	payload, err := hex.DecodeString(spliceOut)
	if err != nil {
		panic(err) // a constant of ours
	}
	for i, span := range first.Spans {
		start := span.Start.Rescale(first.Timescale, second)
		length := span.End().Rescale(first.Timescale, second) - start
		captions.add(v, start, length, fmt.Appendf(nil, `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0s" end="1s">Line %d</p></div></body></tt>`, i))
		switch i {
		case 0:
			markers.add(v, start, 1, payload)
			markers.add(v, start+1, 30*second, payload[:12])
		case 1, 4:
			markers.add(v, start, 1, payload)
		}
	}
	number(captions.stream)
	v.Streams = append(v.Streams, captions.stream, markers.stream)
	return v
}

// text is a text stream that is being made up.
type text struct {
	stream *presentation.Stream
	track  *presentation.Track
}

func newText(name string, init fmp4.TrackInit, about presentation.Text) text {
	header := &fmp4.Init{Brand: "isml", Tracks: []fmp4.TrackInit{init}}
	t := &presentation.Track{Bitrate: 1000, Source: name, Header: header, Init: &header.Tracks[0], Ended: true}
	return text{track: t, stream: &presentation.Stream{
		Name: name, Type: engine.Text, Language: init.Language, Timescale: init.Timescale, Text: &about, Tracks: []*presentation.Track{t},
	}}
}

func (t text) add(v *presentation.View, start, length engine.Ticks, payload []byte) {
	f := &fmp4.Fragment{TrackID: 1, Samples: []fmp4.Sample{{Duration: uint32(length), Size: uint32(len(payload)), Flags: fmp4.FlagsSync}}}
	moof := fmp4.SmoothMoof(f, fmp4.Rewrite{TrackID: 1, Sequence: 1, Start: int64(start), Duration: int64(length)})
	t.track.Fragments = append(t.track.Fragments, presentation.Fragment{
		Start: start, Duration: length, Decode: start, DecodeLength: length, Sync: true,
		Size: int64(len(moof) + 8 + len(payload)), Media: &memory{moof: moof, payload: payload},
		Arrived: v.ZeroTime.Add(start.Duration(second)).UnixNano(),
	})
	t.stream.Spans = append(t.stream.Spans, presentation.Span{Start: start, Duration: length})
}
