package sender

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"
)

// Options say how an encoder behaves. The zero value of each is the behaviour of a good one,
// sending as fast as it can.
type Options struct {
	Point  string // URL of the publishing point: "http://127.0.0.1:8080/oceans.isml"; required
	Stream string // stream id; required
	Event  string // event id: the URL is then Events(EVENT)/Streams(ID)
	Header http.Header

	NoProbe  bool // does not ask by an empty POST first
	NoHeader bool // sends no ftyp, manifest and moov
	NoEnd    bool // sends no end mark
	// SkipFrom and SkipTo leave out the fragments from the one to before the other.
	SkipFrom, SkipTo int
	Rate             float64       // of its clock: 0.999 drifts by a thousandth; 0 means 1
	Offset           time.Duration // added to all times
	Loop             int           // how often the capture is sent, each behind the last; 0 means once
	Speed            float64       // 1 sends in real time; 0 as fast as the server takes it
	ChunkSize        int           // bytes of an HTTP chunk; 0 sends each fragment in one

	NoResend bool          // does not send the last two fragments of each track after a reconnect
	Retries  int           // how often Run connects again
	Pause    time.Duration // before it does
}

// Encoder sends a capture. One goroutine may use it.
type Encoder struct {
	capture  *Capture
	o        Options
	conn     *Conn
	next     int // the fragment to be sent
	furthest int
	began    time.Time
}

// New returns an encoder that has sent nothing yet.
func New(c *Capture, o Options) (*Encoder, error) {
	if o.Point == "" || o.Stream == "" || len(c.Fragments) == 0 {
		return nil, errors.New("an encoder needs a point, a stream id and a capture with fragments")
	}
	if o.Rate == 0 {
		o.Rate = 1
	}
	return &Encoder{capture: c, o: o}, nil
}

// URL is where the encoder posts to.
func (e *Encoder) URL() string {
	if e.o.Event != "" {
		return e.o.Point + "/Events(" + e.o.Event + ")/Streams(" + e.o.Stream + ")"
	}
	return e.o.Point + "/Streams(" + e.o.Stream + ")"
}

// Len is how many fragments there are to send, those that are skipped counted.
func (e *Encoder) Len() int { return len(e.capture.Fragments) * max(1, e.o.Loop) }

// Sent is how many fragments have been sent or skipped; what is sent again counts once.
func (e *Encoder) Sent() int { return e.furthest }

// Fragment is the n-th fragment as it is sent: loop, rate and offset applied.
func (e *Encoder) Fragment(n int) (Fragment, error) {
	f := e.capture.Fragments[n%len(e.capture.Fragments)]
	round := time.Duration(n / len(e.capture.Fragments))
	if round == 0 && e.o.Rate == 1 && e.o.Offset == 0 {
		return f, nil
	}
	f.Bytes = bytes.Clone(f.Bytes)
	loop, scales := e.length(), e.timescales()
	err := eachTime(f.Bytes, func(track uint32, at timeField) error {
		start, duration := at.get()
		scale := scales[track]
		start += ticks(round*loop, scale)
		if e.o.Rate != 1 {
			start, duration = scaled(start, duration, e.o.Rate)
		}
		return at.set(start+ticks(e.o.Offset, scale), duration)
	})
	if err != nil {
		return f, err
	}
	read, err := readFragment(f.Bytes, scales)
	if read.Duration == 0 {
		read.Duration = f.Duration
	}
	return read, err
}

// scaled drifts a time and a duration so that what followed still follows.
func scaled(start, duration int64, rate float64) (int64, int64) {
	from := int64(math.Round(float64(start) * rate))
	return from, int64(math.Round(float64(start+duration)*rate)) - from
}

// timescales are those of the tracks that have fragments.
func (e *Encoder) timescales() map[uint32]uint32 {
	scales := map[uint32]uint32{}
	siblings(e.capture.Header, "moov", func(moov []byte) { readTimescales(moov, scales) })
	return scales
}

// length is how long the capture is on its first fragment's track, by which loops follow.
func (e *Encoder) length() time.Duration {
	first := e.capture.Fragments[0]
	var length time.Duration
	for _, f := range e.capture.Fragments {
		if f.Track == first.Track {
			length = max(length, duration(f.End()-first.Start, f.Timescale))
		}
	}
	return length
}

func ticks(d time.Duration, scale uint32) int64 {
	return int64(d/time.Second)*int64(scale) + int64(d%time.Second)*int64(scale)/int64(time.Second)
}

func duration(n int64, scale uint32) time.Duration {
	return time.Duration(n/int64(scale))*time.Second + time.Duration(n%int64(scale))*time.Second/time.Duration(scale)
}

