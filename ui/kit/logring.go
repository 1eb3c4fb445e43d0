package kit

import (
	"log/slog"
	"strings"
	"time"
	"unicode"
)

// longestLine is how much of a line is kept, in bytes; nobody reads further in one row, and lines come from outside.
const longestLine = 2000

// LogLine is one line of a log.
type LogLine struct {
	At    time.Time // zero leaves the time out
	Level slog.Level
	Text  string
}

// ring keeps the newest lines, up to its capacity.
type ring struct {
	lines []LogLine
	start int
	count int
}

func newRing(capacity int) ring { return ring{lines: make([]LogLine, max(1, capacity))} }

// add appends a line and reports whether the oldest had to go.
func (r *ring) add(line LogLine) (dropped bool) {
	line.Text = oneLine(line.Text)
	if r.count == len(r.lines) {
		r.lines[r.start] = line
		r.start = (r.start + 1) % len(r.lines)
		return true
	}
	r.lines[(r.start+r.count)%len(r.lines)] = line
	r.count++
	return false
}

// at is the i-th line, the oldest first, and the zero line outside the ring.
func (r *ring) at(i int) LogLine {
	if i < 0 || i >= r.count {
		return LogLine{}
	}
	return r.lines[(r.start+i)%len(r.lines)]
}

func (r *ring) clear() {
	clear(r.lines)
	r.start, r.count = 0, 0
}

// oneLine is s without anything that is not a sign with a width, and not longer than longestLine.
func oneLine(s string) string {
	cut := len(s) > longestLine
	if cut {
		s = s[:longestLine]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.TrimRight(strings.ToValidUTF8(s, ""), "\r\n"))
	if cut {
		s += ellipsis
	}
	return s
}
