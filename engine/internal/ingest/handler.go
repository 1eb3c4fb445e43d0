package ingest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/gate"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/metrics"
	"pubpoint/engine/internal/point"
)

// Points finds publishing points by name.
type Points interface {
	// Point returns a point, or nil when there is none of that name.
	Point(name string) *point.Point
}

// Config is what a Handler needs. Points is required.
type Config struct {
	Points Points
	Limits fmp4.Limits   // zero means fmp4.DefaultLimits
	Idle   time.Duration // longest silence of an encoder of audio or video; default 60 s
	// InFlight is how many bytes of memory all bodies on their way in may take together;
	// default 512 MiB.
	InFlight int64
	// Gate bounds how many encoders send at once; nil bounds none.
	Gate *gate.Gate
	// Admit decides whether the sender of a request may send to a point at all, before anything is
	// read of what it sends; nil lets everybody. Its errors are *engine.Error.
	Admit func(r *http.Request, pointName string) error
	// Refused is told of encoders turned away from points that do not exist; may be nil.
	Refused func(pointName string, r engine.Refusal)
	// Access says who may publish; nil lets everybody.
	Access Doorkeeper
	// Count is told of each encoder turned away from a point that exists; may be nil.
	Count  func(pointName string, status int)
	Logger *slog.Logger
}

// Handler answers encoders. It is safe for concurrent use.
type Handler struct {
	cfg    Config
	memory *budget
	hush   metrics.Hush // for the log: who is refused may come again and again
	// waiting are those who are expected to come back with credentials.
	waiting waiting
}

// New returns a Handler.
func New(cfg Config) *Handler {
	if cfg.Limits == (fmp4.Limits{}) {
		cfg.Limits = fmp4.DefaultLimits()
	}
	if cfg.Idle <= 0 {
		cfg.Idle = time.Minute
	}
	if cfg.Refused == nil {
		cfg.Refused = func(string, engine.Refusal) {}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.InFlight <= 0 {
		cfg.InFlight = 512 << 20
	}
	return &Handler{cfg: cfg, memory: newBudget(cfg.InFlight), waiting: waiting{all: map[visitor]expected{}}}
}

// ServeHTTP takes one stream in, from the first byte of its header to its end, or refuses
// it. POST and PUT mean the same.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target, err := ParseTarget(r.URL)
	var p *point.Point
	if target.Point != "" {
		p = h.cfg.Points.Point(target.Point)
	}
	if err != nil {
		h.refuse(w, r, p, target, err)
		return
	}
	if p == nil {
		h.refuse(w, r, nil, target, &engine.Error{Op: "ingest", Point: target.Point, Kind: engine.NotFound,
			Text: "There is no publishing point " + target.Point + "; make the directory " + target.Point + ".isml in the document root, or create the point in the control room."})
		return
	}
	if h.cfg.Admit != nil {
		if err := h.cfg.Admit(r, target.Point); err != nil {
			h.refuse(w, r, p, target, err)
			return
		}
	}
	if err := h.welcome(r, target); err != nil {
		h.refuse(w, r, p, target, err)
		return
	}
	h.waiting.done(p, target.Stream, r.RemoteAddr)
	if target.Stream == "" || r.ContentLength == 0 {
		h.probe(w, r, p, target)
		return
	}
	leave, err := h.enter(r, target)
	if err != nil {
		h.refuse(w, r, p, target, err)
		return
	}
	defer leave()
	info := point.SessionInfo{Stream: target.Stream, Event: target.Event, Remote: r.RemoteAddr, UserAgent: r.UserAgent()}
	// The request's context ends as soon as the encoder closes its connection, which it does
	// behind its last byte: what has arrived by then still counts. A connection that is lost
	// shows when the body is read.
	session, ctx, err := p.Open(context.WithoutCancel(r.Context()), info)
	if err != nil {
		h.refuse(w, r, p, target, err)
		return
	}
	read := false
	defer func() {
		if !read { // reading panicked
			session.Close("the server failed")
		}
	}()
	in := newIntake(ctx, h, w, r, target, session)
	ending, err := in.run()
	read = true
	if ending == "" {
		session.Rest()
	} else {
		session.Close(ending)
	}
	switch {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case errors.Is(err, errConnectionLost):
		// Nobody is left to answer; make sure that nothing is waited for.
		panic(http.ErrAbortHandler)
	default:
		h.refuse(w, r, p, target, err)
	}
}

// enter takes a place among the encoders that send at once, to be given back.
func (h *Handler) enter(r *http.Request, target Target) (leave func(), err error) {
	if h.cfg.Gate == nil {
		return func() {}, nil
	}
	if leave, err = h.cfg.Gate.Session(r.Context(), target.Point); err != nil {
		return nil, &finding.Coded{Code: finding.RefusedLimit, Err: err}
	}
	return leave, nil
}

// probe answers the empty request by which encoders ask whether they may send.
func (h *Handler) probe(w http.ResponseWriter, r *http.Request, p *point.Point, target Target) {
	if r.ContentLength != 0 {
		h.refuse(w, r, p, target, badTarget("The URL names no stream; add /Streams(ID) or ?stream_id=ID.ismv."))
		return
	}
	if err := p.Admissible(r.Context(), target.Event); err != nil {
		h.refuse(w, r, p, target, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// warnOf tells of a refusal; of many in a short time most are told at debug level only.
func (h *Handler) warnOf(r *http.Request, facts ...any) {
	level := slog.LevelWarn
	pass, kept := h.hush.Pass(time.Now())
	if !pass {
		level = slog.LevelDebug
	}
	if kept > 0 {
		facts = append(facts, "more_before", kept)
	}
	h.cfg.Logger.Log(r.Context(), level, "encoder refused", facts...)
}

// refuse turns an encoder away so that it notices, and notes it for the operator.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, p *point.Point, target Target, err error) {
	status, sentence := answer(err)
	refusal := engine.Refusal{At: time.Now(), Remote: r.RemoteAddr, Stream: target.Stream, Status: status, Reason: sentence}
	unwelcome(w, err)
	if p != nil && h.untold(p, refusal, err) {
		h.cfg.Logger.Debug("encoder asked for credentials", "point", target.Point, "stream", target.Stream, "remote", r.RemoteAddr, "status", status)
	} else if p != nil {
		h.warn(r, target, status, err)
		h.waiting.done(p, target.Stream, r.RemoteAddr)
		p.Refuse(context.WithoutCancel(r.Context()), refusal, finding.CodeOf(err))
		if h.cfg.Count != nil {
			h.cfg.Count(target.Point, status)
		}
	} else {
		h.warn(r, target, status, err)
		h.cfg.Refused(target.Point, refusal)
	}
	if err := reject(w, status, sentence); err != nil && !errors.Is(err, io.EOF) {
		h.cfg.Logger.Debug("refusal not delivered", "remote", r.RemoteAddr, "err", err)
	}
}

func (h *Handler) warn(r *http.Request, target Target, status int, err error) {
	h.warnOf(r, "point", target.Point, "stream", target.Stream, "remote", r.RemoteAddr, "status", status, "err", err)
}
