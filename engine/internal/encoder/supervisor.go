package encoder

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"pubpoint/engine/internal/proc"
)

// Config is what an [Encoder] is made of. Spec, Tool and URL are required; zero values of the
// others take the defaults named at the fields.
type Config struct {
	Spec Spec
	Tool Tool
	URL  string // where to send to: [IngestURL]

	// Shared begins every start at the grid that all processes of the ladder share: see Timeline.
	Shared bool
	// Log is where ffmpeg's lines go; nil for a log of its own. Label goes before each line, so that
	// several encoders can share one.
	Log   *proc.Tail
	Label string

	// Seen returns when the engine last saw a fragment of this stream arrive, zero if never.
	// It is called about once a second from Run's goroutine. Without it ffmpeg's progress
	// alone tells a hanging encoder.
	Seen func() time.Time
	// Refused returns why the engine refused this stream since an instant, in a sentence without a
	// full stop, or nothing. ffmpeg does not read an answer that comes after its header. May be nil.
	Refused func(since time.Time) string
	// Credential gives a token (RFC 6750) that ffmpeg posts with, good until withdraw is called at its
	// end; an empty one for a point that asks for nothing. It is called before each start. May be nil.
	Credential func() (token string, withdraw func())
	// OnChange is called from Run's goroutine after each change of State or Stalled. It must not block.
	OnChange func(Status)

	StallAfter time.Duration // progress unmoved and nothing seen for this long is shown as stalled; 10 s
	HungAfter  time.Duration // progress unmoved and nothing seen for this long: restart; 20 s
	LostAfter  time.Duration // nothing seen for this long, whatever ffmpeg says: restart; 45 s
	WatchEvery time.Duration // how often they are looked at; 1 s
	LogLines   int           // lines of ffmpeg's log that are kept; 500
	Ladder     proc.Ladder   // how ffmpeg is stopped; Ask is always "q"
	Pace       proc.Pace     // how it is started again
	Now        func() time.Time
	Logger     *slog.Logger // nil discards
}

func (c Config) withDefaults() Config {
	c.Spec = c.Spec.WithDefaults()
	c.Spec.Video = slices.Clone(c.Spec.Video)
	if c.StallAfter <= 0 {
		c.StallAfter = 10 * time.Second
	}
	if c.HungAfter <= 0 {
		c.HungAfter = 20 * time.Second
	}
	if c.LostAfter <= 0 {
		c.LostAfter = 45 * time.Second
	}
	if c.WatchEvery <= 0 {
		c.WatchEvery = time.Second
	}
	if c.LogLines <= 0 {
		c.LogLines = 500
	}
	if c.Log == nil {
		c.Log = proc.NewTail(c.LogLines)
	}
	if c.Spec.MaxRestarts > 0 {
		c.Pace.Limit = c.Spec.MaxRestarts
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Ladder.Ask = []byte("q")
	return c
}

// Encoder is one supervised ffmpeg. Its methods are safe for concurrent use; Run is called once.
type Encoder struct {
	cfg  Config
	mask func(string) string
	wake chan struct{} // holds a value while an order may not have been looked at

	mu     sync.Mutex
	orders orders
	status Status // written by Run's goroutine only
}

// orders is what the operator wants. The counters tell a new order from an old one.
type orders struct {
	wanted   bool
	at       time.Time // when the ladder was ordered to run
	presses  uint64    // orders to start or restart so far
	restarts uint64    // orders to restart so far
}

// New checks the configuration and starts nothing: the encoder waits for [Encoder.Run] and
// an order. The error is a sentence for the operator.
func New(cfg Config) (*Encoder, error) {
	cfg = cfg.withDefaults()
	if err := cfg.Spec.Validate(); err != nil {
		return nil, fmt.Errorf("encoder %q: %w", cfg.Spec.ID, err)
	}
	if cfg.Tool.Path == "" {
		return nil, fmt.Errorf("encoder %q: %w", cfg.Spec.ID, ErrToolMissing)
	}
	if cfg.URL == "" {
		return nil, fmt.Errorf("encoder %q: there is no address to send to: start the media listener", cfg.Spec.ID)
	}
	e := &Encoder{
		cfg: cfg, mask: cfg.Spec.masker(), wake: make(chan struct{}, 1),
		status: Status{ID: cfg.Spec.ID, Point: cfg.Spec.Point, State: Idle, Since: cfg.Now(), URL: cfg.URL},
	}
	e.show(e.args())
	return e, nil
}

// args is what ffmpeg is started with now.
func (e *Encoder) args() []string {
	spec := e.cfg.Spec
	if e.cfg.Shared {
		began, now := e.ordered().at, e.cfg.Now()
		if began.IsZero() {
			began = now
		}
		spec.Timeline = NewTimeline(began, now, spec.GOP)
	}
	return Args(spec, e.cfg.URL, e.cfg.Tool)
}

// show puts arguments into the status, masked.
func (e *Encoder) show(args []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status.Args = MaskArgs(e.cfg.Spec, args)
	e.status.Command = CommandLine(e.cfg.Tool.Path, e.status.Args)
}

// print puts a line into the log, masked.
func (e *Encoder) print(text string) {
	if e.cfg.Label != "" {
		text = "[" + e.cfg.Label + "] " + text
	}
	e.cfg.Log.Add(e.cfg.Now(), e.mask(text))
}

// Start gives the order to run, of a ladder that began at the given time. It wakes a waiting or
// failed encoder at once and changes nothing for one that runs.
func (e *Encoder) Start(began time.Time) {
	e.order(func(o *orders) { o.wanted, o.at = true, began; o.presses++ })
}

// Stop gives the order not to run: ffmpeg is asked, interrupted, killed, in this order.
func (e *Encoder) Stop() {
	e.order(func(o *orders) { o.wanted = false })
}

// Restart gives the order to run, anew if ffmpeg runs already.
func (e *Encoder) Restart(began time.Time) {
	e.order(func(o *orders) { o.wanted, o.at = true, began; o.presses++; o.restarts++ })
}

func (e *Encoder) order(give func(*orders)) {
	e.mu.Lock()
	give(&e.orders)
	e.mu.Unlock()
	select {
	case e.wake <- struct{}{}:
	default: // an order that was not looked at yet wakes for this one too
	}
}

func (e *Encoder) ordered() orders {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.orders
}

// Status returns a copy of what is.
func (e *Encoder) Status() Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	status := e.status
	status.Ordered = e.orders.wanted
	status.Args = slices.Clone(status.Args)
	return status
}