// Connect asks by an empty POST and begins another with the header. After a reconnect it goes
// back by two fragments of each track. It fails when the server says no.
func (e *Encoder) Connect(ctx context.Context) error {
	if e.conn != nil {
		return errors.New("the encoder is connected")
	}
	if !e.o.NoProbe {
		status, err := Probe(ctx, e.URL(), e.o.Header)
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			return fmt.Errorf("the server answers %d to an empty POST", status)
		}
	}
	conn, err := Dial(ctx, e.URL(), e.o.Header)
	if err != nil {
		return err
	}
	e.conn = conn
	if e.began.IsZero() {
		e.began = time.Now()
	}
	if !e.o.NoResend {
		e.next = e.goBack(2)
	}
	if e.o.NoHeader {
		return nil
	}
	return e.write(e.capture.Header)
}

// goBack is where the last n fragments of each track begin.
func (e *Encoder) goBack(n int) int {
	seen := map[uint32]int{}
	at := e.furthest
	for i := e.furthest - 1; i >= 0 && i >= e.furthest-len(e.capture.Fragments); i-- {
		track := e.capture.Fragments[i%len(e.capture.Fragments)].Track
		if seen[track]++; seen[track] <= n {
			at = i
		}
	}
	return at
}

// write sends bytes in chunks of the size asked for.
func (e *Encoder) write(b []byte) error {
	if e.conn == nil {
		return errors.New("the encoder is not connected")
	}
	for len(b) > 0 {
		n := len(b)
		if e.o.ChunkSize > 0 {
			n = min(n, e.o.ChunkSize)
		}
		if _, err := e.conn.Write(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// Step sends the next fragment, at its time, and reports whether there are more.
func (e *Encoder) Step(ctx context.Context) (more bool, err error) {
	if e.next >= e.Len() {
		return false, nil
	}
	if e.next < e.o.SkipFrom || e.next >= e.o.SkipTo {
		f, err := e.Fragment(e.next)
		if err != nil {
			return false, err
		}
		if err := e.wait(ctx, f); err != nil {
			return false, err
		}
		if err := e.write(f.Bytes); err != nil {
			return true, err
		}
	}
	e.next++
	e.furthest = max(e.furthest, e.next)
	return e.next < e.Len(), nil
}

// StepPart sends the first n bytes of the next fragment, which stays the next: what a crash
// leaves behind.
func (e *Encoder) StepPart(n int) error {
	f, err := e.Fragment(e.next)
	if err != nil {
		return err
	}
	return e.write(f.Bytes[:min(n, len(f.Bytes))])
}

// wait waits until a fragment is complete in real time.
func (e *Encoder) wait(ctx context.Context, f Fragment) error {
	if e.o.Speed <= 0 {
		return nil
	}
	media := duration(f.End(), f.Timescale) - e.o.Offset
	timer := time.NewTimer(time.Until(e.began.Add(time.Duration(float64(media) / e.o.Speed))))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Break breaks the connection off as a crash does. Connect may follow.
func (e *Encoder) Break() error {
	if e.conn == nil {
		return nil
	}
	err := e.conn.Break()
	e.conn = nil
	return err
}

// Finish sends the end mark, unless told not to, ends the body and returns the status answered.
func (e *Encoder) Finish() (status int, err error) {
	if e.conn == nil {
		return 0, errors.New("the encoder is not connected")
	}
	if !e.o.NoEnd {
		mark := e.capture.End
		if mark == nil {
			mark = []byte("\x00\x00\x00\x08mfra")
		}
		err = e.write(mark)
	}
	status, answer := e.conn.Finish()
	e.conn = nil
	if answer != nil {
		return status, errors.Join(err, answer)
	}
	return status, nil
}

// Run sends everything, connects again as often as it may, and returns the status answered
// at the end.
func (e *Encoder) Run(ctx context.Context) (status int, err error) {
	for try := 0; ; try++ {
		status, err = e.attempt(ctx)
		if err == nil || try >= e.o.Retries || ctx.Err() != nil {
			return status, err
		}
		// The connection is gone already, or of no use.
		_ = e.Break()
		pause := time.NewTimer(e.o.Pause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return 0, context.Cause(ctx)
		}
	}
}

func (e *Encoder) attempt(ctx context.Context) (int, error) {
	if err := e.Connect(ctx); err != nil {
		return 0, err
	}
	for more := true; more; {
		var err error
		if more, err = e.Step(ctx); err != nil {
			return 0, err
		}
	}
	return e.Finish()
}
