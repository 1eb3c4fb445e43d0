package finding

import (
	"fmt"

	"pubpoint/engine/internal/fmp4"
)

// Near is something of a stream that comes near a limit, in bytes or in number.
func Near(stream, what string, value, limit int64) Case {
	return Case{Code: LimitNear, Stream: stream,
		Text: fmt.Sprintf("%s of %s takes %d of the %d that are allowed (%d %%).", what, stream, value, limit, value*100/limit)}
}

// IsNear reports whether a value is at 85 % of a limit or over.
func IsNear(value, limit int64) bool { return limit > 0 && float64(value) >= 0.85*float64(limit) }

// OfFragment looks at what a fragment takes of the limits: its moof and mdat with their headers,
// in bytes, and its samples.
func OfFragment(stream string, moof, mdat int64, tracks []*fmp4.Fragment, l fmp4.Limits) (c Case, near bool) {
	samples := 0
	for _, f := range tracks {
		samples += f.Count
	}
	switch {
	case IsNear(mdat, l.Mdat):
		return Near(stream, "A fragment's media", mdat, l.Mdat), true
	case IsNear(moof, l.Moof):
		return Near(stream, "A fragment's moof", moof, l.Moof), true
	case IsNear(int64(samples), int64(l.Samples)):
		return Near(stream, "The number of samples in a fragment", int64(samples), int64(l.Samples)), true
	}
	return c, false
}

// OfHeader looks at what a header takes of the limits.
func OfHeader(stream string, h *fmp4.Init, bytes int64, l fmp4.Limits) (Case, bool) {
	switch {
	case IsNear(bytes, l.Moov):
		return Near(stream, "The moov", bytes, l.Moov), true
	case IsNear(int64(len(h.Tracks)), int64(l.Tracks)):
		return Near(stream, "The number of tracks", int64(len(h.Tracks)), int64(l.Tracks)), true
	}
	return Case{}, false
}
