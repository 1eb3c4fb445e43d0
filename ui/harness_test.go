package ui

import (
	"context"
	"errors"
	"image/png"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/page"
)

// noon is the present of every test.
func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// operator makes an Operator of the fake engine.
type operator struct {
	*enginetest.Fake
	previews chan string
}

func (o operator) Tool() engine.ToolStatus { return o.EncoderTool() }

func (o operator) StartPoint(ctx context.Context, name string) error {
	return o.SetPointState(ctx, name, engine.StateStarted)
}

func (o operator) StopPoint(ctx context.Context, name string) error {
	return o.SetPointState(ctx, name, engine.StateStopped)
}

func (o operator) ShutDownPoint(ctx context.Context, name string) error {
	return o.SetPointState(ctx, name, engine.StateIdle)
}

func (o operator) AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (string, error) {
	id, err := o.Fake.AddEncoder(ctx, spec)
	if err != nil || !start {
		return id, err
	}
	return id, o.OrderEncoder(ctx, id, engine.OrderRun)
}

func (o operator) StartEncoder(ctx context.Context, id string) error {
	return o.OrderEncoder(ctx, id, engine.OrderRun)
}

func (o operator) StopEncoder(ctx context.Context, id string) error {
	return o.OrderEncoder(ctx, id, engine.OrderStop)
}

func (o operator) ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	return o.Fake.Clip(ctx, req)
}

func (o operator) Demo(ctx context.Context) error {
	return o.CreatePoint(ctx, "demo", engine.DefaultPointConfig())
}
func (o operator) Unresumed() []engine.EncoderSpec     { return nil }
func (o operator) Resume(context.Context) error        { return nil }
func (o operator) DeclineResume(context.Context) error { return nil }

func (o operator) OpenPreview(_ context.Context, point string) error {
	o.previews <- point
	return nil
}

// program pretends to be the program whose settings the window changes.
type program struct {
	mu     sync.Mutex
	setup  engine.Setup
	token  string
	fails  error // of every change
	tried  []string
	turned int // tokens
}

func newProgram() *program {
	begin := engine.Start{Root: "/srv/www", Listen: "127.0.0.1:8088", Admin: "127.0.0.1:8089"}
	return &program{token: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab3f2a",
		setup: engine.Setup{File: "/home/op/.config/pubpoint/pubpoint.toml", TokenFile: "/home/op/.config/pubpoint/token",
			Now: begin, Next: begin, Notify: true, Refresh: engine.DefaultRefresh}}
}

func (p *program) Setup(context.Context) (engine.Setup, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.setup, nil
}

func (p *program) ChangeSetup(_ context.Context, c engine.SetupChange) (engine.Setup, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fails != nil {
		return engine.Setup{}, p.fails
	}
	take(&p.setup.Next.Root, c.Root)
	take(&p.setup.Next.Listen, c.Listen)
	take(&p.setup.Next.Admin, c.Admin)
	take(&p.setup.Next.FFmpeg, c.FFmpeg)
	take(&p.setup.Language, c.Language)
	take(&p.setup.Theme, c.Theme)
	take(&p.setup.Resume, c.Resume)
	take(&p.setup.Notify, c.Notify)
	take(&p.setup.Refresh, c.Refresh)
	return p.setup, nil
}

