package sender

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// answerTimeout is how long a server may take to answer a complete request.
const answerTimeout = time.Minute

// Conn is a POST with a chunked body on a connection of its own. One goroutine may use it.
type Conn struct {
	conn *net.TCPConn
	in   *bufio.Reader
	stop func() bool
}

// Dial begins a POST. ctx breaks the connection off, also later. Header may be nil.
func Dial(ctx context.Context, address string, header http.Header) (*Conn, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	req, err := head(address, header, "Transfer-Encoding: chunked\r\n")
	if err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(req); err != nil {
		return nil, fmt.Errorf("send request: %w", err)
	}
	return c, nil
}

func dial(ctx context.Context, address string) (*Conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	c := &Conn{conn: conn.(*net.TCPConn), in: bufio.NewReader(conn)}
	c.stop = context.AfterFunc(ctx, func() {
		// Who reads or writes gets the error.
		_ = c.conn.Close()
	})
	return c, nil
}

// head is a request line with its header, parentheses unescaped as encoders send them.
func head(address string, header http.Header, framing string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	target := u.Path
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: pubpoint-sender\r\n%s", target, u.Host, framing)
	if err := header.Write(&b); err != nil {
		return nil, err
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}

// Write sends b as one chunk; nothing is sent for none.
func (c *Conn) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	frame := fmt.Appendf(nil, "%x\r\n", len(b))
	frame = append(append(frame, b...), "\r\n"...)
	if _, err := c.conn.Write(frame); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Finish ends the body in order, closes the connection and returns the status answered.
func (c *Conn) Finish() (int, error) {
	_, err := io.WriteString(c.conn, "0\r\n\r\n")
	status, answer := c.answer()
	if answer == nil {
		return status, nil // also when it came before the end was sent
	}
	if err != nil {
		return 0, fmt.Errorf("end the body: %w", err)
	}
	return 0, answer
}

// answer reads the response and closes the connection.
func (c *Conn) answer() (status int, err error) {
	defer func() {
		c.stop()
		// Nothing more is sent; the answer is what counts.
		_ = c.conn.Close()
	}()
	if err := c.conn.SetReadDeadline(time.Now().Add(answerTimeout)); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, fmt.Errorf("read the answer: %w", err)
	}
	// An answer that is cut off after its status has said what matters.
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, resp.Body.Close()
}

// Break breaks the connection off as a crash does: with a reset, and without the end of the
// body.
func (c *Conn) Break() error {
	c.stop()
	if err := c.conn.SetLinger(0); err != nil {
		return err
	}
	return c.conn.Close()
}

// Probe sends the empty POST by which encoders ask whether they may send (MS-SSTR 3.3.3).
func Probe(ctx context.Context, address string, header http.Header) (status int, err error) {
	return Post(ctx, address, header, nil)
}

// Post sends a whole body with its length told, as senders of markers do, and returns the
// status answered.
func Post(ctx context.Context, address string, header http.Header, body []byte) (status int, err error) {
	c, err := dial(ctx, address)
	if err != nil {
		return 0, err
	}
	req, err := head(address, header, fmt.Sprintf("Content-Length: %d\r\nConnection: close\r\n", len(body)))
	if err != nil {
		return 0, err
	}
	_, sent := c.conn.Write(append(req, body...))
	status, err = c.answer()
	if err != nil && sent != nil {
		return 0, fmt.Errorf("send request: %w", sent)
	}
	return status, err
}