// Spec returns what the encoder sends, with its defaults filled in.
func (e *Encoder) Spec() Spec {
	spec := e.cfg.Spec
	spec.Video = slices.Clone(spec.Video)
	return spec
}

// Log returns the kept lines of ffmpeg's log with a Seq of at least from, over all restarts.
func (e *Encoder) Log(from uint64) []proc.Line { return e.cfg.Log.Lines(from) }

// update changes the status; a change of State begins a new Since, and that and one of Stalled
// are told.
func (e *Encoder) update(change func(*Status)) {
	e.mu.Lock()
	before, stalled := e.status.State, e.status.Stalled
	change(&e.status)
	changed := e.status.State != before
	if changed {
		e.status.Since = e.cfg.Now()
	}
	changed = changed || e.status.Stalled != stalled
	e.mu.Unlock()
	if changed && e.cfg.OnChange != nil {
		e.cfg.OnChange(e.Status())
	}
}

// Run supervises until ctx is cancelled, then stops ffmpeg and returns nil. When it returns,
// no process of this encoder is left. It is called once.
func (e *Encoder) Run(ctx context.Context) error {
	pacer := proc.NewPacer(e.cfg.Pace)
	for e.awaitOrder(ctx) {
		end := e.runChild(ctx)
		switch {
		case end.asked:
			pacer.Reset()
			e.update(func(s *Status) { s.Restarts = 0 })
		case e.endsHere(end):
			e.withdraw(end.launched)
		case end.final:
			e.fail(ctx, end, end.words)
			pacer.Reset()
		default:
			if end.complete && pacer.InRow() >= pacer.Limit() {
				pacer.Reset() // it came to something, and is not given up
			}
			e.pauseAfter(ctx, end, pacer)
		}
	}
	e.update(func(s *Status) { s.State = Idle })
	return nil
}

// awaitOrder blocks in Idle until ffmpeg is wanted; false when ctx is cancelled.
func (e *Encoder) awaitOrder(ctx context.Context) bool {
	for ctx.Err() == nil {
		if e.ordered().wanted {
			return true
		}
		e.update(func(s *Status) { s.State, s.Failure, s.Restarts, s.CPU, s.Memory = Idle, "", 0, 0, 0 })
		select {
		case <-e.wake:
		case <-ctx.Done():
		}
	}
	return false
}

// endsHere reports whether an end is one after which nothing is started again.
func (e *Encoder) endsHere(end ending) bool {
	switch e.cfg.Spec.Restart {
	case RestartNever:
		return end.complete || !end.final
	case RestartOnFailure:
		return end.complete
	}
	return false
}

// withdraw takes the order back after an end that nothing follows, unless it was renewed.
func (e *Encoder) withdraw(launched orders) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.orders.presses == launched.presses {
		e.orders.wanted = false
	}
}

// fail blocks in Failed until an order comes.
func (e *Encoder) fail(ctx context.Context, end ending, sentence string) {
	e.cfg.Logger.Error("encoder failed", "encoder", e.cfg.Spec.ID, "point", e.cfg.Spec.Point, "reason", sentence)
	e.update(func(s *Status) { s.State, s.Failure = Failed, sentence })
	e.awaitPress(ctx, end.over, nil)
	e.update(func(s *Status) { s.Failure, s.Restarts = "", 0 })
}

// pauseAfter blocks in Waiting until the pause is over or an order comes; it fails when the
// limit of restarts is reached.
func (e *Encoder) pauseAfter(ctx context.Context, end ending, pacer *proc.Pacer) {
	pause, ok := pacer.Next(end.ran)
	if !ok {
		e.fail(ctx, end, fmt.Sprintf("ffmpeg ended %d times in a row, at last: %s; look at its log, mend the cause and start it again",
			pacer.InRow()+1, end.words))
		pacer.Reset()
		return
	}
	e.update(func(s *Status) { s.State, s.NextStart = Waiting, e.cfg.Now().Add(pause) })
	timer := time.NewTimer(pause)
	defer timer.Stop()
	if e.awaitPress(ctx, end.over, timer.C) {
		pacer.Reset()
		e.update(func(s *Status) { s.NextStart, s.Restarts = time.Time{}, 0 })
		return
	}
	e.update(func(s *Status) { s.NextStart = time.Time{}; s.Restarts++ })
}

// awaitPress blocks until an order newer than since comes (true), or timeout or the end of
// ctx (false).
func (e *Encoder) awaitPress(ctx context.Context, since orders, timeout <-chan time.Time) bool {
	for {
		if now := e.ordered(); !now.wanted || now.presses != since.presses {
			return true
		}
		select {
		case <-e.wake:
		case <-timeout:
			return false
		case <-ctx.Done():
			return false
		}
	}
}
