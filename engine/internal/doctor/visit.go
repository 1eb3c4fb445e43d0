package doctor

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

// visit asks for fragments of what a client manifest lists.
type visit struct {
	*exam
	ctx  context.Context
	base *url.URL
	full bool // it lists more than is examined
}

// stream examines one stream of the manifest.
func (v *visit) stream(s *streamIndex) {
	kind := engine.MediaType(s.Type)
	if kind != engine.Video && kind != engine.Audio {
		return
	}
	name := s.Name
	if name == "" {
		name = s.Type
	}
	last, all := s.newest()
	for _, l := range s.Levels {
		if len(v.tracks) >= manifestRungs {
			v.full = true
			return
		}
		t := v.add(engine.DiagnosedTrack{Stream: name, Type: kind, Codec: l.FourCC, Width: l.MaxWidth, Height: l.MaxHeight,
			SamplingRate: l.SamplingRate, Channels: l.Channels, Language: s.Language, Nominal: l.Bitrate}, s.TimeScale, len(v.tracks) == 0)
		if all == 0 {
			v.raise(finding.Case{Code: finding.NoFragment, Stream: name, Bitrate: l.Bitrate, Text: "The manifest lists no fragment of " + t.judge.Label() + "."})
		}
		for _, f := range last {
			if v.ctx.Err() != nil {
				return
			}
			if err := v.fragment(t, s, f); err != nil && v.ctx.Err() == nil {
				v.raise(fault(t, f, err))
				break // its neighbours would say the same
			}
		}
	}
}

// unanswered is an address that gives no fragment.
type unanswered struct{ err error }

// Error says why.
func (u *unanswered) Error() string { return u.err.Error() }

// fault is a fragment that could not be had, or not be read.
func fault(t *track, f listed, err error) finding.Case {
	at := t.duration(engine.Ticks(f.start)).Seconds()
	c := finding.Case{Code: finding.CodeOf(err), Stream: t.Stream, Bitrate: t.Nominal,
		Text: fmt.Sprintf("The fragment of %s at %.3f s cannot be read: %s.", t.judge.Label(), at, err)}
	if gone := (*unanswered)(nil); errors.As(err, &gone) {
		c.Code = finding.RateZero
		c.Text = fmt.Sprintf("The fragment of %s at %.3f s, which the manifest lists, cannot be had: %s.", t.judge.Label(), at, err)
	} else if c.Code == "" {
		c.Code = finding.StreamMalformed
	}
	return c
}

// fragment fetches one fragment and judges it.
func (v *visit) fragment(t *track, s *streamIndex, f listed) error {
	u, err := s.address(v.base, t.Nominal, f.start)
	if err != nil {
		return &unanswered{err}
	}
	body, _, err := get(v.ctx, v.o.Client, u.String())
	if err != nil {
		return &unanswered{err}
	}
	counted := &counter{ctx: v.ctx, r: body}
	pieces, err := v.parse(counted, t, f)
	v.d.Bytes += counted.n
	// What has been read counts.
	_ = body.Close()
	for _, p := range pieces {
		v.take(t, p)
	}
	return err
}

// parse reads the moof and the mdat of one fragment.
func (v *visit) parse(r io.Reader, t *track, listed listed) ([]*fmp4.Fragment, error) {
	boxes := fmp4.NewReader(r, v.o.limits())
	var moof []byte
	var moofAt int64
	for {
		box, err := boxes.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, &fmp4.FormatError{Kind: fmp4.BadOrder, Reason: "it has no moof with an mdat behind it"}
		case err != nil:
			return nil, err
		case box.Type == "moof":
			moofAt = box.Offset
			if moof, err = boxes.Bytes(0); err != nil {
				return nil, err
			}
		case box.Type == "mdat" && moof != nil:
			pieces, err := readFragment(moof, box, moofAt, t, v.o.limits())
			if err != nil {
				return nil, err
			}
			for _, p := range pieces {
				if !p.HasTfxd { // without tfxd the manifest alone tells the time
					p.Start, p.DecodeStart = listed.start, listed.start
				}
			}
			return pieces, boxes.Skip()
		}
	}
}

// readFragment reads a moof of which there is no header: the manifest stands for it.
func readFragment(moof []byte, mdat fmp4.Box, at int64, t *track, l fmp4.Limits) ([]*fmp4.Fragment, error) {
	if err := fmp4.CheckStructure(moof, l); err != nil {
		return nil, err
	}
	tfhd := fmp4.Lookup(moof, "traf", "tfhd")
	if len(tfhd) < 16 {
		return nil, &fmp4.FormatError{Box: "moof", Kind: fmp4.Malformed, Reason: "it has no traf with a tfhd"}
	}
	t.ID = binary.BigEndian.Uint32(tfhd[12:])
	init := &fmp4.Init{Tracks: []fmp4.TrackInit{{ID: t.ID, Type: string(t.Type), Timescale: t.timescale}}}
	pieces, err := fmp4.ParseMoof(moof, init, l, fmp4.Position{Moof: at, Payload: mdat.PayloadOffset()})
	if err != nil {
		return nil, err
	}
	for _, f := range pieces {
		f.Fill(mdat.PayloadSize())
		if err := f.Check(mdat.PayloadSize()); err != nil {
			return nil, err
		}
	}
	return pieces, nil
}
