package delivery

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pubpoint/engine/internal/output"
)

const (
	xmlType     = "text/xml; charset=utf-8"
	problemType = "application/problem+json"
	fragment2   = "/oceans.isml/QualityLevels(400000)/Fragments(video=20000000)"
)

func TestAddresses(t *testing.T) {
	h := newHouse(t, nil)
	for _, test := range []struct {
		method, target string
		status         int
		typ, caching   string
		body           string // that it has
	}{
		{"GET", "/oceans.isml/Manifest", 200, xmlType, "max-age=1", `IsLive="TRUE"`},
		{"GET", "/oceans.isml/manifest", 200, xmlType, "max-age=1", `IsLive="TRUE"`},
		{"GET", "/oceans.ISML/MANIFEST", 200, xmlType, "max-age=1", `IsLive="TRUE"`},
		{"GET", "/oceans.isml/oceans.ism/Manifest", 200, xmlType, "max-age=1", `IsLive="TRUE"`},
		{"GET", "/oceans.isml/oceans.ism?manifest=live", 200, xmlType, "max-age=1", `IsLive="TRUE"`},
		{"GET", "/oceans.isml/oceans.ismc", 200, xmlType, "max-age=1", `IsLive="TRUE"`},
		{"GET", "/sports/arena.isml/Manifest", 200, xmlType, "max-age=60", `Duration="80000000"`},
		{"GET", "/sports/arena.isml/arena.ism/Manifest", 200, xmlType, "max-age=60", `Duration="80000000"`},
		{"GET", "/film.ism/Manifest", 200, xmlType, "max-age=60", `Duration="80000000"`},
		{"GET", "/film.ism/film.ismc", 200, xmlType, "max-age=60", `Duration="80000000"`},
		{"GET", "/film.isml/Manifest", 404, problemType, "max-age=1", "no publishing point /film"},
		{"GET", fragment2, 200, "video/mp4", mediaCaching, "moof"},
		{"GET", "/oceans.isml/QualityLevels%28400000%29/Fragments%28video%3d20000000%29", 200, "video/mp4", mediaCaching, "moof"},
		{"GET", "/oceans.isml/oceans.ism/QualityLevels(400000)/Fragments(video=20000000)", 200, "video/mp4", mediaCaching, "moof"},
		{"GET", "/oceans.isml/oceans.ism?bitrate=400000&video=20000000", 200, "video/mp4", mediaCaching, "moof"},
		{"GET", "/oceans.isml/qualitylevels(64000)/fragmentinfo(audio=0)", 200, "video/mp4", mediaCaching, "tfhd"},
		{"GET", "/oceans.isml/QualityLevels(64000)/RawFragments(audio=0)", 200, "application/octet-stream", mediaCaching, ""},
		{"GET", "/oceans.isml/QualityLevels(200000)/KeyFrames(video=0)", 200, "video/mp4", mediaCaching, "moof"},
		{"GET", "/oceans.isml/QualityLevels(400000)/Fragments(video=60000000)", 412, "", "no-store", ""},
		{"GET", "/oceans.isml/QualityLevels(400000)/Fragments(video=25000000)", 404, problemType, "max-age=1", "No fragment begins"},
		{"GET", "/oceans.isml/QualityLevels(1)/Fragments(video=0)", 404, problemType, "max-age=1", "quality level"},
		{"GET", "/oceans.isml/QualityLevels(x)/Fragments(video=0)", 400, problemType, "no-store", "bitrate"},
		{"GET", "/oceans.isml/oceans.m3u8", 404, problemType, "max-age=1", "/oceans.isml/"},
		{"GET", "/oceans.isml/Manifest(format=m3u8-aapl)", 404, problemType, "max-age=1", ""},
		{"GET", "/sports/arena.isml/QualityLevels(400000)/Fragments(video=80000000)", 404, problemType, "max-age=1", "ended"},
		{"GET", "/idle.isml/Manifest", 404, problemType, "max-age=1", "start an encoder that posts to /idle.isml/Streams(ID)"},
		{"GET", "/starting.isml/Manifest", 503, problemType, "no-store", "try again"},
		{"GET", "/broken.isml/Manifest", 503, problemType, "no-store", "The disk is full; make room."},
		{"GET", "/empty.isml/Manifest", 404, problemType, "max-age=1", "nothing was kept"},
		{"GET", "/nobody.isml/Manifest", 404, problemType, "max-age=1", "no publishing point /nobody"},
		{"GET", "/oceans.isml/", 200, "", "", "page of oceans"},
		{"GET", "/idle.isml/", 200, "", "", "page of idle"},
		{"GET", "/sports/arena.isml/", 200, "", "", "page of sports/arena"},
		{"GET", "/oceans.isml/facts.json", 200, "", "", "facts of oceans"},
		{"GET", "/nobody.isml/", 404, problemType, "max-age=1", ""},
		{"GET", "/film.ism/", 404, problemType, "max-age=1", ""},
		{"GET", "/", 200, "", "", "list"},
		{"GET", "/_pubpoint/player-1.js", 200, "", "", "asset /_pubpoint/player-1.js"},
		{"GET", "/crossdomain.xml", 200, "text/x-cross-domain-policy", "max-age=86400", "allow-access-from"},
		{"GET", "/clientaccesspolicy.xml", 200, xmlType, "max-age=86400", "access-policy"},
		{"GET", "/time", 200, "text/plain; charset=utf-8", "no-store", "2026-11-22T14:00:08.123Z"},
		{"GET", "/favicon.ico", 204, "", "max-age=86400", ""},
		{"GET", "/nothing", 404, problemType, "max-age=1", "nothing at this address"},
		{"POST", "/nothing", 404, problemType, "max-age=1", "nothing at this address"},
		{"DELETE", "/oceans.isml/Manifest", 405, problemType, "max-age=1", ""},
		{"PATCH", "/", 405, problemType, "max-age=1", ""},
	} {
		res := h.ask(t, test.method, test.target)
		body := bodyOf(t, res)
		what := test.method + " " + test.target
		if res.StatusCode != test.status || res.Header.Get("Cache-Control") != test.caching || !strings.Contains(body, test.body) {
			t.Errorf("%s: %d, %q, %q; want %d, %q, with %q", what, res.StatusCode, res.Header.Get("Cache-Control"), body,
				test.status, test.caching, test.body)
		}
		if test.typ != "" && res.Header.Get("Content-Type") != test.typ {
			t.Errorf("%s: type %q, want %q", what, res.Header.Get("Content-Type"), test.typ)
		}
		if res.Header.Get("Server") != "Pubpoint" {
			t.Errorf("%s: Server is %q", what, res.Header.Get("Server"))
		}
		if test.typ == problemType {
			checkProblem(t, what, res.StatusCode, body)
		}
	}
}

