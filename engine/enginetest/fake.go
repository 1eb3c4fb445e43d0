package enginetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"pubpoint/engine"
)

// Fake is an engine.Service in memory. Use New. All methods may be called from any
// goroutine.
type Fake struct {
	mu        sync.Mutex
	now       func() time.Time
	points    map[string]engine.PointStatus
	encoders  map[string]engine.EncoderStatus
	logs      map[string][]engine.LogLine
	series    map[seriesKey]engine.Series
	archives  map[string][]engine.ArchivedEvent
	checks    map[string]engine.Verification // by point and event
	tool      engine.ToolStatus
	addresses engine.Addresses
	failures  map[string]error
	calls     []Call
	called    chan struct{} // closed and replaced at every call
	hub       hub

	alarms     []engine.Alarm
	thumbnails map[string]engine.Thumbnail
	looked     []string // points whose pictures were asked for
	levels     map[string]engine.AudioLevel
	fragments  map[string]engine.FragmentMap
	system     engine.SystemStatus
	probes     map[string]engine.InputProbe // by path or URL
	devices    []engine.CaptureDevice
	trial      engine.EncoderTrial

	recordings map[string]engine.Recording
	exports    map[string]string // what the file of a point holds
	actions    []engine.Action
	rotated    map[string]int // how often a point got a new playback key
}

var _ engine.Service = (*Fake)(nil)

// Call is one order that a Fake was given.
type Call struct {
	Method string // name of the engine.Service method
	Args   []any  // its arguments without the context
}

// New returns a Fake without points and encoders, whose ffmpeg can be used.
func New() *Fake {
	return &Fake{
		now:       time.Now,
		points:    map[string]engine.PointStatus{},
		encoders:  map[string]engine.EncoderStatus{},
		logs:      map[string][]engine.LogLine{},
		series:    map[seriesKey]engine.Series{},
		archives:  map[string][]engine.ArchivedEvent{},
		checks:    map[string]engine.Verification{},
		tool:      engine.ToolStatus{Path: "/usr/bin/ffmpeg", Version: "7.1"},
		addresses: engine.Addresses{Media: "http://127.0.0.1:8088", Admin: "http://127.0.0.1:8089"},
		failures:  map[string]error{},
		called:    make(chan struct{}),

		thumbnails: map[string]engine.Thumbnail{}, levels: map[string]engine.AudioLevel{}, fragments: map[string]engine.FragmentMap{},
		probes: map[string]engine.InputProbe{}, trial: engine.EncoderTrial{OK: true, Speed: 1, FPS: 25, Text: "It ran at real time."},
		recordings: map[string]engine.Recording{}, exports: map[string]string{}, rotated: map[string]int{},
	}
}

// SetClock makes now the source of every time the Fake fills in. The default is time.Now.
func (f *Fake) SetClock(now func() time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = now
}

// SetPoint adds a point, or replaces the one of the same name. An empty State becomes
// idle, an empty Title the name, a zero Since the present.
func (f *Fake) SetPoint(p engine.PointStatus) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p = clonePoint(p)
	if p.State == "" {
		p.State = engine.StateIdle
	}
	if p.Title == "" {
		p.Title = p.Name
	}
	if p.Since.IsZero() {
		p.Since = f.now()
	}
	if p.Config.Equal(engine.PointConfig{}) {
		p.Config = engine.DefaultPointConfig()
	}
	f.points[p.Name] = p
}

// ChangePoint lets change edit the point called name. It does nothing when there is none.
func (f *Fake) ChangePoint(name string, change func(*engine.PointStatus)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.points[name]
	if !ok {
		return
	}
	p = clonePoint(p)
	change(&p)
	f.points[name] = clonePoint(p)
}

// RemovePoint forgets a point, as when its directory was deleted.
func (f *Fake) RemovePoint(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.points, name)
}

// SetAddresses sets the answer of Addresses.
func (f *Fake) SetAddresses(a engine.Addresses) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.addresses = a
}

// Fail makes every following call of the engine.Service method called method return err,
// until it is called with nil. The call is still written down.
func (f *Fake) Fail(method string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures[method] = err
}

// Calls returns the orders given so far: the calls that change something, and
// EncoderCommand. Snapshots that were merely asked for are not among them.
func (f *Fake) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// CallsOf returns the calls of one method.
func (f *Fake) CallsOf(method string) []Call {
	calls := f.Calls()
	return slices.DeleteFunc(calls, func(c Call) bool { return c.Method != method })
}

// Await waits until method has been called and returns its newest call, or the error of
// ctx.
func (f *Fake) Await(ctx context.Context, method string) (Call, error) {
	return f.AwaitCalls(ctx, method, 1)
}

// AwaitCalls waits until method has been called n times and returns its newest call, or
// the error of ctx.
func (f *Fake) AwaitCalls(ctx context.Context, method string, n int) (Call, error) {
	for {
		f.mu.Lock()
		next := f.called
		f.mu.Unlock()
		if calls := f.CallsOf(method); len(calls) >= n {
			return calls[len(calls)-1], nil
		}
		select {
		case <-ctx.Done():
			return Call{}, ctx.Err()
		case <-next:
		}
	}
}

