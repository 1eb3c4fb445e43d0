//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counter stands before the origin and counts what it is asked for.
type counter struct {
	url   string
	asked atomic.Int64

	mu      sync.Mutex
	classes map[string]int
}

func count(t *testing.T, origin string) *counter {
	t.Helper()
	target, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}
	proxy := &httputil.ReverseProxy{FlushInterval: -1, Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{url: "http://" + l.Addr().String(), classes: map[string]int{}}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.note(r.URL)
		proxy.ServeHTTP(w, r)
	})}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
		transport.CloseIdleConnections()
	})
	return c
}

// note counts a request by what kind of address it is.
func (c *counter) note(u *url.URL) {
	c.asked.Add(1)
	class := filepath.Ext(u.Path)
	if class == "" || strings.Contains(class, "/") {
		class = "Smooth"
	}
	if u.Query().Has("_HLS_msn") {
		class += " blocking"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.classes[class]++
}

// since returns what has been asked for since the last call.
func (c *counter) since() (int64, map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	classes := c.classes
	c.classes = map[string]int{}
	return c.asked.Swap(0), classes
}

// behindNginx starts nginx as pubpointd shield nginx prints it, and returns its address.
func behindNginx(t *testing.T, origins ...string) string {
	t.Helper()
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	args := []string{"shield", "nginx", "-port", address, "-cache", filepath.Join(dir, "cache"), "-size", "256m"}
	for _, o := range origins {
		args = append(args, "-origin", o)
	}
	printed, err := exec.Command(program(t, "pubpointd"), args...).Output()
	if err != nil {
		t.Fatalf("shield nginx: %v", err)
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n"
	}
	var whole bytes.Buffer
	fmt.Fprintf(&whole, "%sdaemon off;\nworker_processes 2;\npid %s/pid;\nerror_log %s/error.log;\nevents { worker_connections 900; }\nhttp {\naccess_log off;\n", user, dir, dir)
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&whole, "%s_temp_path %s/%s;\n", name, dir, name)
	}
	whole.Write(printed)
	whole.WriteString("}\n")
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, whole.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx" // not where the paths of ordinary users lead
	}
	// Its workers end with it only when it is asked to end.
	p := launch(t, exec.Command(nginx, "-p", dir, "-c", conf))
	t.Cleanup(func() {
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		<-p.done
	})
	eventually(t, "nginx listens", func() (any, bool) {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return fmt.Sprint(err, p.out), false
		}
		return nil, conn.Close() == nil
	})
	return "http://" + address
}

// crowd is viewers that play until they are sent away.
type crowd struct {
	stop  context.CancelFunc
	all   sync.WaitGroup
	cache string
	seats []*seat
}

// gather has n viewers of each format come within a second.
func gather(t *testing.T, client *http.Client, cache string, n int) *crowd {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	a := &crowd{stop: cancel, cache: cache}
	for i := range n {
		for _, play := range []func(*seat, context.Context) error{
			(*seat).smooth, (*seat).playlists, (*seat).lowLatency, (*seat).dash, (*seat).hds,
		} {
			s := &seat{client: client, base: cache + "/oceans.isml/", seen: map[string]bool{}}
			a.seats = append(a.seats, s)
			wait := time.Second * time.Duration(i) / time.Duration(n)
			a.all.Go(func() {
				for s.rest(ctx, wait) {
					if err := play(s, ctx); err != nil && ctx.Err() == nil {
						s.complain(err)
					}
					wait = time.Second
				}
			})
		}
	}
	t.Cleanup(a.leave)
	return a
}

func (a *crowd) leave() {
	a.stop()
	a.all.Wait()
}

// playing waits until everybody has got some media.
func (a *crowd) playing(t *testing.T) {
	t.Helper()
	eventually(t, "everybody plays", func() (any, bool) {
		idle, why := 0, ""
		for i, s := range a.seats {
			if s.got.Load() < 2 {
				idle++
				why = fmt.Sprintf("%d: %v", i%5, s.trouble.Load())
			}
		}
		return fmt.Sprintf("%d of %d do not, the last because %s", idle, len(a.seats), why), idle == 0
	})
}

// media is how many segments, fragments and parts all viewers have got, and how often one was refused.
func (a *crowd) media() (got, refused int64) {
	for _, s := range a.seats {
		got += s.got.Load()
		refused += s.refused.Load()
	}
	return got, refused
}

// TestManyViewersBehindNginx compares what a hundred times more viewers of all formats ask of the
// origin of a live event for low latency: next to nothing more.
func TestManyViewersBehindNginx(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	ffmpeg(t, append(strings.Fields("-re -f lavfi -i testsrc2=size=192x108:rate=25 -re -f lavfi -i sine=frequency=440:sample_rate=48000 "+
		"-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -bf 0 -g 50 -keyint_min 50 -sc_threshold 0 -b:v 60k -c:a aac -ac 2 -b:a 32k "+
		"-f mp4 -movflags cmaf+frag_every_frame+empty_moov+default_base_moof -send_expect_100 1"), s.url("oceans", "oceans.ism?stream_id=oceans-60k-32k.cmfv"))...)
	s.awaitState(t, "oceans", "started")
	c := count(t, s.media)
	cache := behindNginx(t, c.url)
	transport := &http.Transport{MaxIdleConnsPerHost: 1500, DisableCompression: true}
	client := &http.Client{Transport: transport}
	t.Cleanup(transport.CloseIdleConnections)

	const watch = 8 * time.Second
	var asked [2]float64
	for i, n := range []int{1, 100} {
		a := gather(t, client, cache, n)
		a.playing(t)
		before, _ := a.media()
		c.since()
		began := time.Now()
		timer := time.NewTimer(watch)
		<-timer.C
		total, classes := c.since()
		after, refused := a.media()
		seconds := time.Since(began).Seconds()
		a.leave()
		asked[i] = float64(total) / seconds
		t.Logf("%d viewers: %.1f pieces of media a second, %d refusals; %.1f requests a second to the origin: %v",
			len(a.seats), float64(after-before)/seconds, refused, asked[i], classes)
	}
	// A tenth, and what chance makes of when the windows begin.
	if asked[1] > asked[0]*1.1+1.5 {
		t.Errorf("a hundred times more viewers are %.1f requests a second to the origin, from %.1f", asked[1], asked[0])
	}
}

// TestShieldKeepsItsPromises has the program measure what it prints for nginx, and holds what that
// says by itself to what the server says.
func TestShieldKeepsItsPromises(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(program(t, "pubpointd"), "shield", "nginx", "-origin", "127.0.0.1:8088", "-test").CombinedOutput()
	t.Logf("%s", out)
	if lines := strings.Count(string(out), "\n"); err != nil || lines < 20 || strings.Count(string(out), "ok ") != lines {
		t.Errorf("%v; not all promises are kept", err)
	}
	s := newHouse(t).start(t)
	behind := behindNginx(t, s.media)
	for method, fields := range map[string][]string{
		http.MethodOptions: {"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age"},
		http.MethodGet:     {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Cache-Control", "Content-Type"},
	} {
		var answers [2]http.Header
		for i, base := range []string{s.media, behind} {
			a, err := newPlayer(t, "").get(t.Context(), method, base+"/nothing.isml/Manifest")
			if err != nil {
				t.Fatal(err)
			}
			answers[i] = a.header
		}
		for _, field := range fields {
			if own, shield := answers[0].Values(field), answers[1].Values(field); !slices.Equal(own, shield) || len(own) != 1 {
				t.Errorf("%s: %s is %q at the server and %q behind the shield", method, field, own, shield)
			}
		}
	}
}
