package origin_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/origin"
)

// raw sends a request as it is written, and returns the status of the answer; 0 for none.
func raw(t *testing.T, base, request string) int {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, c)
	if err := c.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, request); err != nil {
		return 0 // cut off before it was sent
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	status := res.StatusCode
	if err := res.Body.Close(); err != nil {
		return 0
	}
	return status
}

// files lists everything below a directory.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if filepath.Base(name) != ".pubpoint-probe" { // by which a point finds out, at any moment, whether it can write
			all = append(all, strings.TrimPrefix(name, dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestHostileNamesTouchNoFile asks for, posts to, and creates points and streams whose names mean to
// lead elsewhere: each is refused, and no file comes into being.
func TestHostileNamesTouchNoFile(t *testing.T) {
	above := t.TempDir()
	root := filepath.Join(above, "www")
	if err := os.MkdirAll(filepath.Join(root, "oceans.isml"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := run(t, root)
	before := files(t, above)
	base := r.Addresses().Media
	for _, name := range []string{
		"..", ".", "%2e%2e", "..%2fx", "x%2f..%2f..%2fy", "..\\x", "a%5c..%5cb", "%00", "a%00b", "CON", "con.x", "NUL", "COM1", "lpt9.a", strings.Repeat("n", 300), strings.Repeat("n/", 300) + "n",
		".hidden", "-x", "a%20b", "a%0d%0aX:%20y", "%ff", "~root", "a:b", "$(id)", "`id`", "%e2%80%ae", "a.isml.isml", "x.ism/y",
	} {
		for _, form := range []string{
			"GET /%s.isml/Manifest", "GET /%s.ism/Manifest", "GET /oceans.isml/Events(%s)/Manifest", "GET /oceans.isml/../%s", "GET /_pubpoint/%s",
			"POST /%s.isml/Streams(x)", "PUT /oceans.isml/Streams(%s)", "POST /oceans.isml/Events(%s)/Streams(x)", "POST /oceans.isml/oceans.ism?stream_id=%s",
		} {
			status := raw(t, base, fmt.Sprintf(form, name)+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\n\x00\x00\x00\x08moov")
			if status < 400 || status >= 500 {
				t.Errorf(form+": %d", name, status)
			}
		}
		if err := r.CreatePoint(t.Context(), name, engine.DefaultPointConfig()); engine.KindOf(err) != engine.BadInput {
			t.Errorf("create %q: %v", name, err)
		}
	}
	if after := files(t, above); !slices.Equal(before, after) {
		t.Errorf("there are %v, and were %v", after, before)
	}
}

// TestEndlessHead sends fields for ever: the connection is cut, and little was read of them.
func TestEndlessHead(t *testing.T) {
	base := run(t, t.TempDir()).Addresses().Media
	for name, piece := range map[string]string{"fields": "X-A: " + strings.Repeat("a", 1000) + "\r\n", "one field": strings.Repeat("a", 1000)} {
		for _, line := range []string{"GET / HTTP/1.1\r\nHost: x\r\nX: ", "POST /oceans.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nX: "} {
			c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.SetDeadline(time.Now().Add(deadline)); err != nil {
				t.Fatal(err)
			}
			_, err = io.WriteString(c, line)
			sent := 0
			for err == nil && sent < 64<<20 {
				var n int
				n, err = io.WriteString(c, piece)
				sent += n
			}
			if sent >= 64<<20 || err != nil && strings.Contains(err.Error(), "timeout") {
				t.Errorf("%s: %d bytes were taken, %v", name, sent, err)
			}
			closing(t, c)
		}
	}
}

// TestEndlessBodyOfAViewer sends a body behind a GET for ever.
func TestEndlessBodyOfAViewer(t *testing.T) {
	base := run(t, t.TempDir()).Addresses().Media
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, c)
	if err := c.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(c, "GET /time HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
	sent := 0
	for err == nil && sent < 64<<20 {
		var n int
		n, err = io.WriteString(c, "400\r\n"+strings.Repeat("b", 1024)+"\r\n")
		sent += n
	}
	if sent >= 64<<20 || strings.Contains(err.Error(), "timeout") {
		t.Errorf("%d bytes were taken, %v", sent, err)
	}
}

// safeBuffer is a log that goroutines write and a test reads.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestSecretsStayOutOfLogsAndEvents gives secrets in every way that viewers, encoders and operators can,
// and looks for them in the log at its finest, in events, and in what is shown of points and encoders.
func TestSecretsStayOutOfLogsAndEvents(t *testing.T) {
	root, logged := t.TempDir(), &safeBuffer{}
	if err := os.Mkdir(filepath.Join(root, "oceans.isml"), 0o755); err != nil {
		t.Fatal(err)
	}
	o, err := origin.New(origin.Config{Root: root, Listen: "127.0.0.1:0", StateDir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- o.Run(ctx) }()
	base := o.Addresses().Media
	for _, request := range []string{
		"GET /oceans.isml/Manifest?token=hush-1&sig=hush-2 HTTP/1.1\r\nAuthorization: Bearer hush-3\r\nCookie: s=hush-4\r\n",
		"GET /oceans.isml/oceans.m3u8?key=hush-5 HTTP/1.1\r\nAuthorization: Basic aHVzaC02Omh1c2gtNg==\r\nReferer: http://a/?token=hush-7\r\n",
		"GET http://anna:hush-8@x/nothing.isml/Manifest?token=hush-9 HTTP/1.1\r\n",
		"GET /nothing?access_token=hush-10 HTTP/1.1\r\n",
		"POST /oceans.isml/Streams(x)?token=hush-11 HTTP/1.1\r\nAuthorization: Basic aHVzaC0xMjpodXNoLTEy\r\nContent-Length: 8\r\n",
		"POST /nobody.isml/Streams(x)?token=hush-13 HTTP/1.1\r\nAuthorization: Digest username=\"hush-14\", response=\"hush-15\"\r\nContent-Length: 8\r\n",
		"POST /../Streams(x)?token=hush-16 HTTP/1.1\r\nContent-Length: 8\r\n",
	} {
		raw(t, base, request+"Host: x\r\nConnection: close\r\n\r\n\x00\x00\x00\x07moov")
	}
	for i, in := range []engine.EncoderInput{
		{Kind: engine.InputNetwork, URL: "rtmp://anna:hush-17@127.0.0.1:1/live/hush-18?token=hush-19"},
		{Kind: engine.InputNetwork, URL: "srt://127.0.0.1:1?passphrase=hush-20-long-enough"},
		{Kind: engine.InputCustom, Args: []string{"-headers", "Authorization: Bearer hush-21", "-i", "http://anna:hush-22@127.0.0.1:1/a?sig=hush-23"}},
		{Kind: engine.InputNetwork, URL: "ftp://anna:hush-24@127.0.0.1/x"},
		{Kind: engine.InputCustom, Args: []string{"-i", "ftp://anna:hush-25@127.0.0.1/x"}},
	} {
		spec := engine.EncoderSpec{ID: fmt.Sprint("e", i), Point: "oceans", Input: in, Video: engine.DemoLadder(), GOP: 2 * time.Second, FPS: 25, Restart: engine.RestartNever}
		if _, err := o.AddEncoder(ctx, spec); err != nil {
			if strings.Contains(err.Error(), "hush-") {
				t.Errorf("it is told: %v", err)
			}
			continue
		}
		if err := o.OrderEncoder(ctx, spec.ID, engine.OrderRun); err != nil && strings.Contains(err.Error(), "hush-") {
			t.Errorf("it is told: %v", err)
		}
		if command, err := o.EncoderCommand(spec); strings.Contains(command+fmt.Sprint(err), "hush-") {
			t.Errorf("the command shows it: %s %v", command, err)
		}
	}
	var shown []string
	for _, e := range o.RecentEvents(-1) {
		shown = append(shown, e.Text)
	}
	for _, p := range o.Points() {
		shown = append(shown, fmt.Sprintf("%+v", p))
	}
	for _, e := range o.Encoders() {
		e.Spec.Input = engine.EncoderInput{} // the settings that were given, which only the operator is told
		shown = append(shown, fmt.Sprintf("%+v", e))
		lines, err := o.EncoderLog(e.Spec.ID, 0)
		if err != nil {
			t.Error(err)
		}
		shown = append(shown, fmt.Sprintf("%+v", lines))
	}
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	for _, text := range append(shown, strings.Split(logged.String(), "\n")...) {
		if strings.Contains(text, "hush-") || strings.Contains(text, "aHVzaC0") {
			t.Errorf("a secret is shown: %.500s", text)
		}
	}
	if !strings.Contains(logged.String(), "msg=request") {
		t.Error("requests were not logged, so this has shown nothing")
	}
}
