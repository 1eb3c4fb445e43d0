package smooth

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Bounds on the payloads that a manifest carries, in bytes before they are encoded. A fragment
// beyond them is listed without, and can be fetched like any other.
const (
	maxInline      = 16 << 10  // of one fragment
	maxInlineInAll = 256 << 10 // of a manifest, the newest of each stream first
	minInline      = 256       // that one counts for at least: each may have to be read from disk
)

// textListing returns what a manifest shows of captions or markers, and whether it lists
// them. A sparse stream has its place also while there is nothing of it: players match streams
// by index, and would not see it come.
func textListing(v *presentation.View, s *presentation.Stream) (listing, bool) {
	l := listing{stream: s, tracks: playable(s, false)}
	if s.Text == nil || len(l.tracks) == 0 {
		return l, false
	}
	if !s.Sparse() {
		l.spans = listed(v, s)
		return l, len(l.spans) > 0
	}
	l.spans = v.Listed(s)
	if p := v.Parent(s); p != nil {
		l.parent = p.Name
	}
	return l, true
}

// textIndex writes the StreamIndex of captions or markers (MS-SSTR 2.2.2.3). left is how many
// bytes of payload the manifest may still carry.
func (w *writer) textIndex(l listing, left *int64) {
	s := l.stream
	w.open("StreamIndex")
	w.attribute("Type", "text")
	w.attribute("Name", s.Name)
	w.attribute("Subtype", s.Text.Subtype)
	if s.Language != "und" && s.Language != "" {
		w.attribute("Language", s.Language)
	}
	w.number("Chunks", int64(len(l.spans)))
	w.number("QualityLevels", int64(len(l.tracks)))
	w.number("TimeScale", int64(s.Timescale))
	if l.parent != "" {
		w.attribute("ParentStreamIndex", l.parent)
	}
	if s.Text.InManifest {
		w.attribute("ManifestOutput", "TRUE")
	}
	w.attribute("Url", "QualityLevels({bitrate})/Fragments("+s.Name+"={start time})")
	w.content()
	for i, t := range l.tracks {
		w.textLevel(i, t, s.Text.Scheme)
	}
	w.textTimeline(l, left)
	w.close("StreamIndex")
}

// textLevel writes a QualityLevel.
func (w *writer) textLevel(index int, t *presentation.Track, scheme string) {
	w.open("QualityLevel")
	w.number("Index", int64(index))
	w.number("Bitrate", int64(t.Bitrate))
	w.attribute("FourCC", textFourCC(t.Init))
	w.attribute("CodecPrivateData", "")
	if scheme == "" {
		w.empty()
		return
	}
	w.content()
	w.open("CustomAttributes")
	w.content()
	w.open("Attribute")
	w.attribute("Name", "Scheme")
	w.attribute("Value", scheme)
	w.empty()
	w.close("CustomAttributes")
	w.close("QualityLevel")
}

// textFourCC is TTML or DFXP for documents whose times count from their fragment, as Smooth
// players take them. The text tracks of ISO/IEC 14496-30 keep their own names: their times
// count from the beginning of the presentation. So do markers, because dash.js 5.2.1 falls
// over a text stream without a FourCC and passes over one that it does not know.
func textFourCC(t *fmp4.TrackInit) string {
	switch t.SampleEntry {
	case "dfxp", "DFXP":
		return "DFXP"
	case "ttml", "TTML":
		return "TTML"
	}
	return strings.ToUpper(t.SampleEntry)
}

// textTimeline writes the fragments of captions or markers. Those of a sparse stream each
// have their time, and any may carry its payload, one for each quality level that has it.
func (w *writer) textTimeline(l listing, left *int64) {
	var payloads map[engine.Ticks][]inline
	if l.stream.Text.InManifest {
		payloads = inlines(l, left)
	}
	for i, s := range l.spans {
		w.open("c")
		if i == 0 || l.stream.Sparse() || s.Start != l.spans[i-1].End() || s.Start > exact {
			w.number("t", int64(s.Start))
		}
		w.number("d", int64(s.Duration))
		if len(payloads[s.Start]) == 0 {
			w.empty()
			continue
		}
		w.text = append(w.text, '>')
		for _, p := range payloads[s.Start] {
			w.text = fmt.Appendf(w.text, `<f i="%d">`, p.index)
			w.text = base64.StdEncoding.AppendEncode(w.text, p.payload)
			w.text = append(w.text, "</f>"...)
		}
		w.depth--
		w.text = append(w.text, "</c>\n"...)
	}
}

// inline is a payload that a manifest carries.
type inline struct {
	index   int // of the quality level
	payload []byte
}

// inlines reads the payloads of a listing, newest first, as far as there is room.
func inlines(l listing, left *int64) map[engine.Ticks][]inline {
	found := map[engine.Ticks][]inline{}
	for _, s := range slices.Backward(l.spans) {
		for index, t := range l.tracks {
			i, ok := at(t.Fragments, s.Start)
			if !ok {
				continue
			}
			if *left <= 0 {
				return found
			}
			if p, ok := readInline(t, &t.Fragments[i], min(*left, maxInline)); ok {
				*left -= max(minInline, int64(len(p)))
				found[s.Start] = append(found[s.Start], inline{index: index, payload: p})
			}
		}
	}
	return found
}

// readInline reads what a track has in a fragment, if that is no more than limit bytes.
// What cannot be read is left out: whoever fetches the fragment is told.
func readInline(t *presentation.Track, f *presentation.Fragment, limit int64) ([]byte, bool) {
	if f.Size > limit+maxInline { // more than any moof of one sample: not worth reading
		return nil, false
	}
	payload, err := output.Payload(t, f, limit)
	return payload, err == nil && len(payload) > 0
}

// at finds the fragment that starts exactly at a time: those of a sparse stream may be closer
// to one another than players' rounding.
func at(fragments []presentation.Fragment, start engine.Ticks) (int, bool) {
	return slices.BinarySearchFunc(fragments, start, func(f presentation.Fragment, want engine.Ticks) int {
		return cmp.Compare(f.Start, want)
	})
}

// locateSparse returns the index of a sparse track's fragment at a time, or why there is none
// to give. While live it is there as soon as its stream's timeline shows it; one may come at
// any time that lies ahead.
func locateSparse(v *presentation.View, s *presentation.Stream, t *presentation.Track, want engine.Ticks) (int, error) {
	if f, ok := t.Find(want); ok {
		_, visible := slices.BinarySearchFunc(s.Spans, f.Start, func(p presentation.Span, start engine.Ticks) int {
			return cmp.Compare(p.Start, start)
		})
		if !visible && v.Live {
			return 0, notYet()
		}
		i, _ := at(t.Fragments, f.Start)
		return i, nil
	}
	if n := len(s.Spans); v.Live && (n == 0 || want > s.Spans[n-1].Start) {
		return 0, notYet()
	}
	return 0, never(fmt.Sprintf("No fragment begins at %d; use the times that the manifest lists.", want))
}
