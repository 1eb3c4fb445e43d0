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
	low     bool                   // low latency: with parts
	part    time.Duration          // length of the longest part
	open    *presentation.Fragment // the segment that is arriving, if it follows on the last
	arrived []cmaf.Part            // of it
	header  string                 // file of the CMAF header, relative to the playlist
	place   string                 // folder, once it was asked for
	date    date
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
	if p.view == whole && v.Live {
		return nil, &output.Error{Kind: output.NotYet, Text: "The playlist of all of the event comes when it is over."}
	}
	spans := s.listed(stream, p.view)
	if len(spans) == 0 {
		return nil, starting()
	}
	if stream.Type == engine.Text && p.keys {
		return nil, never("Captions have no key frames.")
	}
	l := &list{show: s, stream: stream, track: t, target: s.target(), first: int64(spans[0].Number)}
	l.entries = make([]entry, 0, len(spans)+2)
	jumps, finder := s.jumps(stream, spans[0]), t.Finder()
	for i, span := range spans {
		if i > 0 {
			l.fill(spans[i-1], span)
		}
		e := entry{start: span.Start, length: span.Duration, jumps: jumps.until(span)}
		if f, ok := finder.Find(span.Start); ok {
			e.start = f.Start // rungs may be some ticks apart, and an address never changes
		} else {
			e.missing = true
		}
		l.entries = append(l.entries, e)
	}
	if stream.Type == engine.Text {
		l.target = max(l.target, s.seconds(stream))
		return l, nil
	}
	if p.kind == fragmented {
		l.header = l.folder() + cmaf.HeaderFile(cmaf.HeaderName(v.Event))
		if v.Live && !p.keys {
			l.addEdge(spans[len(spans)-1])
		}
	}
	return l, nil
}

// maxFill is how many missing segments are listed at most for one hole.
const maxFill = 100_000

// fill stands for spans whose media is nowhere any more: numbers must follow one another.
func (l *list) fill(before, next presentation.Span) {
	lost := min(int64(next.Number)-int64(before.Number)-1, maxFill)
	if lost <= 0 {
		return
	}
	length := (next.Start - before.End()) / engine.Ticks(lost)
	for i := range lost {
		l.entries = append(l.entries, entry{
			start: before.End() + engine.Ticks(i)*length, length: max(length, 1), jumps: int(l.entries[len(l.entries)-1].jumps), missing: true,
		})
	}
}

// folder is where the track's segments are, relative to the playlist.
func (l *list) folder() string {
	if l.show.kind == transport || l.stream.Type == engine.Text {
		return track{l.stream.Name, l.track.Bitrate}.folder() + "/"
	}
	return "../" + cmaf.TrackFolder(l.stream.Name, l.track.Bitrate) + "/"
}

func (t track) folder() string { return fmt.Sprintf("%s-%d", t.stream, t.bitrate) }