// enter writes down a call and returns the error it shall fail with. The lock is held.
func (f *Fake) enter(method string, args ...any) error {
	f.calls = append(f.calls, Call{Method: method, Args: args})
	close(f.called)
	f.called = make(chan struct{})
	return f.refuse(method)
}

// refuse returns the error method shall fail with, always an *engine.Error. The lock is
// held.
func (f *Fake) refuse(method string) error {
	err := f.failures[method]
	if err == nil {
		return nil
	}
	var ours *engine.Error
	if errors.As(err, &ours) {
		return err
	}
	return &engine.Error{Op: method, Err: err}
}

// Addresses implements engine.Service.
func (f *Fake) Addresses() engine.Addresses {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.addresses
}

// Points implements engine.Points.
func (f *Fake) Points() []engine.PointStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]engine.PointStatus, 0, len(f.points))
	for _, p := range f.points {
		all = append(all, clonePoint(p))
	}
	slices.SortFunc(all, func(a, b engine.PointStatus) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Point implements engine.Points.
func (f *Fake) Point(name string) (engine.PointStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse("Point"); err != nil {
		return engine.PointStatus{}, err
	}
	p, ok := f.points[name]
	if !ok {
		return engine.PointStatus{}, noPoint("find point", name)
	}
	return clonePoint(p), nil
}

// CreatePoint implements engine.Points.
func (f *Fake) CreatePoint(_ context.Context, name string, cfg engine.PointConfig) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("CreatePoint", name, cfg.Clone()); err != nil {
		return err
	}
	if !engine.ValidName(name) {
		return &engine.Error{Op: "create point", Kind: engine.BadInput,
			Text: "A publishing point's name is made of letters, digits, '.', '_' and '-'; choose another."}
	}
	if _, ok := f.points[name]; ok {
		return &engine.Error{Op: "create point", Point: name, Kind: engine.Conflict,
			Text: "There is a publishing point " + name + " already; choose another name."}
	}
	if err := engine.CheckAccess(engine.PointConfig{}, cfg); err != nil {
		return err
	}
	f.points[name] = engine.PointStatus{Name: name, Title: cmp.Or(cfg.Title, name), State: engine.StateIdle, Since: f.now(), Config: withoutSecrets(engine.PointConfig{}, cfg)}
	return nil
}

// SetPointState implements engine.Points. A point that shall be started is starting until
// the test says that something has arrived; the other states are reached at once.
func (f *Fake) SetPointState(_ context.Context, name string, want engine.State) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("SetPointState", name, want); err != nil {
		return err
	}
	if !want.Settable() {
		return &engine.Error{Op: "set state", Point: name, Kind: engine.BadInput,
			Text: "A publishing point can be asked to be idle, started or stopped; " + string(want) + " is reached by itself."}
	}
	p, ok := f.points[name]
	if !ok {
		return noPoint("set state", name)
	}
	next, err := after(p.State, want)
	if err != nil {
		return &engine.Error{Op: "set state", Point: name, Kind: engine.Conflict, Err: err,
			Text: "The publishing point " + name + " is " + string(p.State) + ": there is no event to stop."}
	}
	if next != p.State {
		p.State, p.Since = next, f.now()
		p.Reason, p.Action = "", ""
	}
	f.points[name] = p
	return nil
}

func after(is, want engine.State) (engine.State, error) {
	switch {
	case want == engine.StateStarted && is != engine.StateStarted:
		return engine.StateStarting, nil
	case want == engine.StateStopped && is == engine.StateIdle:
		return is, errors.New("no event")
	default:
		return want, nil
	}
}

// Links implements engine.Points.
func (f *Fake) Links(point string) []engine.Link {
	base := f.Addresses().Media + "/" + point + ".isml/"
	last := point[strings.LastIndexByte(point, '/')+1:]
	return []engine.Link{
		{Label: "Ingest", URL: base + last + ".ism"},
		{Label: "Preview", URL: base, Browse: true},
		{Label: "Smooth Streaming", URL: base + "Manifest"},
		{Label: "HLS", URL: base + last + "-cmaf.m3u8"},
		{Label: "DASH", URL: base + last + ".mpd"},
	}
}

func noPoint(op, name string) error {
	return &engine.Error{Op: op, Point: name, Kind: engine.NotFound,
		Text: "There is no publishing point " + name + "; create it first."}
}

func clonePoint(p engine.PointStatus) engine.PointStatus {
	p.Tracks = slices.Clone(p.Tracks)
	p.Sources = slices.Clone(p.Sources)
	p.Refusals = slices.Clone(p.Refusals)
	p.Findings = slices.Clone(p.Findings)
	p.Config = p.Config.Clone()
	return p
}
