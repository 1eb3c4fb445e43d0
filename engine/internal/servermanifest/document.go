package servermanifest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// Document is the .ism file of a publishing point.
type Document struct {
	// ClientManifest is the path of the .ismc, relative to the .ism. A live event has
	// none: it is set when the archive is sealed.
	ClientManifest string
	// Title is optional.
	Title string
	// Meta are further meta elements, in order.
	Meta []Pair
	// Sources are the tracks, in the order they joined.
	Sources []Source
}

// Source is one track of a [Document] and the file it is in.
type Source struct {
	// Type is "video", "audio" or "text".
	Type string
	// Src is the archive file, relative to the .ism.
	Src string
	// SystemBitrate is in bit/s and equal to the one in fragment URLs.
	SystemBitrate uint32
	// SystemLanguage is written when it is not "".
	SystemLanguage string
	// TrackID is the track_ID in that file.
	TrackID uint32
	// TrackName is the name in fragment URLs, left out when "".
	TrackName string
	// Params are further parameters, in order.
	Params []Pair
}

const (
	smilNamespace      = "http://www.w3.org/2001/SMIL20/Language"
	metaClientManifest = "clientManifestRelativePath"
	metaTitle          = "title"
)

// Write returns d as a SMIL document in UTF-8. A source of a type that is not known is
// left out. Characters that XML cannot hold become U+FFFD.
func Write(d *Document) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	b.WriteString(`<smil xmlns="` + smilNamespace + `">` + "\n  <head>\n")
	if d.ClientManifest != "" {
		writeEmpty(&b, 4, "meta", "name", metaClientManifest, "content", d.ClientManifest)
	}
	if d.Title != "" {
		writeEmpty(&b, 4, "meta", "name", metaTitle, "content", d.Title)
	}
	for _, m := range d.Meta {
		writeEmpty(&b, 4, "meta", "name", m.Name, "content", m.Value)
	}
	b.WriteString("  </head>\n  <body>\n    <switch>\n")
	for n := range d.Sources {
		d.Sources[n].write(&b)
	}
	b.WriteString("    </switch>\n  </body>\n</smil>\n")
	return b.Bytes()
}

func (s *Source) write(b *bytes.Buffer) {
	element := elementOf(s.Type)
	if kindOf(element) == "" {
		return
	}
	attrs := []string{"src", s.Src, "systemBitrate", strconv.FormatUint(uint64(s.SystemBitrate), 10)}
	if s.SystemLanguage != "" {
		attrs = append(attrs, "systemLanguage", s.SystemLanguage)
	}
	writeStart(b, 6, element, attrs)
	b.WriteString(">\n")
	writeParam(b, "trackID", strconv.FormatUint(uint64(s.TrackID), 10))
	if s.TrackName != "" {
		writeParam(b, "trackName", s.TrackName)
	}
	for _, p := range s.Params {
		writeParam(b, p.Name, p.Value)
	}
	b.WriteString("      </" + element + ">\n")
}

func writeParam(b *bytes.Buffer, name, value string) {
	writeEmpty(b, 8, "param", "name", name, "value", value, "valuetype", "data")
}

func writeEmpty(b *bytes.Buffer, indent int, element string, attrs ...string) {
	writeStart(b, indent, element, attrs)
	b.WriteString("/>\n")
}

// writeStart writes a start tag without its end. attrs are names and values in turn.
func writeStart(b *bytes.Buffer, indent int, element string, attrs []string) {
	b.WriteString(strings.Repeat(" ", indent) + "<" + element)
	for n := 0; n+1 < len(attrs); n += 2 {
		b.WriteString(" " + attrs[n] + `="`)
		// A bytes.Buffer takes everything, so there is no error to look at.
		_ = xml.EscapeText(b, []byte(attrs[n+1]))
		b.WriteString(`"`)
	}
}

// ParseDocument reads what [Write] writes, and .ism files of other servers. Elements
// that are not known are passed over.
func ParseDocument(b []byte) (*Document, error) {
	s, err := readSMIL(b)
	if err != nil {
		return nil, err
	}
	d := &Document{}
	for _, m := range s.meta {
		switch m.Name {
		case metaClientManifest:
			d.ClientManifest = m.Value
		case metaTitle:
			d.Title = m.Value
		default:
			d.Meta = append(d.Meta, m)
		}
	}
	for n := range s.objects {
		source, err := s.objects[n].source()
		if err != nil {
			return nil, fmt.Errorf("server manifest track %d: %w", n+1, err)
		}
		d.Sources = append(d.Sources, source)
	}
	return d, nil
}

func (o *object) source() (Source, error) {
	s := Source{
		Type:           o.kind,
		Src:            o.value("src"),
		SystemLanguage: o.value("systemLanguage"),
		TrackName:      o.value("trackName"),
	}
	var err error
	if s.SystemBitrate, err = o.number("systemBitrate"); err != nil {
		return s, err
	}
	if s.TrackID, err = o.number("trackID"); err != nil {
		return s, err
	}
	for _, p := range o.params {
		switch strings.ToLower(p.Name) {
		case "trackid", "trackname", "systembitrate", "systemlanguage":
		default:
			s.Params = append(s.Params, p)
		}
	}
	return s, nil
}
