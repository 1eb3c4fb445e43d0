package preview

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// built is a dist folder as the player's build leaves it.
func built() fs.FS {
	return fstest.MapFS{
		"player.js":    {Data: []byte("console.log('player')\n")},
		"worker.js":    {Data: []byte("console.log('worker')\n")},
		"LICENSES.txt": {Data: []byte("licences\n")},
	}
}

func newTest(t *testing.T, dist fs.FS, points ...PointView) *Preview {
	t.Helper()
	p, err := newPreview(Config{Points: func() []PointView { return points }, Version: "1.2.3"}, dist)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func onAir() PointView {
	return PointView{
		Name:  "sports/final",
		Title: "Cup final",
		State: StateStarted,
		Live:  true,
		Event: "2",
		Edge:  90*time.Second + 40*time.Millisecond,

		EdgeAge: 300 * time.Millisecond, EdgeClock: time.Date(2026, 7, 2, 18, 1, 30, 250e6, time.UTC), Origin: 10 * time.Second,
		Links: []Link{
			{Label: "Encoder", Kind: KindIngest, URL: "Streams(live)", Note: "POST or PUT"},
			{Label: "Smooth Streaming", Kind: KindSmooth, URL: "Manifest"},
			{Label: "HLS", Kind: KindHLS, URL: "final.m3u8", Note: "iPhone and iPad"},
			{Label: "HLS with CMAF", Kind: KindHLSCMAF, URL: "final-cmaf.m3u8"},
			{Label: "DASH", Kind: KindDASH, URL: "final.mpd"},
			{Label: "HDS", Kind: KindHDS, URL: "final.f4m"},
		},
		Tracks: []Track{
			{Type: "video", Name: "video", Codec: "avc1.64001E", Bitrate: 400_000, Width: 848, Height: 400},
			{Type: "audio", Name: "audio_eng", Language: "eng", Codec: "mp4a.40.2", Bitrate: 64_000},
		},
	}
}

func idle() PointView {
	v := onAir()
	v.Name, v.Title, v.State, v.Live, v.Event, v.Edge, v.Tracks = "oceans", "", StateIdle, false, "", 0, nil
	return v
}

func get(h func(http.ResponseWriter, *http.Request), method, target string) *http.Response {
	rec := httptest.NewRecorder()
	h(rec, httptest.NewRequest(method, target, nil))
	return rec.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func point(p *Preview, v PointView) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) { p.ServePoint(w, r, v) }
}

// hashes are masked in golden files, so that a change of style does not touch them.
var hashes = regexp.MustCompile(`-[0-9a-f]{12}\.`)

func TestPages(t *testing.T) {
	failed := idle()
	failed.Name, failed.State, failed.Reason = "broken", StateError, "The folder cannot be written. Give the user write access."
	recorded := onAir()
	recorded.Live, recorded.State = false, StateStopped
	recorded.Events = []EventLink{
		{Began: time.Date(2026, 7, 2, 18, 0, 0, 0, time.UTC), Duration: 65 * time.Second, Live: true, URL: "../"},
		{Began: time.Date(2026, 7, 1, 18, 0, 0, 0, time.UTC), Duration: 2*time.Hour + 3*time.Second, Here: true, URL: "../Events(20260701T180000.000Z)/"},
		{Duration: time.Minute, URL: "../Events(recorded)/"},
	}
	tests := []struct {
		golden string
		dist   fs.FS
		path   string
		page   func(*Preview) func(http.ResponseWriter, *http.Request)
	}{
		{"point-on-air", built(), "/sports/final.isml/", func(p *Preview) func(http.ResponseWriter, *http.Request) { return point(p, onAir()) }},
		{"point-idle", built(), "/oceans.isml/", func(p *Preview) func(http.ResponseWriter, *http.Request) { return point(p, idle()) }},
		{"point-not-built", fstest.MapFS{}, "/oceans.isml/", func(p *Preview) func(http.ResponseWriter, *http.Request) { return point(p, idle()) }},
		{"point-error", built(), "/broken.isml/", func(p *Preview) func(http.ResponseWriter, *http.Request) { return point(p, failed) }},
		{"point-recorded", built(), "/sports/final.isml/Events(20260701T180000.000Z)/", func(p *Preview) func(http.ResponseWriter, *http.Request) { return point(p, recorded) }},
		{"list", built(), "/", func(p *Preview) func(http.ResponseWriter, *http.Request) { return p.ServeList }},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			p := newTest(t, tt.dist, onAir(), idle(), failed)
			answer := get(tt.page(p), http.MethodGet, "http://origin.example:8088"+tt.path)
			if answer.StatusCode != http.StatusOK {
				t.Fatalf("status %d", answer.StatusCode)
			}
			compare(t, tt.golden, hashes.ReplaceAllString(body(t, answer), "-HASH."))
		})
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden.html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it and run the test with -update\n%s", file, got)
	}
}