func checkProblem(t *testing.T, what string, status int, body string) {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(body), &p); err != nil || p.Status != status || p.Type == "" || p.Title == "" || len(p.Detail) < 20 {
		t.Errorf("%s: the problem is %q (%v)", what, body, err)
	}
}

func TestEncodersRequestsPassUntouched(t *testing.T) {
	for _, target := range []string{
		"/oceans.isml/oceans.ism?stream_id=oceans-400k-64k.ismv", "/oceans.isml/oceans.isml?x=1",
		"/oceans.isml/Streams(video)", "/oceans.isml/streams(video)", "/oceans.isml/Streams%28video%29",
		"/oceans.isml/Events(1)/Streams(video)", "/oceans.isml/Switching(a)/Streams(video)",
		"/sports/arena.isml/Streams(a.b-c)", "/oceans.isml", "/new.isml/Streams(x)",
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut} {
			h := newHouse(t, nil)
			r := httptest.NewRequest(method, target, strings.NewReader("bytes"))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if want := []string{method + " " + target + " bytes"}; !slices.Equal(h.encoders.all(), want) || w.Code != 200 {
				t.Errorf("%s %s: %d, the encoders' handler saw %q", method, target, w.Code, h.encoders.all())
			}
		}
	}
}

func TestEncodersAreTurnedAway(t *testing.T) {
	for _, test := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"POST", "/oceans.isml/Manifest", 405, allowMethods},
		{"POST", "/oceans.isml/other.ism?stream_id=x", 405, allowMethods},
		{"POST", "/oceans.isml/", 405, allowMethods},
		{"POST", "/film.ism/Streams(x)", 405, allowMethods},
		{"POST", "/", 405, allowMethods},
		{"DELETE", "/oceans.isml/Streams(x)", 405, allowMethods + ", POST, PUT"},
		{"PATCH", "/oceans.isml", 405, allowMethods + ", POST, PUT"},
		{"POST", "/CON.isml/Streams(x)", 400, ""},
		{"PUT", "/a/../b.isml/Streams(x)", 400, ""},
	} {
		h := newHouse(t, nil)
		res := h.ask(t, test.method, test.target)
		if res.StatusCode != test.status || res.Header.Get("Allow") != test.allow || len(h.encoders.all()) > 0 {
			t.Errorf("%s %s: %d, Allow %q; want %d, %q", test.method, test.target, res.StatusCode, res.Header.Get("Allow"), test.status, test.allow)
		}
		if test.method != "DELETE" && test.method != "PATCH" && res.Header.Get("Connection") != "close" {
			t.Errorf("%s %s: the connection stays open, so the encoder goes on", test.method, test.target)
		}
	}
}

