package index

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// Config is what an index must know of its event.
type Config struct {
	Point     string
	Event     string
	Window    time.Duration // DVR window; 0 means the whole event
	LookAhead int
	// Ordered says that tracks are added in their final order, because they were published
	// before.
	Ordered bool
	// After is the Version of the last view that the publishing point has shown: versions
	// grow across its events.
	After uint64
	Now   func() time.Time // wall clock; nil means time.Now
}

// Index is the event in memory. It is not safe for concurrent use.
type Index struct {
	cfg       Config
	streams   []*stream
	live      bool
	published bool // some stream has a span: orders and bitrates are frozen
	version   uint64
	changed   time.Time
	settled   uint64 // version and time of the newest change to anything but what is open
	settledAt time.Time
	zero      time.Time
	zeroSet   bool
	origin    time.Duration
	originSet bool
}

// New returns an empty index of a live event.
func New(cfg Config) *Index {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	x := &Index{cfg: cfg, live: true, published: cfg.Ordered, version: cfg.After + 1, changed: cfg.Now()}
	x.settled, x.settledAt = x.version, x.changed
	return x
}

// Track is what to announce of a new track.
type Track struct {
	Name    string // of its stream, as players shall know it: "video", "audio_eng"
	Type    engine.MediaType
	Bitrate int    // nominal bit/s, > 0; raised by 1 until it is unique within the stream
	Source  string // stream_id without extension
	Header  *fmp4.Init
	Raw     []byte             // the header as received
	Init    *fmp4.TrackInit    // one of Header's
	Text    *presentation.Text // of a text track; nil for others
}

// Handle is a track of an index, for its owner to append to.
type Handle struct {
	s *stream
	t *track
}

// Stream is the name of the stream that the track became part of.
func (h *Handle) Stream() string { return h.s.name }

// Bitrate is the track's nominal bitrate as frozen.
func (h *Handle) Bitrate() int { return h.t.bitrate }

// Timescale is ticks per second of the track's times.
func (h *Handle) Timescale() uint32 { return h.s.timescale }

// Last returns the newest fragment and whether there is one.
func (h *Handle) Last() (presentation.Fragment, bool) {
	if len(h.t.fragments) == 0 {
		return presentation.Fragment{}, false
	}
	return h.t.fragments[len(h.t.fragments)-1], true
}

// First returns the oldest fragment and whether there is one.
func (h *Handle) First() (presentation.Fragment, bool) {
	if len(h.t.fragments) == 0 {
		return presentation.Fragment{}, false
	}
	return h.t.fragments[0], true
}

// Find returns the track's fragment that starts at the given time, within 8 ticks.
func (h *Handle) Find(at engine.Ticks) (*presentation.Fragment, bool) {
	t := presentation.Track{Fragments: h.t.fragments}
	return t.Find(at)
}

// Covering returns the track's fragment that is decoded at the given time.
func (h *Handle) Covering(at engine.Ticks) (*presentation.Fragment, bool) {
	i, found := slices.BinarySearchFunc(h.t.fragments, at, func(f presentation.Fragment, at engine.Ticks) int {
		return cmp.Compare(f.Decode, at)
	})
	if !found {
		i--
	}
	if i < 0 || at >= h.t.fragments[i].Decode+h.t.fragments[i].DecodeLength {
		return nil, false
	}
	return &h.t.fragments[i], true
}

// AddTrack makes a track part of the presentation. Before anything is published, streams
// are kept in the order video, audio, text, and tracks ascending by bitrate; later ones are
// appended, because players match both by their place. Tracks of one name but another
// timescale cannot share a timeline: they get a stream of their own.
func (x *Index) AddTrack(t Track) (*Handle, error) {
	if t.Init == nil || t.Init.Timescale == 0 || t.Bitrate <= 0 {
		return nil, fmt.Errorf("track %s of %s: timescale and bitrate must be known", t.Name, t.Source)
	}
	s := x.stream(t)
	for s.has(t.Bitrate) {
		t.Bitrate++
	}
	added := &track{bitrate: t.Bitrate, source: t.Source, header: t.Header, raw: t.Raw, init: t.Init, active: true}
	s.tracks = append(s.tracks, added)
	if len(s.spans) > 0 {
		added.join(s.edge())
	}
	if !x.published {
		slices.SortStableFunc(s.tracks, func(a, b *track) int { return a.bitrate - b.bitrate })
	}
	x.touch(s)
	return &Handle{s: s, t: added}, nil
}

