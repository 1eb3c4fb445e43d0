package origin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// surfaceSeeds are the forms of every address that the media listener knows.
var surfaceSeeds = strings.Fields(`
/ /oceans.isml /oceans.isml/ /oceans.isml/facts.json /_pubpoint/player.js /crossdomain.xml /clientaccesspolicy.xml /time /favicon.ico
/oceans.isml/Manifest /oceans.isml/oceans.ism/Manifest /oceans.isml/oceans.ism?manifest=live /oceans.isml/oceans.ismc
/oceans.isml/QualityLevels(64000)/Fragments(audio=0) /oceans.isml/oceans.ism?bitrate=64000&audio=0
/oceans.isml/QualityLevels(64000)/FragmentInfo(audio=0) /oceans.isml/QualityLevels(64000)/RawFragments(audio=0) /oceans.isml/QualityLevels(64000)/KeyFrames(audio=0)
/oceans.isml/QualityLevels(64000,x=1)/Fragments(audio=99999999999) /oceans.isml/QualityLevels(-1)/Fragments(video=18446744073709551615)
/oceans.isml/oceans.m3u8 /oceans.isml/.m3u8 /oceans.isml/Manifest(format=m3u8-aapl) /oceans.isml/hls/audio-64000.m3u8 /oceans.isml/ts/audio-64000/0.ts
/oceans.isml/oceans-cmaf.m3u8 /oceans.isml/Manifest(format=m3u8-cmaf) /oceans.isml/cmaf/audio-64000/init.mp4 /oceans.isml/cmaf/audio-64000/0.m4s /oceans.isml/cmaf/audio-64000/0.0.m4s
/oceans.isml/hls/audio-64000.m3u8?_HLS_msn=0&_HLS_part=0&_HLS_skip=YES
/oceans.isml/oceans.mpd /oceans.isml/.mpd /oceans.isml/Manifest(format=mpd-time-cmaf)
/oceans.isml/oceans.f4m /oceans.isml/.f4m /oceans.isml/Manifest(format=f4m-f4f) /oceans.isml/oceans-set.f4m /oceans.isml/hds/audio-64000Seg1-Frag1 /oceans.isml/hds/audio-64000.bootstrap
/oceans.isml/Manifest?dvr_window_length=10&time_shift=3 /oceans.isml/Events(20260701T180000.000Z)/Manifest /oceans.isml/Events(x)/facts.json /oceans.isml/Events(..)/
/OCEANS.ISML/manifest /oceans%2eisml/Manifest /%2e%2e/oceans.isml/Manifest /a%2fb.isml/Manifest /sub/oceans.isml/Manifest /oceans.ism/Manifest
/oceans.isml/Streams(x) /oceans.isml/oceans.ism?stream_id=x-64k.ismv /oceans.isml/Events(e)/Streams(x) /oceans.isml/Switching(v)/Streams(x.cmfv) /nobody.isml/Streams(x)
`)

// surface is an origin with a point on air, and what a viewer was given of it.
type surface struct {
	*Origin
	url, etag string
	media     []byte
}

// answered is an answer on a connection whose deadlines never come.
type answered struct{ *httptest.ResponseRecorder }

func (answered) SetReadDeadline(time.Time) error  { return nil }
func (answered) SetWriteDeadline(time.Time) error { return nil }

// ask has a request answered, and returns false when the connection was broken instead.
func (s *surface) ask(r *http.Request) (w answered, whole bool) {
	w = answered{httptest.NewRecorder()}
	defer func() {
		cause := recover()
		if aborted, ok := cause.(error); ok && errors.Is(aborted, http.ErrAbortHandler) {
			whole = false
		} else if cause != nil {
			panic(cause)
		}
	}()
	s.handler.ServeHTTP(w, r)
	return w, true
}

