package presentation

import (
	"io"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// View is one instant of a presentation. It is never changed once handed out.
type View struct {
	Point     string        // name of the publishing point
	Event     string        // id of the event
	Live      bool          // more may come
	Window    time.Duration // DVR window while live; 0 means the whole event
	LookAhead int           // following fragments told inside a Smooth fragment
	Version   uint64        // grows with every change of this presentation
	Changed   time.Time     // when this view came to be: Last-Modified of manifests
	// Settled and SettledAt are Version and Changed of the newest change to anything but what
	// is open, see Track.Open; 0 when that is not known.
	Settled   uint64
	SettledAt time.Time
	// ZeroTime is the wall clock at presentation time zero, taken once an event.
	ZeroTime time.Time
	// Origin is the presentation time at which the event began, in whole seconds: the same
	// for as long as the event is kept, however much of its beginning has gone. Formats whose
	// players count from the beginning take it away.
	Origin  time.Duration
	Streams []*Stream // video first, then audio, then text; order and length never shrink while live
}

// Stream is a set of tracks that a player may switch between.
type Stream struct {
	Name      string // as players name it: "video", "audio_eng"
	Type      engine.MediaType
	Language  string // ISO 639-2, "und" when not told
	Timescale uint32 // ticks per second of every time in this stream
	// Text says what a stream of type text is; nil for audio and video.
	Text   *Text
	Tracks []*Track
	// Spans is the timeline: what is complete on all tracks that are still sending, from
	// the beginning of the event, ascending, without overlap. A gap between the end of one
	// and the start of the next is media that never arrived; see Sparse for streams of which
	// this is not true.
	Spans []Span
	// Past is the newest discontinuity among the spans that were dropped before the first; the
	// zero value when there was none.
	Past Break
	// Longest is the longest span of the event so far.
	Longest engine.Ticks
}

// Break is a place where an encoder's clock began again.
type Break struct {
	Start    engine.Ticks
	ZeroTime time.Time // wall clock of presentation time zero from there on
}

// Text is what players must know of a stream of captions or markers (MS-SSTR 2.2.2.3).
type Text struct {
	Subtype string // CAPT, SUBT, DATA ...
	Scheme  string // URN of the messages: "urn:scte:scte35:2013:bin"; empty for captions
	// Parent is the name of the stream on whose timeline a sparse stream lies; empty when the
	// stream has fragments without gaps of its own.
	Parent string
	// InManifest says that client manifests carry the payload of each fragment.
	InManifest bool
}

// Span is one step of a stream's timeline.
type Span struct {
	Start    engine.Ticks
	Duration engine.Ticks // > 0
	// Number counts the spans of the stream from the event's first on, which is 0. It stays
	// with its span whatever is dropped before it.
	Number uint32
	// Jumps counts the spans, this one included, that do not begin where the one before them
	// ended: after a gap of more than a tenth of a second, or a discontinuity.
	Jumps uint16
	// Discontinuity says that an encoder's clock began again at Start: timestamps inside
	// the fragments were moved.
	Discontinuity bool
}

// End is the first tick after s.
func (s Span) End() engine.Ticks { return s.Start + s.Duration }

// Track is one encoding of a stream.
type Track struct {
	Bitrate int             // nominal bit/s, unique within the stream, frozen at first publication
	Source  string          // stream_id without extension: the archive file's name
	Header  *fmp4.Init      // the whole header it came with
	Raw     []byte          // that header as received: ftyp, server manifest and moov; nobody changes it
	Init    *fmp4.TrackInit // its own part of Header
	// Fragments holds every fragment that can still be fetched, ascending by Start. It may
	// reach further back and further ahead than the stream's Spans.
	Fragments []Fragment
	// Open is the fragment that is arriving in chunks: its Chunks so far, in a view of its own.
	// It is nil when the encoder sends whole fragments, or none has begun. It becomes the next
	// of Fragments when it is complete.
	Open  *Fragment
	Ended bool // its encoder said that no more will come
}

// Fragment is the facts of one fragment; the bytes stay where Media has them.
type Fragment struct {
	Start    engine.Ticks // as published: in URLs, manifests, tfxd
	Duration engine.Ticks // as published
	// Decode is when the first published sample is decoded, and DecodeLength the sum of the
	// sample durations: the timeline of formats that carry a tfdt. Start follows tfxd, which
	// is a presentation time (MS-SSTR 2.2.4.4).
	Decode       engine.Ticks
	DecodeLength engine.Ticks
	// Shift is what was added to the encoder's own times.
	Shift   engine.Ticks
	Sync    bool  // begins with a sync sample
	Size    int64 // bytes of moof and mdat as accepted
	Arrived int64 // wall clock of its last byte, nanoseconds since 1970
	// Session counts the ingest session that sent it, or its first piece, as engine.SourceStatus.ID
	// does; 0 when it was read back.
	Session int64
	Media   Media
	// Chunks are the pieces that the encoder sent the fragment in, in order, without gap or
	// overlap in decode time; nil when it came whole. Media has all of them as one. Where an
	// encoder foresaw wrongly how long a picture is shown, the next chunk of video begins up
	// to a tenth of a second behind the end of one; in Media the picture lasts until then.
	Chunks Chunks
}

// ListChunks returns the chunks that f came in, and none when it came whole. It fails when
// those of an old fragment cannot be read from the archive. The caller must not change them.
func (f *Fragment) ListChunks() ([]Chunk, error) {
	if f.Chunks == nil {
		return nil, nil
	}
	return f.Chunks.List()
}

// Recent is how far behind the end of its track's newest fragment a fragment may end, at
// least, and have its chunks in memory. Those of older ones may have to be read from disk.
const Recent = time.Minute

// Chunks are the chunks of one fragment: in memory while players at the live edge may ask for
// them, read from the archive later. They may be used from any goroutine, and again and again.
type Chunks interface {
	// Len is how many there are, > 0. It never fails and reads nothing.
	Len() int
	// List returns all of them in order; the caller must not change them. Those that had to
	// be read have Arrived of their fragment, and all else as it was.
	List() ([]Chunk, error)
}

// ChunkList is Chunks in memory.
type ChunkList []Chunk

// Len is how many chunks there are.
func (l ChunkList) Len() int { return len(l) }

// List returns the chunks. It never fails.
func (l ChunkList) List() ([]Chunk, error) { return l, nil }

// CellSeconds is where pieces too short to be fragments are cut when no key frame tells: each
// fragment begins with the first piece that begins in another cell of so many seconds of the
// published timeline.
const CellSeconds = 2

// Chunk is one moof and mdat of a fragment that its encoder sends piece by piece: what a
// low-latency format can give out before the fragment is complete.
type Chunk struct {
	Decode       engine.Ticks // when its first published sample is decoded
	DecodeLength engine.Ticks // sum of its sample durations, > 0
	Sync         bool         // begins with a sync sample
	Size         int64        // bytes of moof and mdat as accepted
	Arrived      int64        // wall clock of its last byte, nanoseconds since 1970
	Media        Media
}

// End is the first tick after f.
func (f *Fragment) End() engine.Ticks { return f.Start + f.Duration }

// Media is where a fragment's accepted bytes can be read: memory while it is recent, the
// archive later. It may be used from any goroutine, and again and again.
type Media interface {
	// Moof returns the whole moof box. The caller must not change it.
	Moof() ([]byte, error)
	// PayloadSize is the size of the mdat's payload in bytes.
	PayloadSize() int64
	// WritePayload writes n bytes of the mdat's payload, from offset off on, to w. It
	// returns how many were written and fails when the payload is shorter or cannot be read.
	WritePayload(w io.Writer, off, n int64) (int64, error)
}

// WithoutOpen returns v for those who do not look at Track.Open: it has the version and the
// time of the newest change to anything else, so it is the same while chunks arrive.
func (v *View) WithoutOpen() *View {
	if v.Settled == 0 {
		return v
	}
	same := *v
	same.Version, same.Changed = v.Settled, v.SettledAt
	return &same
}

// Stream returns the stream of that name, or nil.
func (v *View) Stream(name string) *Stream {
	for _, s := range v.Streams {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Track returns the track with that nominal bitrate, or nil.
func (s *Stream) Track(bitrate int) *Track {
	for _, t := range s.Tracks {
		if t.Bitrate == bitrate {
			return t
		}
	}
	return nil
}

// Edge is the end of the newest span, and 0 while there is none.
func (s *Stream) Edge() engine.Ticks {
	if len(s.Spans) == 0 {
		return 0
	}
	return s.Spans[len(s.Spans)-1].End()
}
