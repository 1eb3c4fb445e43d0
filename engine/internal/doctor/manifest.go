package doctor

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
)

// Bounds of a client manifest, and of what is asked for: a stranger wrote it.
const (
	manifestBytes = 8 << 20
	manifestRungs = 64
	// sampled is how many of the newest fragments of each quality level are fetched.
	sampled = 8
	// runBound is how many fragments one entry of a manifest may stand for.
	runBound = 1 << 24
)

// clientManifest is what is read of a Smooth Streaming client manifest (MS-SSTR 2.2.2).
type clientManifest struct {
	XMLName   xml.Name      `xml:"SmoothStreamingMedia"`
	TimeScale uint32        `xml:"TimeScale,attr"`
	IsLive    string        `xml:"IsLive,attr"`
	Streams   []streamIndex `xml:"StreamIndex"`
}

type streamIndex struct {
	Type      string  `xml:"Type,attr"`
	Name      string  `xml:"Name,attr"`
	URL       string  `xml:"Url,attr"`
	TimeScale uint32  `xml:"TimeScale,attr"`
	Language  string  `xml:"Language,attr"`
	Levels    []level `xml:"QualityLevel"`
	Chunks    []chunk `xml:"c"`
}

type level struct {
	Bitrate      int    `xml:"Bitrate,attr"`
	FourCC       string `xml:"FourCC,attr"`
	MaxWidth     int    `xml:"MaxWidth,attr"`
	MaxHeight    int    `xml:"MaxHeight,attr"`
	SamplingRate int    `xml:"SamplingRate,attr"`
	Channels     int    `xml:"Channels,attr"`
}

type chunk struct {
	Time     *int64 `xml:"t,attr"`
	Duration int64  `xml:"d,attr"`
	Repeat   int64  `xml:"r,attr"`
}

// listed is one fragment that a manifest lists.
type listed struct{ start, duration int64 }

// newest are the last fragments of a stream, and how many it lists in all.
func (s *streamIndex) newest() (last []listed, all int64) {
	at := int64(0)
	for _, c := range s.Chunks {
		if c.Time != nil {
			at = *c.Time
		}
		n := min(max(1, c.Repeat), runBound)
		all += n
		skip := max(0, n-sampled)
		at += skip * c.Duration
		for range n - skip {
			last = append(last, listed{at, c.Duration})
			at += c.Duration
		}
		if len(last) > sampled {
			last = append(last[:0], last[len(last)-sampled:]...)
		}
	}
	return last, all
}

// manifest examines a client manifest, and some fragments of each of its quality levels.
func manifest(ctx context.Context, u *url.URL, r io.Reader, o Options) (engine.Diagnosis, error) {
	b, err := io.ReadAll(io.LimitReader(r, manifestBytes+1))
	switch {
	case err != nil:
		return engine.Diagnosis{}, bad(redacted(u), err)
	case len(b) > manifestBytes:
		return engine.Diagnosis{}, bad(redacted(u), fmt.Errorf("its manifest has more than %d MiB", manifestBytes>>20))
	}
	m, err := parseManifest(b)
	if err != nil {
		return engine.Diagnosis{}, bad(redacted(u), err)
	}
	e := newExam(o, redacted(u), o.streamID(strings.TrimSuffix(u.Path, "/Manifest")))
	e.d.Bytes = int64(len(b))
	e.d.Format = "Smooth Streaming client manifest"
	if strings.EqualFold(m.IsLive, "true") {
		e.d.Format += " (live)"
	} else {
		e.d.Ended = true
	}
	v := visit{exam: e, ctx: ctx, base: u}
	for i := range m.Streams {
		s := &m.Streams[i]
		if s.TimeScale == 0 {
			s.TimeScale = m.TimeScale
		}
		if s.TimeScale == 0 {
			s.TimeScale = commonScale
		}
		v.stream(s)
	}
	if len(e.tracks) == 0 {
		e.raise(finding.Case{Code: finding.NoFragment, Text: "The manifest lists no quality level of audio or video."})
	}
	if v.full {
		e.d.Stopped = fmt.Sprintf("It has more than %d quality levels; the others were not examined.", manifestRungs)
	}
	if err := ctx.Err(); errors.Is(err, context.DeadlineExceeded) {
		e.d.Stopped = fmt.Sprintf("It was examined for %s.", o.Span)
	}
	return e.conclude(), nil
}

// parseManifest reads a client manifest in UTF-8 or UTF-16.
func parseManifest(b []byte) (*clientManifest, error) {
	d := xml.NewDecoder(bytes.NewReader(plain(b)))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	m := &clientManifest{}
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("it is no Smooth Streaming client manifest (%w)", err)
	}
	return m, nil
}

// plain turns UTF-16 into UTF-8.
func plain(b []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		order, b = binary.LittleEndian, b[2:]
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		order, b = binary.BigEndian, b[2:]
	case bytes.HasPrefix(b, []byte("<\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("\x00<")):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// address is where a fragment of a quality level is (MS-SSTR 2.2.2.6).
func (s *streamIndex) address(base *url.URL, rate int, start int64) (*url.URL, error) {
	name := strings.NewReplacer("{bitrate}", strconv.Itoa(rate), "{Bitrate}", strconv.Itoa(rate),
		"{start time}", strconv.FormatInt(start, 10), "{start_time}", strconv.FormatInt(start, 10), "{CustomAttributes}", "").Replace(s.URL)
	ref, err := url.Parse(strings.ReplaceAll(name, " ", "%20"))
	if err != nil {
		return nil, fmt.Errorf("read the Url %q: %w", s.URL, err)
	}
	return base.ResolveReference(ref), nil
}
