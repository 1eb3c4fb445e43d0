package hls

import (
	"fmt"
	"math"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/cmaf"
	"pubpoint/engine/internal/presentation"
)

// recent is how many of the newest segments of a track say how long parts are.
const recent = 16

// longestPart is the longest of a track's parts; 0 when it has none.
func longestPart(t *presentation.Track, timescale uint32) time.Duration {
	var longest engine.Ticks
	measure := func(parts []cmaf.Part) {
		for _, p := range parts {
			longest = max(longest, p.Length)
		}
	}
	for i := max(0, len(t.Fragments)-recent); i < len(t.Fragments); i++ {
		measure(cmaf.Parts(&t.Fragments[i], timescale, true))
	}
	if t.Open != nil {
		measure(cmaf.Parts(t.Open, timescale, false))
	}
	return longest.Duration(timescale)
}

// addEdge adds what low-latency players see before other rungs have it: the segments of the
// track behind the timeline, and the parts of the one that is arriving. What does not follow
// without a jump waits for the timeline, which numbers it.
func (l *list) addEdge(last presentation.Span) {
	l.part = longestPart(l.track, l.stream.Timescale)
	if l.low = l.part > 0 && l.track.Open != nil; !l.low {
		return
	}
	if last.Number == l.stream.Spans[len(l.stream.Spans)-1].Number { // else the timeline goes on
		jumps := l.entries[len(l.entries)-1].jumps
		ahead, open := beyond(l.track, l.stream.Timescale, last)
		for i := range ahead {
			l.entries = append(l.entries, entry{start: ahead[i].Start, length: ahead[i].Duration, jumps: jumps})
		}
		if open != nil {
			l.open, l.arrived = open, cmaf.Parts(open, l.stream.Timescale, false)
		}
	}
	l.addParts()
}

// parted is how many complete segments have their parts listed: with the one that is arriving they
// are the three that strict readers let have parts.
const parted = 2

// addParts lists the parts of the newest segments, within three target durations of the end
// (bis-22 6.2.2).
func (l *list) addParts() {
	end := l.end()
	for _, p := range l.arrived {
		end += p.Length
	}
	for i := len(l.entries) - 1; i >= max(0, len(l.entries)-parted) && l.entries[i].start >= end-l.seconds(hold*l.target); i-- {
		e := &l.entries[i]
		if f, ok := l.track.Find(e.start); ok && !e.missing {
			e.parts = cmaf.Parts(f, l.stream.Timescale, true)
		}
	}
}

// end is the end of the last segment that is complete.
func (l *list) end() engine.Ticks {
	last := l.entries[len(l.entries)-1]
	return last.start + last.length
}

func (l *list) seconds(n int) engine.Ticks {
	return engine.Ticks(n) * engine.Ticks(l.stream.Timescale)
}

// next is the number of the segment behind the last that is complete.
func (l *list) next() int64 { return l.first + int64(len(l.entries)) }

// newest is the last segment and part that the playlist holds; part is -1 without parts.
func (l *list) newest() (msn int64, part int) {
	if n := len(l.arrived); n > 0 {
		return l.next(), n - 1
	}
	return l.next() - 1, len(l.entries[len(l.entries)-1].parts) - 1
}

// has reports whether the playlist holds what a client waits for. A part that the last complete
// segment does not have means the first of the one behind it (bis-22 6.2.5.2).
func (l *list) has(until position) bool {
	if !until.asked || !l.show.view.Live {
		return true
	}
	if l.low && until.msn == l.next()-1 && until.part >= len(l.entries[len(l.entries)-1].parts) {
		until = position{asked: true, msn: l.next()}
	}
	if until.msn < l.next() {
		return true
	}
	return until.msn == l.next() && until.part >= 0 && until.part < len(l.arrived)
}

// tooFar refuses to wait for what is further ahead than a client that follows can be.
func (l *list) tooFar(until position) error {
	msn, part := l.newest()
	if until.msn > msn+2 {
		return badRequest(fmt.Sprintf("_HLS_msn is %d and the newest segment is %d: load the playlist without it.", until.msn, msn))
	}
	limit := hold
	if l.part > 0 && l.part < time.Second {
		limit = int(math.Ceil(hold / l.part.Seconds()))
	}
	if until.msn == msn && until.part > max(part, 0)+limit {
		return badRequest(fmt.Sprintf("_HLS_part is %d and the newest part is %d: load the playlist without it.", until.part, part))
	}
	return nil
}

// holdBack is how far behind the edge players of parts stay, the same in all playlists of the
// event: three of the longest parts of any track.
func (l *list) holdBack() float64 {
	longest := l.part
	for _, stream := range slices.Concat(l.show.video, l.show.audio) {
		for _, t := range stream.Tracks {
			if t.Open != nil {
				longest = max(longest, longestPart(t, stream.Timescale))
			}
		}
	}
	return math.Ceil(longest.Seconds()*hold*10) / 10
}

// skipTargets is how many target durations from the end a delta update begins (bis-22 4.4.3.8).
const skipTargets = 6

// skipped is how many segments a delta update leaves out.
func (l *list) skipped(p playlist) int {
	if !p.delta || !l.low {
		return 0
	}
	until := l.end() - l.seconds(skipTargets*l.target)
	n, _ := slices.BinarySearchFunc(l.entries, until, func(e entry, until engine.Ticks) int {
		if e.start+e.length < until {
			return -1
		}
		return 1
	})
	return n
}

// edge writes the parts of the segment that is arriving, the one to come, and where the other
// playlists are (bis-22 4.4.5.3, 4.4.5.4).
func (l *list) edge(b []byte, p playlist) []byte {
	if l.open != nil {
		if len(l.arrived) > 0 {
			b = l.before(b, l.open.Start, 0)
			b = l.parts(b, l.open.Start, l.arrived)
		}
		b = fmt.Appendf(b, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=%q\n", l.folder()+cmaf.PartFile(l.open.Start, len(l.arrived)))
	}
	for _, stream := range slices.Concat(l.show.video, l.show.audio) {
		for _, t := range l.show.tracks(stream) {
			if t != l.track {
				b = l.report(b, stream, t, p.carry)
			}
		}
	}
	return b
}

// report tells how far another playlist is.
func (l *list) report(b []byte, stream *presentation.Stream, t *presentation.Track, carry string) []byte {
	id := track{stream.Name, t.Bitrate}
	spans := l.show.listed(stream, watched)
	if len(spans) == 0 {
		return b // it has nothing yet
	}
	// The end of the other playlist alone.
	last := spans[len(spans)-1]
	other := &list{show: l.show, stream: stream, track: t, target: l.target, first: int64(last.Number)}
	e := entry{start: last.Start, length: last.Duration, missing: true}
	if f, ok := t.Find(last.Start); ok {
		e.start, e.missing = f.Start, false
	}
	other.entries = append(other.entries, e)
	other.addEdge(last)
	msn, part := other.newest()
	b = fmt.Appendf(b, "#EXT-X-RENDITION-REPORT:URI=%q,LAST-MSN=%d", id.file(watched, false)+carry, msn)
	if part >= 0 {
		b = fmt.Appendf(b, ",LAST-PART=%d", part)
	}
	return append(b, '\n')
}
