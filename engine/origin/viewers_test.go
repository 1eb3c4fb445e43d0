package origin_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
)

// How many viewers there are in TestManyViewers, by what they do.
const (
	pollers      = 2000
	slowReaders  = 200
	slowHeaders  = 200
	mostOfViewer = 96 << 10 // bytes of memory of each connection, both ends of it
)

// channel is an encoder of two rungs and sound that has more to send than any test takes.
func (r *running) channel(point string) *sender.Encoder {
	r.t.Helper()
	capture, err := sender.Load(filepath.Join("..", "internal", "fmp4", "testdata", "2v1a-isml.ismv"))
	if err != nil {
		r.t.Fatal(err)
	}
	e, err := sender.New(capture, sender.Options{Point: r.Addresses().Media + "/" + point + ".isml", Stream: "x-60k-32k-30k", Loop: 1 << 30})
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

// steps has an encoder send so many fragments.
func (r *running) steps(e *sender.Encoder, fragments int) {
	r.t.Helper()
	for range fragments {
		if more, err := e.Step(r.t.Context()); err != nil || !more {
			r.t.Fatalf("the encoder cannot go on: more %v, %v", more, err)
		}
	}
}

// taken waits until a point has taken in all that its only encoder has sent, and returns its status.
func (r *running) taken(point string, e *sender.Encoder) engine.PointStatus {
	r.t.Helper()
	var st engine.PointStatus
	r.await(fmt.Sprint(e.Sent(), " fragments"), func() bool {
		var err error
		if st, err = r.Point(point); err != nil {
			r.t.Fatal(err)
		}
		var n int64
		for _, track := range st.Tracks {
			n += track.Fragments
		}
		return n == int64(e.Sent())
	})
	return st
}

// client is a connection of a viewer.
type client struct {
	conn net.Conn
	read *bufio.Reader
}

func (r *running) client() (*client, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.Addresses().Media, "http://"))
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(5 * deadline)); err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReaderSize(conn, 1024)}, nil
}

// get asks for something and reads the answer away.
func (c *client) get(path string) (int, error) {
	if _, err := io.WriteString(c.conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(c.read, nil)
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// inUse is the memory that is in use, after a collection.
func inUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// TestManyViewers has 2,000 players poll, 200 read nothing of what they asked for and 200 never
// finish asking, while an encoder sends: what they cost is bounded, no player is refused, and the
// encoder never waits for any of them.
func TestManyViewers(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.DVRWindow = time.Minute
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	e := r.channel("oceans")
	if err := e.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.steps(e, 60)
	r.taken("oceans", e)
	_, _, manifest := r.get("/oceans.isml/Manifest")
	fragment := "/oceans.isml/" + parse(t, manifest).urls()[0]
	large := r.largeFragment("film")
	before, goroutines := inUse(), runtime.NumGoroutine()

	var all []*client
	open := func(count int, begin func(c *client) error) {
		for range count {
			c, err := r.client()
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
			if err := begin(c); err != nil {
				t.Fatal(err)
			}
		}
	}
	open(slowReaders, func(c *client) error {
		if err := c.conn.(*net.TCPConn).SetReadBuffer(4096); err != nil { // so that little is on its way
			return err
		}
		_, err := io.WriteString(c.conn, "GET "+large+" HTTP/1.1\r\nHost: x\r\n\r\n")
		return err
	})
	open(slowHeaders, func(c *client) error {
		_, err := io.WriteString(c.conn, "GET /oceans.isml/Manifest HTTP/1.1\r\nHost: x\r\nX-Slow")
		return err
	})
	open(pollers, func(*client) error { return nil })
	sent := e.Sent()
	r.poll(all[slowReaders+slowHeaders:], fragment, func() { r.steps(e, 6) })
	if e.Sent() == sent {
		t.Error("nothing was sent meanwhile")
	}
	cost := inUse() - before
	t.Logf("%d fragments were sent meanwhile; %d viewers cost %d KiB, %d bytes each", e.Sent()-sent, len(all), cost>>10, cost/int64(len(all)))
	if cost > int64(len(all))*mostOfViewer {
		t.Errorf("%d viewers cost %d bytes", len(all), cost)
	}
	st := r.taken("oceans", e)
	for _, track := range st.Tracks {
		if track.Gaps != 0 {
			t.Errorf("gaps: %+v", track)
		}
	}
	for _, c := range all {
		closing(t, c.conn)
	}
	r.await("the end of all that viewers began", func() bool { return runtime.NumGoroutine() <= goroutines+20 })
	if status, err := e.Finish(); err != nil || status != http.StatusOK {
		t.Fatalf("the encoder got %d, %v", status, err)
	}
}

// largeFragment is the address of a fragment on another point that is larger than what systems
// buffer for a reader who does not read.
func (r *running) largeFragment(point string) string {
	r.t.Helper()
	if err := r.CreatePoint(r.t.Context(), point, engine.DefaultPointConfig()); err != nil {
		r.t.Fatal(err)
	}
	const more, firstEntry = 8 << 20, 24 // bytes; offset of the first sample's entry in the trun
	p := openParts(r.t, "av-isml.ismv")
	first := p.fragments[0]
	moof := int(binary.BigEndian.Uint32(first))
	size := bytes.Index(first, []byte("trun")) - 4 + firstEntry + 4
	sample := int(binary.BigEndian.Uint32(first[size:]))
	b := slices.Concat(first[:moof+8+sample], make([]byte, more), first[moof+8+sample:])
	binary.BigEndian.PutUint32(b[size:], uint32(sample+more))
	binary.BigEndian.PutUint32(b[moof:], uint32(len(b)-moof))
	if status, text := r.postStream(point, "x", bytes.NewReader(slices.Concat(p.header, b, p.mark))); status != http.StatusOK {
		r.t.Fatal(status, text)
	}
	r.awaitState(point, engine.StateStopped)
	_, _, manifest := r.get("/" + point + ".isml/Manifest")
	return "/" + point + ".isml/" + parse(r.t, manifest).urls()[0]
}

// poll has players ask for the manifest and a fragment, each a few times, all at once, while
// another thing goes on again and again.
func (r *running) poll(players []*client, fragment string, meanwhile func()) {
	r.t.Helper()
	const workers = 64 // so many questions are on their way at any time; the connections stay open
	ctx, cancel := context.WithCancelCause(r.t.Context())
	defer cancel(nil)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= 2*len(players) {
					return
				}
				c := players[n%len(players)]
				path := [...]string{"/oceans.isml/Manifest", fragment}[n/len(players)]
				if status, err := c.get(path); err != nil || status != http.StatusOK {
					cancel(fmt.Errorf("%s: %d %w", path, status, err))
				}
			}
		})
	}
	over := make(chan struct{})
	go func() { wait.Wait(); close(over) }()
	for polling := true; polling; {
		meanwhile()
		select {
		case <-over:
			polling = false
		default:
		}
	}
	if err := context.Cause(ctx); err != nil {
		r.t.Fatal(err)
	}
}
