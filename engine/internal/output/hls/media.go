package hls

import (
	"context"
	"fmt"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/cmaf"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// Class is ClientManifest.
func (playlist) Class() output.Class { return output.ClientManifest }

// hold is how many target durations a client is kept waiting for what comes next.
const hold = 3

// Render writes the playlist, once what the client waits for is in it. Kinds: Starting, Never,
// BadRequest for a client that asks for what is too far ahead.
func (p playlist) Render(ctx context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	var cancel context.CancelFunc
	for {
		if v == nil {
			return nil, starting()
		}
		l, err := p.list(v)
		if err != nil {
			return nil, err
		}
		if l.has(p.until) {
			text := l.text(p)
			return &output.Object{Type: mediaType, Size: int64(len(text)), Modified: v.Changed, Body: output.Bytes(text)}, nil
		}
		if err := l.tooFar(p.until); err != nil {
			return nil, err
		}
		if cancel == nil {
			ctx, cancel = context.WithTimeout(ctx, time.Duration(hold*l.target)*time.Second)
			defer cancel()
		}
		if v, err = src.Wait(ctx, v.Version); err != nil {
			return nil, &output.Error{Kind: output.Starting, Text: "Nothing new came in time; load the playlist again."}
		}
	}
}

// list is a media playlist before it is written.
type list struct {
	show    *show
	stream  *presentation.Stream
	track   *presentation.Track
	target  int // seconds
	first   int64
	entries []entry
	arrived []cmaf.Part // of the segment that is arriving
	open    *presentation.Fragment
	part    time.Duration // length of the longest part; 0 without parts
	header  string        // file of the CMAF header, relative to the playlist
}

// entry is a segment of a playlist.
type entry struct {
	start, length engine.Ticks
	jumps         int
	missing       bool
	parts         []cmaf.Part // of the newest segments
}

// list gathers what the playlist shows of a view.
func (p playlist) list(v *presentation.View) (*list, error) {
	s := newShow(p.kind, v)
	if s == nil {
		return nil, starting()
	}
	stream, t := s.find(p.track)
	if t == nil {
		return nil, never("There is no such rendition; load the multivariant playlist again.")
	}
	spans := s.listed(stream, p.view)
	if len(spans) == 0 {
		return nil, starting()
	}
	l := &list{show: s, stream: stream, track: t, target: s.target(), first: int64(spans[0].Number)}
	recent := l.recent()
	for i, span := range spans {
		if i > 0 {
			l.fill(spans[i-1], span)
		}
		f, ok := t.Find(span.Start)
		e := entry{start: span.Start, length: span.Duration, jumps: s.jumps(stream, span), missing: !ok}
		if ok && p.kind == fragmented && !p.keys && v.Live && f.Start >= recent {
			e.parts = cmaf.Parts(f, stream.Timescale, true)
		}
		l.entries = append(l.entries, e)
	}
	if p.kind == fragmented {
		l.header = l.folder() + cmaf.HeaderFile(cmaf.HeaderName(v.Event))
		if v.Live && !p.keys {
			l.addEdge(spans[len(spans)-1])
		}
	}
	return l, nil
}

// recent is where those fragments of the track begin whose parts are looked at: all that may
// be listed, and enough before them for the longest part not to change from one to the next.
func (l *list) recent() engine.Ticks {
	n := len(l.track.Fragments)
	if n == 0 {
		return 0
	}
	back := max(engine.Ticks(presentation.Recent/time.Second), engine.Ticks(hold*l.target))
	return l.track.Fragments[n-1].End() - back*engine.Ticks(l.stream.Timescale)
}

// fill stands for spans whose media is nowhere any more: numbers must follow one another.
func (l *list) fill(before, next presentation.Span) {
	lost := int64(next.Number) - int64(before.Number) - 1
	if lost <= 0 {
		return
	}
	length := (next.Start - before.End()) / engine.Ticks(lost)
	for i := range lost {
		l.entries = append(l.entries, entry{
			start: before.End() + engine.Ticks(i)*length, length: max(length, 1), jumps: l.show.jumps(l.stream, before), missing: true,
		})
	}
}

// addEdge adds what low-latency players see before other rungs have it: the segments of the
// track behind the timeline, and the parts of the one that is arriving.
func (l *list) addEdge(last presentation.Span) {
	t := l.track
	if t.Open == nil {
		l.dropParts()
		return
	}
	jumps := l.entries[len(l.entries)-1].jumps
	for i := len(t.Fragments) - 1; i >= 0 && t.Fragments[i].Start > last.Start+last.Duration/2; i-- {
		f := &t.Fragments[i]
		at := len(l.entries)
		for at > 0 && l.entries[at-1].start > f.Start {
			at--
		}
		e := entry{start: f.Start, length: f.Duration, jumps: jumps, parts: cmaf.Parts(f, l.stream.Timescale, true)}
		l.entries = append(l.entries[:at], append([]entry{e}, l.entries[at:]...)...)
	}
	l.open = t.Open
	l.arrived = cmaf.Parts(t.Open, l.stream.Timescale, false)
	for _, e := range l.entries {
		l.measure(e.parts)
	}
	l.measure(l.arrived)
	if l.part == 0 {
		l.open = nil // the first part of the event is still arriving
		return
	}
	l.forgetOldParts()
}

func (l *list) measure(parts []cmaf.Part) {
	for _, p := range parts {
		l.part = max(l.part, p.Length.Duration(l.stream.Timescale))
	}
}

// dropParts leaves the parts of complete segments out: nothing is arriving.
func (l *list) dropParts() {
	for i := range l.entries {
		l.entries[i].parts = nil
	}
}

// forgetOldParts keeps the parts of the last three target durations (bis-22 6.2.2).
func (l *list) forgetOldParts() {
	edge := l.open.Start
	keep := engine.Ticks(hold*l.target) * engine.Ticks(l.stream.Timescale)
	for i := range l.entries {
		if l.entries[i].start < edge-keep {
			l.entries[i].parts = nil
		}
	}
}

// next is the number of the segment behind the last that is complete.
func (l *list) next() int64 { return l.first + int64(len(l.entries)) }

// has reports whether the playlist holds what a client waits for.
func (l *list) has(until position) bool {
	switch {
	case !until.asked || !l.show.view.Live || until.msn < l.next():
		return true
	case l.open == nil || until.part < 0:
		return false
	}
	return until.msn == l.next() && until.part < len(l.arrived)
}

// tooFar refuses to wait for what is further ahead than a client that follows can be.
func (l *list) tooFar(until position) error {
	if until.msn > l.next()+2 {
		return badRequest(fmt.Sprintf("_HLS_msn is %d and the newest segment is %d: load the playlist without it.", until.msn, l.next()-1))
	}
	return nil
}

// folder is where the track's segments are, relative to the playlist.
func (l *list) folder() string {
	if l.show.kind == transport {
		return track{l.stream.Name, l.track.Bitrate}.folder() + "/"
	}
	return "../" + cmaf.TrackFolder(l.stream.Name, l.track.Bitrate) + "/"
}

func (t track) folder() string { return fmt.Sprintf("%s-%d", t.stream, t.bitrate) }
