package hls

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"pubpoint/engine"
	"pubpoint/engine/internal/cmaf"
)

// text writes the playlist.
func (l *list) text(p playlist) []byte {
	b := make([]byte, 0, 1024+len(l.entries)*(110+len(l.folder())))
	b = l.head(b, p)
	if !p.keys {
		b = l.markers(b)
	}
	skipped := l.skipped(p)
	if skipped > 0 {
		b = fmt.Appendf(b, "#EXT-X-SKIP:SKIPPED-SEGMENTS=%d\n", skipped)
	}
	jumps := l.entries[0].jumps
	for i, e := range l.entries {
		if i >= skipped {
			b = l.segment(b, e, e.jumps-jumps, p)
		}
		jumps = max(jumps, e.jumps)
	}
	if !l.show.view.Live {
		return append(b, "#EXT-X-ENDLIST\n"...)
	}
	if l.low {
		b = l.edge(b, p)
	}
	return b
}

// head writes the tags that concern the whole playlist.
func (l *list) head(b []byte, p playlist) []byte {
	version := 3
	switch {
	case l.low:
		version = 9
	case slices.ContainsFunc(l.entries, func(e entry) bool { return e.missing }):
		version = 8 // so that who does not know EXT-X-GAP takes another rung
	case p.kind == fragmented:
		version = 6
	}
	b = fmt.Appendf(b, "#EXTM3U\n#EXT-X-VERSION:%d\n#EXT-X-TARGETDURATION:%d\n", version, l.target)
	if p.keys {
		b = append(b, "#EXT-X-I-FRAMES-ONLY\n"...)
	}
	if l.low {
		part := math.Ceil(l.part.Seconds()*1000) / 1000
		b = fmt.Appendf(b, "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=%d.0,PART-HOLD-BACK=%.3f,HOLD-BACK=%d.0\n",
			skipTargets*l.target, l.holdBack(), hold*l.target)
		b = fmt.Appendf(b, "#EXT-X-PART-INF:PART-TARGET=%.3f\n", part)
	}
	switch {
	case p.view == whole:
		b = append(b, "#EXT-X-PLAYLIST-TYPE:VOD\n"...)
	case l.show.view.Window <= 0:
		b = append(b, "#EXT-X-PLAYLIST-TYPE:EVENT\n"...)
	}
	b = fmt.Appendf(b, "#EXT-X-MEDIA-SEQUENCE:%d\n", l.first)
	if n := l.entries[0].jumps; n > 0 {
		b = fmt.Appendf(b, "#EXT-X-DISCONTINUITY-SEQUENCE:%d\n", n)
	}
	if l.header != "" {
		b = fmt.Appendf(b, "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=%q\n", l.header)
	}
	return b
}

// segment writes one segment with the tags that go before it.
func (l *list) segment(b []byte, e entry, jumps int, p playlist) []byte {
	b = l.before(b, e.start, jumps)
	b = l.parts(b, e.start, e.parts)
	if e.missing {
		b = append(b, "#EXT-X-GAP\n"...)
	}
	b = append(b, "#EXTINF:"...)
	b = appendSeconds(b, e.length.Duration(l.stream.Timescale))
	b = append(b, ",\n"...)
	if l.place == "" {
		l.place = l.folder()
	}
	b = append(b, l.place...)
	switch {
	case l.stream.Type == engine.Text:
		b = append(strconv.AppendInt(b, int64(e.start), 10), captionsSuffix...)
	case p.kind == transport:
		b = append(strconv.AppendInt(b, int64(e.start), 10), ".ts"...)
	case p.keys:
		b = append(b, cmaf.KeyFile(e.start)...)
	default:
		b = append(strconv.AppendInt(b, int64(e.start), 10), cmaf.SegmentSuffix...)
	}
	return append(b, '\n')
}

// before writes what goes before a segment and before its first part.
func (l *list) before(b []byte, start engine.Ticks, jumps int) []byte {
	for range jumps {
		b = append(b, "#EXT-X-DISCONTINUITY\n"...)
	}
	if l.show.view.ZeroTime.IsZero() {
		return b // foreign files do not tell when they were recorded
	}
	b = append(b, "#EXT-X-PROGRAM-DATE-TIME:"...)
	b = l.date.append(b, l.show.clock(start.Duration(l.stream.Timescale)))
	return append(b, '\n')
}

func (l *list) parts(b []byte, start engine.Ticks, parts []cmaf.Part) []byte {
	for n, p := range parts {
		b = append(b, "#EXT-X-PART:DURATION="...)
		b = appendSeconds(b, p.Length.Duration(l.stream.Timescale))
		b = fmt.Appendf(b, `,URI="%s%s"`, l.folder(), cmaf.PartFile(start, n))
		if p.Independent {
			b = append(b, ",INDEPENDENT=YES"...)
		}
		b = append(b, '\n')
	}
	return b
}
