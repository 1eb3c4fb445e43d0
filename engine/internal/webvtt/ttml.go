package webvtt

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Limits on a document.
const (
	maxDepth = 64
	maxCues  = 1000
	endless  = time.Duration(1<<63 - 1)
)

// errDeep is the cause for documents that nest without end.
var errDeep = errors.New("its elements are nested too deeply")

// TTML reads the captions of a document (TTML2 clauses 8 and 12): its paragraphs, and in them the
// spans that have times of their own. What has no end is shown until end. Of a document with
// thousands of captions the first are read.
//
// It fails when the document is not XML; what was read until then is returned.
func TTML(document []byte, end time.Duration) ([]Cue, error) {
	d := ttml{end: end, frames: 30, subframes: 1}
	in := xml.NewDecoder(bytes.NewReader(document))
	in.Strict = true
	in.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return d.cues, nil
		}
		if err != nil {
			return d.cues, fmt.Errorf("the captions are no TTML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(d.open) == maxDepth {
				return d.cues, errDeep
			}
			d.begin(t)
		case xml.EndElement:
			d.finish()
		case xml.CharData:
			d.text(string(t))
		}
	}
}

// ttml is a document that is being read.
type ttml struct {
	end               time.Duration
	frames, subframes float64 // a second, and ticks a second
	open              []element
	cues              []Cue
}

// element is one that is not closed yet.
type element struct {
	name       string
	start, end time.Duration
	cue        int  // in which its text goes, counted from 1; 0 for none
	keep       bool // white space as it is
}

// begin opens an element. Times count from the beginning of the one around it.
func (d *ttml) begin(t xml.StartElement) {
	e := element{name: t.Name.Local, end: endless}
	if n := len(d.open); n > 0 {
		around := d.open[n-1]
		e.start, e.end, e.cue, e.keep = around.start, around.end, around.cue, around.keep
	}
	if e.name == "tt" {
		d.rates(t)
	}
	timed := false
	origin, until := e.start, e.end
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "begin", "end", "dur":
			at, ok := d.time(a.Value)
			if !ok {
				continue
			}
			timed = true
			switch a.Name.Local {
			case "begin":
				e.start = origin + at
			case "end":
				until = min(until, origin+at)
			}
		case "space":
			e.keep = a.Value == "preserve"
		}
	}
	if at, ok := d.time(attribute(t, "dur")); ok {
		until = min(until, e.start+at)
	}
	e.end = until
	switch {
	case e.name == "br":
		d.add(e.cue, "\n")
	case e.name == "p" || e.name == "span" && timed && e.cue > 0:
		e.cue = 0
		if len(d.cues) < maxCues {
			shown := e.end
			if shown == endless {
				shown = max(d.end, e.start)
			}
			d.cues = append(d.cues, Cue{Start: e.start, End: shown})
			e.cue = len(d.cues)
		}
	case e.name == "metadata" || e.name == "head":
		e.cue = 0
	}
	d.open = append(d.open, e)
}

func (d *ttml) finish() {
	if n := len(d.open); n > 0 {
		d.open = d.open[:n-1]
	}
}

// text takes words into the cue of the innermost element; white space is one space, unless it is
// to be kept.
func (d *ttml) text(words string) {
	if len(d.open) == 0 {
		return
	}
	e := d.open[len(d.open)-1]
	if !e.keep {
		joined := strings.Join(strings.Fields(words), " ")
		if joined != "" || words != "" {
			if strings.TrimLeft(words, " \t\r\n") != words {
				joined = " " + joined
			}
			if joined != " " && strings.TrimRight(words, " \t\r\n") != words {
				joined += " "
			}
		}
		words = joined
	}
	d.add(e.cue, words)
}

func (d *ttml) add(cue int, words string) {
	if cue > 0 {
		d.cues[cue-1].Text += words
	}
}

// rates reads how long frames and ticks are.
func (d *ttml) rates(t xml.StartElement) {
	if n, err := strconv.ParseFloat(attribute(t, "frameRate"), 64); err == nil && n >= 1 && n <= 1000 {
		d.frames, d.subframes = n, n
	}
	if a, b, ok := strings.Cut(attribute(t, "frameRateMultiplier"), " "); ok {
		x, errX := strconv.ParseFloat(a, 64)
		y, errY := strconv.ParseFloat(b, 64)
		if errX == nil && errY == nil && x >= 1 && y >= 1 && x <= 1e6 && y <= 1e6 {
			d.frames *= x / y
		}
	}
	if n, err := strconv.ParseFloat(attribute(t, "tickRate"), 64); err == nil && n >= 1 && n <= 1e9 {
		d.subframes = n
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// time reads a time expression (TTML2 clause 12.3.1): a clock reading or an offset.
func (d *ttml) time(s string) (time.Duration, bool) {
	parts := strings.Split(strings.TrimSpace(s), ":")
	var total float64
	switch len(parts) {
	case 1:
		value, unit := parts[0], 0.0
		if rest, ok := strings.CutSuffix(value, "f"); ok {
			value, unit = rest, 1/d.frames
		} else if rest, ok := strings.CutSuffix(value, "t"); ok {
			value, unit = rest, 1/d.subframes
		}
		if unit == 0 {
			value, unit = metric(value)
		}
		n, ok := positive(value)
		if total = n * unit; !ok || unit == 0 {
			return 0, false
		}
	case 3, 4:
		for i, unit := range []float64{3600, 60, 1, 1 / d.frames}[:len(parts)] {
			n, ok := positive(parts[i])
			if !ok {
				return 0, false
			}
			total += n * unit
		}
	default:
		return 0, false
	}
	const aYear = 366 * 24 * 3600 * 100
	if total > aYear {
		return 0, false
	}
	return time.Duration(total*1000+0.5) * time.Millisecond, true
}

// metric takes the unit off an offset time; its length is in seconds, and 0 for none.
func metric(s string) (value string, unit float64) {
	n := len(s)
	switch {
	case strings.HasSuffix(s, "ms"):
		return s[:n-2], 0.001
	case strings.HasSuffix(s, "h"):
		return s[:n-1], 3600
	case strings.HasSuffix(s, "m"):
		return s[:n-1], 60
	case strings.HasSuffix(s, "s"):
		return s[:n-1], 1
	}
	return s, 0
}

// positive reads a number of digits and a point.
func positive(s string) (float64, bool) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}
