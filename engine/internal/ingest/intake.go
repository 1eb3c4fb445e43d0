package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/servermanifest"
)

// errConnectionLost says that the encoder's connection ended without the end of the body:
// it crashed, was killed, or the network failed. That is not the end of its stream.
var errConnectionLost = errors.New("the connection was lost")

// intake is one body on its way in.
type intake struct {
	h       *Handler
	ctx     context.Context // ends when the point, or the server, wants the encoder gone
	cancel  context.CancelCauseFunc
	memory  *holder
	target  Target
	session *point.Session
	boxes   *fmp4.Reader
	control *http.ResponseController

	began    time.Time
	raw      []byte // ftyp, server manifest and moov in the order received
	ftyp     []byte
	manifest []byte // the whole uuid box
	header   *point.Header
	moof     []byte
	moofAt   int64
	ended    bool // the encoder has told that its stream is over
	last     bool // the segment that arrives says that it is the stream's last
}

func newIntake(ctx context.Context, h *Handler, w http.ResponseWriter, r *http.Request, target Target, s *point.Session) *intake {
	in := &intake{h: h, target: target, session: s, control: http.NewResponseController(w), began: time.Now()}
	in.ctx, in.cancel = context.WithCancelCause(ctx)
	in.memory = h.memory.join(in.cancel)
	in.boxes = fmp4.NewReader(&body{in: in, r: r.Body}, h.cfg.Limits)
	in.boxes.Meter(in.memory.take)
	return in
}

// textIdle is how long an encoder of text alone may be silent: markers may be hours apart.
const textIdle = 12 * time.Hour

// patience is how long the encoder may be silent.
func (in *intake) patience() time.Duration {
	if in.header != nil && !in.header.HasMedia() {
		return max(textIdle, in.h.cfg.Idle)
	}
	return in.h.cfg.Idle
}

// headerPatience is how long the encoder may take for its header, whatever it sends meanwhile.
func (in *intake) headerPatience() time.Duration { return 2 * in.h.cfg.Idle }

// body counts what arrives and gives up on an encoder that has been silent too long.
type body struct {
	in *intake
	r  io.Reader
}

// Read waits for bytes of the encoder.
func (b *body) Read(p []byte) (int, error) {
	until := time.Now().Add(b.in.patience())
	if limit := b.in.began.Add(b.in.headerPatience()); b.in.header == nil && until.After(limit) {
		until = limit
	}
	if err := b.in.control.SetReadDeadline(until); err != nil {
		return 0, fmt.Errorf("set read deadline: %w", err)
	}
	if err := context.Cause(b.in.ctx); err != nil {
		return 0, err // checked after the deadline is set: dismiss sets one in the past
	}
	n, err := b.r.Read(p)
	if n > 0 {
		b.in.session.Received(n)
	}
	return n, err
}

// endedByEncoder is how a stream ended whose encoder has said so.
const endedByEncoder = "ended by the encoder"

// run reads the whole body. It tells in words how the stream ended, or nothing when the
// encoder may send more in another POST; an error is why the encoder has to go.
func (in *intake) run() (ending string, err error) {
	defer in.cancel(nil)
	stop := context.AfterFunc(in.ctx, func() {
		// Wakes a read that is waiting; an error means that the connection is gone already.
		_ = in.control.SetReadDeadline(time.Unix(1, 0))
	})
	defer stop()
	defer in.memory.leave()
	for {
		box, err := in.boxes.Next()
		if err == nil {
			err = in.take(box)
			in.memory.keep(int64(len(in.raw) + len(in.moof)))
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF) && in.last && !in.ended:
			if err := in.end(); err != nil {
				return in.failure(err)
			}
			return endedByEncoder, nil
		case in.ended:
			// Stock ffmpeg does not wait for the answer: after its end mark the connection may
			// break off in any way.
			return endedByEncoder, nil
		case errors.Is(err, io.EOF):
			return "", nil
		}
		return in.failure(err)
	}
}

// failure sorts an error: the point's wish, a lost connection, or a bad stream.
func (in *intake) failure(err error) (string, error) {
	if cause := context.Cause(in.ctx); cause != nil {
		if ours := (*engine.Error)(nil); errors.As(cause, &ours) {
			return "dismissed: " + engine.Sentence(cause), cause
		}
		return "connection lost", errConnectionLost
	}
	var format *fmp4.FormatError
	isFormat := errors.As(err, &format)
	switch {
	case isFormat && format.Offset == 0 && !opening(format.Box):
		err = &engine.Error{Op: "ingest", Kind: engine.BadInput, Err: &finding.Coded{Code: finding.StreamMalformed, Err: err},
			Text: "This is not fragmented MP4; encode with -f ismv -movflags isml+frag_keyframe."}
		return "refused: " + engine.Sentence(err), err
	case isFormat && format.Kind != fmp4.Truncated:
		return "refused: " + format.Error(), err
	case isFormat || errors.Is(err, io.ErrUnexpectedEOF):
		// A body that ends inside a box was cut off, whatever its framing said.
		return "connection lost", errConnectionLost
	case engine.KindOf(err) != engine.Internal:
		return "refused: " + engine.Sentence(err), err
	case isTimeout(err) && in.header == nil && time.Since(in.began) >= in.headerPatience():
		return fmt.Sprintf("sent no header for %s", in.headerPatience()), errConnectionLost
	case isTimeout(err):
		return fmt.Sprintf("silent for %s", in.patience()), errConnectionLost
	}
	return "connection lost: " + err.Error(), errConnectionLost
}

