package webvtt

import (
	"encoding/binary"
	"strings"
	"time"
)

// Samples collects the cues of a run of samples of the format "wvtt" (ISO/IEC 14496-30 clause
// 6.6), which follow one another in time.
type Samples struct {
	Cues []Cue
	open []int // cues that the last sample had
}

// Add reads a sample that is shown from start to end. A cue that the sample before had as well
// goes on. It ends with what cannot be read.
func (s *Samples) Add(sample []byte, start, end time.Duration) {
	var shown []int
	for len(sample) >= 8 {
		kind, body, rest := box(sample)
		sample = rest
		if kind != "vttc" {
			continue
		}
		text, ok := payload(body)
		if !ok {
			continue
		}
		if i := s.goesOn(text, start); i >= 0 {
			s.Cues[i].End = end
			shown = append(shown, i)
			continue
		}
		shown = append(shown, len(s.Cues))
		s.Cues = append(s.Cues, Cue{Start: start, End: end, Text: text})
	}
	s.open = shown
}

// goesOn is the cue of the last sample with a text that ended at a time, or -1.
func (s *Samples) goesOn(text string, at time.Duration) int {
	for _, i := range s.open {
		if s.Cues[i].Text == text && s.Cues[i].End == at {
			return i
		}
	}
	return -1
}

// payload is the text of a cue.
func payload(cue []byte) (string, bool) {
	for len(cue) >= 8 {
		kind, body, rest := box(cue)
		if kind == "payl" {
			return plain(string(body)), true
		}
		cue = rest
	}
	return "", false
}

// box takes the first box off b. One that is longer than b, or shorter than its head, is the last.
func box(b []byte) (kind string, body, rest []byte) {
	size := uint64(binary.BigEndian.Uint32(b))
	if size < 8 || size > uint64(len(b)) {
		size = uint64(len(b))
	}
	return string(b[4:8]), b[8:size], b[size:]
}

// plain takes the markup out of the text of a cue.
func plain(text string) string {
	out := make([]byte, 0, len(text))
	inside := false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '<':
			inside = true
		case c == '>' && inside:
			inside = false
		case !inside:
			out = append(out, c)
		}
	}
	entities := strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&nbsp;", "\u00a0", "&lrm;", "\u200e", "&rlm;", "\u200f")
	return entities.Replace(string(out))
}
