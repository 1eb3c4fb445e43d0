package wire

import (
	"net"
	"sync"
)

// handOver is the listener by which net/http gets connections.
type handOver struct {
	address net.Addr
	queue   chan net.Conn
	once    sync.Once
	closed  chan struct{}
}

func newHandOver() *handOver {
	return &handOver{queue: make(chan net.Conn), closed: make(chan struct{})}
}

// give hands a connection over; it fails when nobody takes any more.
func (h *handOver) give(c net.Conn) error {
	select {
	case h.queue <- c:
		return nil
	case <-h.closed:
		return net.ErrClosed
	}
}

// Accept implements net.Listener.
func (h *handOver) Accept() (net.Conn, error) {
	select {
	case c := <-h.queue:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (h *handOver) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

// Addr implements net.Listener.
func (h *handOver) Addr() net.Addr { return h.address }

// begun is a connection of which the first bytes have been read.
type begun struct {
	net.Conn
	read []byte
}

// Read gives what was read before, then what comes.
func (b *begun) Read(p []byte) (int, error) {
	if len(b.read) > 0 {
		n := copy(p, b.read)
		if b.read = b.read[n:]; len(b.read) == 0 {
			b.read = nil
		}
		return n, nil
	}
	return b.Conn.Read(p)
}

// CloseWrite closes the sending half, which tells an encoder that was refused.
func (b *begun) CloseWrite() error {
	if half, ok := b.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return b.Close()
}
