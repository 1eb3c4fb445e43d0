package ingest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// stamped returns a copy of a fragment with another time in its tfxd.
func stamped(t testing.TB, fragment []byte, at int64) []byte {
	t.Helper()
	return patched(t, fragment, "\x6d\x1d\x9b\x05", 0, 20, binary.BigEndian.AppendUint64(nil, uint64(at))...)
}

// generated is a stream of any length: a piece of a capture again and again, on the wall
// clock.
type generated struct {
	header       []byte
	video, audio []byte
}

// wall is where the clock of generated streams begins; the lengths are those of their pieces.
const (
	wall        = 17_953_586_960_000_000
	videoLength = 20_000_000
	audioLength = 20_053_334
)

func newGenerated(t testing.TB) *generated {
	header, fragments, _ := split(t, vector(t, "av-isml.ismv"))
	return &generated{header: header, video: fragments[0], audio: fragments[3]}
}

// piece is the video and the audio of one step.
func (g *generated) piece(t testing.TB, n int) []byte {
	return slices.Concat(stamped(t, g.video, wall+int64(n)*videoLength), stamped(t, g.audio, wall+int64(n)*audioLength))
}

// wire is an encoder at the end of a TCP connection that can be cut at any byte.
type wire struct {
	t    *testing.T
	conn *net.TCPConn
	read chan struct{} // closed when nothing more comes from the server
}

func (d *desk) wire(stream string) *wire {
	d.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		d.t.Fatal(err)
	}
	w := &wire{t: d.t, conn: conn.(*net.TCPConn), read: make(chan struct{})}
	if _, err := fmt.Fprintf(conn, "POST /oceans.isml/Streams(%s) HTTP/1.1\r\nHost: x\r\nUser-Agent: test\r\nTransfer-Encoding: chunked\r\n\r\n", stream); err != nil {
		d.t.Fatal(err)
	}
	go func() {
		defer close(w.read)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return // it was cut
		}
		text, err := io.ReadAll(resp.Body)
		if resp.StatusCode != 200 {
			d.t.Errorf("an encoder was refused: %d %s %v", resp.StatusCode, text, err)
		}
	}()
	return w
}

// send sends one chunk, or its first bytes.
func (w *wire) send(b []byte, first ...int) {
	w.t.Helper()
	chunk := fmt.Appendf(nil, "%x\r\n%s\r\n", len(b), b)
	if len(first) > 0 {
		chunk = chunk[:min(len(chunk), first[0])]
	}
	if _, err := w.conn.Write(chunk); err != nil {
		w.t.Fatal(err)
	}
}

