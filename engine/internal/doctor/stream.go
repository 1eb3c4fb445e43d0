package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// stream is a body of fragmented MP4 that is examined.
type stream struct {
	*exam
	boxes    *fmp4.Reader
	counted  *counter
	ftyp     []byte
	manifest *servermanifest.Manifest
	init     *fmp4.Init
	moof     []byte
	moofAt   int64
}

// counter counts what is read, and ends when the context does.
type counter struct {
	ctx context.Context
	r   io.Reader
	n   int64
}

// Read reads on, unless the time is over.
func (c *counter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	if over := c.ctx.Err(); err != nil && over != nil {
		err = over // it was woken
	}
	return n, err
}

// Stream examines fragmented MP4 as an encoder posts it. The source names it in words, and live
// tells that it comes as it is made, so that its speed can be judged. When the context ends, what
// has been read by then is told.
func Stream(ctx context.Context, source string, r io.Reader, live bool, o Options) engine.Diagnosis {
	s := &stream{exam: newExam(o, source, o.streamID(source)), counted: &counter{ctx: ctx, r: r}}
	s.live = live
	s.boxes = fmp4.NewReader(s.counted, o.limits())
	err := s.read()
	s.d.Bytes = s.counted.n
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		s.d.Stopped = fmt.Sprintf("It was examined for %s.", o.Span)
		if s.init == nil {
			s.raise(finding.Case{Code: finding.NoFragment, Stream: s.name, Text: fmt.Sprintf("No header has come in %s.", o.Span)})
		}
	case errors.Is(err, context.Canceled):
		s.d.Stopped = "The examination was ended."
	case !errors.Is(err, io.EOF):
		s.fail(err)
	case s.d.Bytes == 0:
		s.raise(finding.Case{Code: finding.StreamMalformed, Stream: s.name, Text: "There is nothing in it: 0 bytes."})
	case s.init == nil:
		s.raise(finding.Case{Code: finding.BoxOrder, Stream: s.name, Text: "It has no header (moov), so nothing of it can be played."})
	case !s.d.Ended:
		s.raise(finding.Case{Code: finding.CloseUnclean, Stream: s.name, Text: "It stops without an end mark (mfra): its encoder was killed, or lost its connection, or the capture was cut."})
	}
	if s.init != nil && s.seen() == 0 {
		s.raise(finding.Case{Code: finding.NoFragment, Stream: s.name, Text: "There is a header and no fragment.",
			Action: "Give the encoder a key frame every two seconds (-g) and -movflags isml+frag_keyframe.", Option: "-g 50 -movflags isml+frag_keyframe"})
	}
	return s.conclude()
}

// seen is how many pieces there were of all tracks.
func (s *stream) seen() (n int64) {
	for _, t := range s.tracks {
		n += t.samples
	}
	return n
}

// fail tells why ingest would refuse what comes here.
func (s *stream) fail(err error) {
	s.d.Stopped = fmt.Sprintf("A publishing point would refuse it at byte %d.", s.counted.n)
	code, text := finding.CodeOf(err), engine.Sentence(err)
	if format := (*fmp4.FormatError)(nil); errors.As(err, &format) {
		if format.Offset == 0 && s.ftyp == nil && !opening(format.Box) {
			s.d.Stopped = "A publishing point would refuse it at its first byte."
			s.raise(finding.Case{Code: finding.StreamMalformed, Stream: s.name, Text: "This is not fragmented MP4: it begins with no box of such a stream."})
			return
		}
		text = "It cannot be read on: " + format.Error() + "."
		if format.Kind == fmp4.Truncated {
			s.d.Stopped = fmt.Sprintf("It breaks off at byte %d.", s.counted.n)
		}
	}
	if code == "" {
		code, text = finding.StreamMalformed, "It cannot be read on: "+err.Error()+"."
	}
	s.raise(finding.Case{Code: code, Stream: s.name, Text: text})
}

// opening reports whether a stream may begin with a box of that type.
func opening(boxType string) bool {
	switch boxType {
	case "ftyp", "styp", "uuid", "moov", "moof", "mdat", "mfra", "free", "skip", "sidx", "prft", "emsg":
		return true
	}
	return false
}

// read reads box by box until the end, or until ingest would refuse what comes.
func (s *stream) read() error {
	for {
		box, err := s.boxes.Next()
		if err == nil {
			err = s.box(box)
		}
		if err != nil {
			return err
		}
	}
}

// box handles one top-level box.
func (s *stream) box(box fmp4.Box) (err error) {
	switch box.Type {
	case "ftyp":
		s.ftyp, err = s.boxes.Bytes(0)
		return err
	case "uuid":
		return s.uuid()
	case "moov":
		return s.moov()
	case "moof":
		if s.init == nil {
			return &fmp4.FormatError{Box: box.Type, Offset: box.Offset, Kind: fmp4.BadOrder, Reason: "a fragment came before ftyp and moov"}
		}
		s.moofAt = box.Offset
		s.moof, err = s.boxes.Bytes(0)
		return err
	case "mdat":
		return s.mdat(box)
	case "mfra":
		s.d.Ended = true
	}
	return s.boxes.Skip()
}