func TestEmptyListTeaches(t *testing.T) {
	page := body(t, get(newTest(t, built()).ServeList, http.MethodGet, "/"))
	if !strings.Contains(page, "mkdir oceans.isml") {
		t.Errorf("an empty list does not say how to make a point:\n%s", page)
	}
}

func TestHostileNamesStayText(t *testing.T) {
	const evil = `</script><script>alert(1)</script>"'<img src=x onerror=alert(1)>&` + "\u2028"
	v := onAir()
	v.Name, v.Title, v.Reason, v.StateWord = evil, evil, evil, evil
	v.Links[2].Label, v.Links[2].Note = evil, evil
	v.Links = append(v.Links, Link{Label: "bad", Kind: KindHDS, URL: "javascript:alert(1)"})
	v.Tracks[0].Name, v.Tracks[0].Codec = evil, evil
	p := newTest(t, built(), v)

	for name, page := range map[string]string{
		"point": body(t, get(point(p, v), http.MethodGet, "/sports/final.isml/")),
		"list":  body(t, get(p.ServeList, http.MethodGet, "/")),
	} {
		for _, bad := range []string{"<script>alert", "<img src", `href="javascript:`} {
			if strings.Contains(page, bad) {
				t.Errorf("%s page contains %s", name, bad)
			}
		}
	}

	page := body(t, get(point(p, v), http.MethodGet, "/sports/final.isml/"))
	block := regexp.MustCompile(`(?s)<script type="application/json" id="boot">(.*?)</script>`).FindStringSubmatch(page)
	if block == nil {
		t.Fatal("no JSON block in the page")
	}
	var b boot
	if err := json.Unmarshal([]byte(block[1]), &b); err != nil {
		t.Fatalf("the JSON block does not parse: %v\n%s", err, block[1])
	}
	if b.First.Title != evil || b.First.Tracks[0].Codec != evil {
		t.Errorf("the JSON block tells %q", b.First.Title)
	}
}

