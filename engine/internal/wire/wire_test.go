package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// generous is how long a test waits for what must come.
const generous = 30 * time.Second

// handler answers in every way that delivery does.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/length", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		w.Header().Set("Content-Type", "video/mp4")
		for range 10 {
			_, _ = w.Write(bytes.Repeat([]byte("x"), 10_000))
		}
	})
	mux.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	mux.HandleFunc("/empty", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/html", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html><p>x") })
	mux.HandleFunc("/unchanged", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Etag", `"a"`)
		w.WriteHeader(http.StatusNotModified)
	})
	mux.HandleFunc("/none", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/split", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-A", "one\r\nX-B: two")
		w.Header()["X-C"] = []string{"1", "2"}
		w.WriteHeader(http.StatusTeapot)
	})
	mux.HandleFunc("/pieces", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "video/mp4")
		for i := range 5 {
			_, _ = fmt.Fprintf(w, "piece %d", i)
			_ = http.NewResponseController(w).Flush()
		}
	})
	mux.HandleFunc("/many", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "video/mp4")
		for range 300 {
			_, _ = io.WriteString(w, strings.Repeat("abcdefgh", 20))
		}
	})
	mux.HandleFunc("/more", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "3")
		w.Header().Set("Content-Type", "video/mp4")
		if _, err := io.WriteString(w, "more than that"); !errors.Is(err, http.ErrContentLength) && r.Method == http.MethodGet {
			panic(err)
		}
		_, _ = io.WriteString(w, "abc")
	})
	mux.HandleFunc("/less", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "30")
		_, _ = io.WriteString(w, "abc")
	})
	mux.HandleFunc("/abort", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "30")
		_, _ = io.WriteString(w, "abc")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/close", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = io.WriteString(w, "bye")
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %s %s %s %q %d", r.Method, r.RequestURI, r.Host, r.Proto, r.Header, r.ContentLength)
		_, _ = io.Copy(w, r.Body)
	})
	return mux
}

// serve runs a server until the test ends and returns its address.
func serve(t *testing.T, run func(net.Listener) error, shut func() error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- run(l) }()
	t.Cleanup(func() {
		if err := shut(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serving ended with %v", err)
		}
	})
	return l.Addr().String()
}

// wired serves by this package.
func wired(t *testing.T, cfg Config) (*Server, string) {
	t.Helper()
	if cfg.Server == nil {
		cfg.Server = &http.Server{ReadHeaderTimeout: generous, IdleTimeout: generous}
	}
	s := New(cfg)
	return s, serve(t, s.Serve, s.Close)
}

// exchange sends raw bytes and reads all that comes until the connection is closed.
func exchange(t *testing.T, address, raw string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := c.SetDeadline(time.Now().Add(generous)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(c)
	if err != nil && len(all) == 0 {
		t.Fatalf("%q: %v", raw, err)
	}
	return string(all)
}

// told is what a client makes of answers: status, fields in order and body of each.
func told(t *testing.T, raw, answers string) string {
	t.Helper()
	var b strings.Builder
	in := bufio.NewReader(strings.NewReader(answers))
	for _, method := range regexp.MustCompile(`(?m)^(GET|HEAD|POST|PUT|OPTIONS|BREW) `).FindAllStringSubmatch(raw, -1) {
		resp, err := http.ReadResponse(in, &http.Request{Method: method[1]})
		if err != nil {
			fmt.Fprintf(&b, "no answer: %v\n", err)
			break
		}
		body, err := io.ReadAll(resp.Body)
		if resp.Header.Get("Date") == "" && resp.StatusCode >= 200 && resp.StatusCode != http.StatusBadRequest && resp.StatusCode != http.StatusHTTPVersionNotSupported {
			t.Errorf("%q: an answer has no date", raw)
		}
		resp.Header.Del("Date")
		fmt.Fprintf(&b, "%s %v length %d chunked %v close %v body %d %.40q %v\n", resp.Status, resp.Header, resp.ContentLength, resp.TransferEncoding, resp.Close, len(body), body, err)
	}
	return b.String()
}

// Whatever a client sends, it is told the same as by net/http.
func TestSameAsNetHTTP(t *testing.T) {
	std := &http.Server{Handler: handler(), ReadHeaderTimeout: generous}
	want := serve(t, std.Serve, std.Close)
	_, got := wired(t, Config{Handler: handler()})
	const bye = "GET /close HTTP/1.1\r\nHost: a\r\n\r\n"
	var requests []string
	for _, path := range []string{"/length", "/short", "/empty", "/html", "/unchanged", "/none", "/split", "/pieces", "/many", "/more", "/less", "/abort", "/close", "/echo?a=b%20c", "/nothing"} {
		for _, method := range []string{"GET", "HEAD"} {
			requests = append(requests, method+" "+path+" HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nX-Odd: 1\r\nX-Odd: 2\r\n\r\n"+bye)
		}
	}
	for _, head := range []string{
		"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", "GET /echo HTTP/1.0\r\n\r\n", "GET /echo HTTP/1.1\r\n\r\n",
		"GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n", "GET /echo HTTP/1.1\nHost: a\n\n",
		"GET http://a/echo HTTP/1.1\r\nHost: a\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
		"GET /echo HTTP/1.1\r\nHost: a\r\nbad field\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
		"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /echo HTTP/2.0\r\nHost: a\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("y", 6000) + "\r\n\r\n",
		"BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n", "GET  /echo HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /echo HTTP/1.1\r\nHost: a\r\nX: one\r\n two\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	} {
		requests = append(requests, head+bye)
	}
	for _, raw := range requests {
		expected, found := told(t, raw, exchange(t, want, raw)), told(t, raw, exchange(t, got, raw))
		if expected != found {
			t.Errorf("%.120q\nnet/http: %s\n    here: %s", raw, expected, found)
		}
	}
}

// A client that ends its lines without CR is answered at once, though nothing follows.
func TestBareLineFeedsAreAnswered(t *testing.T) {
	_, address := wired(t, Config{Handler: handler()})
	for _, raw := range []string{"GET /close HTTP/1.1\nHost: a\n\n", "GET /close HTTP/1.1\r\nHost: a\n\r\n", "HEAD /close HTTP/1.1\r\nHost: a\r\n\n"} {
		if got := exchange(t, address, raw); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
			t.Errorf("%q was answered %q", raw, got)
		}
	}
}

