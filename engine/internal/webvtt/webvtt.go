// Package webvtt makes WebVTT of the captions that encoders send: of TTML documents and of the
// samples of ISO/IEC 14496-30. Plain captions come through, when they are shown, their words and
// their lines; where on the picture and in what colours does not.
//
// Everything here is a pure function of its input, allocates no more than a small multiple of it,
// and never panics.
package webvtt

import (
	"strings"
	"time"
)

// Cue is some words and when they are shown.
type Cue struct {
	Start, End time.Duration
	Text       string // lines; plain, nothing in it is markup
}

// Append writes a segment of cues as HLS has it (RFC 8216 section 3.5): mpegts is the reading of
// the 90 kHz clock that the cues' time zero stands for. Cues that end before zero, or before they
// begin, are left out.
func Append(b []byte, mpegts uint64, cues []Cue) []byte {
	// What WebVTT would take for markup.
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\x00", "\ufffd")
	b = append(b, "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:"...)
	b = appendNumber(b, int64(mpegts), 1)
	b = append(b, ",LOCAL:00:00:00.000\n"...)
	for _, c := range cues {
		start := max(c.Start, 0)
		text := lines(c.Text)
		if c.End <= start || text == "" {
			continue
		}
		b = append(appendTime(append(b, '\n'), start), " --> "...)
		b = append(appendTime(b, c.End), '\n')
		b = append(append(b, escape.Replace(text)...), '\n')
	}
	return b
}

// lines leaves out empty ones, which would end the cue.
func lines(text string) string {
	var out []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// appendTime writes a time as hours, minutes, seconds and milliseconds.
func appendTime(b []byte, d time.Duration) []byte {
	ms := d.Milliseconds()
	b = append(appendNumber(b, ms/3_600_000, 2), ':')
	b = append(appendNumber(b, ms/60_000%60, 2), ':')
	b = append(appendNumber(b, ms/1000%60, 2), '.')
	return appendNumber(b, ms%1000, 3)
}

// appendNumber writes a number with at least so many digits.
func appendNumber(b []byte, n int64, digits int) []byte {
	if n >= 10 || digits > 1 {
		b = appendNumber(b, n/10, digits-1)
	}
	return append(b, byte('0'+n%10))
}