func take[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (p *program) Token(context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.token, nil
}

func (p *program) RotateToken(context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turned++
	p.token = strings.Repeat("b", 60) + "0001"
	return p.token, nil
}

func (p *program) TryTool(_ context.Context, path string) (engine.ToolStatus, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tried = append(p.tried, path)
	if path == "/nowhere" {
		return engine.ToolStatus{}, errors.New("there is no program at /nowhere; write the path of ffmpeg")
	}
	return engine.ToolStatus{Path: "/usr/bin/ffmpeg", Version: "5.1.6"}, nil
}

// bench is a window over a fake engine. The test's goroutine is the Fyne goroutine: what the window
// hands over waits in inbox until the test takes it.
type bench struct {
	t     *testing.T
	fake  *enginetest.Fake
	op    operator
	win   *Window
	inbox chan func()
	waits []func() // what the window would do later
}

// open makes a window of that size and brings it up to date.
func open(t *testing.T, fake *enginetest.Fake, options Options, width, height float32) *bench {
	t.Helper()
	utc(t)
	app := test.NewTempApp(t)
	fake.SetClock(noon)
	b := &bench{t: t, fake: fake, op: operator{fake, make(chan string, 8)}, inbox: make(chan func(), 1024)}
	options.Now = noon
	switch e := options.Operator.(type) {
	case *ended:
		e.operator = b.op
	case *distant:
		e.operator = b.op
	default:
		options.Operator = b.op
	}
	options.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	if options.DocumentRoot == "" {
		options.DocumentRoot = "/srv/www"
	}
	options.Version = "0.2.0"
	if options.Program != nil {
		options.Setup, _ = options.Program.Setup(t.Context()) // it never fails
	}
	later := func(_ time.Duration, f func()) func() {
		b.waits = append(b.waits, f)
		return func() {}
	}
	b.win = newWindow(app, options, func(f func()) { b.inbox <- f }, later)
	b.win.win.Resize(fyne.NewSize(width, height))
	b.win.win.Show()
	b.win.pump.Start(func(ctx context.Context) { b.win.pump.Run(ctx, nil, b.win.prepare) })
	t.Cleanup(b.win.finish)
	b.tick()
	return b
}

// utc makes the local time zone of the test that of its masters.
func utc(t *testing.T) {
	t.Helper()
	zone := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = zone })
}

// take runs one function on the Fyne goroutine, waiting for it.
func (b *bench) take() {
	b.t.Helper()
	select {
	case f := <-b.inbox:
		f()
	case <-time.After(30 * time.Second):
		b.t.Fatal("the window hands nothing over")
	}
}

// tick brings the window up to date with the engine.
func (b *bench) tick() {
	b.t.Helper()
	var done bool
	// Work that was begun before is through once this is: the pump serves in order.
	b.win.pump.Wake()
	before := b.win.last.Now
	b.win.last.Now = time.Time{}
	for !done {
		b.take()
		done = !b.win.last.Now.IsZero()
	}
	if before.IsZero() {
		b.drain()
	}
}

// drain runs what waits already.
func (b *bench) drain() {
	for {
		select {
		case f := <-b.inbox:
			f()
		default:
			return
		}
	}
}

// until serves the window until ok, bringing it up to date again and again.
func (b *bench) until(what string, ok func() bool) {
	b.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			b.t.Fatalf("this never came: %s", what)
		}
		b.tick()
	}
}

// later lets the oldest thing happen that the window put off.
func (b *bench) later() {
	b.t.Helper()
	if len(b.waits) == 0 {
		b.t.Fatal("the window puts nothing off")
	}
	f := b.waits[0]
	b.waits = b.waits[1:]
	f()
}

// find is the control of that name; the test fails when it cannot be reached.
func (b *bench) find(name string) page.Control {
	b.t.Helper()
	for _, c := range b.win.controls() {
		if c.Name == name {
			return c
		}
	}
	b.t.Fatalf("no control %q among %v", name, b.names())
	return page.Control{}
}

func (b *bench) has(name string) bool {
	for _, c := range b.win.controls() {
		if c.Name == name {
			return true
		}
	}
	return false
}

func (b *bench) names() []string {
	var all []string
	for _, c := range b.win.controls() {
		all = append(all, c.Name)
	}
	return all
}

// tap clicks the control of that name in its middle, once it takes clicks: a button whose last order has
// not been answered yet is disabled.
func (b *bench) tap(name string) {
	b.t.Helper()
	b.find(name)
	b.until("a click to be possible on "+name, func() bool { return b.has(name) && !b.find(name).Disabled })
	o, ok := b.find(name).Object.(fyne.Tappable)
	if !ok {
		b.t.Fatalf("%q cannot be clicked", name)
	}
	test.Tap(o)
}

// await waits for an order to reach the engine.
func (b *bench) await(method string) enginetest.Call {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 30*time.Second)
	defer cancel()
	call, err := b.fake.Await(ctx, method)
	if err != nil {
		b.t.Fatalf("%s was never ordered: %v", method, err)
	}
	return call
}

// look saves the picture of the window for people, when LOOK names a directory.
func (b *bench) look(name string) {
	b.t.Helper()
	dir := os.Getenv("LOOK")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := png.Encode(f, b.win.win.Canvas().Capture()); err != nil {
		b.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.t.Fatal(err)
	}
}