// newSurface sends a stream to the point oceans, which stays on air.
func newSurface(tb testing.TB) *surface {
	tb.Helper()
	root := tb.TempDir()
	if err := os.Mkdir(filepath.Join(root, "oceans.isml"), 0o755); err != nil {
		tb.Fatal(err)
	}
	o, err := New(Config{Root: root, Listen: "127.0.0.1:0"})
	if err != nil {
		tb.Fatal(err)
	}
	if err := o.Listen(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- o.Run(ctx) }()
	body, steady := io.Pipe()
	left := make(chan error, 1)
	go func() {
		res, err := http.Post(o.Addresses().Media+"/oceans.isml/Streams(oceans-64k)", "", body)
		if err == nil {
			err = res.Body.Close()
		}
		left <- err
	}()
	tb.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := steady.Close(); err != nil {
			tb.Error(err)
		}
		<-left // however it ended
		cancel()
		if err := <-ran; err != nil {
			tb.Error(err)
		}
	})
	capture, err := os.ReadFile(filepath.Join("..", "internal", "fmp4", "testdata", "audio-only-2s-isml.ismv"))
	if err != nil {
		tb.Fatal(err)
	}
	if end := bytes.LastIndex(capture, []byte("mfra")); end > 4 {
		capture = capture[:end-4] // it stays on air
	}
	if _, err := steady.Write(capture); err != nil {
		tb.Fatal(err)
	}
	s := &surface{Origin: o, url: "/oceans.isml/QualityLevels(64000)/Fragments(audio=0)"}
	deadline, done := context.WithTimeout(tb.Context(), time.Minute)
	defer done()
	for s.media == nil {
		if w, ok := s.ask(httptest.NewRequestWithContext(deadline, http.MethodGet, s.url, nil)); ok && w.Code == http.StatusOK {
			s.media, s.etag = w.Body.Bytes(), w.Header().Get("ETag")
		}
		if deadline.Err() != nil {
			tb.Fatal("it never came on air")
		}
	}
	return s
}

// unharmed makes sure that the point gives out what it gave out before.
func (s *surface) unharmed(tb testing.TB) {
	tb.Helper()
	w, ok := s.ask(httptest.NewRequest(http.MethodGet, s.url, nil))
	if !ok || w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), s.media) || w.Header().Get("ETag") != s.etag {
		tb.Errorf("the point gives %d, %d bytes, %s", w.Code, w.Body.Len(), w.Header().Get("ETag"))
	}
	if w, ok := s.ask(httptest.NewRequest(http.MethodGet, "/oceans.isml/Manifest", nil)); !ok || w.Code != http.StatusOK {
		tb.Errorf("its manifest: %d", w.Code)
	}
}

// FuzzSurface asks the media listener anything while a point is on air: it is answered, in time, never
// as a defect of ours, refusals with a sentence, and the point stays as it is.
func FuzzSurface(f *testing.F) {
	for i, target := range surfaceSeeds {
		headers := []string{"", "Range: bytes=0-99\r\n", "Accept-Encoding: gzip;q=0.5, *;q=0\r\n", "If-None-Match: \"x\", W/\"y\", *\r\n",
			"If-Modified-Since: Mon, 23 Nov 2026 01:00:00 GMT\r\n", "Origin: https://example.com\r\nAccess-Control-Request-Method: GET\r\n", "Host: evil.example\r\nX-Forwarded-Host: x\r\n",
			"Range: bytes=-1,9-3,0-18446744073709551615\r\nIf-Range: \"x\"\r\n"}[i%8]
		f.Add("GET", target, headers, "")
		f.Add([]string{"HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE"}[i%6], target, headers, "\x00\x00\x00\x10ftypisml\x00\x00\x00\x01")
	}
	s := newSurface(f)
	f.Fuzz(func(t *testing.T, method, target, headers, body string) {
		if len(target)+len(headers)+len(body) > 64<<10 || strings.ContainsAny(method+target, " \r\n") || strings.Contains(headers, "\r\n\r\n") {
			return
		}
		raw := method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n"
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return // no request that the server would hand on
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		r = r.WithContext(ctx)
		r.RemoteAddr, r.Body, r.ContentLength = "192.0.2.1:4711", io.NopCloser(strings.NewReader(body)), int64(len(body))
		began := time.Now()
		w, whole := s.ask(r)
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%q took %s", raw, took)
		}
		if whole && w.Code >= 400 && w.Code != http.StatusPreconditionFailed && r.Method != http.MethodHead {
			told := struct{ Detail string }{}
			if w.Header().Get("Content-Type") != "application/problem+json" || json.Unmarshal(w.Body.Bytes(), &told) != nil || told.Detail == "" {
				t.Errorf("%q: %d as %q: %s", raw, w.Code, w.Header().Get("Content-Type"), w.Body)
			}
		}
		if w.Code == http.StatusInternalServerError {
			t.Errorf("%q: %d %s", raw, w.Code, w.Body)
		}
		s.unharmed(t)
	})
}
