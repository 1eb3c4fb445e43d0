package origin_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/origin"
)

// listening runs an origin of cfg with a point oceans, and returns a client that trusts it.
func listening(t *testing.T, cfg origin.Config, secure bool) (*origin.Origin, *http.Client) {
	t.Helper()
	// The test server of net/http has a certificate for example.com and 127.0.0.1.
	donor := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(donor.Close)
	if secure {
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: donor.TLS.Certificates}
	}
	cfg.Root, cfg.Listen, cfg.Grace = t.TempDir(), "127.0.0.1:0", 10*time.Millisecond
	o, err := origin.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	transport := donor.Client().Transport.(*http.Transport).Clone()
	transport.ForceAttemptHTTP2 = true
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- o.Run(ctx) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	if err := o.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	return o, &http.Client{Transport: transport}
}

// send posts body and returns the answer.
func send(t *testing.T, client *http.Client, url string, body io.Reader) (*http.Response, string) {
	t.Helper()
	resp, err := client.Post(url, "", body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

// Encoders are taken in and refused over HTTP/2 as over HTTP/1.1.
func TestEncodersOverHTTP2(t *testing.T) {
	o, client := listening(t, origin.Config{}, true)
	base := o.Addresses().Media
	if !strings.HasPrefix(base, "https://127.0.0.1:") {
		t.Fatalf("the media listener is at %s", base)
	}
	resp, _ := send(t, client, base+"/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv")))
	if resp.StatusCode != 200 || resp.ProtoMajor != 2 {
		t.Errorf("taken in with %s by %s", resp.Status, resp.Proto)
	}
	for path, status := range map[string]int{"/nothing.isml/Streams(x)": 404, "/oceans.isml/Streams(..%2fx)": 400} {
		resp, text := send(t, client, base+path, bytes.NewReader(vector(t, "av-isml.ismv")))
		if resp.StatusCode != status || resp.ProtoMajor != 2 || !strings.Contains(text, `"detail":`) {
			t.Errorf("%s: %s by %s: %s", path, resp.Status, resp.Proto, text)
		}
	}
	// One that would send for ever notices too.
	endless, feed := io.Pipe()
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		for {
			if _, err := feed.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}()
	resp, _ = send(t, client, base+"/nothing.isml/Streams(x)", endless)
	if resp.StatusCode != 404 {
		t.Errorf("an endless stream: %s", resp.Status)
	}
	select {
	case <-fed: // the client has closed its body because nobody takes it
	case <-time.After(deadline):
		t.Error("the encoder still sends")
	}
}

// Over TLS a refusal is answered, and the connection really ends.
func TestARefusalOverTLSClosesTheConnection(t *testing.T) {
	o, client := listening(t, origin.Config{}, true)
	cfg := client.Transport.(*http.Transport).TLSClientConfig.Clone()
	cfg.NextProtos = []string{"http/1.1"}
	conn, err := tls.Dial("tcp", strings.TrimPrefix(o.Addresses().Media, "https://"), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, conn.NetConn()) // nobody is left to say goodbye to
	if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "POST /nothing.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn) // ends with the half that the server closes
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 404 ") || !strings.HasSuffix(string(answer), "}") {
		t.Errorf("%v: %s", err, answer)
	}
	for err == nil {
		_, err = io.WriteString(conn, "400\r\n"+strings.Repeat("x", 1024)+"\r\n")
	}
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("nobody reads and nobody says so")
	}
}

