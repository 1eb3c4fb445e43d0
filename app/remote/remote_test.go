package remote

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"pubpoint/app/api"
	"pubpoint/app/control"
	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

const (
	token    = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	deadline = 60 * time.Second
)

// noStore remembers nothing.
type noStore struct{}

func (noStore) Encoders() (iter.Seq2[engine.EncoderSpec, engine.Order], error) {
	return func(func(engine.EncoderSpec, engine.Order) bool) {}, nil
}
func (noStore) SaveEncoder(engine.EncoderSpec, engine.Order) error { return nil }
func (noStore) ForgetEncoder(string) error                         { return nil }

// rack is an engine on another machine: the real admin API over a fake engine.
type rack struct {
	*enginetest.Fake
	api    *api.Server
	server *httptest.Server
}

func newRack(t testing.TB) *rack {
	t.Helper()
	r := &rack{Fake: enginetest.New()}
	var err error
	r.api, err = api.New(api.Config{Desk: control.New(control.Config{Engine: r.Fake, Store: noStore{}}), Token: token, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	r.server = httptest.NewServer(r.api.Handler())
	t.Cleanup(func() {
		r.server.CloseClientConnections()
		r.server.Close()
	})
	return r
}

// connect drives an engine until the test ends.
func connect(t *testing.T, url string, change ...func(*Config)) *Engine {
	t.Helper()
	cfg := Config{URL: url, TokenFile: tokenFile(t, token), Poll: 20 * time.Millisecond, Patience: deadline}
	for _, c := range change {
		c(&cfg)
	}
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return e
}

func tokenFile(t testing.TB, token string) string {
	t.Helper()
	k := tokenKeeper{file: filepath.Join(t.TempDir(), "token")}
	if err := k.keep(token); err != nil {
		t.Fatal(err)
	}
	return k.file
}

// until waits for what must happen.
func until(t *testing.T, e *Engine, what string, is func(engine.Connection) bool) engine.Connection {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	end := time.After(deadline)
	for {
		c := e.Connection()
		if is(c) {
			return c
		}
		select {
		case <-look.C:
		case <-end:
			t.Fatalf("never %s: %+v", what, c)
		}
	}
}

func up(c engine.Connection) bool   { return c.Up }
func down(c engine.Connection) bool { return !c.Up && c.Reason != "" }

// service is an Engine with the names that engine.Service has. What was ordered is written down over
// there, by the program that carried it out.
type service struct {
	*Engine
	engine.Auditor
}

// Actions are those that were written down.
func (s service) Actions(limit int, after int64) []engine.Action {
	return s.Auditor.Actions(limit, after)
}

// Traffic is for metrics, which are asked of the machine itself.
func (service) Traffic() engine.Traffic { return engine.Traffic{} }

func (s service) Point(name string) (engine.PointStatus, error) {
	for _, p := range s.Points() {
		if p.Name == name {
			return p, nil
		}
	}
	return engine.PointStatus{}, &engine.Error{Op: "find point", Point: name, Kind: engine.NotFound, Text: "There is no " + name + "."}
}

func (s service) AddEncoder(ctx context.Context, spec engine.EncoderSpec) (string, error) {
	return s.Engine.AddEncoder(ctx, spec, false)
}

func (s service) OrderEncoder(ctx context.Context, id string, order engine.Order) error {
	if order == engine.OrderRun {
		return s.StartEncoder(ctx, id)
	}
	return s.StopEncoder(ctx, id)
}

func (s service) EncoderTool() engine.ToolStatus { return s.Tool() }

func (s service) Clip(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	return s.ClipArchive(ctx, req)
}

// An engine at a distance keeps what any engine promises.
func TestEngineKeepsThePromises(t *testing.T) {
	enginetest.Promises(t, func() engine.Service {
		r := newRack(t)
		e := connect(t, r.server.URL)
		until(t, e, "up", up)
		return service{e, r.Fake}
	})
}

func TestLossAndRecovery(t *testing.T) {
	r := newRack(t)
	r.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStarted})
	r.SetEncoder(engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "one", Point: "oceans"}, State: engine.EncoderRunning})
	addr := r.server.Listener.Addr().String()
	e := connect(t, r.server.URL)
	until(t, e, "up", up)
	if p := e.Points(); len(p) != 1 || p[0].State != engine.StateStarted || !p[0].AsOf.IsZero() {
		t.Fatalf("points are %+v", p)
	}
	r.server.CloseClientConnections()
	if err := r.server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	c := until(t, e, "down", down)
	if c.Known.IsZero() || !c.Now.Equal(c.Known) || c.Name != addr {
		t.Errorf("connection is %+v", c)
	}
	if p, x := e.Points(), e.Encoders(); len(p) != 1 || !p[0].AsOf.Equal(c.Known) || len(x) != 1 || !x[0].AsOf.Equal(c.Known) {
		t.Errorf("what was known is %+v and %+v, want it as of %v", p, x, c.Known)
	}
	began := time.Now()
	err := e.StopPoint(t.Context(), "oceans")
	if engine.KindOf(err) != engine.Unavailable || len(r.CallsOf("SetPointState")) > 0 {
		t.Errorf("an order to nobody says %v", err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v to say so", took)
	}
	again, err := api.New(api.Config{Desk: control.New(control.Config{Engine: r.Fake, Store: noStore{}}), Token: token})
	if err != nil {
		t.Fatal(err)
	}
	back := httptest.NewUnstartedServer(again.Handler())
	if back.Listener, err = newListener(addr); err != nil {
		t.Fatal(err)
	}
	back.Start()
	t.Cleanup(func() {
		back.CloseClientConnections()
		back.Close()
	})
	until(t, e, "up again", up)
	if p := e.Points(); len(p) != 1 || !p[0].AsOf.IsZero() {
		t.Errorf("after it is back: %+v", p)
	}
}