func TestHostilePathsTouchNothing(t *testing.T) {
	h := newHouse(t, nil)
	long := strings.Repeat("a", 300)
	for _, target := range []string{
		"/../oceans.isml/Manifest", "/x/../oceans.isml/Manifest", "/%2e%2e/oceans.isml/Manifest", "/.%2e/oceans.isml/Manifest",
		"/oceans.isml/../../etc/passwd", "/oceans.isml/%2e%2e/Manifest", "/./oceans.isml/Manifest",
		"/a%2foceans.isml/Manifest", "/a%2Foceans.isml/Manifest", "/oceans.isml%2fManifest", "/oceans.isml/a%2fb",
		"/a%5coceans.isml/Manifest", "/..%5coceans.isml/Manifest", "/oceans%00.isml/Manifest", "/oceans.isml/%00",
		"/oceans%0a.isml/Manifest", "/%ff%fe.isml/Manifest", "/oc%C3%A9ans.isml/Manifest", "/%252e%252e.isml/Manifest",
		"/" + long + ".isml/Manifest", "/CON.isml/Manifest", "/nul.txt.isml/Manifest", "/a/com1.isml/Manifest",
		"/.isml/Manifest", "/-a.isml/Manifest", "/a b.isml/Manifest", "//oceans.isml/Manifest", "/a//oceans.isml/Manifest",
		"/.hidden.isml/Manifest", "/a.isml." + "/../x.isml", "/" + strings.Repeat("a/", 600) + "b.isml/Manifest",
		"//evil.example/x.isml", "/C:/x.isml/Manifest", "/$(reboot).isml/", "/~root.isml",
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			r := httptest.NewRequest(method, "/", nil)
			u, err := url.ParseRequestURI(target)
			if err != nil {
				t.Fatalf("%s: %v", target, err)
			}
			r.URL = u
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusBadRequest {
				t.Errorf("%s %s: %d, want 400", method, target, w.Code)
			}
		}
	}
	if len(h.points.asked) > 0 || len(h.encoders.all()) > 0 {
		t.Errorf("points %q were looked up and %q ingested", h.points.asked, h.encoders.all())
	}
}

func TestNotYetIsEmpty(t *testing.T) {
	h := newHouse(t, nil)
	res := h.ask(t, "GET", "/oceans.isml/QualityLevels(400000)/Fragments(video=40000000)")
	if body := bodyOf(t, res); res.StatusCode != 412 || body != "" || res.Header.Get("Content-Length") != "0" || res.Header.Get("ETag") != "" {
		t.Errorf("%d %q, header %v; want 412 and nothing", res.StatusCode, body, res.Header)
	}
	h.live.Show(h.event.Live(7))
	if res := h.ask(t, "GET", "/oceans.isml/QualityLevels(400000)/Fragments(video=40000000)"); res.StatusCode != 200 {
		t.Errorf("once its look-ahead is there: %d", res.StatusCode)
	}
}

func TestHead(t *testing.T) {
	h := newHouse(t, nil)
	for _, target := range []string{"/oceans.isml/Manifest", fragment2, "/crossdomain.xml", "/time", "/nothing", "/idle.isml/Manifest"} {
		get, head := h.ask(t, "GET", target), h.ask(t, "HEAD", target)
		body := bodyOf(t, get)
		if empty := bodyOf(t, head); empty != "" {
			t.Errorf("HEAD %s has a body", target)
		}
		if head.Header.Get("Content-Length") != strconv.Itoa(len(body)) {
			t.Errorf("HEAD %s: Content-Length %q, want %d", target, head.Header.Get("Content-Length"), len(body))
		}
		for name := range get.Header {
			if get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("HEAD %s: %s is %q, GET has %q", target, name, head.Header.Get(name), get.Header.Get(name))
			}
		}
	}
}

