package point

import (
	"errors"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/presentation"
)

// event is one event of a point: live, or ended and played back.
type event struct {
	id      string
	name    string // what encoders call it in their URLs; empty when they do not
	idx     *index.Index
	streams map[string]*stream
	order   []*stream // as they came
	began   time.Time // arrival of the first fragment
	ended   time.Time
	first   engine.Ticks // start of the first fragment, at shiftScale
	// base is the end of all earlier events, at shiftScale.
	base     engine.Ticks
	clock    clock     // of the newest session that had none before
	allEnded time.Time // when the last stream that is not sparse ended; zero while one goes on
	lost     time.Time // when the last encoder left; zero while one is there
	hot      []hot     // media in memory, oldest first
	hotBytes int64
	// early are fragments of sparse streams that came before the clock of their parent.
	early   []early
	cuts    []engine.Ticks // where segments begin on all streams, at shiftScale
	nextCut engine.Ticks   // the next is not before; 0 when not known yet
	// clientSum is the checksum of the client manifest, once it is written.
	clientSum  string
	losses     []loss        // media that the disk refused and memory has let go
	untold     bool          // the server manifest does not tell all of them yet
	longestYet engine.Ticks  // of its fragments, at shiftScale
	recent     time.Duration // Config.Recent
	// scans are what the event's files have, while it is read back; nil afterwards.
	scans map[*archive.File]*archive.Scan
}

// stream is what one stream id carries.
type stream struct {
	id     string
	header *Header
	tracks []*track
	clock  clock
	marked bool // an encoder has sent its end mark since the last announcement
	ended  bool

	segments []*segment // archive files, in order; none when nothing is archived
	cuts     int        // how many of the event's cuts the stream has made
	broken   string     // why the archive of this stream stopped, in words; else empty
	unsynced bool       // because what was written is not on disk
	hole     hole       // what has not been archived since
	// part counts how often open fragments were completed because the stream had ended, and
	// completed says that the archive does not know of the newest time yet.
	part      int
	completed bool
	held      []held // fragments that wait for what comes before them
}

// track is one track of a stream.
type track struct {
	stream *stream
	init   *fmp4.TrackInit
	name   string // of the stream players know
	rate   int    // nominal bit/s; 0 until measured
	// promised is the bit/s that its encoder names; 0 when it names none.
	promised int
	judge    *finding.Track // what the rules remember; nil until there is something
	heard    int64          // of audio: how many fragments there were when it was last held against pictures
	reorder  engine.Ticks   // by how much its pictures are shown after they are decoded, at most
	handle   *index.Handle
	text     *presentation.Text // of captions and markers; nil for others
	end      engine.Ticks       // of the last fragment accepted
	prints   prints             // of the newest pieces
	cuts     finding.Cuts       // of the newest fragments
	decode   engine.Ticks       // end of its last sample, in decode time
	length   engine.Ticks       // of the last fragment accepted
	run      engine.Ticks       // start of the first fragment with the shift of the newest
	assembly
	recent []recent // fragments whose chunks are in memory, in order
	// totals
	fragments, bytes, gaps int64
	arrived                time.Time

	// from is where the first fragment of a clip was published: what came in front of it, and
	// may have overlapped it, is not there any more.
	from engine.Ticks
}

// hot is media that is still in memory.
type hot struct {
	media *archive.Media
	used  []accepted // the fragments that are lost with the media when it is nowhere else
	size  int64
}

func (e *event) empty() bool {
	for _, st := range e.order {
		for _, t := range st.tracks {
			if t.fragments > 0 {
				return false
			}
		}
	}
	return true
}

// end is the end of the newest fragment on any track, at shiftScale.
func (e *event) end() engine.Ticks {
	end := e.base
	for _, st := range e.order {
		for _, t := range st.tracks {
			if t.fragments > 0 {
				end = max(end, t.end.Rescale(t.init.Timescale, shiftScale)+1)
			}
		}
	}
	return end
}

// end is the end of the newest fragment on any of the stream's tracks, at shiftScale.
func (st *stream) end() engine.Ticks {
	var end engine.Ticks
	for _, t := range st.tracks {
		end = max(end, t.end.Rescale(t.init.Timescale, shiftScale))
	}
	return end
}

// bytes is the size of the stream's archive.
func (st *stream) bytes() int64 {
	var n int64
	for _, sg := range st.segments {
		n += sg.bytes
	}
	return n
}

// sparse reports whether a stream carries no audio and no video, so that nobody waits for
// its end.
func (st *stream) sparse() bool {
	for _, t := range st.tracks {
		if t.init.Type != string(engine.Text) {
			return false
		}
	}
	return true
}

// keep remembers media that is in memory. Once it is shown, cool lets the oldest go beyond the
// limit: not before, because a fragment in pieces is shown when the next has begun.
func (e *event) keep(m *archive.Media, used []accepted, size int64) {
	e.hot = append(e.hot, hot{media: m, used: used, size: size})
	e.hotBytes += size
}

// cool lets the oldest media in memory go until no more than limit bytes are left. What
// has been archived is read from disk from then on; what the archive lacks is forgotten. What
// waits for the disk stays, and is not counted: the recorder has a limit of its own.
func (e *event) cool(limit int64) {
	if e.hotBytes <= limit {
		return
	}
	free := e.hotBytes
	for _, h := range e.hot {
		if h.media.Waiting() {
			free -= h.size
		}
	}
	kept := e.hot[:0]
	for _, h := range e.hot {
		if free <= limit || h.media.Waiting() {
			kept = append(kept, h)
			continue
		}
		free -= h.size
		e.hotBytes -= h.size
		e.letGo(h)
	}
	clear(e.hot[len(kept):])
	e.hot = kept
}

// letGo lets media go that is on disk, or nowhere but in memory.
func (e *event) letGo(h hot) {
	if h.media.Offset() >= 0 {
		h.media.Cool()
		return
	}
	for _, a := range h.used {
		if a.t.handle != nil {
			e.idx.Forget(a.t.handle, a.fragment)
			e.lose(a)
		}
	}
}

// close closes the event's files. It is the recorder's.
func (e *event) close() error {
	var errs []error
	for _, st := range e.order {
		for _, sg := range st.segments {
			errs = append(errs, sg.close())
		}
	}
	return errors.Join(errs...)
}

// view is the presentation as it is now.
func (e *event) view() *presentation.View { return e.idx.View() }