func TestWrongTokenAndTheRightOne(t *testing.T) {
	r := newRack(t)
	file := tokenFile(t, "wrong")
	e := connect(t, r.server.URL, func(c *Config) { c.TokenFile = file })
	c := until(t, e, "refused", func(c engine.Connection) bool { return c.WantsToken })
	if c.Up || c.Reason == "" || engine.KindOf(e.CreatePoint(t.Context(), "x", engine.DefaultPointConfig())) != engine.Unauthorized {
		t.Errorf("connection is %+v", c)
	}
	for _, bad := range []string{"", "two words", "wrong-again"} {
		if err := e.GiveToken(t.Context(), bad); err == nil || engine.Sentence(err) == "" {
			t.Errorf("token %q: %v", bad, err)
		}
	}
	if err := e.GiveToken(t.Context(), " "+token+"\n"); err != nil {
		t.Fatal(err)
	}
	until(t, e, "up", up)
	k := tokenKeeper{file: file}
	if _, err := k.read(); err != nil || k.get() != token {
		t.Errorf("kept is %q (%v)", k.get(), err)
	}
}

// A token that somebody else puts into the file is used.
func TestTokenFileIsReadAgain(t *testing.T) {
	r := newRack(t)
	file := tokenFile(t, "wrong")
	e := connect(t, r.server.URL, func(c *Config) { c.TokenFile = file })
	until(t, e, "refused", func(c engine.Connection) bool { return c.WantsToken })
	if err := (&tokenKeeper{file: file}).keep(token); err != nil {
		t.Fatal(err)
	}
	until(t, e, "up", up)
}

