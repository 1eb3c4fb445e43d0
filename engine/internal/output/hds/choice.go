package hds

import (
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// latecomers is how much of the rest must be there before a live presentation is shown
// without a stream of which there is nothing yet.
const latecomers = 10 * time.Second

// video tells whether a track is video that Flash decodes: H.264, in NAL units behind 4-byte
// lengths.
func video(t *presentation.Track) bool {
	return (t.Init.SampleEntry == "avc1" || t.Init.SampleEntry == "avc3") && len(parameterSets(t.Init)) > 0 && t.Init.NALLengthSize == 4
}

// sound tells whether a track is sound that Flash decodes: AAC.
func sound(t *presentation.Track) bool {
	return t.Init.SampleEntry == "mp4a" && len(t.Init.CodecPrivate) > 0
}

// parameterSets is the avcC of a track of video.
func parameterSets(t *fmp4.TrackInit) []byte { return t.Config }

// choice is what the manifests of a view offer.
type choice struct {
	main      []rendition // by place in the view: a ladder of one picture
	languages []rendition // sound that may take the place of main's
	left      []string    // codecs of what is left out
}

// choose picks what players get. Later views of an event only add to it, but for the sound:
// until there is some, video is offered without.
func choose(v *presentation.View) choice {
	var c choice
	var voices []level
	first := ""
	for _, s := range v.Streams {
		best := level{}
		for _, t := range s.Tracks {
			switch {
			case s.Type == engine.Text || t.Init == nil || t.Header == nil:
			case s.Type == engine.Video && video(t):
				if first == "" {
					first = s.Name
				}
				if samePicture(first, s.Name) {
					c.main = append(c.main, rendition{lead: level{s.Name, t.Bitrate}})
				}
			case s.Type == engine.Audio && sound(t):
				if t.Bitrate > best.bitrate {
					best = level{s.Name, t.Bitrate}
				}
			default:
				c.left = append(c.left, t.Init.Codec)
			}
		}
		if best.bitrate > 0 && len(s.Spans) > 0 {
			voices = append(voices, best)
		}
	}
	c.addSound(v, voices)
	return c
}

// samePicture tells whether a stream shows what the first shows: the index adds a number to
// the name of a stream whose encoder has another timescale.
func samePicture(first, name string) bool {
	rest, ok := strings.CutPrefix(name, first)
	return ok && strings.Trim(rest, "_0123456789") == ""
}

// addSound gives the first stream's sound to the video, and the rest to choose from. Without
// video the first stream's tracks are the ladder.
func (c *choice) addSound(v *presentation.View, voices []level) {
	for i, voice := range voices {
		if i > 0 {
			c.languages = append(c.languages, rendition{lead: voice})
		}
	}
	if len(voices) == 0 {
		return
	}
	for i := range c.main {
		c.main[i].sound = voices[0]
	}
	if len(c.main) > 0 {
		return
	}
	stream := v.Stream(voices[0].stream)
	for _, t := range stream.Tracks {
		if t.Init != nil && t.Header != nil && sound(t) {
			c.main = append(c.main, rendition{lead: level{stream.Name, t.Bitrate}})
		}
	}
}

// missing tells whether a stream that will be offered has nothing yet.
func missing(v *presentation.View) bool {
	for _, s := range v.Streams {
		if s.Type == engine.Text || len(s.Spans) > 0 {
			continue
		}
		for _, t := range s.Tracks {
			if t.Init != nil && t.Header != nil && (video(t) || sound(t)) {
				return true
			}
		}
	}
	return false
}

// offer is a rendition with the fragments that there are of it.
type offer struct {
	*playing
	steps []step
}

// offers returns those renditions that have something to play, in order.
func offers(v *presentation.View, all []rendition) []offer {
	var out []offer
	for _, r := range all {
		p, err := r.find(v)
		if err != nil {
			continue // chosen from this very view
		}
		if steps := p.listed(); len(steps) > 0 {
			out = append(out, offer{p, steps})
		}
	}
	return out
}

// ready tells whether a live presentation may be shown with what there is.
func ready(v *presentation.View, found []offer) bool {
	if len(found) == 0 {
		return false
	}
	if !v.Live || !missing(v) {
		return true
	}
	first := found[0].steps
	return time.Duration(first[len(first)-1].end-first[0].start)*time.Millisecond >= latecomers
}
