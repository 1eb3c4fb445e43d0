package delivery

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// deadline is generous: machines are busy.
const deadline = time.Minute

// strict is a directory that must never be asked for a name that is not allowed.
type strict struct {
	t testing.TB
	Directory
}

func (s strict) Lookup(name string) (PointRef, bool) {
	if !engine.ValidName(name) {
		s.t.Errorf("looked up %q", name)
	}
	return s.Directory.Lookup(name)
}

// made is a format of one resource that a test makes.
type made struct {
	class  output.Class
	render func(ctx context.Context, src presentation.Source) (*output.Object, error)
}

func (made) Name() string               { return "made" }
func (made) Links(string) []output.Link { return nil }
func (m made) Resolve(req output.Request) (output.Resource, error) {
	if req.Path != "made" {
		return nil, output.ErrNoResource
	}
	return &m, nil
}
func (m *made) Class() output.Class { return m.class }
func (m *made) Render(ctx context.Context, src presentation.Source) (*output.Object, error) {
	return m.render(ctx, src)
}

// single is a format whose only resource is comparable, as manifests are.
type single struct{ made *made }

func (single) Name() string               { return "single" }
func (single) Links(string) []output.Link { return nil }
func (s single) Resolve(req output.Request) (output.Resource, error) {
	if req.Path != "made" {
		return nil, output.ErrNoResource
	}
	return s.made, nil
}

func text(s string) *output.Object {
	return &output.Object{Type: "text/plain", Size: int64(len(s)), Body: output.Bytes(s)}
}

func TestAManifestIsRenderedOnceAView(t *testing.T) {
	var renderings atomic.Int64
	release := make(chan struct{})
	format := single{&made{output.ClientManifest, func(_ context.Context, src presentation.Source) (*output.Object, error) {
		renderings.Add(1)
		<-release
		return text(strings.Repeat("manifest ", int(src.View().Version))), nil
	}}}
	h := newHouse(t, func(cfg *Config) { cfg.Formats = []output.Format{format} })
	var viewers sync.WaitGroup
	for range 50 {
		viewers.Go(func() {
			if res := h.ask(t, "GET", "/oceans.isml/made", "Accept-Encoding: gzip"); res.StatusCode != 200 {
				t.Errorf("status %d", res.StatusCode)
			}
		})
	}
	close(release)
	viewers.Wait()
	if n := renderings.Load(); n != 1 {
		t.Errorf("50 viewers cost %d renderings", n)
	}
	first := bodyOf(t, h.ask(t, "GET", "/oceans.isml/made"))
	h.live.Show(h.event.Live(7))
	if second := bodyOf(t, h.ask(t, "GET", "/oceans.isml/made")); second == first || renderings.Load() != 2 {
		t.Errorf("after a change: %d renderings", renderings.Load())
	}
	// The other point's manifest is another one.
	h.ask(t, "GET", "/sports/arena.isml/made")
	if n := renderings.Load(); n != 3 {
		t.Errorf("two points cost %d renderings, want 3", n)
	}
}

