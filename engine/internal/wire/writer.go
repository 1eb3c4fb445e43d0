package wire

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// smallSize is how long a body may be whose length is found out for the handler, as net/http has it.
const smallSize = 2 << 10

// outSize is the buffer of an answer that is written in small pieces.
const outSize = 8 << 10

// writer is the http.ResponseWriter of one request.
type writer struct {
	c      *conn
	isHead bool
	header http.Header

	status  int   // 0 before the header is decided on
	length  int64 // as declared; -1 when it is not
	written int64 // of the body
	chunked bool
	sent    bool // the head is out, or in out
	flushed bool // the handler wanted it out
	close   bool // after this answer
	failed  error
	out     *bufio.Writer // nil until something is written in pieces
	small   []byte        // a body that may fit into one piece, before the head is out
}

func newWriter(c *conn, isHead bool) *writer {
	return &writer{c: c, isHead: isHead, header: http.Header{}, length: -1}
}

// Header implements http.ResponseWriter.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *writer) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	}
	if w.status != 0 {
		return
	}
	if status < 200 && status != http.StatusSwitchingProtocols {
		w.inform(status)
		return
	}
	w.status = status
	if v := w.header.Get("Content-Length"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			w.header.Del("Content-Length")
		} else {
			w.length = n
		}
	}
	w.header = w.header.Clone() // what the handler adds now comes too late
	w.close = strings.EqualFold(w.header.Get("Connection"), "close")
	if !w.close && w.c.isWinding() {
		w.close = true
		w.header.Set("Connection", "close")
	}
	if !w.bodyAllowed() {
		w.length = -1
		w.header.Del("Content-Length")
		if status == http.StatusNotModified {
			w.header.Del("Content-Type")
		}
	}
}

// inform sends an informational answer at once (RFC 9110 15.2).
func (w *writer) inform(status int) {
	b := appendFields(appendStatus(nil, status), w.header)
	w.raw(append(b, "\r\n"...))
}

func (w *writer) bodyAllowed() bool {
	return w.status >= 200 && w.status != http.StatusNoContent && w.status != http.StatusNotModified
}

// Write implements http.ResponseWriter.
func (w *writer) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.bodyAllowed() {
		return 0, http.ErrBodyNotAllowed
	}
	if w.failed != nil {
		return 0, w.failed
	}
	w.written += int64(len(p))
	if w.length >= 0 && w.written > w.length {
		return 0, http.ErrContentLength
	}
	switch {
	case w.isHead:
		w.sniff(p)
		return len(p), nil
	case !w.sent && w.length >= 0:
		w.sniff(p)
		return w.whole(p)
	case !w.sent && w.length < 0 && len(w.small)+len(p) <= smallSize:
		w.small = append(w.small, p...)
		return len(p), nil
	}
	if err := w.begin(p); err != nil {
		return 0, err
	}
	return w.body(p)
}

// WriteString is for io.WriteString.
func (w *writer) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

// whole sends head and body at once.
func (w *writer) whole(p []byte) (int, error) {
	w.sent = true
	w.c.vector = [3][]byte{w.appendHead(nil), p}
	w.c.bufs = w.c.vector[:2]
	head := int64(len(w.c.vector[0]))
	n, err := w.c.bufs.WriteTo(w.c.nc)
	w.c.vector = [3][]byte{}
	w.failed = err
	return int(max(0, n-head)), err
}

// begin puts out the head of an answer in pieces, with what was held back.
func (w *writer) begin(p []byte) error {
	if w.sent {
		return nil
	}
	held := w.small
	w.small = nil
	w.sent = true
	if len(held) > 0 {
		w.sniff(held)
	} else {
		w.sniff(p)
	}
	w.chunked = w.length < 0 && w.bodyAllowed() && !w.isHead
	w.out = w.buffered()
	if _, err := w.out.Write(w.appendHead(nil)); err != nil {
		w.failed = err
		return err
	}
	if len(held) > 0 {
		_, err := w.body(held)
		return err
	}
	return nil
}