// A server that answers byte by byte stalls nobody who only looks.
func TestSlowServerStallsNobody(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			if _, err := w.Write([]byte("{")); err != nil {
				return
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-release:
				return
			case <-r.Context().Done():
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	e := connect(t, server.URL, func(c *Config) { c.Patience = 10 * time.Millisecond })
	began := time.Now()
	for range 100 {
		e.Points()
		e.Encoders()
		e.Alarms()
		e.System()
		e.Links("oceans")
		if _, err := e.Series(engine.Query{Metric: engine.MetricArriving, Point: "oceans"}); engine.KindOf(err) != engine.Unavailable {
			t.Errorf("series: %v", err)
		}
		if _, err := e.Thumbnail("oceans"); engine.KindOf(err) != engine.Unavailable {
			t.Errorf("thumbnail: %v", err)
		}
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("a hundred looks took %v", took)
	}
	until(t, e, "found silent", func(c engine.Connection) bool { return !c.Up && c.Silent > silence && c.Reason != "" })
}

// A server that was quick and stops answering is known to be silent, and reads never wait for it.
func TestServerThatHangsIsNoticed(t *testing.T) {
	r := newRack(t)
	r.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStarted})
	hang := make(chan struct{})
	var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		select {
		case <-hang:
			<-q.Context().Done()
		default:
			r.api.Handler().ServeHTTP(w, q)
		}
	})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	e := connect(t, server.URL)
	until(t, e, "up", up)
	close(hang)
	until(t, e, "down", func(c engine.Connection) bool { e.look(); return down(c) })
	if p := e.Points(); len(p) != 1 || p[0].AsOf.IsZero() {
		t.Errorf("points are %+v", p)
	}
}

func TestVersionThatDiffersIsRefused(t *testing.T) {
	r := newRack(t)
	var version string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if version == "" {
			http.NotFound(w, q)
			return
		}
		r.api.Handler().ServeHTTP(&versioned{w, version}, q)
	}))
	t.Cleanup(server.Close)
	for version = range map[string]bool{"": true, "2.0": true, "1.9": false} {
		e, err := New(Config{URL: server.URL, TokenFile: tokenFile(t, token)})
		if err != nil {
			t.Fatal(err)
		}
		err = e.poll(t.Context())
		if newer := version == "1.9"; newer != (err == nil) || !newer && engine.KindOf(err) != engine.Unsupported {
			t.Errorf("version %q: %v", version, err)
		}
		if c := e.Connection(); c.Up != (err == nil) {
			t.Errorf("version %q: %+v", version, c)
		}
	}
}

// versioned claims another version of the API.
type versioned struct {
	http.ResponseWriter
	version string
}

func (v *versioned) WriteHeader(status int) {
	v.Header().Set(api.VersionHeader, v.version)
	v.ResponseWriter.WriteHeader(status)
}

func (v *versioned) Write(b []byte) (int, error) {
	v.Header().Set(api.VersionHeader, v.version)
	return v.ResponseWriter.Write(b)
}

