package encoder

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// Progress is one block of ffmpeg's -progress output. Numbers that ffmpeg does not know (it
// prints N/A) are -1. The zero value is "no block yet": At is zero.
type Progress struct {
	Frame      int64         // video frames so far
	FPS        float64       // average since the start; 0 during the first second
	Speed      float64       // media time against wall time; below 0.95 for long: too slow for live
	OutTime    time.Duration // media time sent; may be a little below zero at the start
	TotalSize  int64         // bytes sent
	Bitrate    int64         // average so far, in bits/s
	DropFrames int64
	DupFrames  int64
	At         time.Time // when the block was complete
	End        bool      // the last block: the input came to its end or ffmpeg was stopped
}

// moved reports whether the stream went on between an older block and this one.
func (p Progress) moved(older Progress) bool {
	return p.Frame != older.Frame || p.OutTime != older.OutTime || p.TotalSize != older.TotalSize
}

// progressParser collects the lines of one block. Its memory does not grow with its input.
type progressParser struct {
	block   Progress
	hasTime bool // out_time_us was there; the older spellings are not needed
	begun   bool
}

// line takes one line and returns the block when the line ends one. Lines and values that are
// not understood count as not known.
func (p *progressParser) line(line []byte, at time.Time) (Progress, bool) {
	key, value, found := bytes.Cut(line, []byte("="))
	if !found {
		return Progress{}, false
	}
	if !p.begun {
		p.block = Progress{Frame: -1, FPS: -1, Speed: -1, OutTime: -1, TotalSize: -1, Bitrate: -1, DropFrames: -1, DupFrames: -1}
		p.hasTime, p.begun = false, true
	}
	text := strings.TrimSpace(string(value))
	switch strings.TrimSpace(string(key)) {
	case "frame":
		p.block.Frame = wholeNumber(text)
	case "fps":
		p.block.FPS = number(text)
	case "bitrate":
		p.block.Bitrate = bitsPerSecond(text)
	case "total_size":
		p.block.TotalSize = wholeNumber(text)
	case "out_time_us":
		p.microseconds(text)
	case "out_time_ms": // in microseconds too: a slip that ffmpeg keeps for compatibility
		if !p.hasTime {
			p.microseconds(text)
		}
	case "dup_frames":
		p.block.DupFrames = wholeNumber(text)
	case "drop_frames":
		p.block.DropFrames = wholeNumber(text)
	case "speed":
		p.block.Speed = number(strings.TrimSuffix(text, "x"))
	case "progress":
		p.begun = false
		p.block.At, p.block.End = at, text == "end"
		return p.block, true
	}
	return Progress{}, false
}

func (p *progressParser) microseconds(text string) {
	us, err := strconv.ParseInt(text, 10, 64)
	if err != nil || us > math.MaxInt64/1000 || us < math.MinInt64/1000 {
		return
	}
	p.block.OutTime, p.hasTime = time.Duration(us)*time.Microsecond, true
}

// wholeNumber is -1 for whatever is not a number from 0.
func wholeNumber(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// number is -1 for whatever is not a finite number from 0.
func number(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
		return -1
	}
	return f
}

// bitsPerSecond reads "127.9kbits/s".
func bitsPerSecond(text string) int64 {
	kilobits := number(strings.TrimSuffix(text, "kbits/s"))
	if kilobits < 0 || kilobits > 1e12 {
		return -1
	}
	return int64(math.Round(kilobits * 1000))
}