func TestHeaderFields(t *testing.T) {
	p := newTest(t, built(), onAir())
	facts := func(w http.ResponseWriter, r *http.Request) { p.ServeFacts(w, r, onAir()) }
	for path, h := range map[string]func(http.ResponseWriter, *http.Request){
		"/sports/final.isml/":           point(p, onAir()),
		"/":                             p.ServeList,
		"/sports/final.isml/facts.json": facts,
	} {
		full := get(h, http.MethodGet, path)
		text := body(t, full)
		if got := full.Header.Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: Content-Security-Policy %q", path, got)
		}
		if got := full.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		if got := full.Header.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q", path, got)
		}
		if regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=`).MatchString(text) {
			t.Errorf("%s holds inline style or script", path)
		}

		head := get(h, http.MethodHead, path)
		if b := body(t, head); b != "" {
			t.Errorf("HEAD %s has a body: %q", path, b)
		}
		for _, field := range []string{"Content-Type", "Content-Length", "Content-Security-Policy"} {
			if got, want := head.Header.Get(field), full.Header.Get(field); got != want || got == "" {
				t.Errorf("HEAD %s: %s %q, GET says %q", path, field, got, want)
			}
		}

		post := get(h, http.MethodPost, path)
		if post.StatusCode != http.StatusMethodNotAllowed || post.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %d, Allow %q", path, post.StatusCode, post.Header.Get("Allow"))
		}
	}
}

func TestPointWithoutLastSlash(t *testing.T) {
	p := newTest(t, built(), onAir())
	answer := get(point(p, onAir()), http.MethodGet, "/sports/final.isml")
	if answer.StatusCode != http.StatusPermanentRedirect || answer.Header.Get("Location") != "./final.isml/" {
		t.Errorf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
	}
}

func TestAssets(t *testing.T) {
	p := newTest(t, built(), onAir())
	page := body(t, get(point(p, onAir()), http.MethodGet, "/sports/final.isml/"))
	found := regexp.MustCompile(`"\.\./\.\.(/_pubpoint/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(found) != 5 {
		t.Fatalf("the page refers to %d assets, want 5: %v", len(found), found)
	}
	for _, m := range found {
		plain := get(p.ServeAsset, http.MethodGet, m[1])
		text := body(t, plain)
		if plain.StatusCode != http.StatusOK || text == "" {
			t.Errorf("%s: status %d, %d bytes", m[1], plain.StatusCode, len(text))
		}
		if got := plain.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", m[1], got)
		}
		packed := packedAsset(t, p, m[1])
		if packed != text {
			t.Errorf("%s: packed and plain bodies differ", m[1])
		}

		req := httptest.NewRequest(http.MethodGet, m[1], nil)
		req.Header.Set("If-None-Match", `"other", W/`+plain.Header.Get("ETag"))
		rec := httptest.NewRecorder()
		p.ServeAsset(rec, req)
		if rec.Code != http.StatusNotModified || rec.Body.Len() != 0 {
			t.Errorf("%s: conditional answer %d with %d bytes", m[1], rec.Code, rec.Body.Len())
		}
		if head := get(p.ServeAsset, http.MethodHead, m[1]); body(t, head) != "" || head.Header.Get("Content-Length") == "0" {
			t.Errorf("HEAD %s is wrong", m[1])
		}
	}
}

// packedAsset asks with Accept-Encoding and unpacks what comes.
func packedAsset(t *testing.T, p *Preview, path string) string {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header.Set("Accept-Encoding", "br, gzip;q=0.8")
	rec := httptest.NewRecorder()
	p.ServeAsset(rec, req)
	if got := rec.Header().Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("%s: Content-Encoding %q", path, got)
	}
	z, err := gzip.NewReader(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAssetNameFollowsContent(t *testing.T) {
	a := newTest(t, built())
	b := newTest(t, fstest.MapFS{"player.js": {Data: []byte("other")}})
	if x, y := a.assets.path(assetPlayer, 0), b.assets.path(assetPlayer, 0); x == y {
		t.Errorf("two contents share the name %s", x)
	}
}

func TestUnknownAsset(t *testing.T) {
	p := newTest(t, built())
	for _, path := range []string{"/_pubpoint/", "/_pubpoint/player.js", "/_pubpoint/../go.mod", "/elsewhere"} {
		answer := get(p.ServeAsset, http.MethodGet, path)
		if answer.StatusCode != http.StatusNotFound || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, Cache-Control %q", path, answer.StatusCode, answer.Header.Get("Cache-Control"))
		}
	}
}

func TestGzipIsRefusedByWeightZero(t *testing.T) {
	for field, want := range map[string]bool{
		"":                 false,
		"gzip":             true,
		"GZIP;q=1.0":       true,
		"gzip;q=0":         false,
		"gzip; q=0.000":    false,
		"deflate, x-gzip":  false,
		"identity;q=0.5,*": false,
	} {
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.Header.Set("Accept-Encoding", field)
		if got := acceptsGzip(req); got != want {
			t.Errorf("%q: %v, want %v", field, got, want)
		}
	}
}