// stream finds or makes the stream that t belongs to.
func (x *Index) stream(t Track) *stream {
	name := t.Name
	for n := 2; ; n++ {
		i := slices.IndexFunc(x.streams, func(s *stream) bool { return s.name == name })
		if i < 0 {
			break
		}
		if s := x.streams[i]; s.kind == t.Type && s.timescale == t.Init.Timescale {
			return s
		}
		name = fmt.Sprintf("%s_%d", t.Name, n)
	}
	s := &stream{name: name, kind: t.Type, language: t.Init.Language, timescale: t.Init.Timescale, text: t.Text}
	x.streams = append(x.streams, s)
	if !x.published {
		slices.SortStableFunc(x.streams, func(a, b *stream) int {
			if d := rank(a.kind) - rank(b.kind); d != 0 {
				return d
			}
			return strings.Compare(a.name, b.name)
		})
	}
	return s
}

func rank(t engine.MediaType) int {
	switch t {
	case engine.Video:
		return 0
	case engine.Audio:
		return 1
	}
	return 2
}

// Append adds a fragment at the end of its track and moves the timeline on. The fragment
// must not begin before the end of the track's last one; it fails when it does, changing
// nothing. One of a sparse stream may begin anywhere that no other does, and is shown as soon
// as its parent has come so far. Discontinuity says that the encoder's clock began again here.
func (x *Index) Append(h *Handle, f presentation.Fragment, discontinuity bool) error {
	if err := x.Restore(h, f, discontinuity); err != nil {
		return err
	}
	if h.s.sparse() {
		x.touch(h.s)
		return nil
	}
	if !x.zeroSet {
		x.SetZero(time.Unix(0, f.Arrived).Add(-f.End().Duration(h.s.timescale)))
	}
	if !x.originSet {
		x.SetOrigin(f.Start.Duration(h.s.timescale))
	}
	if len(h.s.spans) > 0 {
		h.t.join(h.s.edge()) // what comes too late for the timeline can be fetched, but is not listed
	}
	h.s.advance(false)
	x.touch(h.s)
	return nil
}

// Restore is Append for an event that is read back, one file after the other: the timeline
// stays where it is until Settle.
func (x *Index) Restore(h *Handle, f presentation.Fragment, discontinuity bool) error {
	if h.s.sparse() {
		return h.insert(f)
	}
	if last, ok := h.Last(); ok && f.Start < last.End()-slack(f.Duration) {
		return fmt.Errorf("fragment at %d begins before the end of the last one, %d", f.Start, last.End())
	}
	if f.Duration <= 0 {
		return fmt.Errorf("fragment at %d has no duration", f.Start)
	}
	if h.s.from > 0 && f.Start < h.s.from-tolerance {
		return nil // the rest of what was dropped, in a file that is kept
	}
	h.t.fragments = append(h.t.fragments, f)
	if discontinuity {
		h.s.breaks = append(h.s.breaks, f.Start)
	}
	return nil
}

// Settle moves the timelines on after Restore.
func (x *Index) Settle() {
	for _, s := range x.streams {
		slices.Sort(s.breaks)
		s.advance(false)
		x.touch(s)
	}
}

// SetZero sets the wall clock of presentation time zero, for an event that is read back.
func (x *Index) SetZero(t time.Time) { x.zero, x.zeroSet = t, true }

// Zero is the wall clock of presentation time zero, and whether it is known.
func (x *Index) Zero() (time.Time, bool) { return x.zero, x.zeroSet }

// SetOrigin sets when the event began, in presentation time; it is rounded down to a second.
func (x *Index) SetOrigin(t time.Duration) { x.origin, x.originSet = t.Truncate(time.Second), true }

// Origin is when the event began, in presentation time, and whether it is known.
func (x *Index) Origin() (time.Duration, bool) { return x.origin, x.originSet }

