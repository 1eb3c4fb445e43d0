package fmp4

import "fmt"

// Difference says in a few words why fragments made for o may not follow fragments made for i
// without a new header: the first thing in which [Init.Same] sees a difference, as it was and
// as it is. It is empty when there is none.
func (i *Init) Difference(o *Init) string {
	if len(i.Tracks) != len(o.Tracks) {
		return fmt.Sprintf("%d tracks, now %d", len(i.Tracks), len(o.Tracks))
	}
	for n := range i.Tracks {
		if was, is := &i.Tracks[n], &o.Tracks[n]; !was.same(is) {
			return fmt.Sprintf("track %d: %s", was.ID, was.difference(is))
		}
	}
	return ""
}

// difference names what is not the same of two tracks that differ.
func (t *TrackInit) difference(o *TrackInit) string {
	switch {
	case t.ID != o.ID:
		return fmt.Sprintf("its ID is now %d", o.ID)
	case t.Type != o.Type:
		return t.Type + ", now " + o.Type
	case t.Codec != o.Codec || t.SampleEntry != o.SampleEntry:
		return fmt.Sprintf("%s (%s), now %s (%s)", t.Codec, t.SampleEntry, o.Codec, o.SampleEntry)
	case t.Width != o.Width || t.Height != o.Height:
		return fmt.Sprintf("%d×%d, now %d×%d", t.Width, t.Height, o.Width, o.Height)
	case t.DisplayWidth != o.DisplayWidth || t.DisplayHeight != o.DisplayHeight:
		return fmt.Sprintf("shown as %d×%d, now %d×%d", t.DisplayWidth, t.DisplayHeight, o.DisplayWidth, o.DisplayHeight)
	case t.Timescale != o.Timescale:
		return fmt.Sprintf("timescale %d, now %d", t.Timescale, o.Timescale)
	case t.SamplingRate != o.SamplingRate || t.Channels != o.Channels:
		return fmt.Sprintf("%d Hz with %d channels, now %d Hz with %d", t.SamplingRate, t.Channels, o.SamplingRate, o.Channels)
	case t.Language != o.Language:
		return "language " + t.Language + ", now " + o.Language
	case t.Defaults != o.Defaults:
		return "other sample defaults"
	}
	return "other parameter sets of " + t.Codec
}
