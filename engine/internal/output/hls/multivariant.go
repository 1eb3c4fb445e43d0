package hls

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

const mediaType = "application/vnd.apple.mpegurl"

// multivariant asks for the playlist that names all others.
type multivariant struct {
	kind  kind
	carry string // query for the playlists named
}

// Steady says that the playlist does not show what is still arriving.
func (multivariant) Steady() {}

// Class is ClientManifest.
func (multivariant) Class() output.Class { return output.ClientManifest }

// Render writes the playlist of the newest view. Kinds: Starting, and Never for an event that
// ended without anything that the format can carry.
func (m multivariant) Render(_ context.Context, src presentation.Source) (*output.Object, error) {
	v := src.View()
	if v == nil {
		return nil, starting()
	}
	s := newShow(m.kind, v)
	if s == nil || v.Opening() {
		if v.Live {
			return nil, starting()
		}
		return nil, never("The event ended without anything that can be played as HLS.")
	}
	text, err := m.text(s)
	if err != nil {
		return nil, err
	}
	return &output.Object{Type: mediaType, Size: int64(len(text)), Modified: v.Changed, Body: output.Bytes(text)}, nil
}

// extent is what players that come now are given.
func (s *show) extent() extent {
	if s.view.Live || s.view.Window <= 0 {
		return watched
	}
	return whole
}

func (m multivariant) text(s *show) ([]byte, error) {
	b := []byte("#EXTM3U\n")
	if m.kind == transport {
		b = append(b, "#EXT-X-VERSION:3\n"...)
	} else {
		b = append(b, "#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n"...)
	}
	groups := m.groups(s)
	for _, g := range groups {
		b = m.media(b, s, g)
	}
	b = m.subtitles(b, s)
	for _, stream := range s.video {
		for _, t := range s.tracks(stream) {
			for _, g := range groups {
				b = m.variant(b, s, stream, t, &g)
			}
			if len(groups) == 0 {
				b = m.variant(b, s, stream, t, nil)
			}
		}
	}
	if m.kind == transport || len(s.video) == 0 {
		for _, stream := range s.audio[:min(1, len(s.audio))] {
			for _, t := range s.tracks(stream) {
				b = m.variant(b, s, stream, t, nil)
			}
		}
	}
	if m.kind == fragmented {
		for _, stream := range s.video {
			for _, t := range s.tracks(stream) {
				b = m.trickPlay(b, s, stream, t)
			}
		}
	}
	return b, nil
}

// group is audio that goes with every picture: one track of each language.
type group struct {
	id     string
	tracks []*presentation.Track // one for each of show.audio
}

// groups puts audio together by rank: the first track of each language, then the second.
func (m multivariant) groups(s *show) []group {
	if m.kind == transport || len(s.video) == 0 || len(s.audio) == 0 {
		return nil
	}
	var out []group
	for rank := range s.tracks(s.audio[0]) {
		g := group{id: "audio-" + strconv.Itoa(rank+1)}
		for _, stream := range s.audio {
			tracks := s.tracks(stream)
			g.tracks = append(g.tracks, tracks[min(rank, len(tracks)-1)])
		}
		out = append(out, g)
	}
	return out
}

// media names the renditions of a group (bis-22 4.4.6.1).
func (m multivariant) media(b []byte, s *show, g group) []byte {
	for i, t := range g.tracks {
		stream := s.audio[i]
		b = fmt.Appendf(b, `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=%q,NAME=%q`, g.id, stream.Name)
		if stream.Language != "und" && stream.Language != "" {
			b = fmt.Appendf(b, `,LANGUAGE=%q`, stream.Language)
		}
		if i == 0 {
			b = append(b, ",DEFAULT=YES"...)
		}
		b = append(b, ",AUTOSELECT=YES"...)
		if t.Init.Channels > 0 {
			b = fmt.Appendf(b, `,CHANNELS="%d"`, t.Init.Channels)
		}
		b = fmt.Appendf(b, ",URI=%q\n", m.uri(s, stream, t, false))
	}
	return b
}

// subtitles names the captions, the first track of each stream.
func (m multivariant) subtitles(b []byte, s *show) []byte {
	if len(s.video) == 0 {
		return b
	}
	for _, stream := range s.text {
		b = fmt.Appendf(b, `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME=%q`, stream.Name)
		if stream.Language != "und" && stream.Language != "" {
			b = fmt.Appendf(b, `,LANGUAGE=%q`, stream.Language)
		}
		b = fmt.Appendf(b, ",AUTOSELECT=YES,URI=%q\n", m.uri(s, stream, s.tracks(stream)[0], false))
	}
	return b
}

func (m multivariant) uri(s *show, stream *presentation.Stream, t *presentation.Track, keys bool) string {
	return Format{kind: m.kind}.folder() + "/" + track{stream.Name, t.Bitrate}.file(s.extent(), keys) + m.carry
}

