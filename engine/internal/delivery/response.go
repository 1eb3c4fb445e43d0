package delivery

import (
	"io"
	"net"
	"net/http"
	"time"

	"pubpoint/engine/internal/output"
)

// piece is how much a client must take within the write timeout. It is less than what a
// phone takes in that time on the worst line that can still play anything.
const piece = 64 << 10

// response notes what is answered, and gives every piece of it a deadline of its own.
type response struct {
	http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration // write deadline for each piece; 0 for none

	status int // 0 until the header is written
	bytes  int64
	failed error // of the connection

	// What the request turned out to be, for counting; class 0 for nothing of a format's.
	point string
	class output.Class
	// limited is true when another viewer may not get the same.
	limited bool
}

func newResponse(w http.ResponseWriter, patience time.Duration) *response {
	return &response{ResponseWriter: w, control: http.NewResponseController(w), patience: patience}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader notes the final status.
func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

// Write sends p piece by piece.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	written := 0
	for {
		next := p[written:min(len(p), written+piece)]
		w.extend()
		n, err := w.ResponseWriter.Write(next)
		written += n
		w.bytes += int64(n)
		if err != nil {
			w.failed = err
			return written, err
		}
		if written >= len(p) {
			return written, nil
		}
	}
}

// Flush sends what has been written on its way.
func (w *response) Flush() {
	w.extend()
	if err := w.control.Flush(); err != nil {
		w.failed = err
	}
}

// extend gives the client time for another piece.
func (w *response) extend() {
	if w.patience > 0 {
		// A connection without deadlines has none to miss, and one that is gone says so
		// when it is written to.
		_ = w.control.SetWriteDeadline(time.Now().Add(w.patience))
	}
}

// send writes status, length if it is known and, unless the method is HEAD, the body.
func (s *server) send(w http.ResponseWriter, r *http.Request, status int, body io.WriterTo, size int64) {
	if size != output.Unknown {
		setLength(w.Header(), size)
	}
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	n, err := body.WriteTo(w)
	if err == nil && (n == size || size == output.Unknown) {
		return
	}
	if res, ok := w.(*response); ok && res.failed != nil {
		s.log.Debug("client went away", "path", shownPath(r), "sent", n, "size", size, "error", err)
		return
	}
	s.log.Error("answer was cut short: its media cannot be read", "path", shownPath(r), "sent", n, "size", size, "error", err)
	// The length is promised already; only a broken connection tells the client.
	panic(http.ErrAbortHandler)
}

// host is the address of a client without its port.
func host(remote string) string {
	if h, _, err := net.SplitHostPort(remote); err == nil {
		return h
	}
	return remote
}
