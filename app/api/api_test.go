package api

import (
	"bufio"
	"context"
	"encoding/json"
	"iter"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/app/control"
	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

const token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// noStore remembers nothing.
type noStore struct{}

func (noStore) Encoders() (iter.Seq2[engine.EncoderSpec, engine.Order], error) {
	return func(func(engine.EncoderSpec, engine.Order) bool) {}, nil
}
func (noStore) SaveEncoder(engine.EncoderSpec, engine.Order) error { return nil }
func (noStore) ForgetEncoder(string) error                         { return nil }

// fresh returns an API over a fake engine with one point and one encoder.
func fresh(t *testing.T, change ...func(*Config)) (*Server, *enginetest.Fake) {
	t.Helper()
	fake := enginetest.New()
	fake.SetPoint(engine.PointStatus{Name: "sports/arena", State: engine.StateStarted, Viewers: 3, Arriving: 1_200_000, Requests: 42,
		Tracks:   []engine.TrackStatus{{Stream: "video", Type: engine.Video, Bitrate: 800_000}},
		Sources:  []engine.SourceStatus{{ID: "1", Remote: "192.0.2.1:9", Connected: true}},
		Refusals: []engine.Refusal{{Status: 409, Reason: "Its clock began again."}},
		Findings: []engine.Finding{{Code: "time-gap", Severity: engine.Warning, Stream: "video", Bitrate: 400_000, Text: "2.00 s of Video 400k never arrived.", Count: 3}}})
	fake.SetEncoder(engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "one", Point: "sports/arena", GOP: 2 * time.Second,
		Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.DemoLadder()}})
	fake.Print("one", "first", "second")
	fake.SetDevices(engine.CaptureDevice{Kind: engine.DeviceCamera, ID: "/dev/video0", Label: "Camera"})
	fake.SetProbe("/a.mp4", engine.InputProbe{Duration: time.Minute, Copies: true, Streams: []engine.InputStream{{Type: engine.Video, Codec: "h264"}}})
	fake.SetTrial(engine.EncoderTrial{Speed: 0.71, Text: "It ran at 0.71x.", Action: "Choose a faster preset or fewer rungs."})
	cfg := Config{Desk: control.New(control.Config{Engine: fake, Store: noStore{}}), Token: token, Version: "1.2.3", Hosts: []string{"Media1:8089"}}
	for _, c := range change {
		c(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = held(t, s.handler)
	return s, fake
}

// ask sends one request with the token and an own Host.
func ask(s *Server, method, path, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8089"
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func host(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }

func TestRoutes(t *testing.T) {
	const arena = "/api/v1/points/sports%2Farena"
	pattern := `{"id":"two","point":"sports/arena","input":{"kind":"test-pattern"},"video":[{"width":320,"height":180,"bitrate":300000}],"gop_seconds":1.5,"start":true}`
	for _, c := range []struct {
		method, path, body string
		status             int
		want               []string
	}{
		{"GET", "/api/v1/points", "", 200, []string{`"points":[{"name":"sports/arena"`, `"state":"started"`, `"links":[{"label":"Ingest"`}},
		{"POST", "/api/v1/points", `{"name":"sports/two","config":{"dvr_window_seconds":1800.5,"archive":false}}`, 201,
			[]string{`"dvr_window_seconds":1800.5`, `"archive":false`, `"look_ahead":2`, `"auto_start":true`, `"state":"idle"`}},
		{"POST", "/api/v1/points", `{"name":"sports/arena"}`, 409, []string{`"kind":"conflict"`, "already"}},
		{"POST", "/api/v1/points", `{"name":"../up"}`, 400, []string{`"kind":"bad input"`}},
		{"POST", "/api/v1/points", `{"name":"x","colour":"red"}`, 400, []string{"colour"}},
		{"POST", "/api/v1/points", `{"name":"x"} {}`, 400, []string{"after the value"}},
		{"POST", "/api/v1/points", `{"name":"x"}}`, 400, []string{"after the value"}},
		{"POST", "/api/v1/points", `{"name":`, 400, nil},
		{"POST", "/api/v1/points", `{"name":"x","config":{"dvr_window_seconds":-1}}`, 400, []string{"dvr_window_seconds"}},
		{"POST", "/api/v1/points", `{"name":"x","config":{"source_timeout_seconds":1e300}}`, 400, []string{"source_timeout_seconds"}},
		{"POST", "/api/v1/points", `{"name":"x","config":{"on_reconnect":"panic"}}`, 400, []string{"on_reconnect"}},
		{"POST", "/api/v1/points", `{"name":"x","config":{"fsync":"often"}}`, 400, []string{"fsync"}},
		{"POST", "/api/v1/points", `{"name":"x","config":{"look_ahead":4}}`, 400, []string{"looks ahead"}},
		{"POST", "/api/v1/points", `{"name":"` + strings.Repeat("a", maxBody) + `"}`, 413, []string{`"kind":"too large"`}},
		{"GET", arena, "", 200, []string{`"name":"sports/arena"`}},
		{"GET", "/api/v1/points/none", "", 404, []string{"none", `"kind":"not found"`}},
		{"PUT", arena + "/state", `{"state":"stopped"}`, 200, []string{`"state":"stopped"`}},
		{"PUT", arena + "/state", `{"state":"starting"}`, 400, []string{"started, stopped or idle"}},
		{"PUT", "/api/v1/points/none/state", `{"state":"idle"}`, 404, nil},
		{"GET", arena + "/statistics", "", 200, []string{`"viewers":3`, `"arriving":1200000`, `"bitrate":800000`, `"connected":true`, `"status":409`}},
		{"GET", "/api/v1/points/none/statistics", "", 404, nil},
		{"GET", arena + "/findings", "", 200, []string{`"name":"sports/arena"`, `"code":"time-gap"`, `"bitrate":400000`, `"severity":"warning"`, `"count":3`}},
		{"GET", "/api/v1/points/none/findings", "", 404, []string{"none"}},
		{"GET", arena + "/series?metric=bitrate&track=video/800000&max_samples=5", "", 200, []string{`"unit":"bit/s"`, `"samples":[{"at":`, `"value":`}},
		{"GET", arena + "/series?metric=arriving&from=2001-01-01T00:00:00Z&to=2001-01-01T00:00:09.5Z", "", 200, []string{`"samples":[]`}},
		{"GET", arena + "/series?metric=beauty", "", 400, []string{"beauty"}},
		{"GET", arena + "/series?metric=arriving&from=yesterday", "", 400, []string{"yesterday"}},
		{"GET", arena + "/series?metric=arriving&max_samples=0", "", 400, []string{"max_samples"}},
		{"GET", arena + "/series?metric=bitrate&track=video/1", "", 404, nil},
		{"GET", "/api/v1/encoders", "", 200, []string{`"id":"one"`, `"gop_seconds":2`, `"tool":{"path":"/usr/bin/ffmpeg"`}},
		{"POST", "/api/v1/encoders", pattern, 201, []string{`"id":"two"`, `"order":"run"`, `"gop_seconds":1.5`}},
		{"POST", "/api/v1/encoders", strings.Replace(pattern, "sports/arena", "none", 1), 404, []string{"none"}},
		{"POST", "/api/v1/encoders", strings.Replace(pattern, "two", "one", 1), 409, nil},
		{"POST", "/api/v1/encoders", strings.Replace(pattern, "test-pattern", "camera", 1), 400, []string{"camera"}},
		{"GET", "/api/v1/encoders/one", "", 200, []string{`"state":"idle"`}},
		{"GET", "/api/v1/encoders/none", "", 404, []string{"none"}},
		{"DELETE", "/api/v1/encoders/one", "", 204, nil},
		{"DELETE", "/api/v1/encoders/none", "", 404, nil},
		{"POST", "/api/v1/encoders/one/start", "", 202, []string{`"order":"run"`, `"state":"starting"`}},
		{"POST", "/api/v1/encoders/one/stop", "", 202, []string{`"order":"stop"`}},
		{"POST", "/api/v1/encoders/one/restart", "", 202, []string{`"restarts":1`}},
		{"POST", "/api/v1/encoders/none/start", "", 404, nil},
		{"GET", "/api/v1/encoders/one/log", "", 200, []string{`"text":"first"`}},
		{"GET", "/api/v1/encoders/one/log?after=1", "", 200, []string{`{"lines":[{"seq":2,`}},
		{"GET", "/api/v1/encoders/one/log?after=x", "", 400, nil},
		{"GET", "/api/v1/encoders/none/log", "", 404, nil},
		{"GET", "/api/v1/events", "", 400, []string{"Last-Event-ID"}}, // see below for what it streams
		{"GET", "/api/v1/openapi.json", "", 200, []string{`"openapi": "3.1.0"`}},
		{"GET", "/healthz", "", 200, []string{`"version":"1.2.3"`}},
		{"GET", "/readyz", "", 200, []string{"ready"}},
		{"GET", "/sports/arena.isml/state", "", 200, []string{`<meta name="state" content="started">`, "http://www.w3.org/2001/SMIL20/Language"}},
		{"GET", "/sports/arena.ISML/State", "", 200, []string{`content="started"`}},
		{"GET", "/sports/arena.isml/statistics", "", 200, []string{`"viewers":3`}},
		{"GET", "/none.isml/state", "", 404, nil},
		{"PUT", "/sports/arena.isml/state", `{"state":"idle"}`, 200, []string{`content="idle"`}},
		{"PUT", "/sports/arena.isml/state", `{"state":"error"}`, 400, nil},
		{"DELETE", "/sports/arena.isml/state", "", 405, nil},
		{"PUT", "/sports/arena.isml/statistics", "{}", 405, nil},
		{"GET", "/sports/arena.isml/archive", "", 200, []string{`{"events":[]}`}},
		{"PUT", "/sports/arena.isml/archive", "{}", 405, nil},
		{"GET", "/.isml/state", "", 404, nil},
		{"DELETE", "/api/v1/points", "", 405, []string{"GET, POST"}},
		{"OPTIONS", "/api/v1/points", "", 405, nil},
		{"GET", "/", "", 404, []string{"openapi.json"}},
		{"GET", "/api/v2/points", "", 404, nil},
	} {
		checkRoute(t, c.method, c.path, c.body, c.status, c.want)
	}
}

// checkRoute asks a fresh API once.
func checkRoute(t *testing.T, method, path, body string, status int, want []string) {
	t.Helper()
	t.Run(method+" "+path+" "+body[:min(20, len(body))], func(t *testing.T) {
		s, _ := fresh(t)
		w := ask(s, method, path, body, header("Last-Event-ID", "x"))
		answer := w.Body.String()
		if w.Code != status {
			t.Fatalf("status %d, want %d: %s", w.Code, status, answer)
		}
		for _, part := range want {
			if !strings.Contains(answer, part) {
				t.Errorf("%s lacks %s", answer, part)
			}
		}
		if status >= 400 {
			wantProblem(t, w)
		}
		if h := w.Header(); h.Get("Access-Control-Allow-Origin") != "" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("headers are %v", h)
		}
	})
}

func wantProblem(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%s is no problem (%v)", w.Body, err)
	}
	if p.Status != w.Code || p.Kind == "" || p.Title == "" || !strings.HasSuffix(p.Detail, ".") {
		t.Errorf("problem is %+v", p)
	}
}

