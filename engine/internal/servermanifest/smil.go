package servermanifest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds on a document from a stranger. An encoder sends a few tracks with a dozen
// parameters each.
const (
	maxObjects = 128
	maxParams  = 64
	maxMeta    = 128
	maxDepth   = 32
)

// Pair is a name with its value: a meta element of the head, or a param element.
type Pair struct {
	Name, Value string
}

// smil is a document as read: the part that both kinds of server manifest share.
type smil struct {
	meta    []Pair
	objects []object
}

// object is one media object of the switch.
type object struct {
	kind   string // "video", "audio" or "text"
	attrs  map[string]string
	params []Pair
}

// kindOf gives the track type that an element stands for, or "".
func kindOf(element string) string {
	switch element {
	case "video", "audio":
		return element
	case "textstream":
		return "text"
	}
	return ""
}

// readSMIL reads a document by local names, whatever their prefix, and passes over
// elements that it does not know.
func readSMIL(b []byte) (*smil, error) {
	text, err := toUTF8(b)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") || strings.EqualFold(label, "us-ascii") {
			return input, nil // converted already, or a part of UTF-8
		}
		return nil, fmt.Errorf("encoding %q is not supported: write UTF-8 or UTF-16", label)
	}
	s := &smil{}
	var root string
	open := -1 // index of the media object being read
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read server manifest: %w", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if root == "" {
				root = e.Name.Local
			}
			if depth++; depth > maxDepth {
				return nil, fmt.Errorf("read server manifest: its elements nest deeper than %d", maxDepth)
			}
			if open, err = s.start(e, open); err != nil {
				return nil, err
			}
		case xml.EndElement:
			depth--
			if kindOf(e.Name.Local) != "" {
				open = -1
			}
		}
	}
	if root != "smil" {
		return nil, fmt.Errorf("read server manifest: its root element is %q, not smil", root)
	}
	return s, nil
}

// start takes one element in. open is the index of the media object it is in, or -1;
// the result is that index from here on.
func (s *smil) start(e xml.StartElement, open int) (int, error) {
	name := e.Name.Local
	switch {
	case kindOf(name) != "":
		if len(s.objects) >= maxObjects {
			return open, fmt.Errorf("read server manifest: it has more than %d tracks", maxObjects)
		}
		attrs := make(map[string]string, len(e.Attr))
		for _, a := range e.Attr {
			attrs[strings.ToLower(a.Name.Local)] = a.Value
		}
		s.objects = append(s.objects, object{kind: kindOf(name), attrs: attrs})
		return len(s.objects) - 1, nil
	case name == "param" && open >= 0:
		o := &s.objects[open]
		if len(o.params) >= maxParams {
			return open, fmt.Errorf("read server manifest: a track has more than %d parameters", maxParams)
		}
		o.params = append(o.params, Pair{Name: attr(e, "name"), Value: attr(e, "value")})
	case name == "meta":
		if len(s.meta) >= maxMeta {
			return open, fmt.Errorf("read server manifest: it has more than %d meta elements", maxMeta)
		}
		s.meta = append(s.meta, Pair{Name: attr(e, "name"), Value: attr(e, "content")})
	}
	return open, nil
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// value returns the attribute of that name, or else the parameter. Names are compared
// without case: Subtype and subtype are both in use. The attribute wins.
func (o *object) value(name string) string {
	if v, ok := o.attrs[strings.ToLower(name)]; ok {
		return v
	}
	for _, p := range o.params {
		if strings.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// toUTF8 converts a document, UTF-16 in either byte order or UTF-8, with or without a
// byte order mark, and drops NULs from its end.
func toUTF8(b []byte) ([]byte, error) {
	big := bytes.HasPrefix(b, []byte{0xfe, 0xff}) || bytes.HasPrefix(b, []byte{0, '<'})
	little := bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{'<', 0})
	if big || little {
		units := make([]uint16, len(b)/2)
		for n := range units {
			hi, lo := b[2*n], b[2*n+1]
			if little {
				hi, lo = lo, hi
			}
			units[n] = uint16(hi)<<8 | uint16(lo)
		}
		b = []byte(string(utf16.Decode(units)))
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	b = bytes.TrimRight(b, "\x00")
	if !utf8.Valid(b) {
		return nil, errors.New("read server manifest: it is neither UTF-8 nor UTF-16")
	}
	return b, nil
}
