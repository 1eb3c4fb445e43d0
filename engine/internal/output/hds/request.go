package hds

import (
	"math"
	"strconv"
	"strings"

	"pubpoint/engine/internal/output"
)

// prefix is what the names of renditions begin with.
const prefix = "hds."

// level names one track: its stream and its nominal bitrate.
type level struct {
	stream  string
	bitrate int
}

// String is the level as it stands in a URL.
func (l level) String() string { return l.stream + "-" + strconv.Itoa(l.bitrate) }

// rendition names what a player plays at a time: one track, or video and the sound with it.
type rendition struct {
	lead  level // whose fragments are joined
	sound level // zero when lead is sound, or the video is silent
}

// path is the rendition's place below the point's directory: what ".f4m", ".abst" and
// "/Seg1-Frag7" are appended to. Its manifest is beside the one that leads to it, because some
// clients get lost otherwise.
func (r rendition) path() string {
	if r.sound == (level{}) {
		return prefix + r.lead.String()
	}
	return prefix + r.lead.String() + "." + r.sound.String()
}

// parseRendition reads what path writes, without its prefix.
func parseRendition(s string) (rendition, bool) {
	first, second, both := strings.Cut(s, ".")
	lead, ok := parseLevel(first)
	if !ok || !both {
		return rendition{lead: lead}, ok
	}
	sound, ok := parseLevel(second)
	return rendition{lead: lead, sound: sound}, ok
}

// parseLevel reads "NAME-BITRATE". Names may have hyphens, but neither dots nor slashes.
func parseLevel(s string) (level, bool) {
	i := strings.LastIndexByte(s, '-')
	if i <= 0 || strings.ContainsAny(s, "./") {
		return level{}, false
	}
	rate, ok := parseNumber(s[i+1:])
	return level{stream: s[:i], bitrate: int(rate)}, ok && rate > 0
}

// resolveRendition reads what follows "hds.".
func (f Format) resolveRendition(rest string) (output.Resource, error) {
	if name, ok := cutSuffixFold(rest, ".f4m"); ok {
		r, ok := parseRendition(name)
		if !ok {
			return nil, output.ErrNoResource
		}
		return manifest{kind: singleKind, rendition: r}, nil
	}
	if name, ok := cutSuffixFold(rest, ".abst"); ok {
		r, ok := parseRendition(name)
		if !ok {
			return nil, output.ErrNoResource
		}
		return bootstrap{rendition: r}, nil
	}
	of, last, ok := strings.Cut(rest, "/")
	if !ok {
		return nil, output.ErrNoResource
	}
	r, ok := parseRendition(of)
	if !ok {
		return nil, output.ErrNoResource
	}
	segment, name, found := strings.Cut(last, "-")
	segment, isSegment := cutPrefixFold(segment, "Seg")
	name, isFragment := cutPrefixFold(name, "Frag")
	if !found || !isSegment || !isFragment {
		return nil, output.ErrNoResource
	}
	number, ok := parseNumber(name)
	if _, valid := parseNumber(segment); !ok || !valid || number < 1 {
		return nil, badRequest("A fragment is asked for by two whole numbers, the second of them above 0; write Seg1-Frag7.")
	}
	return fragment{rendition: r, number: number, writers: f.writers}, nil
}

// parseNumber reads a decimal number of 32 bits without a sign.
func parseNumber(s string) (int64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return int64(n), err == nil && n <= math.MaxUint32
}
