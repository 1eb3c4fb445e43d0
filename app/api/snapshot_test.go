package api

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestSnapshot(t *testing.T) {
	s, fake := fresh(t)
	fake.SetAudioLevel("sports/arena", engine.AudioLevel{At: time.Now(), Peak: -3})
	w := ask(s, "GET", "/api/v1/snapshot?level=sports/arena", "")
	got, err := ReadSnapshot(w.Body.Bytes())
	if w.Code != http.StatusOK || err != nil {
		t.Fatalf("%d %s (%v)", w.Code, w.Body, err)
	}
	if len(got.Points) != 1 || got.Points[0].Findings[0].Code != "time-gap" || got.Levels["sports/arena"].Peak != -3 ||
		got.Encoders[0].Spec.GOP != 2*time.Second || got.Tool.Path == "" || got.Addresses.Media == "" || len(got.Links["sports/arena"]) < 3 || got.Version != "1.2.3" {
		t.Errorf("snapshot is %+v", got)
	}
	if _, err := time.Parse(time.RFC3339Nano, w.Header().Get(NowHeader)); err != nil || w.Header().Get(VersionHeader) != "1.0" {
		t.Errorf("headers are %v (%v)", w.Header(), err)
	}
	tag := w.Header().Get("ETag")
	if again := ask(s, "GET", "/api/v1/snapshot?level=sports/arena", "", header("If-None-Match", tag)); again.Code != http.StatusNotModified || again.Header().Get(NowHeader) == "" || again.Body.Len() > 0 {
		t.Errorf("once more it is %d %v %s", again.Code, again.Header(), again.Body)
	}
	packed := ask(s, "GET", "/api/v1/snapshot", "", header("Accept-Encoding", "gzip"))
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || !json.Valid(text) {
		t.Errorf("compressed it is %s (%v)", text, err)
	}
	if w := ask(s, "GET", "/api/v1/snapshot?"+strings.Repeat("level=a&", maxLevels+1), ""); w.Code != http.StatusBadRequest {
		t.Errorf("too many levels give %d", w.Code)
	}
}

// An origin that listens everywhere is told by the name by which the client came.
func TestAddressesAreThoseOfTheClient(t *testing.T) {
	for _, c := range []struct {
		everywhere       bool
		media, host, out string
	}{
		{true, "http://127.0.0.1:8088", "media1:8089", "http://media1:8088"},
		{true, "https://127.0.0.1", "media1", "https://media1"},
		{true, "http://127.0.0.1:8088", "localhost:8089", "http://127.0.0.1:8088"},
		{true, "http://127.0.0.1:8088", "[::1]:8089", "http://127.0.0.1:8088"},
		{true, "http://192.0.2.7:8088", "media1:8089", "http://192.0.2.7:8088"},
		{false, "http://127.0.0.1:8088", "media1:8089", "http://127.0.0.1:8088"},
	} {
		s, fake := fresh(t, func(cfg *Config) { cfg.Everywhere = c.everywhere })
		fake.SetAddresses(engine.Addresses{Media: c.media})
		got, err := ReadSnapshot(ask(s, "GET", "/api/v1/snapshot", "", host(c.host)).Body.Bytes())
		if err != nil || got.Addresses.Media != c.out || !strings.HasPrefix(got.Links["sports/arena"][0].URL, c.out+"/") {
			t.Errorf("%+v gives %+v, %+v (%v)", c, got.Addresses, got.Links, err)
		}
		links, err := ReadLinks(ask(s, "GET", "/api/v1/points/not-yet/links", "", host(c.host)).Body.Bytes())
		if err != nil || len(links) < 3 || !strings.HasPrefix(links[0].URL, c.out+"/not-yet.isml/") {
			t.Errorf("%+v gives the links %+v (%v)", c, links, err)
		}
	}
}

func TestWhatOnlyTheWindowCouldDo(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		status             int
		want               []string
	}{
		{"GET", "/api/v1/resume", "", 200, []string{`{"encoders":[]}`}},
		{"POST", "/api/v1/resume", `{"start":true}`, 204, nil},
		{"POST", "/api/v1/resume", `{"start":false}`, 204, nil},
		{"POST", "/api/v1/demo", "", 204, nil},
		{"GET", "/api/v1/events/recent?limit=5", "", 200, []string{`"events":[`}},
		{"GET", "/api/v1/events/recent?limit=-1", "", 400, []string{"limit"}},
		{"GET", "/api/v1/points/..%2Fup/links", "", 400, []string{"up"}},
	} {
		checkRoute(t, c.method, c.path, c.body, c.status, c.want)
	}
}

// A check tells how far it is to whoever reads lines.
func TestVerifyLineByLine(t *testing.T) {
	s, _ := fresh(t)
	w := ask(s, "POST", "/api/v1/points/none/archive", `{"action":"verify"}`, header("Accept", lines))
	if wantProblem(t, w); w.Code != http.StatusNotFound {
		t.Errorf("a check of no point is %d %s", w.Code, w.Body)
	}
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/api/v1/points/sports%2Farena/archive", strings.NewReader(`{"action":"verify"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}, "Accept": {lines}}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	var last VerifyLine
	for line := range strings.Lines(string(text)) {
		if last, err = ReadVerifyLine([]byte(line)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	if answer.Header.Get("Content-Type") != lines || !last.Done || last.Result.Verdict != engine.VerdictComplete {
		t.Errorf("it is told as %v: %s", answer.Header, text)
	}
}
