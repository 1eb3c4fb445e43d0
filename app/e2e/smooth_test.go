//go:build e2e

package e2e

import (
	"context"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// player is a small Smooth Streaming client. It keeps one connection, like a player that is
// never thrown out.
type player struct {
	base        string // address of the manifest
	client      *http.Client
	connections atomic.Int64
}

func newPlayer(t *testing.T, manifest string) *player {
	t.Helper()
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &player{base: manifest, client: &http.Client{Transport: transport}}
}

// answer is what a request came to.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// get asks for an address, with header fields in pairs.
func (p *player) get(ctx context.Context, method, url string, fields ...string) (*answer, error) {
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		if !c.Reused {
			p.connections.Add(1)
		}
	}}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), method, url, nil)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(fields); i += 2 {
		req.Header.Set(fields[i], fields[i+1])
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", url, err)
	}
	return &answer{resp.StatusCode, resp.Header, body}, resp.Body.Close()
}

// mustGet is get for a test that expects a status.
func (p *player) mustGet(t *testing.T, status int, method, url string, fields ...string) *answer {
	t.Helper()
	a, err := p.get(t.Context(), method, url, fields...)
	if err != nil {
		t.Fatal(err)
	}
	if a.status != status {
		t.Fatalf("%s %s answers %d, not %d: %s", method, url, a.status, status, a.body)
	}
	return a
}

// manifest is the client manifest as MS-SSTR 2.2.2 has it.
type manifest struct {
	IsLive    string `xml:",attr"`
	Duration  int64  `xml:",attr"`
	LookAhead int    `xml:"LookAheadFragmentCount,attr"`
	Streams   []struct {
		Type   string `xml:",attr"`
		Name   string `xml:",attr"`
		URL    string `xml:"Url,attr"`
		Scale  int64  `xml:"TimeScale,attr"`
		Chunks int    `xml:",attr"`
		Levels []struct {
			Bitrate          int    `xml:",attr"`
			FourCC           string `xml:",attr"`
			MaxWidth         int    `xml:",attr"`
			CodecPrivateData string `xml:",attr"`
		} `xml:"QualityLevel"`
		C []struct {
			T *int64 `xml:"t,attr"`
			D int64  `xml:"d,attr"`
		} `xml:"c"`
	} `xml:"StreamIndex"`
}

// level is one quality level with its fragments.
type level struct {
	kind, stream string
	bitrate      int
	scale        int64 // ticks per second of all times
	spans        []span
	url          string // with {start time} in it
}

func (l *level) String() string { return fmt.Sprintf("%s %d", l.stream, l.bitrate) }

// span is a fragment's place on the timeline, in 100 ns.
type span struct{ start, duration int64 }

func (s span) end() int64 { return s.start + s.duration }

// at is the address of a fragment, relative to the manifest.
func (l *level) at(start int64) string {
	return strings.ReplaceAll(l.url, "{start time}", strconv.FormatInt(start, 10))
}

// parseManifest reads a client manifest.
func parseManifest(text []byte) (*manifest, []*level, error) {
	m := &manifest{}
	if err := xml.Unmarshal(text, m); err != nil {
		return nil, nil, fmt.Errorf("%w in %s", err, text)
	}
	var levels []*level
	for _, s := range m.Streams {
		var spans []span
		for i, c := range s.C {
			at := span{duration: c.D}
			switch {
			case c.T != nil:
				at.start = *c.T
			case i == 0:
				return nil, nil, fmt.Errorf("the first fragment of %s has no time", s.Name)
			default:
				at.start = spans[i-1].end()
			}
			spans = append(spans, at)
		}
		if s.Chunks != len(spans) {
			return nil, nil, fmt.Errorf("%s says %d chunks and lists %d", s.Name, s.Chunks, len(spans))
		}
		for _, q := range s.Levels {
			url := strings.ReplaceAll(s.URL, "{bitrate}", strconv.Itoa(q.Bitrate))
			levels = append(levels, &level{kind: s.Type, stream: s.Name, bitrate: q.Bitrate, scale: s.Scale, spans: spans, url: url})
		}
	}
	return m, levels, nil
}

// manifest loads the manifest; nil while the server has none to give.
func (p *player) manifest(ctx context.Context) (*manifest, []*level, error) {
	a, err := p.get(ctx, http.MethodGet, p.base)
	if err != nil || a.status != http.StatusOK {
		return nil, nil, err
	}
	return parseManifest(a.body)
}

// mustManifest is manifest for a test that knows that there is one.
func (p *player) mustManifest(t *testing.T) (*manifest, []*level) {
	t.Helper()
	m, levels, err := parseManifest(p.mustGet(t, http.StatusOK, http.MethodGet, p.base).body)
	if err != nil {
		t.Fatal(err)
	}
	return m, levels
}

// address is where a fragment is.
func (p *player) address(l *level, start int64) string {
	return p.base[:strings.LastIndexByte(p.base, '/')+1] + l.at(start)
}