// Many requests may come at once, and heads in as many pieces as they have bytes.
func TestPipelinesAndPieces(t *testing.T) {
	_, address := wired(t, Config{Handler: handler(), Known: func(path []byte, _ bool) *Answer {
		if string(path) == "/known" {
			return &Answer{Head: []byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"), Body: []byte("known")}
		}
		return nil
	}})
	one := "GET /short HTTP/1.1\r\nHost: a\r\n\r\nGET /known HTTP/1.1\r\nHost: a\r\n\r\n"
	all := exchange(t, address, strings.Repeat(one, 200)+"GET /close HTTP/1.1\r\nHost: a\r\n\r\n")
	if h, k := strings.Count(all, "hello"), strings.Count(all, "known"); h != 200 || k != 200 || !strings.HasSuffix(all, "bye") {
		t.Errorf("%d and %d answers of 200, end %.20q", h, k, all[len(all)-20:])
	}
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []byte(one + "GET /close HTTP/1.1\r\nHost: a\r\n\r\n") {
		if _, err := c.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := io.ReadAll(c)
	if err != nil || !strings.Contains(string(got), "hello") || !strings.Contains(string(got), "known") || !strings.HasSuffix(string(got), "bye") {
		t.Errorf("byte by byte: %q, %v", got, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// What is known is not asked for when the answer depends on more than the path.
func TestKnownIsForPlainRequests(t *testing.T) {
	asked := make(chan string, 100)
	sent := make(chan int64, 100)
	_, address := wired(t, Config{Handler: handler(), Sent: func(a *Answer, remote string, n int64, _ time.Duration) {
		if remote != "127.0.0.1" || a.Of != "mine" {
			t.Errorf("sent %v to %q", a.Of, remote)
		}
		sent <- n
	}, Known: func(path []byte, gzip bool) *Answer {
		asked <- fmt.Sprint(string(path), gzip)
		return &Answer{Head: []byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"), Body: []byte("known"), Of: "mine"}
	}})
	for _, c := range []struct {
		head, asked string
	}{
		{"GET /short HTTP/1.1\r\nHost: a\r\n", "/shortfalse"},
		{"GET /short HTTP/1.1\r\nHost: a\r\naccept-encoding: br, GZIP\r\n", "/shorttrue"},
		{"GET /short HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip;q=0\r\n", "/shortfalse"},
		{"HEAD /short HTTP/1.1\r\nHost: a\r\n", ""},
		{"GET /short?a HTTP/1.1\r\nHost: a\r\n", ""},
		{"GET /short HTTP/1.1\r\nHost: a\r\nIf-None-Match: x\r\n", ""},
		{"GET /short HTTP/1.1\r\nHost: a\r\nSurrogate-Capability: x\r\n", ""},
		{"GET /short HTTP/1.1\r\nHost: a\r\nIf-Modified-Since: x\r\n", ""},
		{"GET /short HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n", ""},
		{"GET /short HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eA==\r\n", ""},
	} {
		all := exchange(t, address, c.head+"\r\nPOST /close HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
		if known := strings.Contains(all, "known"); known != (c.asked != "") {
			t.Errorf("%q was answered %q", c.head, all)
		}
		if c.asked == "" {
			continue
		}
		if got := <-asked; got != c.asked {
			t.Errorf("%q asked for %s", c.head, got)
		}
		if n := <-sent; n != 5 {
			t.Errorf("%q: %d bytes of body", c.head, n)
		}
	}
	if len(asked) > 0 {
		t.Errorf("asked for %s", <-asked)
	}
}

// A handler that waits learns that its client has gone, and that of a client that has not does not.
func TestLeavingEndsTheContext(t *testing.T) {
	begun, left := make(chan struct{}), make(chan struct{})
	_, address := wired(t, Config{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/next" {
			w.Header().Set("Connection", "close")
			_, _ = io.WriteString(w, "next")
			return
		}
		close(begun)
		if r.URL.Path == "/stay" {
			<-left
			_, _ = io.WriteString(w, fmt.Sprint(r.Context().Err()))
			return
		}
		<-r.Context().Done()
		close(left)
	})})
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-begun
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	<-left
	begun, left = make(chan struct{}), make(chan struct{})
	time.AfterFunc(4*watchAfter, func() { close(left) })
	all := exchange(t, address, "GET /stay HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
	if !strings.Contains(all, "<nil>") || !strings.HasSuffix(all, "next") {
		t.Errorf("the client that stayed and asked again was told %q", all)
	}
}

// Slow heads are cut off, slow readers too, and neither costs others anything.
func TestSlowClientsAreCutOff(t *testing.T) {
	_, address := wired(t, Config{Handler: handler(), Patience: time.Millisecond, Server: &http.Server{ReadHeaderTimeout: 50 * time.Millisecond, IdleTimeout: generous},
		Known: func([]byte, bool) *Answer {
			return &Answer{Head: []byte("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n"), Body: make([]byte, 100_000_000)}
		}})
	for _, raw := range []string{"", "GET /", "GET /short HTTP/1.1\r\nHost: a\r\nX: y"} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, raw); err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(generous)); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(c); err != nil || len(got) > 0 {
			t.Errorf("%q was answered %q, %v", raw, got, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Shutdown lets what runs come to its end, and does not wait for connections that ask nothing.
func TestShutdown(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	s := New(Config{Server: &http.Server{}, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-end
		_, _ = io.WriteString(w, "whole")
	})})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	var idle [3]net.Conn
	for i := range idle {
		if idle[i], err = net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
	}
	answer := make(chan string, 1)
	go func() { answer <- exchange(t, l.Addr().String(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n") }()
	<-begun
	down := make(chan error, 1)
	go func() { down <- s.Shutdown(context.WithoutCancel(t.Context())) }()
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("serving ended with %v", err)
	}
	close(end)
	if got := <-answer; !strings.HasSuffix(got, "whole") || !strings.Contains(got, "Connection: close") {
		t.Errorf("the request that ran was answered %q", got)
	}
	if err := <-down; err != nil {
		t.Error(err)
	}
	for _, c := range idle {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A known answer costs no allocation: one for each would be gigabytes an hour.
func TestKnownAllocatesNothing(t *testing.T) {
	a := &Answer{Head: []byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"), Body: []byte("known")}
	_, address := wired(t, Config{Handler: handler(), Known: func([]byte, bool) *Answer { return a }})
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	request := []byte("GET /fragment HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: x\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n\r\n")
	in := make([]byte, 4096)
	if n := testing.AllocsPerRun(2000, func() {
		if _, err := c.Write(request); err != nil {
			t.Fatal(err)
		}
		for got := 0; !bytes.HasSuffix(in[:got], []byte("known")); {
			n, err := c.Read(in[got:])
			if err != nil {
				t.Fatal(err)
			}
			got += n
		}
	}); n >= 1 {
		t.Errorf("%v allocations for each answer", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"))
	f.Add([]byte("HEAD /a?b HTTP/1.1\r\nHost: [::1]:80\r\nAccept-Encoding: gzip, br\r\nConnection: Keep-Alive\r\n\r\nGET"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var r request
		if parse(b, &r) != ours {
			return
		}
		// Whatever is ours is a request to net/http too, and the same one.
		req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b[:r.length])))
		if err != nil {
			return // handed over after all
		}
		if (req.Method == http.MethodHead) != r.head || req.ContentLength != 0 || req.Close || req.Host == "" && r.plain || r.path != nil && req.RequestURI != string(r.path) {
			t.Errorf("%q is %+v to net/http", b[:r.length], req)
		}
	})
}