func TestEveryRouteNeedsTheToken(t *testing.T) {
	s, fake := fresh(t)
	for _, r := range s.table() {
		if r.open {
			continue
		}
		path := strings.NewReplacer("{name}", "sports%2Farena", "{id}", "one").Replace(r.path)
		for _, given := range []string{"", "Bearer", "Bearer x", "Basic " + token, "Bearer " + token[1:], "Bearer " + token + "0"} {
			w := ask(s, r.method, path, "", header("Authorization", given))
			if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s with %q: status %d", r.method, path, given, w.Code)
			}
			wantProblem(t, w)
		}
	}
	for _, path := range []string{"/sports/arena.isml/state", "/sports/arena.isml/statistics"} {
		if w := ask(s, "GET", path, "", header("Authorization", "")); w.Code != http.StatusUnauthorized {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	if w := ask(s, "PUT", "/sports/arena.isml/state", "{}", header("Authorization", "")); w.Code != http.StatusUnauthorized || len(fake.Calls()) > 0 {
		t.Errorf("PUT state: status %d, calls %v", w.Code, fake.Calls())
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if w := ask(s, "GET", path, "", header("Authorization", "")); w.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

func TestHost(t *testing.T) {
	s, _ := fresh(t)
	reached := func(r *http.Request) {
		*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.ParseIP("192.0.2.7"), Port: 8089})))
	}
	for name, want := range map[string]int{
		"127.0.0.1:8089": 200, "localhost": 200, "LocalHost.:8089": 200, "[::1]:8089": 200, "127.9.9.9": 200,
		"media1": 200, "MEDIA1:8089": 200, "192.0.2.7:8089": 200,
		"evil.example": 421, "evil.example:8089": 421, "127.0.0.1.evil.example": 421, "192.0.2.8": 421, "": 421, "localhost.evil.example": 421,
	} {
		for _, path := range []string{"/api/v1/points", "/metrics", "/healthz"} {
			if w := ask(s, "GET", path, "", reached, host(name)); w.Code != want {
				t.Errorf("%s at host %q: status %d, want %d", path, name, w.Code, want)
			}
		}
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	s, fake := fresh(t)
	for _, c := range []struct {
		name, value string
		want        int
	}{
		{"Origin", "http://evil.example", 403}, {"Origin", "null", 403}, {"Origin", "http://127.0.0.1:80", 403}, {"Origin", "://", 403},
		{"Origin", "http://127.0.0.1:8089", 202},
		{"Sec-Fetch-Site", "cross-site", 403}, {"Sec-Fetch-Site", "same-site", 403}, {"Sec-Fetch-Site", "same-origin", 202}, {"Sec-Fetch-Site", "none", 202},
	} {
		before := len(fake.Calls())
		w := ask(s, "POST", "/api/v1/encoders/one/start", "", header(c.name, c.value))
		if w.Code != c.want || c.want == 403 && len(fake.Calls()) != before {
			t.Errorf("%s: %s: status %d, want %d", c.name, c.value, w.Code, c.want)
		}
	}
	// What a form can send without asking is no JSON.
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", ""} {
		if w := ask(s, "POST", "/api/v1/points", `{"name":"x"}`, header("Content-Type", kind)); w.Code != 400 {
			t.Errorf("Content-Type %q: status %d", kind, w.Code)
		}
	}
}