func TestFacts(t *testing.T) {
	p := newTest(t, built(), onAir())
	answer := get(func(w http.ResponseWriter, r *http.Request) { p.ServeFacts(w, r, onAir()) }, http.MethodGet, "/sports/final.isml/facts.json")
	const want = `{"name":"sports/final","title":"Cup final","state":"started","stateWord":"on air","reason":"",` +
		`"live":true,"playable":true,"event":"2","edge":90.04,"edgeAge":0.3,"edgeClock":1783015290.25,"origin":10,"tracks":[` +
		`{"type":"video","name":"video","language":"","codec":"avc1.64001E","bitrate":400000,"width":848,"height":400},` +
		`{"type":"audio","name":"audio_eng","language":"eng","codec":"mp4a.40.2","bitrate":64000,"width":0,"height":0}]}`
	if got := body(t, answer); got != want {
		t.Errorf("facts are\n%s\nwant\n%s", got, want)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type %q", got)
	}

	answer = get(func(w http.ResponseWriter, r *http.Request) { p.ServeFacts(w, r, idle()) }, http.MethodGet, "/oceans.isml/facts.json")
	if got := body(t, answer); !strings.Contains(got, `"playable":false`) || !strings.Contains(got, `"tracks":[]`) {
		t.Errorf("an idle point's facts are %s", got)
	}
}

// The page plays the first link of each kind that a browser can play, and passes on what it
// was itself asked with.
func TestFormatsOfThePage(t *testing.T) {
	v := onAir()
	v.Links = append(v.Links, Link{Label: "second", Kind: KindHLS, URL: "other.m3u8"})
	p := newTest(t, built(), v)
	tests := []struct {
		query string
		want  []string
	}{
		{"", []string{"hls-cmaf final-cmaf.m3u8", "hls final.m3u8", "dash final.mpd", "smooth Manifest"}},
		{"?time_shift=30&format=dash", []string{
			"hls-cmaf final-cmaf.m3u8?time_shift=30", "hls final.m3u8?time_shift=30", "dash final.mpd?time_shift=30", "smooth Manifest?time_shift=30",
		}},
	}
	for _, tt := range tests {
		page := body(t, get(point(p, v), http.MethodGet, "/sports/final.isml/"+tt.query))
		block := regexp.MustCompile(`(?s)id="boot">(.*?)</script>`).FindStringSubmatch(page)
		var b boot
		if err := json.Unmarshal([]byte(block[1]), &b); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range b.Formats {
			got = append(got, string(f.Kind)+" "+f.URL)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: the page plays %q, want %q", tt.query, got, tt.want)
		}
		if b.Worker == "" || !strings.HasPrefix(b.Worker, "../../_pubpoint/worker-") {
			t.Errorf("the worker is at %q", b.Worker)
		}
	}
}

func TestStateWords(t *testing.T) {
	for state, want := range map[State]string{
		StateIdle: "idle", StateStarting: "starting", StateStarted: "on air",
		StateStopping: "stopping", StateStopped: "VOD", StateError: "error", "": "idle",
	} {
		if got := (&PointView{State: state}).stateWord(); got != want {
			t.Errorf("%q is called %q, want %q", state, got, want)
		}
	}
	if got := (&PointView{State: StateStarted, StateWord: "source lost"}).stateWord(); got != "source lost" {
		t.Errorf("a given word became %q", got)
	}
}

func TestNewWithEmbeddedFiles(t *testing.T) {
	p, err := New(Config{Points: func() []PointView { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if answer := get(p.ServeList, http.MethodGet, "/"); answer.StatusCode != http.StatusOK {
		t.Errorf("list: status %d", answer.StatusCode)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("a Config without Points was accepted")
	}
}

// The kept marker of an empty dist folder does not count as a player.
func TestBuiltPlayerIsBuilt(t *testing.T) {
	if got := newTest(t, built()).Built(); !got {
		t.Error("a built player is not seen")
	}
	if got := newTest(t, fstest.MapFS{".keep": {}}).Built(); got {
		t.Error("an empty dist counts as built")
	}
}
