package fmp4

import (
	"bytes"
	"math"
)

// SchemeSCTE35 is the URN of binary SCTE 35 messages (ANSI/SCTE 35 and SCTE 214-1).
const SchemeSCTE35 = "urn:scte:scte35:2013:bin"

// readTextEntry reads the sample entry of captions: of ISO/IEC 14496-30, or of the
// encoders of Smooth Streaming, which name TTML after its first profile.
func (t *TrackInit) readTextEntry() error {
	switch t.SampleEntry {
	case "stpp", "wvtt":
		t.Codec = t.SampleEntry
		return nil
	case "dfxp", "DFXP", "ttml", "TTML":
		t.Codec = "dfxp"
		return nil
	}
	return faultf(Unsupported, t.SampleEntry, 0,
		"carries %q text, which cannot be delivered: send TTML or WebVTT, or leave it out with -sn", t.SampleEntry)
}

// readMetadataEntry reads the sample entry of a track of timed metadata (ISO/IEC 14496-12
// clause 12.3.3), or of SCTE 35 messages.
func (t *TrackInit) readMetadataEntry(entry []byte) error {
	const fixed = 16 // box header, reserved, data reference index
	switch t.SampleEntry {
	case "scte":
		t.Scheme = SchemeSCTE35
	case "urim":
		t.Scheme = entryURI(entry[min(fixed, len(entry)):])
	case "mett":
		_, rest := cutString(entry[min(fixed, len(entry)):]) // content encoding
		t.Scheme, _ = cutString(rest)
	case "evte", "metx":
	default:
		return faultf(Unsupported, t.SampleEntry, 0,
			"carries %q metadata, which cannot be delivered: send scte, urim or mett, or leave it out with -dn", t.SampleEntry)
	}
	t.Codec = t.SampleEntry
	return nil
}

// entryURI returns the URI of the URIBox among boxes, or "".
func entryURI(boxes []byte) string {
	for len(boxes) >= 8 {
		box, rest, err := nextBox(boxes, 0)
		if err != nil {
			return "" // the track is delivered all the same: players know it by its name
		}
		if string(box[4:8]) == "uri " && len(box) > 12 {
			uri, _ := cutString(box[12:])
			return uri
		}
		boxes = rest
	}
	return ""
}

// cutString cuts a string that ends with a zero byte off b. What is not printable ASCII
// is no name of anything.
func cutString(b []byte) (text string, rest []byte) {
	name, rest, _ := bytes.Cut(b, []byte{0})
	for _, c := range name {
		if c < 0x20 || c > 0x7e {
			return "", rest
		}
	}
	return string(name), rest
}

// Metadata reports whether the track carries messages for programs, such as SCTE 35
// markers, and not text for people.
func (t *TrackInit) Metadata() bool {
	if t.Type != "text" {
		return false
	}
	switch t.Codec {
	case "stpp", "wvtt", "dfxp":
		return false
	}
	return true
}

// wholeBody makes a traf of text without any trun box one sample. It reports whether it is
// such a one.
func (p *moofParser) wholeBody(f *Fragment, traf []byte) bool {
	t := p.init.Track(f.TrackID)
	if t == nil || t.Type != "text" || p.left <= 0 || find(traf, "trun") != nil {
		return false
	}
	p.left--
	f.WholeBody, f.PayloadOffset = true, 0
	f.Samples = []Sample{{Flags: FlagsSync}}
	return true
}

// Fill gives the one sample of a fragment with WholeBody its size: that of the mdat's body.
// It does nothing for others.
func (f *Fragment) Fill(mdatPayload int64) {
	if !f.WholeBody || mdatPayload < 0 || mdatPayload > math.MaxUint32 {
		return
	}
	f.PayloadSize = mdatPayload
	if len(f.Samples) > 0 { // not of an archive that was scanned
		f.Samples[0].Size = uint32(mdatPayload)
	}
}
