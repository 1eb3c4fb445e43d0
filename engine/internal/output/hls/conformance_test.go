package hls

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// parsed is a media playlist as a player reads it.
type parsed struct {
	target, sequence, discontinuities int
	header                            string
	ended                             bool
	segments                          []parsedSegment
}

type parsedSegment struct {
	uri    string
	clock  time.Time
	length time.Duration
	jumps  int
	gap    bool
}

func parse(text string) (*parsed, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "#EXTM3U" {
		return nil, errors.New("it does not begin with #EXTM3U")
	}
	p := &parsed{}
	var next parsedSegment
	for _, line := range lines[1:] {
		tag, value, _ := strings.Cut(line, ":")
		var err error
		switch tag {
		case "#EXT-X-TARGETDURATION":
			p.target, err = strconv.Atoi(value)
		case "#EXT-X-MEDIA-SEQUENCE":
			p.sequence, err = strconv.Atoi(value)
		case "#EXT-X-DISCONTINUITY-SEQUENCE":
			p.discontinuities, err = strconv.Atoi(value)
		case "#EXT-X-MAP":
			p.header, err = strconv.Unquote(strings.TrimPrefix(value, "URI="))
		case "#EXT-X-DISCONTINUITY":
			next.jumps++
		case "#EXT-X-GAP":
			next.gap = true
		case "#EXT-X-PROGRAM-DATE-TIME":
			next.clock, err = time.Parse(time.RFC3339Nano, value)
		case "#EXTINF":
			next.length, err = time.ParseDuration(strings.TrimSuffix(value, ",") + "s")
		case "#EXT-X-ENDLIST":
			p.ended = true
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		if !strings.HasPrefix(line, "#") {
			next.uri = line
			p.segments = append(p.segments, next)
			next = parsedSegment{}
		}
	}
	return p, nil
}

// uris are the media playlists that a multivariant playlist names, each once.
func uris(text string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(uri string) {
		if !seen[uri] && !strings.Contains(uri, ".keys") {
			seen[uri] = true
			out = append(out, uri)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if _, uri, ok := strings.Cut(line, `URI="`); ok {
			add(strings.TrimSuffix(uri, `"`))
		} else if line != "" && !strings.HasPrefix(line, "#") {
			add(line)
		}
	}
	return out
}

// readAll fetches the playlists and the headers that they name. ZeroTime is that of the views.
func readAll(first string, get func(string) ([]byte, error)) ([]outputtest.Listing, error) {
	text, err := get(first)
	if err != nil {
		return nil, err
	}
	var out []outputtest.Listing
	for _, uri := range uris(string(text)) {
		text, err := get(uri)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", uri, err)
		}
		p, err := parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", uri, err)
		}
		l, err := p.listing(uri)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", uri, err)
		}
		if p.header != "" {
			if _, err := get(resolve(uri, p.header)); err != nil {
				return nil, fmt.Errorf("header of %s: %w", uri, err)
			}
		}
		out = append(out, l)
	}
	return out, nil
}

func resolve(base, ref string) string { return path.Join(path.Dir(base), ref) }

func (p *parsed) listing(uri string) (outputtest.Listing, error) {
	name := strings.TrimSuffix(strings.TrimSuffix(path.Base(uri), ".m3u8"), ".vod")
	t, ok := parseTrack(name)
	if !ok {
		return outputtest.Listing{}, errors.New("no track in its name")
	}
	l := outputtest.Listing{Stream: t.stream, Bitrate: t.bitrate}
	for _, s := range p.segments {
		if s.length.Round(time.Second) > time.Duration(p.target)*time.Second {
			return l, fmt.Errorf("a segment lasts %v and the target is %d s", s.length, p.target)
		}
		l.Entries = append(l.Entries, outputtest.Entry{
			Start: s.clock.Sub(time.Unix(0, 0)), Duration: s.length, Path: resolve(uri, s.uri),
		})
	}
	return l, nil
}

func TestConformanceOfCMAF(t *testing.T) {
	outputtest.Run(t, outputtest.Subject{
		Format: CMAF(), Read: readAll,
		Lists: func(v *presentation.View, s *presentation.Stream, t *presentation.Track) bool {
			return len(s.Spans) > 0
		},
		Text:      captionable,
		Tolerance: time.Millisecond,
	})
}

func TestConformanceOfTS(t *testing.T) {
	outputtest.Run(t, outputtest.Subject{
		Format: TS(), Read: readAll,
		Lists: func(v *presentation.View, s *presentation.Stream, t *presentation.Track) bool {
			first := s // of those that sound
			for _, other := range v.Streams {
				if other.Type == s.Type && carriable(other.Tracks[0].Init) && len(other.Spans) > 0 {
					first = other
					break
				}
			}
			switch s.Type {
			case engine.Video:
				return len(s.Spans) > 0 && carriable(t.Init)
			case engine.Audio:
				return len(s.Spans) > 0 && carriable(t.Init) && s == first
			}
			return len(s.Spans) > 0
		},
		Text:  captionable,
		Joins: true, Hold: func(*presentation.View) int { return 2 }, // until their sound is there
		Tolerance: time.Millisecond,
	})
}
