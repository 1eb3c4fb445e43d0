package smooth

import (
	"slices"
	"strconv"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
)

// part is which part of a fragment is asked for (MS-SSTR 2.2.3).
type part byte

const (
	whole   part = 'f' // Fragments: moof and mdat
	header  part = 'i' // FragmentInfo: the moof alone
	payload part = 'r' // RawFragments: the samples alone
	keyOnly part = 'k' // KeyFrames: moof and mdat of what needs no other sample
)

// maxDigits is how many digits always fit 63 bits.
const maxDigits = 18

// partOf returns the part that a noun names.
func partOf(noun string) (part, bool) {
	switch {
	case strings.EqualFold(noun, "Fragments"):
		return whole, true
	case strings.EqualFold(noun, "FragmentInfo"):
		return header, true
	case strings.EqualFold(noun, "RawFragments"):
		return payload, true
	case strings.EqualFold(noun, "KeyFrames"):
		return keyOnly, true
	}
	return 0, false
}

// chunk asks for a fragment.
type chunk struct {
	part    part
	bitrate int
	// choices are the stream names and times that the request may mean: one, unless it was
	// a query with more numbers in it. The first that names a stream counts.
	choices []choice
}

type choice struct {
	stream string
	at     engine.Ticks
}

// Class is Media.
func (chunk) Class() output.Class { return output.Media }

// resolveFragment reads what follows "QualityLevels(".
func resolveFragment(s string) (output.Resource, error) {
	level, s, ok := strings.Cut(s, ")")
	if !ok {
		return nil, badRequest("The quality level has no closing parenthesis; write QualityLevels(bitrate)/Fragments(name=time).")
	}
	noun, arguments, ok := strings.Cut(strings.TrimPrefix(s, "/"), "(")
	if !ok || !strings.HasPrefix(s, "/") {
		return nil, badRequest("After the quality level a fragment must be named; write QualityLevels(bitrate)/Fragments(name=time).")
	}
	if strings.EqualFold(noun, "Manifest") {
		return nil, output.ErrNoResource // a playlist of one level, in the manner of HLS
	}
	p, ok := partOf(noun)
	if !ok {
		return nil, badRequest("That part of a fragment is not known; ask for Fragments, FragmentInfo, RawFragments or KeyFrames.")
	}
	arguments, _, ok = strings.Cut(arguments, ")")
	if !ok {
		return nil, badRequest("The fragment has no closing parenthesis; write Fragments(name=time).")
	}
	bitrate, err := parseLevel(level)
	if err != nil {
		return nil, err
	}
	first, predicates, _ := strings.Cut(arguments, ",")
	if hasFormat(predicates) {
		return nil, output.ErrNoResource
	}
	name, time, _ := strings.Cut(first, "=")
	at, ok := parseNumber(time)
	if !ok || name == "" {
		return nil, badRequest("A fragment is asked for by its stream and its time, a whole number of ticks; write Fragments(name=time).")
	}
	return chunk{part: p, bitrate: bitrate, choices: []choice{{name, engine.Ticks(at)}}}, nil
}

// parseLevel reads "B" or "B,key=value,...".
func parseLevel(s string) (int, error) {
	first, attributes, more := strings.Cut(s, ",")
	bitrate, ok := parseNumber(first)
	if !ok || int64(int(bitrate)) != bitrate {
		return 0, badRequest("The bitrate must be a whole number of bits per second, as in the manifest.")
	}
	if more {
		for attribute := range strings.SplitSeq(attributes, ",") {
			if key, _, ok := strings.Cut(strings.TrimSpace(attribute), "="); !ok || key == "" {
				return 0, badRequest("A custom attribute of a quality level must be written key=value.")
			}
		}
	}
	return int(bitrate), nil
}

// hasFormat tells whether "a=b, format=c" asks for another format.
func hasFormat(predicates string) bool {
	for p := range strings.SplitSeq(predicates, ",") {
		if _, ok := cutPrefixFold(strings.TrimSpace(p), "format="); ok {
			return true
		}
	}
	return false
}

// resolveQuery reads N.ism?manifest=live and N.ism?bitrate=B&NAME=T.
func resolveQuery(req output.Request) (output.Resource, error) {
	if _, ok := req.Query["bitrate"]; ok {
		return resolveFragmentQuery(req)
	}
	if _, ok := req.Query["manifest"]; !ok {
		return nil, output.ErrNoResource
	}
	if !strings.EqualFold(req.Get("manifest"), "live") {
		return nil, badRequest("That manifest is not known; ask for manifest=live.")
	}
	return manifest{}, nil
}

func resolveFragmentQuery(req output.Request) (output.Resource, error) {
	bitrate, err := parseLevel(req.Get("bitrate"))
	if err != nil {
		return nil, err
	}
	c := chunk{part: whole, bitrate: bitrate}
	for name := range req.Query {
		if name == "" || name == "bitrate" {
			continue
		}
		if at, ok := parseNumber(req.Get(name)); ok {
			c.choices = append(c.choices, choice{name, engine.Ticks(at)})
		}
	}
	if len(c.choices) == 0 {
		return nil, badRequest("The query names no stream and time; write bitrate=B&name=time with the stream's name as the key.")
	}
	slices.SortFunc(c.choices, func(a, b choice) int { return strings.Compare(a.stream, b.stream) })
	return c, nil
}

// parseNumber reads a decimal number without a sign.
func parseNumber(s string) (int64, bool) {
	if s == "" || len(s) > maxDigits {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
