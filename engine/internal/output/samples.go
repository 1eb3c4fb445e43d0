package output

import (
	"fmt"

	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// Samples reads what a track has in one of its fragments: the part of the accepted moof
// that is the track's own, with Start and DecodeStart moved onto the timeline of the
// presentation. PayloadOffset counts from the first byte that f.Media.WritePayload gives,
// and all samples lie within its payload. Samples before time zero are still there: a
// format leaves them out by fmp4.Fragment.TrimNegative. The result is the caller's own.
//
// It fails with an *Error of kind Broken when the media cannot be read.
func Samples(t *presentation.Track, f *presentation.Fragment) (*fmp4.Fragment, error) {
	moof, err := f.Media.Moof()
	if err != nil {
		return nil, broken(f, err)
	}
	parts, err := fmp4.ParseMoof(moof, t.Header, fmp4.DefaultLimits(), fmp4.Position{})
	if err != nil {
		return nil, broken(f, err)
	}
	own := ownPart(parts, t, f)
	if own == nil {
		return nil, broken(f, fmt.Errorf("its moof has nothing of track %d", t.Init.ID))
	}
	if err := rebase(parts, f.Media.PayloadSize()); err != nil {
		return nil, broken(f, err)
	}
	own.Fill(f.Media.PayloadSize())
	own.Start += int64(f.Shift)
	own.DecodeStart += int64(f.Shift)
	return own, nil
}

// ownPart finds the part of the track that begins nearest to where f was published.
func ownPart(parts []*fmp4.Fragment, t *presentation.Track, f *presentation.Fragment) *fmp4.Fragment {
	var own *fmp4.Fragment
	var nearest int64
	for _, p := range parts {
		if p.TrackID != t.Init.ID {
			continue
		}
		away := p.Start + int64(f.Shift-f.Start)
		if away < 0 {
			away = -away
		}
		if own == nil || away < nearest {
			own, nearest = p, away
		}
	}
	return own
}

// rebase makes offsets count from the payload. Encoders that give a base data offset count
// from the beginning of their own stream, and where the moof was in it is not kept; the
// first sample of such a moof is the first byte of its mdat.
func rebase(parts []*fmp4.Fragment, payload int64) error {
	first, inside := parts[0].PayloadOffset, true
	for _, p := range parts {
		first = min(first, p.PayloadOffset)
		inside = inside && p.Check(payload) == nil
	}
	if inside {
		return nil
	}
	for _, p := range parts {
		p.PayloadOffset -= first
		if err := p.Check(payload); err != nil {
			return err
		}
	}
	return nil
}

func broken(f *presentation.Fragment, err error) error {
	return &Error{
		Kind: Broken,
		Text: fmt.Sprintf("The fragment at %d cannot be read; see the server's log.", f.Start),
		Err:  err,
	}
}