// SetActive says whether an encoder that carries the track is connected. The live edge of
// a stream does not wait for a track without one.
func (x *Index) SetActive(h *Handle, active bool) {
	if h.t.active == active {
		return
	}
	h.t.active = active
	h.s.advance(false)
	x.touch(h.s)
}

// SetEnded says whether the track's encoder has told that no more will come.
func (x *Index) SetEnded(h *Handle, ended bool) {
	if h.t.ended == ended {
		return
	}
	h.t.ended = ended
	h.s.advance(false)
	x.touch(h.s)
}

// SetOpen shows the fragment that is arriving in chunks on a track, as far as it has come;
// nil when none is. The index keeps what it is given: the caller makes a new one each time.
func (x *Index) SetOpen(h *Handle, open *presentation.Fragment) {
	if h.t.open == nil && open == nil {
		return
	}
	h.t.open = open
	h.s.snapshot = nil
	x.version++
	x.changed = x.cfg.Now()
}

// Forget drops the fragment of a track that starts at the given time, because its media is
// nowhere any more, and what the timeline shows of it when no other track has it.
func (x *Index) Forget(h *Handle, start engine.Ticks) {
	i := slices.IndexFunc(h.t.fragments, func(f presentation.Fragment) bool { return f.Start == start })
	switch {
	case i < 0:
		return
	case i == 0:
		h.t.fragments = h.t.fragments[1:]
	default:
		// Readers hold views of the same array: nothing in it may move.
		h.t.fragments = slices.Concat(h.t.fragments[:i], h.t.fragments[i+1:])
	}
	if i < h.t.next {
		h.t.next--
	}
	h.s.forget(start)
	x.touch(h.s)
}

// Remove takes a track that has no fragments out of the presentation.
func (x *Index) Remove(h *Handle) {
	if len(h.t.fragments) > 0 {
		return
	}
	h.s.tracks = slices.DeleteFunc(slices.Clone(h.s.tracks), func(t *track) bool { return t == h.t })
	if len(h.s.tracks) == 0 {
		x.streams = slices.DeleteFunc(slices.Clone(x.streams), func(s *stream) bool { return s == h.s })
	}
	x.touch(h.s)
}

// End says that no more can come: the timeline is completed with what there is, and the
// presentation is no longer live.
func (x *Index) End() {
	for _, s := range x.streams {
		s.advance(true)
		x.touch(s)
	}
	for _, s := range x.streams {
		x.reveal(s, true)
	}
	x.live = false
}

// SetChanged says when what the newest view shows came to be, for an event that has ended:
// the same before and after it is read back.
func (x *Index) SetChanged(t time.Time) { x.changed, x.settledAt = t, t }

// SetWindow changes the DVR window.
func (x *Index) SetWindow(d time.Duration) {
	if x.cfg.Window == d {
		return
	}
	x.cfg.Window = d
	x.version++
	x.changed = x.cfg.Now()
	x.settled, x.settledAt = x.version, x.changed
}

// Version is that of the newest view.
func (x *Index) Version() uint64 { return x.version }

// LookAhead is how many following fragments a Smooth fragment of this event tells.
func (x *Index) LookAhead() int { return x.cfg.LookAhead }

// Live reports whether more can come.
func (x *Index) Live() bool { return x.live }

func (x *Index) touch(s *stream) {
	s.snapshot = nil
	x.reveal(s, false)
	x.published = x.published || len(s.spans) > 0
	x.version++
	x.changed = x.cfg.Now()
	x.settled, x.settledAt = x.version, x.changed
}

// View returns the presentation as it is now.
func (x *Index) View() *presentation.View {
	v := &presentation.View{
		Point: x.cfg.Point, Event: x.cfg.Event, Live: x.live, Window: x.cfg.Window, LookAhead: x.cfg.LookAhead,
		Version: x.version, Changed: x.changed, Settled: x.settled, SettledAt: x.settledAt, ZeroTime: x.zero, Origin: x.origin,
		Streams: make([]*presentation.Stream, len(x.streams)),
	}
	for i, s := range x.streams {
		v.Streams[i] = s.view()
	}
	return v
}
