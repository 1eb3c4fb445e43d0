package hls

import (
	"fmt"
	"io"
	"slices"
	"sync"

	"pubpoint/engine/internal/mpegts"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// deskMost is how large a desk may become that is kept for the next segment.
const deskMost = 16 << 20

// desk is the memory in which a segment of MPEG-TS is made: its samples as they are read, and the segment. With fresh
// memory for each a segment took 1.95 ms of processor time a MB, with desks 0.9 to 1.05; they are used again, and given up by the collector when nobody
// asks for segments. It belongs to whoever makes or sends the segment, and to one of them at a time.
type desk struct {
	media    []byte // samples are slices of it, or of what it was before it grew
	pictures []mpegts.Sample
	packer   mpegts.Packer
	segment  []byte
	home     *sync.Pool // of *desk
}

// deskFrom takes a desk.
func deskFrom(home *sync.Pool) *desk {
	if d, ok := home.Get().(*desk); ok {
		return d
	}
	return &desk{home: home}
}

// clear makes the desk ready for the next one. Nobody may have a slice of it any more.
func (d *desk) clear() {
	if cap(d.media)+cap(d.segment) > deskMost {
		return
	}
	clear(d.pictures) // they refer to media that the desk has outgrown
	d.media, d.pictures, d.segment = d.media[:0], d.pictures[:0], d.segment[:0]
	d.home.Put(d)
}

// read loads a section of a fragment's payload. It is there until the desk is cleared.
func (d *desk) read(f *presentation.Fragment, off, n int64) ([]byte, error) {
	begin := len(d.media)
	d.media = slices.Grow(d.media, int(n))
	if _, err := f.Media.WritePayload(d, off, n); err != nil {
		return nil, &output.Error{Kind: output.Broken, Text: fmt.Sprintf("The fragment at %d cannot be read; see the server's log.", f.Start), Err: err}
	}
	return d.media[begin:len(d.media):len(d.media)], nil
}

// Write takes what is read.
func (d *desk) Write(p []byte) (int, error) {
	d.media = append(d.media, p...)
	return len(p), nil
}

// WriteTo sends the segment, once, as a Body does.
func (d *desk) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(d.segment)
	if err == nil && n == len(d.segment) {
		// After an error a connection may still be about to send what it was given (HTTP/2 does so when
		// the client ends the stream), so the desk is left to the collector.
		d.clear()
	}
	return int64(n), err
}