func TestConditionalRequests(t *testing.T) {
	h := newHouse(t, nil)
	for _, target := range []string{"/oceans.isml/Manifest", "/sports/arena.isml/Manifest", fragment2} {
		first := h.ask(t, "GET", target)
		tag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
		if len(tag) < 3 || tag[0] != '"' || modified == "" {
			t.Fatalf("%s: ETag %q, Last-Modified %q", target, tag, modified)
		}
		at, err := http.ParseTime(modified)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			field  string
			status int
		}{
			{"If-None-Match: " + tag, 304},
			{"If-None-Match: W/" + tag, 304},
			{`If-None-Match: "other", ` + tag, 304},
			{"If-None-Match: *", 304},
			{`If-None-Match: "other"`, 200},
			{"If-Modified-Since: " + modified, 304},
			{"If-Modified-Since: " + at.Add(time.Hour).Format(http.TimeFormat), 304},
			{"If-Modified-Since: " + at.Add(-time.Second).Format(http.TimeFormat), 200},
			{"If-Modified-Since: yesterday", 200},
		} {
			res := h.ask(t, "GET", target, test.field)
			if res.StatusCode != test.status {
				t.Errorf("%s with %s: %d, want %d", target, test.field, res.StatusCode, test.status)
			}
			if res.StatusCode == 304 && (bodyOf(t, res) != "" || res.Header.Get("ETag") != tag ||
				res.Header.Get("Cache-Control") == "" || res.Header.Get("Access-Control-Allow-Origin") != "*") {
				t.Errorf("%s with %s: header %v", target, test.field, res.Header)
			}
		}
	}
}

// TestTwoManifestsOfOneSecond has Last-Modified tell nothing, and the tag all.
func TestTwoManifestsOfOneSecond(t *testing.T) {
	h := newHouse(t, nil)
	first := h.ask(t, "GET", "/oceans.isml/Manifest")
	next := h.event.Live(7)
	next.Changed = h.event.Live(6).Changed.Add(300 * time.Millisecond)
	h.live.Show(next)
	for _, field := range []string{"If-None-Match: " + first.Header.Get("ETag"), "If-Modified-Since: " + first.Header.Get("Last-Modified")} {
		if res := h.ask(t, "GET", "/oceans.isml/Manifest", field); res.StatusCode != 200 {
			t.Errorf("with %s: %d, want the new manifest", field, res.StatusCode)
		}
	}
}

func TestGzip(t *testing.T) {
	h := newHouse(t, nil)
	plain := h.ask(t, "GET", "/oceans.isml/Manifest")
	want := bodyOf(t, plain)
	if plain.Header.Get("Vary") != "Accept-Encoding" || plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("plain: header %v", plain.Header)
	}
	zipped := h.ask(t, "GET", "/oceans.isml/Manifest", "Accept-Encoding: deflate, gzip")
	raw := bodyOf(t, zipped)
	reader, err := gzip.NewReader(bytes.NewReader([]byte(raw)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(reader)
	if err != nil || string(got) != want {
		t.Errorf("unzipped: %v, %d bytes, want %d", err, len(got), len(want))
	}
	tag := zipped.Header.Get("ETag")
	if zipped.Header.Get("Content-Encoding") != "gzip" || zipped.Header.Get("Vary") != "Accept-Encoding" ||
		tag != strings.TrimSuffix(plain.Header.Get("ETag"), `"`)+`-gz"` || zipped.Header.Get("Content-Length") != strconv.Itoa(len(raw)) {
		t.Errorf("zipped: header %v", zipped.Header)
	}
	if res := h.ask(t, "GET", "/oceans.isml/Manifest", "Accept-Encoding: gzip", "If-None-Match: "+tag); res.StatusCode != 304 {
		t.Errorf("conditional zipped: %d, want 304", res.StatusCode)
	}
	if res := h.ask(t, "GET", fragment2, "Accept-Encoding: gzip"); res.Header.Get("Content-Encoding") != "" {
		t.Error("a fragment is zipped")
	}
	for accepted, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "br": false, "*": true, "gzip;q=0": false, "gzip;q=0, *": false,
		"*;q=0": false, "br, gzip;q=0.5": true, "gzip;q=x": false, "identity": false, "x-gzip": true,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", accepted)
		if got := acceptsGzip(r); got != want {
			t.Errorf("Accept-Encoding %q: %v, want %v", accepted, got, want)
		}
	}
}