func TestKindsAndStatuses(t *testing.T) {
	s, fake := fresh(t)
	for kind, want := range map[engine.Kind]int{engine.Internal: 500, engine.BadInput: 400, engine.NotFound: 404, engine.Conflict: 409,
		engine.Unsupported: 422, engine.TooLarge: 413, engine.Storage: 507, engine.Unavailable: 503, engine.Unauthorized: 401} {
		fake.Fail("SetPointState", &engine.Error{Op: "set state", Kind: kind})
		w := ask(s, "PUT", "/api/v1/points/sports%2Farena/state", `{"state":"idle"}`)
		if w.Code != want {
			t.Errorf("%v: status %d, want %d", kind, w.Code, want)
		}
		wantProblem(t, w)
	}
}

func TestNaNIsNull(t *testing.T) {
	s, fake := fresh(t)
	fake.SetSeries(engine.MetricArriving, "sports/arena", "", engine.Series{Unit: "bit/s", Samples: []engine.Sample{{Value: math.NaN()}, {Value: 2}}})
	if body := ask(s, "GET", "/api/v1/points/sports%2Farena/series?metric=arriving", "").Body.String(); !strings.Contains(body, `"value":null},`) || !strings.Contains(body, `"value":2}`) {
		t.Error(body)
	}
}

