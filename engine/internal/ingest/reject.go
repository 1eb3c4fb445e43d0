package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/gate"
	"pubpoint/engine/internal/access"
	"pubpoint/engine/internal/fmp4"
)

// linger is how long, and lingerBytes how much, is still read from an encoder that has been
// refused, so that its system delivers the answer before it learns that nobody listens.
const (
	linger      = 500 * time.Millisecond
	lingerBytes = 1 << 20
)

// answer chooses the status code and the sentence for an error.
func answer(err error) (int, string) {
	if no := (*access.Refusal)(nil); errors.As(err, &no) {
		return no.Status, no.Text
	}
	var format *fmp4.FormatError
	if refusal := (*gate.Refusal)(nil); errors.As(err, &refusal) {
		return refusal.Status, refusal.Text
	}
	if ours := (*engine.Error)(nil); !errors.As(err, &ours) && errors.As(err, &format) {
		return formatStatus(format.Kind), "The stream cannot be taken: " + format.Error() + "."
	}
	sentence := engine.Sentence(err)
	switch engine.KindOf(err) {
	case engine.BadInput:
		return http.StatusBadRequest, sentence
	case engine.NotFound:
		return http.StatusNotFound, sentence
	case engine.Conflict:
		return http.StatusConflict, sentence
	case engine.Unsupported:
		return http.StatusUnsupportedMediaType, sentence
	case engine.TooLarge:
		return http.StatusRequestEntityTooLarge, sentence
	case engine.Unauthorized:
		return http.StatusUnauthorized, sentence
	case engine.Storage, engine.Unavailable:
		return http.StatusServiceUnavailable, sentence
	}
	return http.StatusInternalServerError, "The stream could not be taken because of a fault in the server; its log has the details."
}

func formatStatus(k fmp4.Kind) int {
	switch k {
	case fmp4.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fmp4.BadOrder:
		return http.StatusPreconditionFailed
	case fmp4.Unsupported:
		return http.StatusUnsupportedMediaType
	}
	return http.StatusBadRequest
}

// Reject refuses a request in the way that encoders notice, for those who find out before a
// Handler does that it makes no sense.
func (h *Handler) Reject(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	h.warnOf(r, "path", r.URL.Path, "remote", r.RemoteAddr, "status", status, "reason", sentence)
	if err := reject(w, status, sentence); err != nil && !errors.Is(err, io.EOF) {
		h.cfg.Logger.Debug("refusal not delivered", "remote", r.RemoteAddr, "err", err)
	}
}

// reject answers and really closes the connection. net/http would go on reading the body
// before it answers, and an encoder that does not ask with Expect: 100-continue would send
// into a void for ever (measured with ffmpeg 5.1).
func reject(w http.ResponseWriter, status int, sentence string) error {
	body, err := json.Marshal(map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": sentence,
	})
	if err != nil {
		return fmt.Errorf("write refusal: %w", err)
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return rejectPlainly(w, status, body) // HTTP/2: the stream is reset on its own
	}
	defer func() {
		// The refusal has been delivered or cannot be; nothing depends on the close.
		_ = conn.Close()
	}()
	if err := conn.SetDeadline(time.Now().Add(linger)); err != nil {
		return err
	}
	extra := ""
	busy := status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests
	if busy && w.Header().Get("Retry-After") == "" {
		extra = "Retry-After: 2\r\n"
	}
	for _, name := range []string{"Retry-After", "Www-Authenticate"} {
		for _, value := range w.Header()[name] {
			extra += name + ": " + value + "\r\n"
		}
	}
	if allow := w.Header().Get("Allow"); allow != "" {
		extra += "Allow: " + allow + "\r\n"
	}
	_, err = fmt.Fprintf(buffered, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n%sServer: Pubpoint\r\nDate: %s\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), len(body), extra, time.Now().UTC().Format(http.TimeFormat), body)
	if err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return drain(conn)
}

// drain closes the sending half and reads a little of what still comes.
func drain(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	if err := half.CloseWrite(); err != nil {
		return err
	}
	_, err := io.CopyN(io.Discard, conn, lingerBytes)
	return err
}

func rejectPlainly(w http.ResponseWriter, status int, body []byte) error {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}