// master compares the picture of the window with testdata/NAME.png.
func (b *bench) master(name string) {
	b.t.Helper()
	b.look(name)
	if !drawn {
		return
	}
	test.AssertImageMatches(b.t, name+".png", b.win.win.Canvas().Capture())
}

// ladderTracks are the tracks of a ladder with sound, all well.
func ladderTracks(now time.Time) []engine.TrackStatus {
	var all []engine.TrackStatus
	for _, r := range engine.Ladder(3) {
		all = append(all, engine.TrackStatus{Stream: "video", Type: engine.Video, Source: "oceans-300k-800k-2500k-128k", Bitrate: r.Bitrate, Arriving: r.Bitrate * 103 / 100,
			Codec: "avc1.64001f", Width: r.Width, Height: r.Height, Language: "und", Timescale: 10_000_000, LastStart: 37_530_000_000, LastLength: 20_000_000,
			LastArrival: now.Add(-time.Second), Fragments: 1876, Bytes: 1 << 28})
	}
	return append(all, engine.TrackStatus{Stream: "audio", Type: engine.Audio, Source: "oceans-300k-800k-2500k-128k", Bitrate: 128_000, Arriving: 127_100, Codec: "mp4a.40.2",
		SamplingRate: 48_000, Channels: 2, Language: "und", Timescale: 10_000_000, LastStart: 37_530_080_000, LastLength: 20_053_333, LastArrival: now.Add(-time.Second),
		Fragments: 1876, Bytes: 1 << 24})
}

// onAir is a point with a supervised encoder, all well, and that encoder.
func onAir(name string) (engine.PointStatus, engine.EncoderStatus) {
	now := noon()
	stream := name + "-300k-800k-2500k-128k"
	began := now.Add(-time.Hour - 2*time.Minute - 33*time.Second)
	p := engine.PointStatus{Name: name, State: engine.StateStarted, Since: began, Event: engine.EventStatus{ID: "1", Began: began, Duration: now.Sub(began)},
		Tracks: ladderTracks(now), Viewers: 1204, Requests: 845_210, Arriving: 3_840_000, Lag: 2.4,
		Archive: engine.ArchiveStatus{Recording: true, Bytes: 1_790_000_000},
		Sources: []engine.SourceStatus{{ID: name + "/1", Stream: stream, Remote: "127.0.0.1:51422", UserAgent: "Lavf/61.7.100", Began: began, LastByte: now.Add(-300 * time.Millisecond),
			Bytes: 1_790_000_000, Fragments: 7504, Connected: true}}}
	p.Config = engine.DefaultPointConfig()
	e := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: name + "-1", Point: name, Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.Ladder(3), AudioBitrate: 128_000},
		Stream: stream, Order: engine.OrderRun, State: engine.EncoderRunning, PID: 4211, Since: began, Began: began,
		Command:  "/usr/bin/ffmpeg -hide_banner -nostats -re -f lavfi -i testsrc2=size=1280x720:rate=25 -f ismv -movflags isml+frag_keyframe 'http://127.0.0.1:8088/" + name + ".isml/" + name + ".ism?stream_id=" + stream + ".ismv'",
		Progress: engine.EncoderProgress{At: now, Frame: 93825, FPS: 25, Speed: 1, OutTime: now.Sub(began), Bitrate: 3_800_000}}
	return p, e
}

// rates gives every track of a point a lively bitrate.
func rates(fake *enginetest.Fake, p engine.PointStatus) {
	sum := make([]engine.Sample, 600)
	for k, t := range p.Tracks {
		s := make([]engine.Sample, 600)
		for i := range s {
			x := float64(i)
			wobble := 0.07*math.Sin(x/11+float64(k)) + 0.05*math.Sin(x/3.1+2*float64(k)) + 0.03*math.Sin(x*1.7)
			if t.Type == engine.Audio {
				wobble /= 6
			}
			s[i] = engine.Sample{At: noon().Add(time.Duration(i-599) * time.Second), Value: float64(t.Bitrate) * (1 + wobble)}
			sum[i].At = s[i].At
			sum[i].Value += s[i].Value
		}
		fake.SetSeries(engine.MetricBitrate, p.Name, engine.TrackKey(t.Stream, t.Bitrate), engine.Series{Unit: "bit/s", Samples: s})
	}
	fake.SetSeries(engine.MetricArriving, p.Name, "", engine.Series{Unit: "bit/s", Samples: sum})
}