func TestUnifiedStateAsSMIL(t *testing.T) {
	s, fake := fresh(t)
	for body, want := range map[string]int{
		`<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head><meta name="state" content="stopped"/></head></smil>`: 200,
		`<smil><head><meta name="state" content="stopping"/></head></smil>`:                                               400,
		`<smil><head><meta name="mood" content="stopped"/></head></smil>`:                                                 400,
		`<html/>`: 400, ``: 400, `<smil`: 400,
	} {
		w := ask(s, "PUT", "/sports/arena.isml/state", body, header("Content-Type", "application/smil+xml"))
		if w.Code != want {
			t.Errorf("%s: status %d, want %d: %s", body, w.Code, want, w.Body)
		}
	}
	if calls := fake.CallsOf("SetPointState"); len(calls) != 1 || calls[0].Args[1] != engine.StateStopped {
		t.Errorf("calls are %v", calls)
	}
}

func TestOpenAPITellsTheRoutes(t *testing.T) {
	s, _ := fresh(t)
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal([]byte(openAPI), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("openapi.json: %v, version %q", err, doc.OpenAPI)
	}
	var told []string
	for path, methods := range doc.Paths {
		for method := range methods {
			told = append(told, strings.ToUpper(method)+" "+path)
		}
	}
	known := []string{"GET /metrics", "GET /{point}.isml/state", "PUT /{point}.isml/state", "GET /{point}.isml/statistics",
		"GET /{point}.isml/archive"}
	for _, r := range s.table() {
		known = append(known, r.method+" "+r.path)
	}
	slices.Sort(told)
	slices.Sort(known)
	if !slices.Equal(told, known) {
		t.Errorf("openapi.json tells\n%s\nregistered are\n%s", strings.Join(told, "\n"), strings.Join(known, "\n"))
	}
	checkRefs(t, []byte(openAPI))
}