// variant names a track with the audio that goes with it (bis-22 4.4.6.2).
func (m multivariant) variant(b []byte, s *show, stream *presentation.Stream, t *presentation.Track, g *group) []byte {
	rate := s.rate(stream, t)
	codecs := t.Init.Codec
	switch {
	case g != nil:
		var loudest bitrate
		for i, a := range g.tracks {
			loudest = loudest.most(s.rate(s.audio[i], a))
		}
		rate = rate.plus(loudest)
		for i, a := range g.tracks {
			if !slices.ContainsFunc(g.tracks[:i], func(b *presentation.Track) bool { return b.Init.Codec == a.Init.Codec }) {
				codecs += "," + a.Init.Codec
			}
		}
	case stream.Type == engine.Video && m.kind == transport:
		if audio, a := s.soundtrack(); a != nil {
			rate = rate.plus(s.rate(audio, a))
			codecs += "," + a.Init.Codec
		}
	}
	if m.kind == transport {
		rate = rate.packaged()
	}
	b = fmt.Appendf(b, `#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=%q`, rate.peak, rate.mean, codecs)
	if stream.Type == engine.Video {
		b = fmt.Appendf(b, `,RESOLUTION=%dx%d`, t.Init.DisplayWidth, t.Init.DisplayHeight)
		if frames := s.frameRate(t); frames > 0 {
			b = fmt.Appendf(b, `,FRAME-RATE=%.3f`, frames)
		}
	}
	if g != nil {
		b = fmt.Appendf(b, `,AUDIO=%q`, g.id)
	}
	if stream.Type == engine.Video && len(s.text) > 0 {
		b = append(b, `,SUBTITLES="subtitles"`...)
	}
	if stream.Type == engine.Video {
		b = append(b, ",CLOSED-CAPTIONS=NONE"...)
	}
	return fmt.Appendf(b, "\n%s\n", m.uri(s, stream, t, false))
}

// trickPlay names the key frames of a track (bis-22 4.4.6.3).
func (m multivariant) trickPlay(b []byte, s *show, stream *presentation.Stream, t *presentation.Track) []byte {
	return fmt.Appendf(b, "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=%d,CODECS=%q,RESOLUTION=%dx%d,URI=%q\n",
		keyRate(stream, t), t.Init.Codec, t.Init.DisplayWidth, t.Init.DisplayHeight, m.uri(s, stream, t, true))
}

// keySamples is how many of the newest fragments say how large key frames are.
const keySamples = 8

// keyRate is the bit/s of a track's key frames, by the largest of the newest.
func keyRate(stream *presentation.Stream, t *presentation.Track) int64 {
	rate := int64(1)
	for i := max(0, len(t.Fragments)-keySamples); i < len(t.Fragments); i++ {
		f := &t.Fragments[i]
		samples, err := output.Samples(t, f)
		if err != nil {
			continue // whoever asks for it will be told
		}
		_, size := samples.KeyRun(0)
		if d := f.Duration.Duration(stream.Timescale); d > 0 {
			rate = max(rate, int64(float64(size*8)/d.Seconds()))
		}
	}
	return rate
}

// bitrate is bit/s: of the largest segment listed, and of all of them.
type bitrate struct{ peak, mean int64 }

func (r bitrate) plus(o bitrate) bitrate { return bitrate{r.peak + o.peak, r.mean + o.mean} }

func (r bitrate) most(o bitrate) bitrate { return bitrate{max(r.peak, o.peak), max(r.mean, o.mean)} }

// packaged adds what MPEG-TS needs for itself: packets of 188 bytes carry 184 and less.
func (r bitrate) packaged() bitrate {
	return bitrate{r.peak + r.peak*8/100 + 12_000, r.mean + r.mean*6/100 + 12_000}
}

// rate measures a track over what is listed; its nominal rate stands for what is not there.
func (s *show) rate(stream *presentation.Stream, t *presentation.Track) bitrate {
	if known, ok := s.rates[t]; ok {
		return known
	}
	r := bitrate{int64(t.Bitrate), int64(t.Bitrate)}
	var bytes, ticks int64
	var peak float64 // bytes a tick
	finder := t.Finder()
	for _, p := range s.listed(stream, s.extent()) {
		if f, ok := finder.Find(p.Start); ok {
			peak = max(peak, float64(f.Size)/float64(p.Duration))
			bytes, ticks = bytes+f.Size, ticks+int64(p.Duration)
		}
	}
	if ticks > 0 {
		scale := 8 * float64(stream.Timescale)
		r = bitrate{int64(math.Ceil(peak * scale)), int64(float64(bytes) / float64(ticks) * scale)}
	}
	s.rates[t] = r
	return r
}

// frameRate counts the pictures of the track's newest fragment; 0 when it cannot be read.
func (s *show) frameRate(t *presentation.Track) float64 {
	if len(t.Fragments) == 0 {
		return 0
	}
	f := &t.Fragments[len(t.Fragments)-1]
	samples, err := output.Samples(t, f)
	if err != nil || samples.Duration <= 0 {
		return 0
	}
	return float64(len(samples.Samples)) * float64(t.Init.Timescale) / float64(samples.Duration)
}
