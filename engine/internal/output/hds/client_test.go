package hds

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"path"
	"strings"
)

// What follows is a client that shares nothing with the format but the specification.

// f4mDocument is a manifest as a client reads it, of either version.
type f4mDocument struct {
	XMLName       xml.Name `xml:"manifest"`
	ID            string   `xml:"id"`
	StreamType    string   `xml:"streamType"`
	DeliveryType  string   `xml:"deliveryType"`
	Duration      float64  `xml:"duration"`
	BootstrapInfo []struct {
		Profile string `xml:"profile,attr"`
		ID      string `xml:"id,attr"`
		URL     string `xml:"url,attr"`
		Inline  string `xml:",chardata"`
	} `xml:"bootstrapInfo"`
	DVR *struct {
		Window int `xml:"windowDuration,attr"`
	} `xml:"dvrInfo"`
	Media []struct {
		Bitrate   int    `xml:"bitrate,attr"`
		Width     int    `xml:"width,attr"`
		Height    int    `xml:"height,attr"`
		URL       string `xml:"url,attr"`
		Href      string `xml:"href,attr"`
		Bootstrap string `xml:"bootstrapInfoId,attr"`
		Type      string `xml:"type,attr"`
		Alternate string `xml:"alternate,attr"`
		Language  string `xml:"lang,attr"`
		Metadata  string `xml:"metadata"`
	} `xml:"media"`
}

// version is the last part of the namespace.
func (d *f4mDocument) version() string { return path.Base(d.XMLName.Space) }

// rung is one media element with its bootstrap.
type rung struct {
	base string // what Seg1-Frag1 is appended to
	info *abstBox
	kbps int
}

// rungs reads a manifest and all it leads to.
func rungs(at string, get func(string) ([]byte, error)) ([]rung, *f4mDocument, error) {
	text, err := get(at)
	if err != nil {
		return nil, nil, err
	}
	if len(text) < 200 || !strings.Contains(string(text[:200]), "<manifest") {
		return nil, nil, errors.New("some clients would not recognize it")
	}
	doc := &f4mDocument{}
	if err := xml.Unmarshal(text, doc); err != nil {
		return nil, nil, err
	}
	folder := strings.TrimSuffix(at, path.Base(at))
	var out []rung
	for _, m := range doc.Media {
		if m.Href != "" {
			inner, _, err := rungs(folder+m.Href, get)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", m.Href, err)
			}
			out = append(out, inner...)
			continue
		}
		found := false
		for _, b := range doc.BootstrapInfo {
			if b.ID != m.Bootstrap || b.Profile != "named" {
				continue
			}
			raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(b.Inline))
			if b.URL != "" {
				raw, err = get(folder + b.URL)
			}
			if err != nil {
				return nil, nil, fmt.Errorf("bootstrap of %s: %w", m.URL, err)
			}
			info, err := parseABST(raw)
			if err != nil {
				return nil, nil, fmt.Errorf("bootstrap of %s: %w", m.URL, err)
			}
			out, found = append(out, rung{folder + m.URL, info, m.Bitrate}), true
		}
		if !found {
			return nil, nil, fmt.Errorf("%s has no bootstrap", m.URL)
		}
	}
	return out, doc, nil
}

// abstBox is a bootstrap.
type abstBox struct {
	version, timescale uint32
	live               bool
	now                uint64
	count              uint32 // fragments of the one segment
	runs               []runEntry
}

type runEntry struct {
	first    uint32
	at       uint64
	duration uint32
	why      int // -1 with a duration
}

// reader reads big-endian numbers and remembers whether there were enough.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) n(size int) uint64 {
	if len(r.b) < size {
		r.short, r.b = true, nil
		return 0
	}
	var v uint64
	for _, b := range r.b[:size] {
		v = v<<8 | uint64(b)
	}
	r.b = r.b[size:]
	return v
}