func TestWhichViewsAreTheSame(t *testing.T) {
	now := time.Now()
	old := presentation.View{Point: "p", Event: "e", Live: true, Version: 500, Changed: now}
	with := func(change func(*presentation.View)) *presentation.View {
		v := old
		change(&v)
		return &v
	}
	for name, test := range map[string]struct {
		v    *presentation.View
		want bool
	}{
		"itself":          {&old, true},
		"built again":     {with(func(*presentation.View) {}), true},
		"older":           {with(func(v *presentation.View) { v.Version-- }), true},
		"newer":           {with(func(v *presentation.View) { v.Version++ }), false},
		"another event":   {with(func(v *presentation.View) { v.Event, v.Version = "f", 1 }), false},
		"from an archive": {with(func(v *presentation.View) { v.Live, v.Version = false, 1 }), false},
		"made anew":       {with(func(v *presentation.View) { v.Changed = now.Add(time.Second) }), false},
	} {
		if got := current(stampOf(&old), test.v); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestAFailedRenderingIsNotKept(t *testing.T) {
	var calls atomic.Int64
	format := single{&made{output.ClientManifest, func(context.Context, presentation.Source) (*output.Object, error) {
		switch calls.Add(1) {
		case 1:
			return nil, &output.Error{Kind: output.Starting, Text: "Starting; try again."}
		case 2:
			panic("a defect")
		}
		return text("at last"), nil
	}}}
	var log bytes.Buffer
	h := newHouse(t, func(cfg *Config) {
		cfg.Formats, cfg.Logger = []output.Format{format}, slog.New(slog.NewTextHandler(&log, nil))
	})
	for i, want := range []int{503, 500, 200, 200} {
		if res := h.ask(t, "GET", "/oceans.isml/made"); res.StatusCode != want {
			t.Errorf("request %d: %d, want %d", i+1, res.StatusCode, want)
		}
	}
	if !strings.Contains(log.String(), "a defect") {
		t.Errorf("the log does not tell of the panic: %s", log.String())
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	c := newCache()
	v := &presentation.View{}
	for i := range 3 * maxDocuments {
		_, err := c.get(context.Background(), key{point: strings.Repeat("x", i)}, v, nil, func(context.Context) (*document, error) {
			return &document{plain: make([]byte, 1<<20)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(c.entries) > maxDocuments || c.bytes > maxDocumentBytes || len(c.entries) < 10 {
		t.Errorf("%d entries of %d bytes are kept", len(c.entries), c.bytes)
	}
}

func TestWaitingForARenderingEndsWithTheRequest(t *testing.T) {
	c := newCache()
	v := &presentation.View{}
	started, release := make(chan struct{}), make(chan struct{})
	var first sync.WaitGroup
	first.Go(func() {
		_, err := c.get(context.Background(), key{}, v, nil, func(context.Context) (*document, error) {
			close(started)
			<-release
			return &document{}, nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-started
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.get(ctx, key{}, v, func() error { return nil }, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting gave %v", err)
	}
	close(release)
	first.Wait()
}

// endless never stops writing until it is cut off.
type endless struct{ ended chan error }

func (e endless) WriteTo(w io.Writer) (int64, error) {
	var total int64
	block := make([]byte, 1<<20)
	for {
		n, err := w.Write(block)
		total += int64(n)
		if err != nil {
			e.ended <- err
			return total, err
		}
	}
}

func TestSlowReadersAreCutOff(t *testing.T) {
	ended := make(chan error, 1)
	format := &made{output.Media, func(context.Context, presentation.Source) (*output.Object, error) {
		return &output.Object{Type: "video/mp4", Size: 1 << 40, Tag: "t", Body: endless{ended}}, nil
	}}
	h := newHouse(t, func(cfg *Config) {
		cfg.Formats, cfg.WriteTimeout = []output.Format{format}, 50*time.Millisecond
	})
	server := httptest.NewServer(h)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := io.WriteString(conn, "GET /oceans.isml/made HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("ended with %v, want a timeout", err)
		}
	case <-time.After(deadline):
		t.Fatal("a client that reads nothing holds its connection")
	}
}

func TestEncodersReachTheConnectionAndAreNeverCutOff(t *testing.T) {
	type result struct {
		deadlineErr, duplexErr error
		patience               time.Duration
	}
	results := make(chan result, 1)
	ingest := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		results <- result{control.SetReadDeadline(time.Now().Add(deadline)), control.EnableFullDuplex(), w.(*response).patience}
	})
	h := newHouse(t, func(cfg *Config) { cfg.Ingest = ingest })
	server := httptest.NewServer(h)
	defer server.Close()
	res, err := http.Post(server.URL+"/oceans.isml/Streams(x)", "", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-results; got.deadlineErr != nil || got.duplexErr != nil || got.patience != 0 {
		t.Errorf("%+v, want no errors and no write deadline", got)
	}
}

func TestMediaThatCannotBeReadBreaksTheConnection(t *testing.T) {
	format := &made{output.Media, func(context.Context, presentation.Source) (*output.Object, error) {
		return &output.Object{Type: "video/mp4", Size: 100, Tag: "t", Body: torn{}}, nil
	}}
	var log bytes.Buffer
	h := newHouse(t, func(cfg *Config) {
		cfg.Formats, cfg.Logger = []output.Format{format}, slog.New(slog.NewTextHandler(&log, nil))
	})
	server := httptest.NewServer(h)
	defer server.Close()
	res, err := http.Get(server.URL + "/oceans.isml/made")
	if err == nil {
		if _, err = io.ReadAll(res.Body); err == nil {
			t.Error("a torn fragment looks whole")
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	server.Close() // the handler has ended, and the log is ours
	if !strings.Contains(log.String(), "the disk is gone") {
		t.Errorf("the log does not say why: %s", log.String())
	}
}

type torn struct{}

func (torn) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write([]byte("half"))
	if err != nil {
		return int64(n), err
	}
	return int64(n), errors.New("the disk is gone")
}

func TestRefusalsOfFormats(t *testing.T) {
	for _, test := range []struct {
		err     error
		status  int
		caching string
	}{
		{&output.Error{Kind: output.BadRequest, Text: "It makes no sense; ask another way."}, 400, "no-store"},
		{&output.Error{Kind: output.Never, Text: "It does not exist; ask for another."}, 404, "max-age=1"},
		{&output.Error{Kind: output.NotYet, Text: "It is not there yet; ask again."}, 404, "max-age=1"},
		{&output.Error{Kind: output.Gone, Text: "It is too old; seek forward."}, 410, "max-age=1"},
		{&output.Error{Kind: output.Starting, Text: "It is starting; ask again."}, 503, "no-store"},
		{&output.Error{Kind: output.Broken, Text: "It cannot be read; see the log."}, 500, "no-store"},
		{errors.New("something unforeseen"), 500, "no-store"},
	} {
		for _, class := range []output.Class{output.ClientManifest, output.Media} {
			format := &made{class, func(context.Context, presentation.Source) (*output.Object, error) { return nil, test.err }}
			h := newHouse(t, func(cfg *Config) { cfg.Formats = []output.Format{format} })
			res := h.ask(t, "GET", "/oceans.isml/made")
			body := bodyOf(t, res)
			if res.StatusCode != test.status || res.Header.Get("Cache-Control") != test.caching || strings.Contains(body, "unforeseen") {
				t.Errorf("%v: %d, %q, %s", test.err, res.StatusCode, res.Header.Get("Cache-Control"), body)
			}
			checkProblem(t, test.err.Error(), test.status, body)
		}
	}
}

func TestAccessLog(t *testing.T) {
	var log bytes.Buffer
	h := newHouse(t, func(cfg *Config) {
		cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	h.ask(t, "GET", "/oceans.isml/Manifest")
	for _, fact := range []string{"msg=request", "method=GET", "path=/oceans.isml/Manifest", "status=200", "remote=192.0.2.1:1234"} {
		if !strings.Contains(log.String(), fact) {
			t.Errorf("the log lacks %s: %s", fact, log.String())
		}
	}
}

func TestStrangeTagsBecomeGoodOnes(t *testing.T) {
	for _, tag := range []string{`a"b`, "a b", "é", strings.Repeat("x", 300)} {
		format := &made{output.Media, func(context.Context, presentation.Source) (*output.Object, error) {
			obj := text("x")
			obj.Tag = tag
			return obj, nil
		}}
		h := newHouse(t, func(cfg *Config) { cfg.Formats = []output.Format{format} })
		got := h.ask(t, "GET", "/oceans.isml/made").Header.Get("ETag")
		if inner := strings.Trim(got, `"`); got != `"`+inner+`"` || !validTag(inner) {
			t.Errorf("tag %q became %q", tag, got)
		}
	}
}

// BenchmarkManifest is one viewer of many of a manifest of 12 hours.
func BenchmarkManifest(b *testing.B) {
	long := outputtest.NewSource(outputtest.Synthetic{Name: "long", Video: []int{400_000}, Fragments: 21_600}.View())
	h := newHouse(b, func(cfg *Config) { cfg.Count = nil })
	h.points.set("long", PointRef{Source: long, State: engine.StateStopped})
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("GET", "/long.isml/Manifest", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		h.ServeHTTP(discard{http.Header{}}, r)
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