// uuid reads the server manifest of the encoder.
func (s *stream) uuid() error {
	b, err := s.boxes.Bytes(0)
	if err != nil {
		return err
	}
	if id, _, _, ok := fmp4.UUIDPayload(b); !ok || id != fmp4.UUIDServerManifest || s.init != nil {
		return nil
	}
	_, _, xml, _ := fmp4.UUIDPayload(b)
	if s.manifest, err = servermanifest.Parse(xml); err != nil {
		s.manifest = nil
		s.raise(finding.Unreadable(s.name, err.Error()))
	}
	return nil
}

// moov reads the header. One that comes again must be the same.
func (s *stream) moov() error {
	moov, err := s.boxes.Bytes(0)
	if err != nil {
		return err
	}
	init, err := fmp4.ParseInit(s.ftyp, moov, s.o.limits())
	if err != nil {
		return err
	}
	if s.init != nil {
		if !s.init.Same(init) {
			return &engine.Error{Kind: engine.Conflict, Err: &finding.Coded{Code: finding.HeaderChanged},
				Text: "The header changed inside the stream (" + s.init.Difference(init) + ")."}
		}
		return nil
	}
	s.init = init
	s.d.Format = "fragmented MP4"
	if init.Brand != "" {
		s.d.Format += " (" + init.Brand + ")"
	}
	if c, near := finding.OfHeader(s.name, init, int64(len(moov)), s.o.limits()); near {
		s.raise(c)
	}
	s.begin()
	return nil
}

// begin makes the tracks of the header part of the examination.
func (s *stream) begin() {
	announced := make([]finding.Announced, len(s.init.Tracks))
	for i := range s.init.Tracks {
		t := &s.init.Tracks[i]
		announced[i] = finding.Announced{Text: t.Type == string(engine.Text), Rate: int(t.Bitrate)}
		if s.manifest == nil {
			continue
		}
		for n := range s.manifest.Tracks {
			if m := &s.manifest.Tracks[n]; m.TrackID == t.ID && m.SystemBitrate > 0 {
				announced[i].Rate = int(m.SystemBitrate)
			}
		}
	}
	rates, misnamed, mismatch := finding.Promised(s.o.ID, announced)
	if mismatch {
		s.raise(misnamed)
	}
	for i := range s.init.Tracks {
		t := &s.init.Tracks[i]
		name := t.Type
		if t.Type != string(engine.Video) && t.Language != "" && t.Language != "und" {
			name += "_" + t.Language
		}
		s.add(engine.DiagnosedTrack{ID: t.ID, Stream: name, Type: engine.MediaType(t.Type), Codec: t.Codec, Width: t.Width, Height: t.Height,
			SamplingRate: t.SamplingRate, Channels: t.Channels, Language: t.Language, Nominal: rates[i]}, t.Timescale, s.leads(i))
	}
}

// leads reports whether a track stands for the encoder: the first with pictures, else the first.
func (s *stream) leads(n int) bool {
	for i := range s.init.Tracks {
		if s.init.Tracks[i].Type == string(engine.Video) {
			return i == n
		}
	}
	return n == 0
}

// maxTime is 400 years in units of 10 MHz: beyond it a time is a defect.
const maxTime = 400 * 366 * 24 * 3600 * commonScale

// mdat completes a fragment.
func (s *stream) mdat(box fmp4.Box) error {
	if s.moof == nil {
		return &fmp4.FormatError{Box: box.Type, Offset: box.Offset, Kind: fmp4.BadOrder, Reason: "media came without the moof that describes it"}
	}
	pieces, err := fmp4.ParseMoof(s.moof, s.init, s.o.limits(), fmp4.Position{Moof: s.moofAt, Payload: box.PayloadOffset()})
	if err != nil {
		return err
	}
	for _, f := range pieces {
		f.Fill(box.PayloadSize())
		if err := f.Check(box.PayloadSize()); err != nil {
			return err
		}
	}
	if err := s.boxes.Skip(); err != nil { // a fragment counts when all of it is there
		return err
	}
	if c, near := finding.OfFragment(s.name, int64(len(s.moof)), box.Size, pieces, s.o.limits()); near {
		s.raise(c)
	}
	s.moof = nil
	for _, f := range pieces {
		for _, t := range s.tracks {
			if t.ID != f.TrackID {
				continue
			}
			if at := engine.Ticks(f.Start).Rescale(t.timescale, commonScale); at > maxTime || at < -maxTime {
				return &engine.Error{Kind: engine.BadInput, Text: "A fragment's time is more than 400 years away; restart the encoder with a sane clock."}
			}
			s.take(t, f)
		}
	}
	return nil
}
