package hds

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/delivery"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// watched is a source that tells when someone waits.
type watched struct {
	index.Board
	waiting chan struct{}
}

func (w *watched) Wait(ctx context.Context, after uint64) (*presentation.View, error) {
	select {
	case w.waiting <- struct{}{}:
	default:
	}
	return w.Board.Wait(ctx, after)
}

func newWatched(v *presentation.View) *watched {
	w := &watched{waiting: make(chan struct{}, 1)}
	w.Publish(v)
	return w
}

var onAir = outputtest.Synthetic{Name: "air", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 24}

// TestAFutureFragmentIsHeld waits for the second fragment that is not there yet.
func TestAFutureFragmentIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := synthetic(onAir)
		src := newWatched(p.Live(8))
		f := ask(choose(p.Whole).main[0], 4) // 1 and 2 are there
		type answer struct {
			obj *output.Object
			err error
		}
		got := make(chan answer, 1)
		began := time.Now()
		go func() {
			obj, err := f.Render(t.Context(), src)
			got <- answer{obj, err}
		}()
		for n := 9; n <= 16; n++ {
			synctest.Wait()
			select {
			case a := <-got:
				t.Fatalf("after %d fragments the answer is %v", n-1, a.err)
			default:
			}
			time.Sleep(400 * time.Millisecond) // of the bubble's clock
			src.Publish(p.Live(n))
		}
		if a := <-got; a.err != nil || a.obj.Size == 0 {
			t.Fatalf("the fragment that came is refused: %v", a.err)
		}
		if took := time.Since(began); took != 3200*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}

// TestNobodyIsHeldForEver bounds the wait by time, by the client, and by the end of the point.
func TestNobodyIsHeldForEver(t *testing.T) {
	p := synthetic(onAir)
	f := ask(choose(p.Whole).main[0], 3)
	for name, test := range map[string]struct {
		prepare func(ctx context.Context, src *watched, cancel func())
		want    time.Duration
	}{
		"nothing comes":       {func(context.Context, *watched, func()) {}, hold},
		"the client leaves":   {func(_ context.Context, _ *watched, cancel func()) { time.AfterFunc(time.Second, cancel) }, time.Second},
		"the point is closed": {func(_ context.Context, src *watched, _ func()) { time.AfterFunc(2*time.Second, src.Close) }, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := newWatched(p.Live(9))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				test.prepare(ctx, src, cancel)
				began := time.Now()
				_, err := f.Render(ctx, src)
				var why *output.Error
				if !errors.As(err, &why) || why.Kind != output.NotYet || time.Since(began) != test.want {
					t.Errorf("after %v: %v, want kind NotYet after %v", time.Since(began), err, test.want)
				}
			})
		})
	}
}

// TestAHeldFragmentOfAnEventThatEnds is answered at once.
func TestAHeldFragmentOfAnEventThatEnds(t *testing.T) {
	for n, want := range map[int64]output.Kind{3: 0, 4: output.Never} {
		p := synthetic(onAir)
		src := newWatched(p.Live(10))
		got := make(chan error, 1)
		go func() {
			_, err := ask(choose(p.Whole).main[0], n).Render(t.Context(), src)
			got <- err
		}()
		<-src.waiting
		ended := *p.Live(10)
		ended.Live, ended.Version = false, 1000
		src.Publish(&ended)
		var why *output.Error
		if err := <-got; want == 0 && err != nil || want != 0 && (!errors.As(err, &why) || why.Kind != want) {
			t.Errorf("fragment %d: %v, want kind %d", n, err, want)
		}
	}
}

// directory has one publishing point.
type directory struct{ src presentation.Source }

func (d directory) Lookup(name string) (delivery.PointRef, bool) {
	return delivery.PointRef{Source: d.src, State: engine.StateStarted}, name == "oceans"
}

// get asks a server. It may be called from any goroutine.
func get(t *testing.T, url string) (int, http.Header, []byte) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return 0, http.Header{}, nil
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Error(err)
	}
	return resp.StatusCode, resp.Header, body
}

// TestDelivered asks as clients do, over HTTP: one address after the other, and a fragment
// that comes while it is held.
func TestDelivered(t *testing.T) {
	p := synthetic(onAir)
	src := newWatched(p.Live(10))
	server := httptest.NewServer(delivery.New(delivery.Config{Formats: []output.Format{New()}, Points: directory{src}}))
	defer server.Close()
	const r = "/oceans.isml/hds.video-400000.audio-64000"
	for _, test := range []struct {
		path, typ, caching string
		status             int
	}{
		{"/oceans.isml/oceans.f4m", "application/f4m+xml", "max-age=1", 200},
		{"/oceans.isml/.f4m", "application/f4m+xml", "max-age=1", 200},
		{"/oceans.isml/Manifest(format=f4m-f4f)", "application/f4m+xml", "max-age=1", 200},
		{"/oceans.isml/oceans-set.f4m", "application/f4m+xml", "max-age=1", 200},
		{r + ".f4m", "application/f4m+xml", "max-age=1", 200},
		{r + ".abst", "video/abst", "max-age=1", 200},
		{r + "/Seg1-Frag1", "video/f4f", "public, max-age=31536000, immutable", 200},
		{r + "/Seg1-Frag1000", "application/problem+json", "max-age=1", 404},
		{r + "/Seg1-Frag0", "application/problem+json", "no-store", 400},
		{"/oceans.isml/hds.video-1/Seg1-Frag1", "application/problem+json", "max-age=1", 404},
		{"/crossdomain.xml", "text/x-cross-domain-policy", "max-age=86400", 200},
	} {
		status, header, body := get(t, server.URL+test.path)
		if status != test.status || header.Get("Content-Type") != test.typ || header.Get("Cache-Control") != test.caching {
			t.Errorf("GET %s: %d %s, %s", test.path, status, header.Get("Content-Type"), header.Get("Cache-Control"))
		}
		if length := header.Get("Content-Length"); length != "" && length != strconv.Itoa(len(body)) {
			t.Errorf("GET %s: %d bytes and a length of %s", test.path, len(body), length)
		}
	}
	held := make(chan struct{})
	go func() {
		defer close(held)
		if status, _, body := get(t, server.URL+r+"/Seg1-Frag3"); status != 200 || len(body) == 0 {
			t.Errorf("a fragment that came while it was asked for: %d", status)
		}
	}()
	<-src.waiting
	src.Publish(p.Live(12))
	<-held
}