// checkRefs looks every "$ref" up.
func checkRefs(t *testing.T, text []byte) {
	t.Helper()
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				var at any = doc
				for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
					m, _ := at.(map[string]any)
					at = m[step]
				}
				if at == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(doc)
}

// Every field that an answer has is described, and the other way round.
func TestOpenAPITellsTheFields(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]json.RawMessage `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(openAPI), &doc); err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	for name, value := range map[string]any{
		"Problem": problem{}, "PointConfig": pointConfig{}, "Point": point{Since: at}, "PointEvent": event{Began: at, Ended: at},
		"ClipOrder": clipOrder{}, "Clip": madeClip{Began: at}, "Recording": recording{}, "AudioLevel": level{At: at},
		"Statistics": statistics{}, "Track": track{LastArrival: at}, "Source": source{Began: at, LastByte: at}, "Refusal": refusal{}, "Finding": finding{First: at, Last: at},
		"Encoder": encoder{Since: at, Began: at}, "Progress": progress{At: at}, "LogLine": logLine{}, "Event": happening{}, "NewState": stateBody{},
		"ArchivedEvent": archivedEvent{Began: at, Ended: at}, "ArchiveFile": archiveFile{},
		"Verification": Verification{Dir: "x", Zero: at}, "VerifiedFile": verifiedFile{Stream: "x"}, "ArchiveFlaw": archivedFlaw{Stream: "x", At: at, Until: at},
		"Rung": engine.Rung{}, "EncoderInput": engine.EncoderInput{Path: "x", Loop: true, Fast: true, Device: "x", Sound: "x", URL: "x", Listen: true, Args: []string{"x"}},
		"EncoderProcess": encoderProcess{}, "EncoderChange": encoderSpec{}, "CaptureDevice": device{},
		"InputProbe": inputProbe{}, "InputStream": inputStream{}, "Trial": trial{},
		"Alarm":    alarm{Raised: at, Last: at, Cleared: at, Acked: at, ShelvedUntil: at},
		"Shelving": shelving{}, "Note": note{}, "System": system{Began: at},
		"Snapshot": snapshot{}, "SnapshotPoint": snapshotPoint{point: point{Since: at}}, "Addresses": addresses{}, "Resumption": resumption{}, "Credential": credential{Scheme: "x", Secret: "x"}, "PlaybackLength": signing{},
		"VerifyProgress": verifyProgress{Done: 1, Total: 1, Verification: &Verification{}, Problem: &problem{}},
	} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(text, &fields); err != nil {
			t.Fatal(err)
		}
		told := doc.Components.Schemas[name].Properties
		for f := range fields {
			if told[f] == nil {
				t.Errorf("%s.%s is not described", name, f)
			}
		}
		for f := range told {
			if _, ok := fields[f]; !ok {
				t.Errorf("%s.%s is described and does not exist", name, f)
			}
		}
	}
}

func TestEvents(t *testing.T) {
	s, fake := fresh(t, func(c *Config) { c.Heartbeat = 10 * time.Millisecond })
	fake.Emit(engine.Event{Text: "Long ago."})
	fake.Emit(engine.Event{Text: "Missed."})
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	base, served := serve(ctx, t, s)

	r, err := http.NewRequestWithContext(ctx, "GET", base+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Last-Event-ID", "1")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // the server has closed it
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || got != "text/event-stream" {
		t.Fatalf("status %d, type %s", resp.StatusCode, got)
	}
	lines := bufio.NewScanner(resp.Body)
	next := func(prefix string) string {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), prefix) {
				return lines.Text()
			}
		}
		t.Fatalf("the stream ended before %q: %v", prefix, lines.Err())
		return ""
	}
	if got := next("id:") + next("data:"); !strings.HasPrefix(got, "id: 2data: {") || !strings.Contains(got, "Missed.") {
		t.Errorf("first came %s", got)
	}
	fake.Emit(engine.Event{Severity: engine.Warning, Point: "sports/arena", Text: "It\nrains."})
	if got := next("id:") + next("data:"); !strings.HasPrefix(got, "id: 3") || !strings.Contains(got, `"severity":"warning","point":"sports/arena"`) || !strings.Contains(got, `It\nrains.`) {
		t.Errorf("then came %s", got)
	}
	next(": alive")
	stop()
	for lines.Scan() { // ends, because the server does
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// serve serves s on a port of loopback until ctx ends.
func serve(ctx context.Context, t *testing.T, s *Server) (base string, served <-chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	return "http://" + l.Addr().String(), done
}

func TestEventsEndWhenTheClientGoesAndWhenTheProgramStops(t *testing.T) {
	s, fake := fresh(t)
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	base, served := serve(ctx, t, s)
	for _, leave := range []bool{true, false} {
		client, gone := context.WithCancel(t.Context())
		defer gone()
		r, err := http.NewRequestWithContext(client, "GET", base+"/api/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }() // one side has ended it
		if err := fake.AwaitReceivers(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if leave {
			gone()
		} else {
			stop()
		}
		wait, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if err := fake.AwaitReceivers(wait, 0); err != nil {
			t.Error(err)
		}
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestLoadToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "token")
	first, err := LoadToken(path)
	if err != nil || len(first) != 64 {
		t.Fatalf("token %q, %v", first, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	again, err := LoadToken(path)
	if err != nil || again != first {
		t.Errorf("second time %q, %v", again, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left over: %v, %v", left, err)
	}
	for _, text := range []string{"", "short", strings.Repeat("z", 64)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadToken(path); err == nil || !strings.Contains(err.Error(), "delete") {
			t.Errorf("%q is taken for a token: %v", text, err)
		}
	}
	if _, err := LoadToken(filepath.Join(path, "token")); err == nil {
		t.Error("a token below a file")
	}
}
