package servermanifest

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
)

func capture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseCapture(t *testing.T) {
	m, err := Parse(capture(t, "2v1a-isml.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Tracks) != 3 || m.Creator != "" {
		t.Fatalf("%d tracks by %q", len(m.Tracks), m.Creator)
	}
	video := Track{
		Type: "video", TrackID: 1, TrackName: "video", SystemBitrate: 60000, Language: "und",
		FourCC: "H264", CodecPrivateData: unhex(t, "000000016742C00BDA0A37E4C044000003000400000300C83C50AA800000000168CE3C80"),
		Timescale: 10000000, MaxWidth: 160, MaxHeight: 90,
		Params: map[string]string{"DisplayWidth": "160", "DisplayHeight": "90"},
	}
	if !reflect.DeepEqual(m.Tracks[0], video) {
		t.Errorf("video is %+v,\nwant %+v", m.Tracks[0], video)
	}
	audio := Track{
		Type: "audio", TrackID: 2, TrackName: "audio", SystemBitrate: 32000, Language: "und",
		FourCC: "AACL", CodecPrivateData: []byte{0x11, 0x90, 0x56, 0xe5, 0x00}, Timescale: 10000000,
		Params: map[string]string{"AudioTag": "255", "Channels": "2", "SamplingRate": "48000",
			"BitsPerSample": "16", "PacketSize": "4"},
	}
	if !reflect.DeepEqual(m.Tracks[1], audio) {
		t.Errorf("audio is %+v,\nwant %+v", m.Tracks[1], audio)
	}
	if third := m.Track(3); third == nil || third.MaxWidth != 96 || third.SystemBitrate != 30000 {
		t.Errorf("track 3 is %+v", third)
	}
	if m.Track(4) != nil {
		t.Error("there is no track 4")
	}
}

func TestParseCaptures(t *testing.T) {
	for name, want := range map[string]string{
		"2v1a-isml.xml":             "video:video:H264 audio:audio:AACL video:video:H264",
		"v-2audio-lang-isml.xml":    "video:video:H264 audio:audio_eng:AACL audio:audio_fra:AACL",
		"hevc-hvc1-isml.xml":        "video:video: audio:audio:AACL",
		"av-ac3-delaymoov-isml.xml": "video:video:H264 audio:audio:",
		"av-kill9-isml.xml":         "video:video:H264 audio:audio:AACL",
		"audio-only-2s-isml.xml":    "audio:audio:AACL",
	} {
		m, err := Parse(capture(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, track := range m.Tracks {
			got = append(got, track.Type+":"+track.TrackName+":"+track.FourCC)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", name, s, want)
		}
	}
}

// prefixed is in the manner of hardware encoders: a namespace prefix, a src, a text
// track that is sparse, elements nobody knows.
const prefixed = `<?xml version="1.0" encoding="utf-16"?>
<!-- a comment -->
<s:smil xmlns:s="http://www.w3.org/2001/SMIL20/Language" xmlns:x="urn:x">
 <s:head><s:meta name="creator" content="Hardware &amp; Sons"/><x:thing>text<x:param name="no" value="no"/></x:thing></s:head>
 <s:body><s:switch>
  <s:video src="Streams" systemBitrate="477000" systemLanguage="en-GB">
   <s:param name="trackID" value="7" valuetype="data"/>
   <s:param name="systemBitrate" value="1" valuetype="data"/>
   <s:param name="timescale" value="90000" valuetype="data"/>
   <s:param name="hardwareProfile" value="40000" valuetype="data"/>
   <s:param name="CodecPrivateData" value="0000000167F" valuetype="data"/>
  </s:video>
  <s:textstream src="Streams" systemBitrate="0">
   <s:param name="trackID" value="3" valuetype="data"/>
   <s:param name="trackName" value="scte35" valuetype="data"/>
   <s:param name="parentTrackName" value="video" valuetype="data"/>
   <s:param name="manifestOutput" value="1" valuetype="data"/>
   <s:param name="subtype" value="DATA" valuetype="data"/>
   <s:param name="Scheme" value="urn:scte:scte35:2013:bin" valuetype="data"/>
  </s:textstream>
 </s:switch></s:body>
</s:smil>`

func encodeUTF16(s string, little bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return b
}

func TestParseEncodings(t *testing.T) {
	want := []Track{{
		Type: "video", TrackID: 7, TrackName: "video", SystemBitrate: 477000, Language: "en-GB",
		CodecPrivateData: []byte{0, 0, 0, 1, 0x67}, Timescale: 90000,
		Params: map[string]string{"hardwareProfile": "40000"},
	}, {
		Type: "text", TrackID: 3, TrackName: "scte35", ParentTrackName: "video", ManifestOutput: true,
		Subtype: "DATA", Scheme: "urn:scte:scte35:2013:bin", CodecPrivateData: []byte{},
		Timescale: 10000000, Params: map[string]string{},
	}}
	for name, b := range map[string][]byte{
		"utf-8":              []byte(prefixed),
		"utf-8 with mark":    []byte("\ufeff" + prefixed),
		"utf-8 with NULs":    []byte(prefixed + "\x00\x00\x00"),
		"utf-16le":           encodeUTF16(prefixed, true),
		"utf-16be":           encodeUTF16(prefixed, false),
		"utf-16le with mark": encodeUTF16("\ufeff"+prefixed, true),
		"utf-16be with mark": encodeUTF16("\ufeff"+prefixed, false),
		"utf-16le with NULs": append(encodeUTF16("\ufeff"+prefixed, true), 0, 0, 0),
	} {
		m, err := Parse(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Creator != "Hardware & Sons" || !reflect.DeepEqual(m.Tracks, want) {
			t.Errorf("%s: %+v,\nwant %+v", name, m, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	track := `<video systemBitrate="1"/>`
	for name, c := range map[string]struct{ in, want string }{
		"nothing":         {"", "root element"},
		"other root":      {"<html/>", "not smil"},
		"not XML":         {"moof", "root element"},
		"unclosed":        {"<smil><body>", "EOF"},
		"unknown entity":  {"<smil><head><meta name='a' content='&b;'/></head></smil>", "entity"},
		"bomb":            {`<!DOCTYPE smil [<!ENTITY b "bbbb">]><smil><head><meta name="a" content="&b;"/></head></smil>`, "entity"},
		"other encoding":  {`<?xml version="1.0" encoding="koi8-r"?><smil/>`, "koi8-r"},
		"broken utf-8":    {"<smil>\xff</smil>", "UTF-8"},
		"bitrate in text": {`<smil><video systemBitrate="fast"/></smil>`, `systemBitrate "fast"`},
		"track too large": {`<smil><video><param name="trackID" value="4294967296"/></video></smil>`, "trackID"},
		"many tracks":     {"<smil>" + strings.Repeat(track, maxObjects+1) + "</smil>", "more than 128 tracks"},
		"many parameters": {"<smil><video>" + strings.Repeat(`<param name="a"/>`, maxParams+1) + "</video></smil>", "64 parameters"},
		"many metas":      {"<smil>" + strings.Repeat(`<meta name="a"/>`, maxMeta+1) + "</smil>", "128 meta"},
		"deep":            {"<smil>" + strings.Repeat("<a>", maxDepth+1), "deeper"},
	} {
		m, err := Parse([]byte(c.in))
		if err == nil {
			t.Errorf("%s: accepted as %+v", name, m)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %q does not say %q", name, err, c.want)
		}
	}
}

func FuzzServerManifest(f *testing.F) {
	names, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(names) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range names {
		f.Add(capture(f, filepath.Base(name)))
	}
	f.Add([]byte(prefixed))
	f.Add(encodeUTF16("\ufeff"+prefixed, true))
	f.Add(encodeUTF16(prefixed, false))
	f.Add(Write(example()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := Parse(b); err == nil && len(m.Tracks) > maxObjects {
			t.Errorf("%d tracks", len(m.Tracks))
		}
		d, err := ParseDocument(b)
		if err != nil {
			return
		}
		// What was read once is read the same again after writing.
		again, err := ParseDocument(Write(d))
		if err != nil {
			t.Fatalf("%v\n%s", err, Write(d))
		}
		if !bytes.Equal(Write(again), Write(d)) {
			t.Errorf("%s\nbecame\n%s", Write(d), Write(again))
		}
	})
}
