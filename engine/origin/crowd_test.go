package origin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/origin"
)

// bounded runs an origin with a point and limits until the test ends.
func bounded(t *testing.T, limits engine.Limits) *origin.Origin {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "oceans.isml"), 0o755); err != nil {
		t.Fatal(err)
	}
	o, err := origin.New(origin.Config{Root: root, Listen: "127.0.0.1:0", Grace: 10 * time.Millisecond, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- o.Run(ctx) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return o
}

// ask sends a request by a connection of its own and returns how it is answered.
func ask(t *testing.T, method, url string, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: deadline}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// TestConnectionsBeyondTheLimit holds as many connections open as there may be: viewers and encoders
// that come then are told so, in time, and the operator learns of it.
func TestConnectionsBeyondTheLimit(t *testing.T) {
	o := bounded(t, engine.Limits{Connections: 2})
	base := o.Addresses().Media
	var held []net.Conn
	for range 2 {
		c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	for method, body := range map[string]io.Reader{http.MethodGet: nil, http.MethodPost: bytes.NewReader(vector(t, "audio-only-2s-isml.ismv"))} {
		target := map[string]string{http.MethodGet: "/oceans.isml/Manifest", http.MethodPost: "/oceans.isml/Streams(x)"}[method]
		res, text := ask(t, method, base+target, body)
		told := struct{ Detail string }{}
		if err := json.Unmarshal([]byte(text), &told); err != nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" ||
			!strings.Contains(told.Detail, "allows 2 connections at once") {
			t.Errorf("%s: %d %v %s", method, res.StatusCode, res.Header, text)
		}
	}
	var told []string
	for _, e := range o.RecentEvents(-1) {
		if strings.Contains(e.Text, "turned away") {
			told = append(told, e.Text)
		}
	}
	if len(told) != 1 {
		t.Errorf("the operator is told %q", told)
	}
	for _, l := range o.System().Limits {
		if l.Key == "connections" && (l.Refused < 2 || l.Used != 2 || l.Limit != 2) {
			t.Errorf("%+v", l)
		}
	}
	for _, c := range held {
		closing(t, c)
	}
	patience := time.Now().Add(deadline)
	for { // until the server has noticed
		res, text := ask(t, http.MethodGet, base+"/time", nil)
		if res.StatusCode == http.StatusOK {
			return
		}
		if time.Now().After(patience) {
			t.Fatal("no place became free: ", text)
		}
	}
}

// TestEncodersBeyondTheLimit: one sends, and there may be no other; and no more streams than there may be.
func TestEncodersBeyondTheLimit(t *testing.T) {
	o := bounded(t, engine.Limits{SessionsPerPoint: 1, StreamsPerPoint: 1})
	base := o.Addresses().Media
	body, steady := io.Pipe()
	left := make(chan error, 1)
	go func() {
		res, err := http.Post(base+"/oceans.isml/Streams(one)", "", body)
		if err == nil {
			err = res.Body.Close()
		}
		left <- err
	}()
	if _, err := steady.Write(vector(t, "audio-only-2s-isml.ismv")[:20_000]); err != nil {
		t.Fatal(err)
	}
	arrived := func() bool {
		for _, l := range o.System().Limits {
			if l.Key == "ingest-sessions" && l.Used == 1 {
				p, err := o.Point("oceans")
				return err == nil && len(p.Tracks) > 0
			}
		}
		return false
	}
	for patience := time.Now().Add(deadline); !arrived(); runtime.Gosched() {
		if time.Now().After(patience) {
			t.Fatal("the first encoder never arrived")
		}
	}
	res, text := ask(t, http.MethodPost, base+"/oceans.isml/Streams(two)", bytes.NewReader(vector(t, "av-isml.ismv")))
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" || !strings.Contains(text, "ingest-sessions-per-point") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	if err := steady.Close(); err != nil {
		t.Fatal(err)
	}
	<-left // it ended inside a fragment, so nobody is answered
	patience := time.Now().Add(deadline)
	for i := 0; ; i++ {
		res, text = ask(t, http.MethodPost, base+fmt.Sprintf("/oceans.isml/Streams(more%d)", i), bytes.NewReader(vector(t, "av-isml.ismv")))
		if res.StatusCode == http.StatusRequestEntityTooLarge && strings.Contains(text, "streams-per-point") {
			return
		}
		if time.Now().After(patience) {
			t.Fatalf("%d %s", res.StatusCode, text)
		}
	}
}

// TestBoxLimitsCanBeSet: a moov that is larger than it may be is refused with the limit.
func TestBoxLimitsCanBeSet(t *testing.T) {
	o := bounded(t, engine.Limits{Moov: 600})
	res, text := ask(t, http.MethodPost, o.Addresses().Media+"/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv")))
	if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text, "600 bytes") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}
