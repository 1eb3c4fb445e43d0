package hls

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"pubpoint/engine"
	"pubpoint/engine/internal/cmaf"
	"pubpoint/engine/internal/presentation"
)

// text writes the playlist.
func (l *list) text(p playlist) []byte {
	b := l.head(p)
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
	if l.open != nil {
		b = l.edge(b)
	}
	return b
}

// head writes the tags that concern the whole playlist.
func (l *list) head(p playlist) []byte {
	version := 3
	switch {
	case l.open != nil:
		version = 9
	case p.kind == fragmented:
		version = 6
	}
	b := fmt.Appendf(nil, "#EXTM3U\n#EXT-X-VERSION:%d\n#EXT-X-TARGETDURATION:%d\n", version, l.target)
	if p.keys {
		b = append(b, "#EXT-X-I-FRAMES-ONLY\n"...)
	}
	if l.open != nil {
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
	if p.kind == fragmented {
		b = fmt.Appendf(b, "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=%q\n", l.header)
	}
	return b
}

// holdBack is how far behind the edge players of parts stay, the same in all playlists of the
// event: three of the longest parts of any track.
func (l *list) holdBack() float64 {
	longest := l.part
	for _, stream := range slices.Concat(l.show.video, l.show.audio) {
		for _, t := range stream.Tracks {
			if t.Open == nil {
				continue
			}
			for _, p := range cmaf.Parts(t.Open, stream.Timescale, true) {
				longest = max(longest, p.Length.Duration(stream.Timescale))
			}
		}
	}
	return math.Ceil(longest.Seconds()*hold*10) / 10
}

// skipTargets is how many target durations from the end a delta update begins (bis-22 4.4.3.8).
const skipTargets = 6

// skipped is how many segments a delta update leaves out.
func (l *list) skipped(p playlist) int {
	if !p.delta || l.open == nil {
		return 0
	}
	until := l.open.Start - engine.Ticks(skipTargets*l.target)*engine.Ticks(l.stream.Timescale)
	n := 0
	for n < len(l.entries) && l.entries[n].start+l.entries[n].length < until {
		n++
	}
	return n
}

// segment writes one segment with the tags that go before it.
func (l *list) segment(b []byte, e entry, jumps int, p playlist) []byte {
	b = l.before(b, e.start, jumps)
	b = l.parts(b, e.start, e.parts)
	if e.missing {
		b = append(b, "#EXT-X-GAP\n"...)
	}
	b = append(b, "#EXTINF:"...)
	b = strconv.AppendFloat(b, e.length.Duration(l.stream.Timescale).Seconds(), 'f', 5, 64)
	b = append(append(b, ",\n"...), l.folder()...)
	switch {
	case p.kind == transport:
		b = append(strconv.AppendInt(b, int64(e.start), 10), ".ts"...)
	case p.keys:
		b = append(b, cmaf.KeyFile(e.start)...)
	default:
		b = append(b, cmaf.SegmentFile(e.start)...)
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
	b = l.show.clock(start.Duration(l.stream.Timescale)).UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	return append(b, '\n')
}

func (l *list) parts(b []byte, start engine.Ticks, parts []cmaf.Part) []byte {
	for n, p := range parts {
		b = append(b, "#EXT-X-PART:DURATION="...)
		b = strconv.AppendFloat(b, p.Length.Duration(l.stream.Timescale).Seconds(), 'f', 5, 64)
		b = fmt.Appendf(b, `,URI="%s%s"`, l.folder(), cmaf.PartFile(start, n))
		if p.Independent {
			b = append(b, ",INDEPENDENT=YES"...)
		}
		b = append(b, '\n')
	}
	return b
}

// edge writes the parts of the segment that is arriving, the one to come, and where the other
// playlists are (bis-22 4.4.5.3, 4.4.5.4).
func (l *list) edge(b []byte) []byte {
	if len(l.arrived) > 0 {
		b = l.before(b, l.open.Start, 0)
		b = l.parts(b, l.open.Start, l.arrived)
	}
	b = fmt.Appendf(b, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=%q\n", l.folder()+cmaf.PartFile(l.open.Start, len(l.arrived)))
	for _, stream := range slices.Concat(l.show.video, l.show.audio) {
		for _, t := range l.show.tracks(stream) {
			if t != l.track {
				b = l.report(b, stream, t)
			}
		}
	}
	return b
}

// report tells how far another playlist is.
func (l *list) report(b []byte, stream *presentation.Stream, t *presentation.Track) []byte {
	id := track{stream.Name, t.Bitrate}
	other, err := playlist{kind: fragmented, track: id, view: watched}.list(l.show.view)
	if err != nil {
		return b // it has nothing yet
	}
	msn, part := other.next()-1, -1
	if n := len(other.arrived); n > 0 {
		msn, part = other.next(), n-1
	} else if n := len(other.entries); n > 0 {
		part = len(other.entries[n-1].parts) - 1
	}
	b = fmt.Appendf(b, "#EXT-X-RENDITION-REPORT:URI=%q,LAST-MSN=%d", id.file(watched, false), msn)
	if part >= 0 {
		b = fmt.Appendf(b, ",LAST-PART=%d", part)
	}
	return append(b, '\n')
}