// sample is a coded picture or piece of sound. Times are in 100 ns.
type sample struct {
	pts, duration int64
	sync          bool
	size          int
	md5           string
}

// fragment is what moof and mdat say.
type fragment struct {
	track   uint32
	at      span   // tfxd
	ahead   []span // tfrf
	samples []sample
}

// box is an MP4 box and what is inside.
type box struct {
	typ  string
	raw  []byte
	body []byte
}

// boxes splits bytes into boxes.
func boxes(b []byte) ([]box, error) {
	var all []box
	for len(b) > 0 {
		if len(b) < 8 {
			return nil, fmt.Errorf("%d bytes are left over", len(b))
		}
		size := int(binary.BigEndian.Uint32(b))
		if size < 8 || size > len(b) {
			return nil, fmt.Errorf("a box %q of %d bytes in %d", b[4:8], size, len(b))
		}
		all = append(all, box{string(b[4:8]), b[:size], b[8:size]})
		b = b[size:]
	}
	return all, nil
}

// Types of the boxes that tell time in Smooth Streaming (MS-SSTR 2.2.4.4, 2.2.4.5).
const (
	tfxd = "6d1d9b0542d544e680e2141daff757b2"
	tfrf = "d4807ef2ca3946958e5426cb9e46a79f"
)

// parseFragment reads what a player is given: one moof with one traf, and its mdat.
func parseFragment(b []byte) (*fragment, error) {
	top, err := boxes(b)
	if err != nil {
		return nil, err
	}
	if len(top) != 2 || top[0].typ != "moof" || top[1].typ != "mdat" {
		return nil, fmt.Errorf("it is not one moof and one mdat but %d boxes", len(top))
	}
	inner, err := boxes(top[0].body)
	if err != nil {
		return nil, err
	}
	f := &fragment{}
	for _, outer := range inner {
		if outer.typ != "traf" {
			continue
		}
		parts, err := boxes(outer.body)
		if err != nil {
			return nil, err
		}
		if err := f.readTraf(parts, b); err != nil {
			return nil, err
		}
	}
	if len(f.samples) == 0 {
		return nil, fmt.Errorf("it has no samples")
	}
	return f, nil
}

// readTraf reads times, then samples, whose places in the whole fragment b are told.
func (f *fragment) readTraf(parts []box, b []byte) error {
	var defaultFlags uint32
	for _, p := range parts {
		switch {
		case p.typ == "tfhd":
			if flags := binary.BigEndian.Uint32(p.body); flags != 0x20 {
				return fmt.Errorf("tfhd has the flags %x", flags)
			}
			f.track, defaultFlags = binary.BigEndian.Uint32(p.body[4:]), binary.BigEndian.Uint32(p.body[8:])
		case p.typ == "uuid" && hex.EncodeToString(p.body[:16]) == tfxd:
			f.at = spanAt(p.body[20:])
		case p.typ == "uuid" && hex.EncodeToString(p.body[:16]) == tfrf:
			for i := range int(p.body[20]) {
				f.ahead = append(f.ahead, spanAt(p.body[21+16*i:]))
			}
		}
	}
	for _, p := range parts {
		if p.typ == "trun" {
			return f.readRun(p.body, b, defaultFlags)
		}
	}
	return fmt.Errorf("it has no trun")
}

func spanAt(b []byte) span {
	return span{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:]))}
}

// readRun reads a trun (ISO/IEC 14496-12, 8.8.8) and the bytes of its samples.
func (f *fragment) readRun(run, b []byte, defaultFlags uint32) error {
	word := func() uint32 {
		v := binary.BigEndian.Uint32(run)
		run = run[4:]
		return v
	}
	flags, count, at := word()&0xffffff, int(word()), int(word())
	if flags&0x301 != 0x301 {
		return fmt.Errorf("trun has the flags %x", flags)
	}
	first := defaultFlags
	if flags&4 != 0 {
		first = word()
	}
	var decode, shift int64
	for i := range count {
		s := sample{duration: int64(word()), size: int(word())}
		own := defaultFlags
		if i == 0 {
			own = first
		}
		if flags&0x400 != 0 {
			own = word()
		}
		var offset int64
		if flags&0x800 != 0 {
			offset = int64(int32(word()))
		}
		if i == 0 {
			shift = f.at.start - offset // tfxd tells when the first sample is shown
		}
		if at+s.size > len(b) {
			return fmt.Errorf("sample %d ends behind the fragment", i)
		}
		sum := md5.Sum(b[at : at+s.size])
		s.md5, s.sync, s.pts = hex.EncodeToString(sum[:]), own&0x10000 == 0, shift+decode+offset
		decode += s.duration
		at += s.size
		f.samples = append(f.samples, s)
	}
	if at != len(b) {
		return fmt.Errorf("%d bytes follow the last sample", len(b)-at)
	}
	return nil
}