func (r *reader) box(name string) (*reader, error) {
	size := r.n(4)
	kind := r.n(4)
	if r.short || size < 8 || size-8 > uint64(len(r.b)) || kind != uint64(binary.BigEndian.Uint32([]byte(name))) {
		return nil, fmt.Errorf("there is no whole %s", name)
	}
	inner := &reader{b: r.b[:size-8]}
	r.b = r.b[size-8:]
	if inner.n(4) != 0 {
		return nil, fmt.Errorf("%s has a version or flags", name)
	}
	return inner, nil
}

func parseABST(raw []byte) (*abstBox, error) {
	outer := &reader{b: raw}
	r, err := outer.box("abst")
	if err != nil || len(outer.b) > 0 {
		return nil, fmt.Errorf("%v, %d bytes behind it", err, len(outer.b))
	}
	b := &abstBox{version: uint32(r.n(4))}
	flags := r.n(1)
	b.live = flags == 0x20
	if flags&^0x20 != 0 {
		return nil, fmt.Errorf("flags are %02x", flags)
	}
	b.timescale, b.now = uint32(r.n(4)), r.n(8)
	if r.n(8) != 0 || r.n(5) != 0 {
		return nil, errors.New("something unused is used")
	}
	if r.n(1) != 1 {
		return nil, errors.New("there is not one segment run table")
	}
	asrt, err := r.box("asrt")
	if err != nil {
		return nil, err
	}
	if asrt.n(1) != 0 || asrt.n(4) != 1 || asrt.n(4) != 1 {
		return nil, errors.New("asrt does not have segment 1 alone")
	}
	b.count = uint32(asrt.n(4))
	if r.n(1) != 1 {
		return nil, errors.New("there is not one fragment run table")
	}
	afrt, err := r.box("afrt")
	if err != nil {
		return nil, err
	}
	if afrt.n(4) != uint64(b.timescale) || afrt.n(1) != 0 {
		return nil, errors.New("afrt has another timescale, or qualities")
	}
	for range afrt.n(4) {
		e := runEntry{first: uint32(afrt.n(4)), at: afrt.n(8), duration: uint32(afrt.n(4)), why: -1}
		if e.duration == 0 {
			e.why = int(afrt.n(1))
		}
		b.runs = append(b.runs, e)
	}
	if r.short || asrt.short || afrt.short || len(r.b)+len(asrt.b)+len(afrt.b) > 0 {
		return nil, errors.New("a table does not fill its box")
	}
	return b, nil
}

// ended tells whether nothing follows.
func (b *abstBox) ended() bool {
	return len(b.runs) > 0 && b.runs[len(b.runs)-1] == runEntry{why: 0}
}

// piece is a fragment in a run table. Times are milliseconds.
type piece struct {
	number          uint32
	start, duration uint64
}

// pieces lists the fragments that are there.
func (b *abstBox) pieces() ([]piece, error) {
	var out []piece
	if len(b.runs) == 0 || b.runs[0].duration == 0 || b.timescale != 1000 {
		return nil, errors.New("the table does not begin with a fragment")
	}
	last := uint64(b.runs[0].first) + uint64(b.count) - 1
	for i, r := range b.runs {
		if r.duration == 0 {
			continue
		}
		until := last
		if i+1 < len(b.runs) && b.runs[i+1].first != 0 {
			until = uint64(b.runs[i+1].first) - 1
		}
		if until > math.MaxUint32 || until < uint64(r.first) {
			return nil, fmt.Errorf("the run from %d on ends with %d", r.first, until)
		}
		for n := uint64(r.first); n <= until; n++ {
			out = append(out, piece{uint32(n), r.at + (n-uint64(r.first))*uint64(r.duration), uint64(r.duration)})
		}
	}
	if end := out[len(out)-1]; end.start+end.duration != b.now || uint64(end.number) != last {
		return nil, fmt.Errorf("the table ends with %+v, the time is %d and the count %d", end, b.now, b.count)
	}
	return out, nil
}
