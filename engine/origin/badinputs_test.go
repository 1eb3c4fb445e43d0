package origin_test

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"slices"
	"testing"
	"unicode/utf16"
)

// badInputs are the items of the list of bad input that are about media, in its order. What is
// about addresses, headers and the admin listener is tested where those are.
func badInputs(t *testing.T) []badInput {
	p := openParts(t, "av-isml.ismv")
	return slices.Concat(badSizes(p), badBodies(t, p), badTimes(p), badManifests(p), badNames(p))
}

// badNames are stream ids that tell nothing of the bitrates, or not of all tracks.
func badNames(p *parts) []badInput {
	none := of("stream_id without bitrates", http.StatusOK, "", 6, p.whole)
	none.stream = "oceans"
	wrong := of("stream_id with the wrong number of bitrates", http.StatusOK, "", 6, p.whole)
	wrong.stream = "oceans-9000k-8000k-7000k-6000k"
	return []badInput{none, wrong}
}

// badSizes are boxes that are not as large as they say.
func badSizes(p *parts) []badInput {
	first := slices.Concat(p.header, p.fragments[0])
	names := []string{"ftyp", "uuid", "moov", "moof", "mdat", "free", "styp", "mfra", "abcd"}
	each := func(size uint32, long ...byte) (bodies [][]byte) {
		for _, name := range names {
			bodies = append(bodies, slices.Concat(first, sized(name, size, long...)))
		}
		return bodies
	}
	beyond := [][]byte{p.with(p.whole, "traf", -4, 0, 255, 255, 255), p.with(p.whole, "trun", -4, 0, 255, 255, 255)}
	for _, child := range []string{"mvhd", "trak", "mdia", "stbl", "avcC", "mvex"} {
		beyond = append(beyond, p.with(p.whole, child, -4, 0, 255, 255, 255))
	}
	return []badInput{
		of("box size 0", http.StatusBadRequest, "cannot be taken", 1, each(0)...),
		of("box size 1", http.StatusBadRequest, "cannot be taken", 1, each(1, 0, 0, 0, 0, 0, 0, 0, 0)...),
		of("box size 7", http.StatusBadRequest, "cannot be taken", 1, each(7)...),
		of("box size 2^32-1", http.StatusRequestEntityTooLarge, "limit", 1, each(1<<32-1)...),
		of("box size 2^63", http.StatusBadRequest, "cannot be taken", 1, each(1, 0x80, 0, 0, 0, 0, 0, 0, 0)...),
		of("box larger than its parent", http.StatusBadRequest, "cannot be taken", 0, beyond...),
		of("count fields far beyond the data", http.StatusBadRequest, "cannot be taken", 0,
			p.with(p.whole, "trun", 8, 255, 255, 255, 255), p.with(p.whole, "trun", 24, 255, 255, 255, 255),
			p.with(p.whole, "stsd", 8, 255, 255, 255, 255)),
	}
}

// badBodies are boxes out of order, too many of them, and what is cut off.
func badBodies(t *testing.T, p *parts) []badInput {
	moof := int(binary.BigEndian.Uint32(p.fragments[0]))
	var cuts [][]byte // at every byte: ingest.TestBodiesThatEndAnywhere
	for at := 0; at < len(p.header)+moof+16; at += 11 {
		cuts = append(cuts, p.whole[:at])
	}
	cut := of("truncated", http.StatusOK, "", 0, cuts...)
	cut.orLost = true
	unknown := slices.Concat(oneBox("wide", nil), p.header, oneBox("abcd", make([]byte, 100_000)), p.fragments[0], oneBox("free", nil), oneBox("meta", make([]byte, 900)), p.fragments[1])
	otherClock := p.with(p.header, "mdhd", 24, 0, 0, 3, 232)
	return []badInput{
		of("moof before moov", http.StatusPreconditionFailed, "header", 0, slices.Concat(p.header[:24], p.fragments[0])),
		cut,
		dripped(of("one byte at a time", http.StatusOK, "", 4, vector(t, "audio-only-2s-isml.ismv"))),
		of("unknown boxes", http.StatusOK, "", 2, unknown),
		of("100 tracks", http.StatusRequestEntityTooLarge, "32 tracks", 0, p.hundredTracks()),
		of("moov twice", http.StatusOK, "", 2, slices.Concat(p.header, p.fragments[0], p.header, p.fragments[1])),
		of("changed header mid-stream", http.StatusConflict, "header", 1, slices.Concat(p.header, p.fragments[0], otherClock, p.fragments[1])),
		of("wrong codec", http.StatusUnsupportedMediaType, "libx264", 0,
			p.with(p.whole, "avc1", 0, []byte("vc-1")...), p.with(p.whole, "avc1", 0, []byte("av01")...)),
	}
}

// badTimes are streams that are odd rather than bad: they are taken.
func badTimes(p *parts) []badInput {
	const epoch = 17_953_586_960_000_000
	t := p.t
	return []badInput{
		of("negative times", http.StatusOK, "", 1, slices.Concat(p.header, p.at(p.fragments[0], -400_000))),
		of("backward times", http.StatusOK, "", 6, slices.Concat(p.header, slices.Concat(p.fragments...), p.fragments[2], p.fragments[0])),
		of("epoch times", http.StatusOK, "", 1, slices.Concat(p.header, p.at(p.fragments[0], epoch))),
		of("times beyond all others", http.StatusBadRequest, "clock", 0, slices.Concat(p.header, p.at(p.fragments[0], 0x20<<56))),
		of("base-data-offset", http.StatusOK, "", 4, vector(t, "av-fmp4-basedataoffset.mp4")),
		of("several traf", http.StatusOK, "", 6, vector(t, "av-cmaf.mp4")),
		of("several trun", http.StatusOK, "", 1, slices.Concat(p.header, p.severalRuns())),
	}
}

// laughs is a document that grows when it is read.
const laughs = `<?xml version="1.0"?><!DOCTYPE smil [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>` +
	`<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch><video systemBitrate="&c;"/></switch></body></smil>`

const smil = `<?xml version="1.0" encoding="utf-16"?><smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head/><body><switch>` +
	`<video systemBitrate="123000"><param name="trackID" value="1" valuetype="data"/><param name="trackName" value="video" valuetype="data"/></video></switch></body></smil>`

// badManifests are server manifests that cannot be read: the stream is taken all the same, and a
// finding says so.
func badManifests(p *parts) []badInput {
	wide := []byte{0xff, 0xfe}
	for _, c := range utf16.Encode([]rune(smil)) {
		wide = binary.LittleEndian.AppendUint16(wide, c)
	}
	of := func(item string, xml []byte) badInput {
		return of(item, http.StatusOK, "", 1, slices.Concat(p.manifest(xml), p.fragments[0]))
	}
	return []badInput{
		of("LiveServerManifest in UTF-16", wide),
		of("LiveServerManifest truncated", bytes.Clone([]byte(smil)[:90])),
		of("LiveServerManifest with entities", []byte(laughs)),
	}
}