func TestBrowsersOfOtherOriginsMayRead(t *testing.T) {
	h := newHouse(t, nil)
	for _, target := range []string{"/oceans.isml/Manifest", fragment2, "/nobody.isml/Manifest", "/starting.isml/Manifest",
		"/oceans.isml/QualityLevels(400000)/Fragments(video=60000000)", "/time", "/a%2fb.isml/Manifest"} {
		res := h.ask(t, "GET", target)
		if res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Access-Control-Expose-Headers") != exposeHeaders {
			t.Errorf("GET %s: header %v", target, res.Header)
		}
	}
	for target, allow := range map[string]string{
		"/oceans.isml/Manifest": allowMethods, fragment2: allowMethods, "/": allowMethods, "/nobody.isml/Manifest": allowMethods,
		"/oceans.isml/Streams(x)": allowMethods + ", POST, PUT",
	} {
		res := h.ask(t, "OPTIONS", target, "Origin: https://player.example", "Access-Control-Request-Method: GET")
		head := res.Header
		if res.StatusCode != 204 || head.Get("Access-Control-Allow-Origin") != "*" || head.Get("Access-Control-Allow-Methods") != allowMethods ||
			!strings.Contains(head.Get("Access-Control-Allow-Headers"), "Range") || head.Get("Access-Control-Max-Age") == "" || head.Get("Allow") != allow {
			t.Errorf("OPTIONS %s: %d, header %v", target, res.StatusCode, head)
		}
	}
}

func TestThePageNeedsItsSlash(t *testing.T) {
	h := newHouse(t, nil)
	for target, want := range map[string]string{
		"/oceans.isml": "./oceans.isml/", "/sports/arena.isml?x=1": "./arena.isml/?x=1",
	} {
		res := h.ask(t, "GET", target)
		if res.StatusCode != 301 || res.Header.Get("Location") != want {
			t.Errorf("GET %s: %d to %q, want 301 to %q", target, res.StatusCode, res.Header.Get("Location"), want)
		}
	}
	if res := h.ask(t, "GET", "/nobody.isml"); res.StatusCode != 404 {
		t.Errorf("a point that is not there: %d, want 404", res.StatusCode)
	}
}

func TestViewersAreCounted(t *testing.T) {
	h := newHouse(t, nil)
	manifest := bodyOf(t, h.ask(t, "GET", "/oceans.isml/Manifest"))
	h.ask(t, "HEAD", fragment2)
	h.ask(t, "GET", "/oceans.isml/QualityLevels(400000)/Fragments(video=60000000)")
	h.ask(t, "GET", "/oceans.isml/")
	h.ask(t, "GET", "/oceans.isml/oceans.m3u8")
	h.ask(t, "POST", "/oceans.isml/Streams(x)")
	want := []counted{
		{"oceans", output.ClientManifest, 200, int64(len(manifest)), "192.0.2.1"},
		{"oceans", output.Media, 200, 0, "192.0.2.1"},
		{"oceans", output.Media, 412, 0, "192.0.2.1"},
	}
	if !slices.Equal(h.counts, want) {
		t.Errorf("counted %v, want %v", h.counts, want)
	}
}

func TestRetryAfter(t *testing.T) {
	h := newHouse(t, nil)
	if got := h.ask(t, "GET", "/starting.isml/Manifest").Header.Get("Retry-After"); got != "1" {
		t.Errorf("starting: Retry-After %q, want 1", got)
	}
}

func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/", "/oceans.isml/Manifest", fragment2, "/oceans.isml/oceans.ism?bitrate=400000&video=0",
		"/%2e%2e/x.isml/", "/a%2fb.isml", "//x.isml", "/.isml/", "/x.ism/QualityLevels(", "/oceans.isml/Streams(%00)", "*", ""} {
		f.Add("GET", seed)
		f.Add("POST", seed)
	}
	h := newHouse(f, func(cfg *Config) { cfg.Points, cfg.Count = strict{f, cfg.Points}, nil })
	f.Fuzz(func(t *testing.T, method, target string) {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := r.URL.Parse(target)
		if err != nil {
			return
		}
		r.URL, r.Method = u, method
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != 503 || w.Code < 200 {
			t.Errorf("%s %q: %d", method, target, w.Code)
		}
	})
}
