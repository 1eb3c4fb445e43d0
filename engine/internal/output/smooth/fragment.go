package smooth

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// packager is part of every tag. It changes when the same media would give other bytes.
const packager = "s1"

// snap is how far, in ticks, a time may be off and still mean a fragment's end, as
// presentation.Track.Find has it for starts.
const snap = 8

// Render finds the fragment in the newest view and builds it. Kinds: Starting before
// anything can be shown, Never, Gone, Precondition (MS-SSTR 2.2.6), Broken.
func (c chunk) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, starting()
	}
	s, at, err := c.stream(v)
	if err != nil {
		return nil, err
	}
	t := s.Track(c.bitrate)
	if t == nil || t.Init == nil || t.Header == nil {
		return nil, never(fmt.Sprintf("Stream %s has no quality level of %d bit/s; load the manifest again.", s.Name, c.bitrate))
	}
	i, err := locate(v, s, t, at)
	if err != nil {
		return nil, err
	}
	return c.build(v, s, t, i)
}

// stream returns the first of the choices that names a stream.
func (c chunk) stream(v *presentation.View) (*presentation.Stream, engine.Ticks, error) {
	for _, want := range c.choices {
		if s := v.Stream(want.stream); s != nil && (s.Type != engine.Text || s.Text != nil) {
			return s, want.at, nil
		}
	}
	return nil, 0, never("There is no stream of that name; load the manifest again.")
}

// locate returns the index of the track's fragment at a time, or why there is none to give.
func locate(v *presentation.View, s *presentation.Stream, t *presentation.Track, at engine.Ticks) (int, error) {
	if s.Sparse() {
		return locateSparse(v, s, t, at)
	}
	f, ok := t.Find(at)
	if ok {
		i, _ := slices.BinarySearchFunc(t.Fragments, f.Start, func(f presentation.Fragment, start engine.Ticks) int {
			return cmp.Compare(f.Start, start)
		})
		if v.Live && i+v.LookAhead >= len(t.Fragments) {
			return 0, notYet()
		}
		return i, nil
	}
	switch n := len(t.Fragments); {
	case n > 0 && at < t.Fragments[0].Start:
		return 0, &output.Error{Kind: output.Gone, Text: fmt.Sprintf(
			"The fragment at %d is older than everything that is kept; seek to a later time.", at)}
	case n > 0 && at < t.Fragments[n-1].End()-snap:
		return 0, never(fmt.Sprintf("No fragment begins at %d; use the times that the manifest lists.", at))
	case v.Live && !t.Ended:
		return 0, notYet()
	}
	return 0, never(fmt.Sprintf("The stream ended before %d.", at))
}

// build makes the answer from the track's i-th fragment. Everything in it depends on the
// fragment and on those that follow it, so that it is the same whenever it is built.
func (c chunk) build(v *presentation.View, s *presentation.Stream, t *presentation.Track, i int) (*output.Object, error) {
	f := &t.Fragments[i]
	samples, err := output.Samples(t, f)
	if err != nil {
		return nil, err
	}
	cut, cutTicks, skip := trim(samples, s, f)
	b := body{media: f.Media, offset: samples.PayloadOffset + skip, size: samples.PayloadSize - skip}
	keys, keySize := samples.KeyRun(cut)
	if c.part == keyOnly {
		if keys == 0 {
			return nil, never(fmt.Sprintf("The fragment at %d has no sample that can be decoded alone; ask for another.", f.Start))
		}
		b.size = keySize
	}
	if c.part != payload {
		b.head = fmp4.SmoothMoof(samples, fmp4.Rewrite{
			TrackID: t.Init.ID, Sequence: sequence(f.Start, s.Timescale),
			Start: int64(f.Start), Duration: int64(f.Duration), Lookahead: ahead(s, t, i, v.LookAhead),
			Trim: cut, TrimTicks: cutTicks, KeyOnly: c.part == keyOnly,
		})
	}
	switch {
	case c.part == header:
		b.size = 0
	case c.part != payload:
		if b.size > math.MaxUint32-8 {
			return nil, &output.Error{Kind: output.Broken, Text: fmt.Sprintf("The fragment at %d is too large to be served.", f.Start)}
		}
		b.head = append(binary.BigEndian.AppendUint32(b.head, uint32(b.size+8)), "mdat"...)
	}
	return &output.Object{
		Type: c.contentType(), Size: int64(len(b.head)) + b.size, Body: b, Modified: arrival(f),
		Tag: fmt.Sprintf("%s-%s-%d-%d-%c%d-%s", v.Event, s.Name, t.Bitrate, f.Start, c.part, v.LookAhead, packager),
	}, nil
}

// trim tells which leading samples lie before the published start: priming samples of audio.
// Text is not cut: it may have moved on by a tick that was taken.
func trim(samples *fmp4.Fragment, s *presentation.Stream, f *presentation.Fragment) (cut int, cutTicks uint32, skip int64) {
	if s.Type == engine.Text {
		return 0, 0, 0
	}
	fromStart := *samples
	fromStart.Start -= int64(f.Start)
	return fromStart.TrimNegative()
}

// contentType is that of MP4 for all streams, audio too, as IIS has it; samples without
// their boxes are of no type.
func (c chunk) contentType() string {
	if c.part == payload {
		return "application/octet-stream"
	}
	return "video/mp4"
}

// ahead is the times of up to n fragments behind the i-th (MS-SSTR 2.2.4.5): empty at the
// end of an event and for sparse streams, of which nobody knows what follows, and nil without
// look-ahead.
func ahead(s *presentation.Stream, t *presentation.Track, i, n int) []fmp4.Span {
	switch {
	case n <= 0:
		return nil
	case s.Sparse():
		return []fmp4.Span{}
	}
	next := t.Fragments[i+1 : min(i+1+n, len(t.Fragments))]
	spans := make([]fmp4.Span, 0, len(next))
	for _, f := range next {
		spans = append(spans, fmp4.Span{Start: int64(f.Start), Duration: int64(f.Duration)})
	}
	return spans
}

// sequence is a number for mfhd that grows along a track and that a fragment always gets
// again: the milliseconds of its start. It wraps after 49 days.
func sequence(start engine.Ticks, timescale uint32) uint32 {
	return uint32(start.Rescale(timescale, 1000)) + 1
}

func arrival(f *presentation.Fragment) time.Time {
	if f.Arrived == 0 {
		return time.Time{}
	}
	return time.Unix(0, f.Arrived)
}

// body writes boxes of our own and then a section of the payload as it was accepted.
type body struct {
	head         []byte
	media        presentation.Media
	offset, size int64
}

// WriteTo writes all of b. The payload goes straight from where it is kept to w.
func (b body) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b.head)
	written := int64(n)
	if err != nil || b.size == 0 {
		return written, err
	}
	sent, err := b.media.WritePayload(w, b.offset, b.size)
	return written + sent, err
}

func starting() error {
	return &output.Error{Kind: output.Starting, Text: "The stream is starting; try again in a second."}
}

func never(text string) error { return &output.Error{Kind: output.Never, Text: text} }

func notYet() error {
	return &output.Error{Kind: output.Precondition, Text: "The fragment is not there yet; ask again when it is."}
}
