package dash

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/cmaf"
	"pubpoint/engine/internal/presentation"
)

// sets makes the AdaptationSets of a stream: one for each codec, since players switch within
// a set only. The main one is what players begin with.
func (l listing) sets(v *presentation.View, e *epoch, main bool) []adaptation {
	var out []adaptation
	for n, family := range families(l.tracks) {
		a := adaptation{
			ID: strconv.Itoa(l.place*10 + n + 1), ContentType: string(l.stream.Type),
			MimeType: string(l.stream.Type) + "/mp4", SegmentAlignment: true, StartWithSAP: 1,
		}
		if l.stream.Type == engine.Text {
			a.MimeType = "application/mp4"
		}
		if l.stream.Type != engine.Video {
			a.Language = language(l.stream.Language)
		}
		if l.stream.Type == engine.Text {
			a.Roles = []descriptor{{Scheme: "urn:mpeg:dash:role:2011", Value: "subtitle"}}
		} else if l.stream.Type != engine.Audio || main {
			a.Roles = []descriptor{{Scheme: "urn:mpeg:dash:role:2011", Value: "main"}}
		} else {
			a.Roles = []descriptor{{Scheme: "urn:mpeg:dash:role:2011", Value: "alternate"}}
		}
		whole := !slices.ContainsFunc(family, func(t *presentation.Track) bool { return !l.complete(t) })
		if whole {
			a.Template = l.template(v, e, l.spans)
			if v.Live && e.Until == 0 && l.stream.Type != engine.Text {
				l.addArriving(a.Template, family)
			}
		}
		for _, t := range family {
			spans := l.spans
			if !whole {
				if spans = l.present(t); len(spans) == 0 {
					continue
				}
			}
			r := l.representation(t)
			if !whole {
				r.Template = l.template(v, e, spans)
			}
			a.MaxWidth, a.MaxHeight = max(a.MaxWidth, r.Width), max(a.MaxHeight, r.Height)
			a.Representations = append(a.Representations, r)
		}
		if len(a.Representations) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// families groups tracks by the kind of their codec, in the order in which they come.
func families(tracks []*presentation.Track) [][]*presentation.Track {
	var out [][]*presentation.Track
	for _, t := range tracks {
		i := slices.IndexFunc(out, func(f []*presentation.Track) bool { return kind(f[0]) == kind(t) })
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], t)
	}
	return out
}

// kind is the part of a codecs value before the profile: "avc1", "hvc1", "mp4a".
func kind(t *presentation.Track) string {
	codec := t.Init.Codec
	for i := range len(codec) {
		if codec[i] == '.' {
			return codec[:i]
		}
	}
	return codec
}

// complete reports whether a track has all that its stream lists.
func (l listing) complete(t *presentation.Track) bool { return len(l.present(t)) == len(l.spans) }

// present is the part of the timeline that a track has.
func (l listing) present(t *presentation.Track) []presentation.Span {
	finder := t.Finder()
	missing := slices.IndexFunc(l.spans, func(s presentation.Span) bool { return !has(&finder, s) })
	if missing < 0 {
		return l.spans
	}
	out := slices.Clone(l.spans[:missing])
	for _, s := range l.spans[missing+1:] {
		if has(&finder, s) {
			out = append(out, s)
		}
	}
	return out
}

func has(f *presentation.Finder, s presentation.Span) bool {
	_, ok := f.Find(s.Start)
	return ok
}

// template addresses segments by their published time, which is theirs in the timeline.
func (l listing) template(v *presentation.View, e *epoch, spans []presentation.Span) *template {
	return &template{
		Timescale: l.stream.Timescale, Offset: ticks(e.Began, l.stream),
		Initialization: cmaf.Folder + "/$RepresentationID$/" + cmaf.HeaderFile(cmaf.HeaderName(v.Event)),
		Media:          cmaf.Folder + "/$RepresentationID$/$Time$.m4s",
		Timeline:       timeline{Text: segments(spans)},
	}
}

// addArriving lists the segment that is arriving, for players that take it chunk by chunk: when
// all tracks of the set send chunks, and its length can be told before it is complete. It is listed
// as soon as the one before is complete: a player nearer to the live edge than a segment is long
// learns of it too late otherwise, since it asks for the MPD once a second at most. Until its first
// chunk is there availabilityTimeOffset keeps players from asking for it.
func (l listing) addArriving(t *template, family []*presentation.Track) {
	last := l.spans[len(l.spans)-1]
	var length, chunk engine.Ticks
	for _, track := range family {
		d := cmaf.Predicted(track)
		if d == 0 || track.Open != nil && track.Open.Start != last.End() {
			return
		}
		length = d
		chunk = max(chunk, cmaf.LongestChunk(track))
	}
	if chunk == 0 || chunk >= length {
		return
	}
	t.Timeline.Text = segments(append(slices.Clone(l.spans), presentation.Span{Start: last.End(), Duration: length}))
	early := (length - chunk).Duration(l.stream.Timescale).Truncate(time.Millisecond)
	t.chunk = chunk.Duration(l.stream.Timescale)
	t.Early, t.Complete = strconv.FormatFloat(early.Seconds(), 'f', -1, 64), "false"
}

// segments writes the S elements of a timeline, equal ones that follow one another as one. A day
// has tens of thousands of them.
func segments(spans []presentation.Span) []byte {
	b := make([]byte, 0, 64+24*len(spans))
	for i := 0; i < len(spans); {
		s := spans[i]
		b = append(b, "<S"...)
		if i == 0 || s.Start != spans[i-1].End() {
			b = append(strconv.AppendInt(append(b, ` t="`...), int64(s.Start), 10), '"')
		}
		b = append(strconv.AppendInt(append(b, ` d="`...), int64(s.Duration), 10), '"')
		n := i + 1
		for n < len(spans) && spans[n].Duration == s.Duration && spans[n].Start == spans[n-1].End() {
			n++
		}
		if n > i+1 {
			b = append(strconv.AppendInt(append(b, ` r="`...), int64(n-i-1), 10), '"')
		}
		b = append(b, "/>"...)
		i = n
	}
	return b
}

func (l listing) representation(t *presentation.Track) representation {
	r := representation{
		ID: l.stream.Name + "-" + strconv.Itoa(t.Bitrate), Codecs: t.Init.Codec, Bandwidth: t.Bitrate,
	}
	switch l.stream.Type {
	case engine.Video:
		r.Width, r.Height, r.Aspect = t.Init.Width, t.Init.Height, aspect(t)
	case engine.Audio:
		r.SamplingRate = t.Init.SamplingRate
		if t.Init.Channels > 0 {
			r.Channels = &descriptor{Scheme: "urn:mpeg:dash:23003:3:audio_channel_configuration:2011", Value: strconv.Itoa(t.Init.Channels)}
		}
	}
	return r
}

// aspect is the sample aspect ratio; empty for square ones.
func aspect(t *presentation.Track) string {
	x, y := t.Init.DisplayWidth*t.Init.Height, t.Init.DisplayHeight*t.Init.Width
	if x <= 0 || y <= 0 || x == y {
		return ""
	}
	a, b := x, y
	for b != 0 {
		a, b = b, a%b
	}
	return fmt.Sprintf("%d:%d", x/a, y/a)
}

// language is the code of a language as xs:language wants it, and empty when it is not told.
func language(code string) string {
	if code == "und" {
		return ""
	}
	return code
}