// cut ends the connection as the death of a process does, or as that of a machine.
func (w *wire) cut(machine bool) {
	w.t.Helper()
	if machine {
		if err := w.conn.SetLinger(0); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.conn.Close(); err != nil {
		w.t.Fatal(err)
	}
	<-w.read
}

// end sends the end mark and waits for the answer.
func (w *wire) end() {
	w.t.Helper()
	if _, err := io.WriteString(w.conn, "8\r\n\x00\x00\x00\x08mfra\r\n0\r\n\r\n"); err != nil {
		w.t.Fatal(err)
	}
	<-w.read
	closing(w.t, w.conn)
}

// TestEitherEncoderMayDie kills one of two encoders of a stream a hundred times, at any byte
// of a fragment; it comes back, with or without sending again what was its last, and then it
// may be the other. Nothing is missing and nothing comes twice.
func TestEitherEncoderMayDie(t *testing.T) {
	const kills = 100
	r := rand.New(rand.NewPCG(5, 5))
	g := newGenerated(t)
	settings := engine.DefaultPointConfig()
	settings.Archive = false
	d := newDesk(t, settings)
	connect := func() *wire {
		w := d.wire("x")
		w.send(g.header)
		return w
	}
	pair := [2]*wire{connect(), connect()}
	n, killed := 0, 0
	step := func() {
		b := g.piece(t, n)
		first := r.IntN(2)
		for _, i := range []int{first, 1 - first} {
			if pair[i] != nil {
				pair[i].send(b)
			}
		}
		n++
	}
	// A machine that dies takes along what it has sent and what has not been read: the other
	// must have got that far.
	settled := func() {
		d.until(fmt.Sprint(n, " pieces"), func(st engine.PointStatus) bool {
			return len(st.Tracks) == 2 && st.Tracks[0].LastStart == wall+engine.Ticks(n-1)*videoLength
		})
	}
	step()
	for ; killed < kills; killed++ {
		victim := r.IntN(2)
		pair[victim].send(g.piece(t, n), r.IntN(30_000))
		pair[victim].cut(r.IntN(2) == 0)
		pair[victim] = nil
		for range 1 + r.IntN(3) {
			step()
		}
		settled()
		pair[victim] = connect()
		if r.IntN(2) == 0 {
			pair[victim].send(g.piece(t, n-2+r.IntN(2)))
		}
		for range 1 + r.IntN(2) {
			step()
		}
		settled()
		d.until("two encoders that have sent", func(st engine.PointStatus) bool {
			active := 0
			for _, s := range st.Sources {
				if s.Connected && s.Fragments+s.Dropped > 0 {
					active++
				}
			}
			return active == 2
		})
	}
	pair[0].end()
	pair[1].end()
	st := d.await(engine.StateStopped)
	for i, length := range []engine.Ticks{videoLength, audioLength} {
		if tr := st.Tracks[i]; tr.Fragments != int64(n) || tr.Gaps != 0 {
			t.Errorf("%s: %d fragments of %d, %d gaps", tr.Stream, tr.Fragments, n, tr.Gaps)
		}
		checkSteps(t, d.point.Source().View().Streams[i], wall, length)
	}
	t.Logf("%d kills, %d pieces", killed, n)
}

// checkSteps makes sure that a timeline goes on in steps of one length.
func checkSteps(t *testing.T, s *presentation.Stream, from, length engine.Ticks) {
	t.Helper()
	for i, p := range s.Spans {
		if want := s.Spans[0].Start + engine.Ticks(i)*length; p.Start != want || p.Discontinuity || (p.Start-from)%length != 0 {
			t.Fatalf("%s: span %d is at %d, not at %d", s.Name, i, p.Start, want)
		}
	}
}

// TestRedundantCaptures sends what two real encoders on one wall clock have sent; the first
// dies behind any of its fragments, or the second begins behind any of the first's. The
// pictures are cut at the same times, the sound a third of a millisecond apart.
func TestRedundantCaptures(t *testing.T) {
	header, first, _ := split(t, vector(t, "redundant-a-wallclock-isml.ismv"))
	_, second, mark := split(t, vector(t, "redundant-b-wallclock-isml.ismv"))
	whole := newDesk(t, engine.DefaultPointConfig())
	if status, text := whole.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "redundant-b-wallclock-isml.ismv"))); status != 200 {
		t.Fatal(status, text)
	}
	whole.await(engine.StateStopped)
	want := whole.point.Source().View()
	for dies := range len(first) + 1 {
		t.Run(fmt.Sprint(dies), func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			a, b := d.wire("x"), d.wire("x")
			a.send(header)
			b.send(header)
			sending := func(encoders int, fragments int64) {
				t.Helper()
				d.until(fmt.Sprint(encoders, " encoders that have sent ", fragments), func(st engine.PointStatus) bool {
					n := 0
					for _, s := range st.Sources {
						if s.Bytes >= int64(len(header)) && s.Fragments+s.Dropped >= fragments {
							n++
						}
					}
					return n >= encoders
				})
			}
			sending(2, 0)
			for i := range max(len(first), len(second)) {
				if i < dies && i < len(first) {
					a.send(first[i])
				}
				if i == dies {
					a.cut(false)
				}
				if i < len(second) {
					b.send(second[i])
				}
				if i < 2 {
					sending(1+min(1, dies), int64(i)) // both are there before one is far ahead
				}
			}
			if dies >= max(len(first), len(second)) {
				a.cut(false)
			}
			b.send(mark)
			b.end()
			d.await(engine.StateStopped)
			v := d.point.Source().View()
			for _, s := range want.Streams {
				got := v.Stream(s.Name)
				for i := 1; i < len(got.Spans); i++ {
					if apart := got.Spans[i].Start - got.Spans[i-1].End(); apart < 0 || apart > 230_000 {
						t.Errorf("%s: %d ticks between span %d and the next: %s", s.Name, apart, i-1, timeline(v, s.Name))
					}
				}
				// What the second sends behind the death of the first is all there.
				if last, end := got.Spans[len(got.Spans)-1].End(), s.Spans[len(s.Spans)-1].End(); last < end-8000 {
					t.Errorf("%s ends at %d, not at %d", s.Name, last, end)
				}
			}
		})
	}
}

// TestBodiesWithoutEndDoNotHurt keeps many idle connections and closes them: nothing is left.
func TestBodiesWithoutEndDoNotHurt(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	d.stop()
	d.cfg.Idle = 50 * time.Millisecond
	d.open(engine.DefaultPointConfig())
	header, fragments, _ := split(t, vector(t, "av-isml.ismv"))
	var wait sync.WaitGroup
	for i := range 30 {
		e := d.wire(fmt.Sprint("x", i))
		e.send(header)
		e.send(fragments[0], 1000)
		wait.Go(func() {
			<-e.read // it has been silent for too long
			closing(t, e.conn)
		})
	}
	wait.Wait()
	d.until("the end of all sessions", func(st engine.PointStatus) bool {
		return st.State == engine.StateIdle && len(st.Sources) == 16 && strings.HasPrefix(st.Sources[0].Ending, "silent for")
	})
}