// Where credentials are demanded, points that have none refuse everybody but encoders of this machine,
// which have a listener of their own.
func TestIngestAuthRequired(t *testing.T) {
	for _, secure := range []bool{false, true} {
		o, client := listening(t, origin.Config{RequireIngestAuth: true, PublicHost: func(string) string { return "example.com" }}, secure)
		a := o.Addresses()
		media := a.Media
		if secure {
			if !strings.HasPrefix(media, "https://example.com:") {
				t.Errorf("links begin with %s", media)
			}
			media = "https://" + a.Bound
		}
		capture := vector(t, "av-isml.ismv")
		if resp, text := send(t, client, media+"/oceans.isml/Streams(x)", bytes.NewReader(capture)); resp.StatusCode != 401 || !strings.Contains(text, "require-ingest-auth") {
			t.Errorf("TLS %v: an encoder elsewhere gets %s %s", secure, resp.Status, text)
		}
		if st, err := o.Point("oceans"); err != nil || len(st.Tracks) != 0 || st.State != engine.StateIdle {
			t.Errorf("TLS %v: then the point is %+v, %v", secure, st, err)
		}
		if resp, text := send(t, client, a.Local+"/oceans.isml/Streams(x)", bytes.NewReader(capture)); resp.StatusCode != 200 {
			t.Errorf("TLS %v: an encoder here gets %s %s", secure, resp.Status, text)
		}
		if links := o.Links("oceans"); !strings.HasPrefix(links[0].URL, a.Media+"/oceans.isml/") {
			t.Errorf("TLS %v: encoders elsewhere are told %s", secure, links[0].URL)
		}
	}
}

// Without TLS and without a demand there is one listener, for everybody.
func TestOneListenerInClearText(t *testing.T) {
	o, _ := listening(t, origin.Config{}, false)
	if a := o.Addresses(); a.Local != "" || a.Bound != "" || !strings.HasPrefix(a.Media, "http://127.0.0.1:") {
		t.Errorf("the addresses are %+v", a)
	}
}

func TestCheckPoints(t *testing.T) {
	r := run(t, t.TempDir())
	r.stop()
	for name, text := range map[string]string{
		"good.isml": "title = \"Good\"\n", "deep/er/slip.isml": "title = \"x\"\n\nlook_ahead = 7\ndvr_window = \"soon\"\n",
		"broken.isml": "title = \"x\"\narchive = \n", "type.isml": "# one\ntitle = 5\n", "strange.isml": "title = \"x\"\ncolour = 1\n", ".deleted/old.isml": "title = \n",
	} {
		if err := os.MkdirAll(filepath.Join(r.root, name), 0o755); err != nil {
			t.Fatal(err)
		}
		r.write(filepath.Join(r.root, name, "point.toml"), text)
	}
	faults, err := origin.CheckPoints(r.root)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		file string
		line int
		says string
	}{
		{"broken.isml", 2, "expected value"}, {"deep/er/slip.isml", 4, "dvr_window"}, {"deep/er/slip.isml", 3, "look_ahead"}, {"strange.isml", 2, "colour"}, {"type.isml", 2, "incompatible types"},
	}
	if len(faults) != len(want) {
		t.Fatalf("the faults are %+v", faults)
	}
	for i, w := range want {
		if f := faults[i]; f.File != w.file+"/point.toml" || f.Line != w.line || !strings.Contains(f.Text, w.says) {
			t.Errorf("fault %d is %+v, want %+v", i, f, w)
		}
	}
	if _, err := origin.CheckPoints(r.root + "/none"); engine.KindOf(err) != engine.Storage {
		t.Errorf("of nothing: %v", err)
	}
}

// A slip of somebody who edits point.toml while it is on air costs nothing but a warning.
func TestPointFileEditedByHandOnAir(t *testing.T) {
	r := run(t, t.TempDir())
	r.make()
	r.onAir()
	before := r.awaitState("oceans", engine.StateStarted).Config
	r.write(r.pointFile(), "dvr_window = \"90s\"\nlook_ahead = \n")
	r.await("a complaint", func() bool {
		st, err := r.Point("oceans")
		return err == nil && strings.Contains(st.Reason, "line 2") && reflect.DeepEqual(st.Config, before) && st.State == engine.StateStarted && !st.SourceLost
	})
	r.write(r.pointFile(), "dvr_window = \"90s\"\n")
	r.await("the window", func() bool {
		st, err := r.Point("oceans")
		return err == nil && st.Reason == "" && st.Config.DVRWindow == 90*time.Second && st.State == engine.StateStarted && !st.SourceLost
	})
	if status, _, b := r.get("/oceans.isml/Manifest"); status != 200 || !strings.Contains(string(b), `DVRWindowLength="900000000"`) {
		t.Errorf("%d %s", status, b)
	}
}
