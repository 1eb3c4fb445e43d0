package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/gate"
)

// Limits of the listener.
const (
	maxBody       = 64 << 10 // bytes
	maxHeader     = 16 << 10 // bytes
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 2 * time.Minute // stopping a point waits until its archive is sealed
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
	closeTimeout  = 2 * time.Second
	heartbeat     = 15 * time.Second
)

// Desk is what the API needs of app/control. Its methods may be called from any goroutine.
type Desk interface {
	Points() []engine.PointStatus
	Point(name string) (engine.PointStatus, error)
	CreatePoint(ctx context.Context, name string, cfg engine.PointConfig) error
	UpdatePoint(ctx context.Context, name string, cfg engine.PointConfig) error
	DeletePoint(ctx context.Context, name string, how engine.Deletion) error
	SetPointState(ctx context.Context, name string, want engine.State) error
	Links(point string) []engine.Link
	ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error)
	VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (engine.Verification, error)
	PurgeArchive(ctx context.Context, point string, what engine.Purge) (engine.Purged, error)

	Encoders() []engine.EncoderStatus
	Tool() engine.ToolStatus
	AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (id string, err error)
	RemoveEncoder(ctx context.Context, id string) error
	StartEncoder(ctx context.Context, id string) error
	StopEncoder(ctx context.Context, id string) error
	RestartEncoder(ctx context.Context, id string) error
	UpdateEncoder(ctx context.Context, spec engine.EncoderSpec) error
	EncoderCommand(spec engine.EncoderSpec) (string, error)
	ProbeInput(ctx context.Context, in engine.EncoderInput) (engine.InputProbe, error)
	CaptureDevices(ctx context.Context) ([]engine.CaptureDevice, error)
	TryEncoder(ctx context.Context, spec engine.EncoderSpec, length time.Duration) (engine.EncoderTrial, error)
	EncoderLog(id string, after int64) ([]engine.LogLine, error)

	Series(q engine.Query) (engine.Series, error)
	Events(ctx context.Context) <-chan engine.Event
	RecentEvents(limit int) []engine.Event

	Alarms() []engine.Alarm
	AckAlarm(ctx context.Context, id string) error
	ShelveAlarm(ctx context.Context, id string, length time.Duration, why string) error
	SignPlayback(ctx context.Context, point string, length time.Duration) ([]engine.Link, error)
	RotatePlaybackKey(ctx context.Context, point string) error
	AddNote(ctx context.Context, point, text string) error
	System() engine.SystemStatus
	Traffic() engine.Traffic
	Actions(limit int, after int64) []engine.Action

	Clips
	Timelines
	Pictures
	Resumes
	Playback
}

// Config is what a Server works with.
type Config struct {
	Desk      Desk
	Program   Program         // whose settings are told and changed; nil where there is none
	Token     string          // bearer token, see LoadToken; not empty
	Hosts     []string        // host names the listener answers to besides those of loopback
	TLS       *tls.Config     // how Serve speaks TLS; nil is clear text
	Version   string          // of the program
	Gate      *gate.Gate      // bounds the connections of the listener; nil bounds none
	Healthy   func() []string // why the program should be started anew, in sentences; nil means that it never should
	Ready     func() []string // why it should be asked for nothing now, likewise; nil means that it always may
	Heartbeat time.Duration   // between signs of life on a quiet stream of events; 0 means 15 s
	Logger    *slog.Logger

	// Everywhere says that the origin listens at every address of this machine, so that URLs can be
	// told by the name by which a client has reached this listener.
	Everywhere bool
}

// Server answers the admin API.
type Server struct {
	desk      Desk
	program   Program
	guard     *guard
	gate      *gate.Gate // nil for none
	version   string
	healthy   func() []string
	ready     func() []string
	heartbeat time.Duration
	log       *slog.Logger
	handler   http.Handler
	tls       *tls.Config
	// everywhere is Config.Everywhere.
	everywhere bool
	stopping   chan struct{} // closed when streams of events shall end
	drain      drain
}

// New returns a server that listens nowhere yet.
func New(cfg Config) (*Server, error) {
	if cfg.Token == "" {
		return nil, errors.New("the admin API needs a token")
	}
	s := &Server{desk: cfg.Desk, program: cfg.Program, guard: newGuard(cfg.Token, cfg.Hosts), gate: cfg.Gate, tls: cfg.TLS, version: cfg.Version, healthy: cfg.Healthy, ready: cfg.Ready,
		heartbeat: cfg.Heartbeat, log: cfg.Logger, everywhere: cfg.Everywhere, stopping: make(chan struct{})}
	if s.heartbeat <= 0 {
		s.heartbeat = heartbeat
	}
	if s.healthy == nil {
		s.healthy = func() []string { return nil }
	}
	if s.ready == nil {
		s.ready = func() []string { return nil }
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	handler, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.handler = s.inside(handler)
	return s, nil
}

// SetToken makes token the one that is needed from now on. It may be called from any goroutine.
func (s *Server) SetToken(token string) { s.guard.setToken(token) }

// Handler returns what answers requests.
func (s *Server) Handler() http.Handler { return s.handler }

// Serve answers on l until ctx ends, then lets running requests finish, ends the streams of
// events and closes l. It may be called once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ConnContext:       s.connContext(),
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		TLSConfig:         s.tls,
	}
	served := make(chan error, 1)
	go func() { served <- s.listen(server, l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve admin API: %w", err)
	case <-ctx.Done():
	}
	var late error
	if !s.drain.has() { // else those under way have had their time
		late = s.Drain()
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		late = errors.Join(late, err)
		if err := server.Close(); err != nil {
			s.log.Debug("admin listener closed hard", "err", err)
		}
	}
	if late != nil { // no failure: whoever takes that long is cut off, as they would be by any end
		s.log.Warn("requests to the admin API cut off", "err", late)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
