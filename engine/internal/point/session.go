package point

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"pubpoint/engine"
)

// Session is one encoder's connection as the point sees it. Received may be called from
// any goroutine; the other methods from the one that reads the encoder's bytes.
type Session struct {
	p      *Point
	id     int64
	stream string // stream id
	info   SessionInfo
	cancel context.CancelCauseFunc

	bytes    atomic.Int64
	lastByte atomic.Int64 // nanoseconds since 1970

	// Below: changed by the point's goroutine alone.
	began     time.Time
	event     *event // that its tracks are part of; nil before its header has come
	tracks    map[uint32]*track
	synced    map[*track]bool // a sync sample has come, so players can join
	breaks    map[*track]bool // the next fragment marks a discontinuity
	unmarked  bool            // the archive does not know of the discontinuity yet
	header    *Header
	clock     clock
	accepted  int64
	dropped   int64
	sparse    bool // it announced no audio and no video
	ended     bool // it sent its end mark
	connected bool
	ending    string
	left      time.Time
	resting   time.Time               // since when the encoder is between two POSTs; zero while one goes on
	segments  bool                    // it sends each segment in a POST of its own
	inherited bool                    // it goes on with the session of an earlier POST
	sent      map[*track]engine.Ticks // how far the encoder is, in decode time of the point
}

// SessionInfo says who connects.
type SessionInfo struct {
	Stream    string // stream id without extension: [A-Za-z0-9][A-Za-z0-9._-]{0,63}
	Event     string // event id that the URL names; empty when it names none
	Remote    string // address and port
	UserAgent string
}

// Open lets an encoder in, or says why not; nothing of its body has been read yet. The
// context returned ends when the point wants the encoder gone; its cause is an
// *engine.Error that says why. Every session that was opened must be closed.
func (p *Point) Open(ctx context.Context, info SessionInfo) (*Session, context.Context, error) {
	run, cancel := context.WithCancelCause(ctx)
	s := &Session{p: p, stream: info.Stream, info: info, cancel: cancel}
	err := p.do(ctx, "open ingest session", func(w *writer) error { return w.admit(s) })
	if err != nil {
		cancel(err)
		return nil, nil, err
	}
	return s, run, nil
}

// Admissible reports whether Open would let an encoder in now that names an event, or none;
// it answers the empty POST by which encoders ask (MS-SSTR 3.3.3).
func (p *Point) Admissible(ctx context.Context, event string) error {
	return p.do(ctx, "probe", func(w *writer) error {
		if err := w.admissible(); err != nil {
			return err
		}
		return w.otherEvent(event)
	})
}

// Received counts bytes that have arrived.
func (s *Session) Received(n int) {
	s.bytes.Add(int64(n))
	s.lastByte.Store(s.p.cfg.Now().UnixNano())
}

// Announce tells the header. It fails with Conflict when the stream is on air with another
// one, and with Unsupported or BadInput when it cannot be delivered.
func (s *Session) Announce(ctx context.Context, h *Header) error {
	return s.p.do(ctx, "announce stream", func(w *writer) error { return w.announce(s, h) })
}

// Append hands over one fragment; its bytes must not be changed afterwards. A fragment that
// is already there is dropped without an error. It fails with Conflict when the encoder
// has to go.
func (s *Session) Append(ctx context.Context, in *Incoming) error {
	return s.p.do(ctx, "append fragment", func(w *writer) error { return w.append(s, in) })
}

// End tells that the encoder has said that its stream is over (an mfra, MS-SSTR 3.3.4.2).
func (s *Session) End(ctx context.Context) error {
	return s.p.do(ctx, "end stream", func(w *writer) error { return w.endStream(s) })
}

// Close ends the session; ending says in words how. It does not depend on a context,
// because a connection that is gone must not stay in the books.
func (s *Session) Close(ending string) {
	s.cancel(nil)
	// An error says that the point itself is gone, and with it its books.
	_ = s.p.do(context.Background(), "close ingest session", func(w *writer) error {
		w.leave(s, ending)
		return nil
	})
}

// Refuse notes that an encoder was turned away, for the operator to see. The code is that of a
// finding; it may be empty.
func (p *Point) Refuse(ctx context.Context, r engine.Refusal, code string) {
	// An error says that the point itself is gone: there is nobody left to tell.
	_ = p.do(ctx, "note refusal", func(w *writer) error {
		w.noteRefusal(r, code)
		return nil
	})
}

func (s *Session) status() engine.SourceStatus {
	st := engine.SourceStatus{
		ID: strconv.FormatInt(s.id, 10), Stream: s.stream, Remote: s.info.Remote, UserAgent: s.info.UserAgent,
		Began: s.began, Bytes: s.bytes.Load(), Fragments: s.accepted, Dropped: s.dropped,
		Connected: s.connected, Ending: s.ending,
	}
	if n := s.lastByte.Load(); n != 0 {
		st.LastByte = time.Unix(0, n)
	}
	return st
}