// opening reports whether a stream may begin with a box of that type.
func opening(boxType string) bool {
	switch boxType {
	case "ftyp", "styp", "uuid", "moov", "moof", "mdat", "mfra", "free", "skip", "sidx", "prft", "emsg":
		return true
	}
	return false
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// take handles one top-level box.
func (in *intake) take(box fmp4.Box) error {
	switch box.Type {
	case "ftyp":
		if err := in.keep(&in.ftyp); err != nil {
			return err
		}
		return in.remember(in.ftyp)
	case "uuid":
		return in.takeUUID()
	case "moov":
		return in.takeMoov()
	case "moof":
		if err := in.needHeader(box); err != nil {
			return err
		}
		in.moofAt = box.Offset
		return in.keep(&in.moof)
	case "mdat":
		return in.takeMdat(box)
	case "styp":
		return in.takeSegmentType(box)
	case "mfra":
		if err := in.needHeader(box); err != nil {
			return err
		}
		if err := in.boxes.Skip(); err != nil {
			return err
		}
		return in.end()
	}
	return in.boxes.Skip() // sidx, prft, emsg, free, skip and what we do not know
}

func (in *intake) keep(dst *[]byte) error {
	b, err := in.boxes.Bytes(0)
	if err != nil {
		return err
	}
	*dst = b
	return nil
}

func (in *intake) takeUUID() error {
	b, err := in.boxes.Bytes(0)
	if err != nil {
		return err
	}
	if uuid, _, _, ok := fmp4.UUIDPayload(b); ok && uuid == fmp4.UUIDServerManifest {
		in.manifest = b
		return in.remember(b)
	}
	return nil
}

// remember keeps a box as part of the header. Behind the moov nothing is part of it.
func (in *intake) remember(box []byte) error {
	if in.header != nil {
		return nil
	}
	if limit := in.h.cfg.Limits.Moov + in.h.cfg.Limits.Other; int64(len(in.raw)+len(box)) > limit {
		return &fmp4.FormatError{Box: string(box[4:8]), Kind: fmp4.TooLarge, Reason: "the header is too large: its moov must come after one ftyp and one server manifest"}
	}
	in.raw = append(in.raw, box...)
	return nil
}

// takeMoov completes the header and announces it. A header that comes again inside a
// stream must be the same one.
func (in *intake) takeMoov() error {
	moov, err := in.boxes.Bytes(0)
	if err != nil {
		return err
	}
	parsed, err := fmp4.ParseInit(in.ftyp, moov, in.h.cfg.Limits)
	if err != nil {
		return err
	}
	if in.header != nil {
		if !in.header.Init.Same(parsed) {
			return &engine.Error{Op: "ingest", Kind: engine.Conflict, Err: &finding.Coded{Code: finding.HeaderChanged},
				Text: "The header changed inside the stream (" + in.header.Init.Difference(parsed) + "); post the new one with another stream_id."}
		}
		return nil
	}
	h := &point.Header{Init: parsed, Raw: append(in.raw, moov...)}
	if in.manifest != nil {
		_, _, xml, _ := fmp4.UUIDPayload(in.manifest)
		// A manifest that cannot be read is a fault of old encoders (ffmpeg cuts hex values
		// at 74 bytes); everything needed is in the moov.
		if h.Manifest, err = servermanifest.Parse(xml); err != nil {
			in.h.cfg.Logger.Warn("server manifest of the encoder not understood", "point", in.target.Point, "stream", in.target.Stream, "err", err)
			h.Manifest, h.ManifestFault = nil, err.Error()
		}
	}
	in.header = h
	if err := in.session.Announce(in.ctx, h); err != nil {
		return err
	}
	if c, near := finding.OfHeader(in.target.Stream, parsed, int64(len(moov)), in.h.cfg.Limits); near {
		in.session.Note(in.ctx, c)
	}
	return nil
}

// takeMdat completes a fragment and hands it to the point.
func (in *intake) takeMdat(box fmp4.Box) error {
	if in.moof == nil {
		return &fmp4.FormatError{Box: box.Type, Offset: box.Offset, Kind: fmp4.BadOrder, Reason: "media came without the moof that describes it"}
	}
	tracks, err := fmp4.ParseMoof(in.moof, in.header.Init, in.h.cfg.Limits, fmp4.Position{Moof: in.moofAt, Payload: box.PayloadOffset()})
	if err != nil {
		return err
	}
	for _, f := range tracks {
		f.Fill(box.PayloadSize())
		if err := f.Check(box.PayloadSize()); err != nil {
			return err
		}
	}
	b, err := in.boxes.Bytes(0)
	if err != nil {
		return err
	}
	if c, near := in.near(box, tracks); near {
		in.session.Note(in.ctx, c)
	}
	fragment := &point.Incoming{Moof: in.moof, MdatHeader: b[:box.HeaderSize], Payload: b[box.HeaderSize:], Tracks: tracks}
	in.moof = nil
	if len(tracks) == 0 {
		return nil // a moof without samples says nothing
	}
	return in.session.Append(in.ctx, fragment)
}
