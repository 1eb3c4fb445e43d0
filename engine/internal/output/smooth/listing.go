package smooth

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// patience is how much of the other streams must be there before a live presentation is
// shown without a stream of which there is nothing yet. Players that never load the
// manifest again would not get the missing stream at all.
const patience = 10 * time.Second

// listing is one stream as a manifest shows it.
type listing struct {
	stream *presentation.Stream
	tracks []*presentation.Track
	spans  []presentation.Span
	parent string // of a sparse stream: the name of the stream whose timeline it lies on
}

// extent is from the first start to the last end.
func (l listing) extent() engine.Ticks {
	return l.spans[len(l.spans)-1].End() - l.spans[0].Start
}

// listings returns what the manifest of v shows; nothing while it is too early for one. Text
// alone is not enough for one, and nobody waits for it.
func listings(v *presentation.View) []listing {
	var out []listing
	var longest time.Duration
	missing, media := false, false
	others := hasOtherVideo(v)
	for _, s := range v.Streams {
		if s.Type == engine.Text {
			if l, ok := textListing(v, s); ok {
				out = append(out, l)
			}
			continue
		}
		l := listing{stream: s, tracks: playable(s, others)}
		if len(l.tracks) == 0 {
			continue
		}
		if l.spans = listed(v, s); len(l.spans) == 0 {
			missing = true
			continue
		}
		out, media = append(out, l), true
		longest = max(longest, l.extent().Duration(s.Timescale))
	}
	if !media || v.Live && missing && longest < patience {
		return nil
	}
	return out
}

// listed is the part of a timeline that players may ask for: within the DVR window, and
// while live only with its look-ahead behind it.
func listed(v *presentation.View, s *presentation.Stream) []presentation.Span {
	if !v.Live {
		return s.Spans
	}
	complete := len(s.Spans) - max(v.LookAhead, 0)
	if complete <= 0 {
		return nil
	}
	// A window shorter than the look-ahead still shows one fragment.
	first := min(len(s.Spans)-len(v.Listed(s)), complete-1)
	return s.Spans[first:complete]
}

// playable returns the tracks of a stream that a manifest lists.
func playable(s *presentation.Stream, otherVideo bool) []*presentation.Track {
	return slices.DeleteFunc(slices.Clone(s.Tracks), func(t *presentation.Track) bool {
		return t.Init == nil || s.Type == engine.Video && otherVideo && hevc(t.Init)
	})
}

// hasOtherVideo tells whether there is video that is not HEVC.
func hasOtherVideo(v *presentation.View) bool {
	for _, s := range v.Streams {
		if s.Type != engine.Video {
			continue
		}
		for _, t := range s.Tracks {
			if t.Init != nil && !hevc(t.Init) {
				return true
			}
		}
	}
	return false
}

func hevc(t *fmp4.TrackInit) bool {
	return t.SampleEntry == "hvc1" || t.SampleEntry == "hev1"
}