func TestCertificates(t *testing.T) {
	r := newRack(t)
	server := httptest.NewTLSServer(r.api.Handler())
	t.Cleanup(server.Close)
	e, err := New(Config{URL: server.URL, TokenFile: tokenFile(t, token)})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.poll(t.Context()); err == nil || !contains(engine.Sentence(err), "-ca-file") {
		t.Errorf("a certificate of nobody's: %v", err)
	}
	e, err = New(Config{URL: server.URL, TokenFile: tokenFile(t, token), CAFile: pemOf(t, server.Certificate())})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.poll(t.Context()); err != nil {
		t.Errorf("with its authority: %v", err)
	}
	plain, err := New(Config{URL: "http" + server.URL[len("https"):], TokenFile: tokenFile(t, token)})
	if err != nil {
		t.Fatal(err)
	}
	if err := plain.poll(t.Context()); err == nil || !contains(engine.Sentence(err), "https://") {
		t.Errorf("plain HTTP to HTTPS: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for raw, good := range map[string]bool{
		"https://rack-1:8089": true, "http://127.0.0.1:8089/": true, "https://rack-1/admin/api/v1": true,
		"rack-1:8089": false, "ftp://rack-1": false, "https://user:secret@rack-1": false, "https://rack-1?token=x": false, "https://": false, "::": false,
	} {
		if err := CheckURL(raw); (err == nil) != good {
			t.Errorf("%s: %v", raw, err)
		}
		if err := CheckURL(raw); err != nil && contains(engine.Sentence(err), "secret") {
			t.Errorf("%s is told again", raw)
		}
	}
	if _, err := New(Config{URL: "https://rack-1", CAFile: filepath.Join(t.TempDir(), "none")}); engine.KindOf(err) != engine.BadInput {
		t.Errorf("certificates that are not there: %v", err)
	}
}

// Ages are told by the engine's clock.
func TestClocksThatDiffer(t *testing.T) {
	r := newRack(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.api.Handler().ServeHTTP(&early{w}, q)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	e := connect(t, server.URL)
	until(t, e, "up", up)
	if off := time.Until(e.Now()); off > -50*time.Minute || off < -70*time.Minute {
		t.Errorf("its clock is %v from ours, want an hour behind", off)
	}
}

// early is an hour behind.
type early struct{ http.ResponseWriter }

func (v *early) Write(b []byte) (int, error) {
	v.Header().Set(api.NowHeader, time.Now().Add(-time.Hour).UTC().Format(time.RFC3339Nano))
	return v.ResponseWriter.Write(b)
}

func (v *early) WriteHeader(status int) {
	v.Header().Set(api.NowHeader, time.Now().Add(-time.Hour).UTC().Format(time.RFC3339Nano))
	v.ResponseWriter.WriteHeader(status)
}

func (v *early) Unwrap() http.ResponseWriter { return v.ResponseWriter }

func TestEventsArrive(t *testing.T) {
	r := newRack(t)
	r.Emit(engine.Event{Text: "Before."})
	e := connect(t, r.server.URL)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	got := e.Events(ctx)
	until(t, e, "told of the past", func(engine.Connection) bool { return len(e.RecentEvents(1)) == 1 })
	r.Emit(engine.Event{Text: "Now."})
	select {
	case one := <-got:
		if one.Text != "Now." {
			t.Errorf("told is %+v", one)
		}
	case <-ctx.Done():
		t.Fatal("no event came")
	}
	past := e.RecentEvents(10)
	if len(past) != 2 || past[0].Text != "Before." || past[1].Text != "Now." {
		t.Errorf("the past is %+v", past)
	}
}

func TestEventsOfAProgramThatBeganAnew(t *testing.T) {
	at := time.Now()
	var v events
	v.catchUp([]engine.Event{{Seq: 8, At: at, Text: "a"}, {Seq: 9, At: at.Add(1), Text: "b"}})
	v.catchUp([]engine.Event{{Seq: 9, At: at.Add(1), Text: "b"}, {Seq: 10, At: at.Add(2), Text: "c"}})
	v.catchUp([]engine.Event{{Seq: 1, At: at.Add(3), Text: "d"}})
	v.take(engine.Event{Seq: 2, Text: "e"})
	v.take(engine.Event{Seq: 2, Text: "e"})
	if len(v.past) != 2 || v.past[0].Text != "d" || v.past[1].Text != "e" {
		t.Errorf("the past is %+v", v.past)
	}
}

func TestExportComesOver(t *testing.T) {
	r := newRack(t)
	r.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStopped, Event: engine.EventStatus{Duration: time.Minute}})
	r.SetExport("oceans", "the film")
	e := connect(t, r.server.URL)
	until(t, e, "up", up)
	x, err := e.OpenExport(t.Context(), engine.ExportRequest{Point: "oceans"})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	out := httptest.NewRecorder()
	if n, err := x.Body.WriteTo(out); err != nil || n != x.Size || out.Body.String() != "the film" || x.FileName == "" {
		t.Errorf("%d bytes of %d: %q as %s (%v)", n, x.Size, out.Body, x.FileName, err)
	}
}

func TestReplaceTokenIsKept(t *testing.T) {
	r := newRack(t)
	var answer []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/api/v1/settings/token" {
			r.api.SetToken("another")
			if _, err := w.Write(answer); err != nil {
				t.Error(err)
			}
			return
		}
		r.api.Handler().ServeHTTP(w, q)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	answer = []byte(`{"token":"another","later":true}`)
	file := tokenFile(t, token)
	e := connect(t, server.URL, func(c *Config) { c.TokenFile = file })
	until(t, e, "up", up)
	if got, err := e.RotateToken(t.Context()); err != nil || got != "another" {
		t.Fatalf("%q, %v", got, err)
	}
	if err := errors.Join(e.poll(t.Context()), e.poll(t.Context())); err != nil {
		t.Errorf("with the new token: %v", err)
	}
	k := tokenKeeper{file: file}
	if _, err := k.read(); err != nil || k.get() != "another" {
		t.Errorf("kept is %q (%v)", k.get(), err)
	}
}