// body puts out a piece of the body.
func (w *writer) body(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	switch {
	case w.out == nil && len(p) >= outSize/2:
		n, err = w.c.nc.Write(p)
	case w.out == nil:
		w.out = w.buffered()
		n, err = w.out.Write(p)
	case w.chunked:
		if _, err = fmt.Fprintf(w.out, "%x\r\n", len(p)); err == nil {
			if n, err = w.out.Write(p); err == nil {
				_, err = w.out.WriteString("\r\n")
			}
		}
	default:
		n, err = w.out.Write(p)
	}
	if err != nil {
		w.failed = err
	}
	return n, err
}

func (w *writer) buffered() *bufio.Writer { return bufio.NewWriterSize(w.c.nc, outSize) }

// FlushError sends what was written on its way; http.ResponseController calls it.
func (w *writer) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	w.flushed = true
	if w.failed == nil {
		// What failed is in failed already.
		_ = w.begin(nil)
	}
	if w.failed == nil && w.out != nil {
		w.failed = w.out.Flush()
	}
	return w.failed
}

// Flush implements http.Flusher.
func (w *writer) Flush() {
	// Whoever wants to know uses FlushError; the next Write says it as well.
	_ = w.FlushError()
}

// SetWriteDeadline is for http.ResponseController.
func (w *writer) SetWriteDeadline(t time.Time) error {
	w.c.sendUntil = t
	return w.c.nc.SetWriteDeadline(t)
}

// finish ends the answer and reports whether the connection can take another.
func (w *writer) finish() bool {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.sent && w.failed == nil {
		if w.length < 0 && w.bodyAllowed() && (!w.isHead || w.written > 0 && w.written <= smallSize && !w.flushed) {
			w.length = w.written
			w.header.Set("Content-Length", strconv.FormatInt(w.length, 10))
		}
		if len(w.small) > 0 {
			w.sniff(w.small)
		}
		if _, err := w.whole(w.small); err != nil {
			return false
		}
	}
	if w.failed == nil && w.chunked {
		_, w.failed = w.out.WriteString("0\r\n\r\n")
	}
	if w.failed == nil && w.out != nil {
		w.failed = w.out.Flush()
	}
	short := w.length >= 0 && w.written != w.length && !w.isHead
	return w.failed == nil && !short && !w.close
}

// raw sends bytes now.
func (w *writer) raw(b []byte) {
	if w.failed == nil {
		_, w.failed = w.c.nc.Write(b)
	}
}

// sniff gives a body a media type that has none, as net/http does.
func (w *writer) sniff(p []byte) {
	if _, has := w.header["Content-Type"]; !has && len(p) > 0 && w.header.Get("Content-Encoding") == "" && w.bodyAllowed() {
		w.header.Set("Content-Type", http.DetectContentType(p))
	}
}

func appendStatus(b []byte, status int) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	if text := http.StatusText(status); text != "" {
		b = append(b, text...)
	} else {
		b = append(b, "status code "...)
		b = strconv.AppendInt(b, int64(status), 10)
	}
	return append(b, "\r\n"...)
}

// appendFields writes fields in the order of their names.
func appendFields(b []byte, header http.Header) []byte {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !isToken([]byte(name)) || name == "Transfer-Encoding" {
			continue
		}
		for _, value := range header[name] {
			b = append(b, name...)
			b = append(b, ": "...)
			b = append(b, oneLine(value)...)
			b = append(b, "\r\n"...)
		}
	}
	return b
}

// appendHead writes the whole head of the answer.
func (w *writer) appendHead(b []byte) []byte {
	b = appendFields(appendStatus(b, w.status), w.header)
	if w.chunked {
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	if _, has := w.header["Date"]; has {
		return append(b, "\r\n"...)
	}
	return append(b, w.c.s.clock.date(time.Now())...)
}

// oneLine keeps a value from being more than one field.
func oneLine(value string) string {
	if !strings.ContainsAny(value, "\r\n") {
		return strings.TrimSpace(value)
	}
	return strings.TrimSpace(strings.NewReplacer("\r", " ", "\n", " ").Replace(value))
}

var (
	_ http.Flusher    = (*writer)(nil)
	_ io.StringWriter = (*writer)(nil)
)
