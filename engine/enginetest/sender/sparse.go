package sender

import (
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// SparseTrack makes the header and fragments of a track of markers or captions. The zero
// value of a field that is not marked as required is left out of the header.
type SparseTrack struct {
	Name       string // trackName; required
	Parent     string // parentTrackName
	Subtype    string // DATA, CAPT, SUBT
	Scheme     string // URN of the messages
	Language   string // ISO 639-2
	InManifest bool   // manifestOutput
	// Handler and Entry are the handler type and the sample entry: "meta" and "scte" when
	// both are empty, "text" and "wvtt", "subt" and "stpp" or "dfxp".
	Handler, Entry string
	Timescale      uint32 // 10000000 when 0
	NoManifest     bool   // sends no LiveServerManifest
	NoRun          bool   // fragments have no trun
}

// trackID is that of the one track in the header.
const trackID = 1

// Markers is a track of SCTE 35 messages on the timeline of a parent, as Azure's encoders
// send it.
func Markers(name, parent string) SparseTrack {
	return SparseTrack{Name: name, Parent: parent, Subtype: "DATA", Scheme: "urn:scte:scte35:2013:bin", InManifest: true}
}

func (t SparseTrack) timescale() uint32 {
	if t.Timescale == 0 {
		return 10_000_000
	}
	return t.Timescale
}

// Header is what stands before the first fragment: ftyp, LiveServerManifest and moov.
func (t SparseTrack) Header() []byte {
	ftyp := box("ftyp", []byte("isml"), words(1), []byte("piffiso2"))
	if t.NoManifest {
		return slices.Concat(ftyp, t.moov())
	}
	const server = "\xa5\xd4\x0b\x30\xe8\x14\x11\xdd\xba\x2f\x08\x00\x20\x0c\x9a\x66"
	return slices.Concat(ftyp, box("uuid", []byte(server), words(0), []byte(t.manifest())), t.moov())
}

func (t SparseTrack) manifest() string {
	var b strings.Builder
	param := func(name, value string) {
		if value == "" {
			return
		}
		b.WriteString(`<param name="` + name + `" value="`)
		// A strings.Builder takes everything.
		_ = xml.EscapeText(&b, []byte(value))
		b.WriteString(`" valuetype="data"/>`)
	}
	param("trackID", fmt.Sprint(trackID))
	param("trackName", t.Name)
	param("timescale", fmt.Sprint(t.timescale()))
	param("parentTrackName", t.Parent)
	param("Subtype", t.Subtype)
	param("Scheme", t.Scheme)
	if t.InManifest {
		param("manifestOutput", "true")
	}
	return `<?xml version="1.0" encoding="utf-8"?><smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head/><body><switch>` +
		`<textstream src="Streams" systemBitrate="0">` + b.String() + `</textstream></switch></body></smil>`
}

func (t SparseTrack) moov() []byte {
	handler, entry := t.Handler, t.Entry
	if handler == "" && entry == "" {
		handler, entry = "meta", "scte"
	}
	mvhd := box("mvhd", words(0, 0, 0, 1000, 0, 0x10000, 0x01000000, 0, 0), matrix(), make([]byte, 24), words(trackID+1))
	tkhd := box("tkhd", words(7, 0, 0, trackID, 0, 0, 0, 0, 0, 0), matrix(), words(0, 0))
	language := t.Language
	if len(language) != 3 {
		language = "und"
	}
	packed := uint32(language[0]-0x60)<<10 | uint32(language[1]-0x60)<<5 | uint32(language[2]-0x60)
	mdhd := box("mdhd", words(0, 0, 0, t.timescale(), 0, packed<<16))
	hdlr := box("hdlr", words(0, 0), []byte(handler), words(0, 0, 0), []byte{0})
	url := box("url ", words(1))
	dinf := box("dinf", box("dref", words(0, 1), url))
	stsd := box("stsd", words(0, 1), box(entry, []byte{0, 0, 0, 0, 0, 0, 0, 1}, entryBody(entry)))
	stbl := box("stbl", stsd, box("stts", words(0, 0)), box("stsc", words(0, 0)), box("stsz", words(0, 0, 0)), box("stco", words(0, 0)))
	mdia := box("mdia", mdhd, hdlr, box("minf", box("nmhd", words(0)), dinf, stbl))
	trex := box("trex", words(0, trackID, 1, 0, 0, 0))
	return box("moov", mvhd, box("trak", tkhd, mdia), box("mvex", trex))
}

// entryBody is what stands in a sample entry behind its first fields.
func entryBody(entry string) []byte {
	switch entry {
	case "stpp":
		return []byte("http://www.w3.org/ns/ttml\x00\x00\x00")
	case "wvtt":
		return box("vttC", []byte("WEBVTT"))
	}
	return nil
}

func matrix() []byte { return words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) }

// Fragment is a moof with its mdat: one sample at a time, in ticks, whose duration may be 0.
func (t SparseTrack) Fragment(sequence uint32, start, duration int64, payload []byte) []byte {
	when := box("uuid", []byte(tfxd), []byte{1, 0, 0, 0}, wide(start), wide(duration))
	tfhd := box("tfhd", words(0x20, trackID, 0x02000000))
	mfhd := box("mfhd", words(0, sequence))
	run := func(offset int) []byte {
		if t.NoRun {
			return nil
		}
		return box("trun", words(0x01000301, 1, uint32(offset), uint32(duration), uint32(len(payload))))
	}
	moof := func(offset int) []byte { return box("moof", mfhd, box("traf", tfhd, run(offset), when)) }
	return slices.Concat(moof(len(moof(0))+8), box("mdat", payload))
}

// Message is the payload of a marker's fragment: what is announced for delta ticks behind the
// fragment's own time.
func Message(id, delta uint32, message []byte) []byte {
	return append(words(1, id, delta), message...)
}

// Body is a whole POST: the header and fragments. It has no end mark.
func (t SparseTrack) Body(fragments ...[]byte) []byte {
	return append(t.Header(), slices.Concat(fragments...)...)
}

func box(name string, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
	return append(append(b, name...), body...)
}

func words(values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func wide(v int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(v)) }
