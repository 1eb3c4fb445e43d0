package ingest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"pubpoint/engine"
)

func TestLostConnectionIsNotTheEnd(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	status, _ := d.post("/oceans.isml/Streams(x)", io.MultiReader(bytes.NewReader(vector(t, "av-truncated-in-mdat.ismv")), iotest.ErrReader(io.ErrUnexpectedEOF)))
	if status != 0 {
		t.Fatalf("status %d for a connection that broke", status)
	}
	st := d.await(engine.StateStarted)
	for !st.SourceLost { // the server may still be reading
		st = d.await(engine.StateStarted)
	}
	if got := timeline(d.point.Source().View(), "video"); got != "0+20000000 20000000+20000000" && got != "0+20000000" {
		t.Fatalf("timeline %s", got)
	}
	// The same encoder sends everything again, as after a reconnect: nothing comes twice.
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	if got := timeline(d.point.Source().View(), "video"); got != "0+20000000 20000000+20000000 40000000+10000000" {
		t.Fatalf("timeline %s", got)
	}
}

// TestEncoderThatLeavesAtOnce sends a whole stream and closes the connection behind its last
// byte, as ffmpeg does: everything that was sent counts, and so does the end.
func TestEncoderThatLeavesAtOnce(t *testing.T) {
	av := vector(t, "av-isml.ismv")
	for range 20 {
		d := newDesk(t, engine.DefaultPointConfig())
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST /oceans.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(av), av); err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		st := d.await(engine.StateStopped)
		if got := timeline(d.point.Source().View(), "audio"); got != "0+20053333 20053333+20053334 40106667+9893333" {
			t.Fatalf("timeline %s", got)
		}
		for st.Sources[0].Connected { // the server may still be reading
			st = d.await(engine.StateStopped)
		}
		if got := st.Sources[0].Ending; got != "ended by the encoder" {
			t.Fatalf("the encoder's stream is said to be %q", got)
		}
	}
}

func TestStopDismissesAndHolds(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	r, w := io.Pipe()
	answered := make(chan int)
	go func() {
		status, _ := d.post("/oceans.isml/Streams(x)", r)
		answered <- status
	}()
	av := vector(t, "av-isml.ismv")
	if _, err := w.Write(av[:len(av)-8]); err != nil {
		t.Fatal(err)
	}
	d.await(engine.StateStarted)
	if err := d.point.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != http.StatusConflict {
		t.Fatalf("the encoder got %d", status)
	}
	if status, _ := d.post("/oceans.isml/Streams(x)", bytes.NewReader(av)); status != http.StatusConflict {
		t.Fatalf("an encoder started a point that was stopped: %d", status)
	}
	if err := d.point.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(av)); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	if err := d.point.SetState(t.Context(), "sideways"); engine.KindOf(err) != engine.BadInput {
		t.Fatalf("got %v", err)
	}
}
