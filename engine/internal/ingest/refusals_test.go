package ingest

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, target string
		body         []byte
		status       int
		says         string
	}{
		{"unknown point", "/nothing.isml/Streams(x)", vector(t, "av-isml.ismv"), 404, "nothing.isml"},
		{"no stream id", "/oceans.isml/oceans.ism", vector(t, "av-isml.ismv"), 400, "stream_id"},
		{"traversal", "/oceans.isml/Streams(..%2f..%2fx)", vector(t, "av-isml.ismv"), 400, ""},
		{"no point in the URL", "/oceans/Streams(x)", vector(t, "av-isml.ismv"), 400, "publishing point"},
		{"not mp4", "/oceans.isml/Streams(x)", []byte(strings.Repeat("hello world, this is no media\n", 100)), 400, ""},
		{"fragment first", "/oceans.isml/Streams(x)", vector(t, "av-isml.ismv")[24+1522+1214:], 412, "header"},
		{"box size 7", "/oceans.isml/Streams(x)", []byte("\x00\x00\x00\x07ftypisml"), 400, ""},
		{"box too large", "/oceans.isml/Streams(x)", []byte("\x7f\xff\xff\xffmoovxxxx"), 413, ""},
		{"malformed moov", "/oceans.isml/Streams(x)", vector(t, "bad-ac3-no-delaymoov.ismv"), 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			status, text := d.post(c.target, bytes.NewReader(c.body))
			if status != c.status || !strings.Contains(text, c.says) {
				t.Fatalf("got %d %s, want %d with %q", status, text, c.status, c.says)
			}
			st := d.point.Status()
			if st.State != engine.StateIdle {
				t.Fatalf("state %s", st.State)
			}
			told := len(st.Refusals) == 1 && st.Refusals[0].Status == c.status
			if mine := strings.HasPrefix(c.target, "/oceans.isml/") && c.name != "traversal"; told != mine {
				t.Fatalf("the point's operator is told of %+v", st.Refusals)
			}
		})
	}
}

// TestRefusalClosesTheConnection sends headers and a piece of an endless body, as ffmpeg
// does: the refusal must arrive at once, and the connection must end.
func TestRefusalClosesTheConnection(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, conn)
	if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "POST /nothing.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n"); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(got, []byte("HTTP/1.1 404 ")) || !bytes.Contains(got, []byte("mkdir")) && !bytes.Contains(got, []byte("make the directory")) {
		t.Fatalf("got %q", got)
	}
}

func TestEmptyProbe(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	resp, err := http.Post(d.url+"/oceans.isml/Streams(x)", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || d.point.Status().State != engine.StateIdle {
		t.Fatal(resp.StatusCode, d.point.Status().State)
	}
}
