package ingest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// box is one of a type with so many bytes.
func box(boxType string, size int, body string) []byte {
	b := make([]byte, size)
	binary.BigEndian.PutUint32(b, uint32(size))
	copy(b[4:], boxType+body)
	return b
}

// TestEndlessHeaderIsRefused sends one box of a header again and again: what is kept of it
// is bounded by the limits of moov and one other box.
func TestEndlessHeaderIsRefused(t *testing.T) {
	limits := fmp4.DefaultLimits()
	const size = 64 << 10
	for name, piece := range map[string][]byte{
		"file types":       box("ftyp", size, "isml"),
		"server manifests": box("uuid", size, fmp4.UUIDServerManifest),
		"a kind at a time": append(box("ftyp", size, "isml"), box("uuid", size, fmp4.UUIDServerManifest)...),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, conn)
			if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
				t.Fatal(err)
			}
			// The refusal must come before so much has been read; what is on its way by then
			// is no more than what a refused encoder is still listened to for.
			enough := int(limits.Moov+limits.Other) + 4*size
			var body bytes.Buffer
			for body.Len() < enough {
				if _, err := fmt.Fprintf(&body, "%x\r\n%s\r\n", len(piece), piece); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := io.WriteString(conn, "POST /oceans.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+body.String()); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, resp.Body)
			text, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(text), "header") {
				t.Fatalf("%d %s", resp.StatusCode, text)
			}
			if st := d.await(engine.StateIdle); len(st.Refusals) != 1 {
				t.Fatalf("the operator is told of %+v", st.Refusals)
			}
		})
	}
}

// TestHeaderBoxesInsideAStreamAreNotKept repeats boxes of the header behind the moov: they
// are no part of it, and the stream goes on.
func TestHeaderBoxesInsideAStreamAreNotKept(t *testing.T) {
	header, fragments, mark := split(t, vector(t, "av-isml.ismv"))
	limits := fmp4.DefaultLimits()
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.connect("x")
	e.send(header, fragments[0])
	manifest := box("uuid", 64<<10, fmp4.UUIDServerManifest)
	for sent := int64(0); sent < 2*(limits.Moov+limits.Other); sent += int64(len(manifest)) {
		e.send(manifest)
	}
	e.send(header, fragments[1], mark) // the header again is the same one
	if status := e.leave(); status != 200 {
		t.Fatal(status)
	}
	st := d.await(engine.StateStopped)
	if st.Sources[0].Fragments != 2 || st.Archive.Bytes > int64(len(header)+len(fragments[0])+len(fragments[1])+1000) {
		t.Fatalf("%d fragments, %d bytes archived", st.Sources[0].Fragments, st.Archive.Bytes)
	}
}

// TestHeaderThatNeverComes sends a box now and then, and no header: the encoder is cut off, although it is
// never silent for long.
func TestHeaderThatNeverComes(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	d.stop()
	d.cfg.Idle = 200 * time.Millisecond
	d.open(engine.DefaultPointConfig())
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, conn)
	if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(conn, "POST /oceans.isml/Streams(x) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for err == nil {
		<-ticker.C
		_, err = io.WriteString(conn, "8\r\n\x00\x00\x00\x08free\r\n")
	}
	if strings.Contains(err.Error(), "timeout") {
		t.Fatal(err)
	}
}
