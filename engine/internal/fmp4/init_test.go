package fmp4

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func initOf(t testing.TB, name string) *Init {
	t.Helper()
	s, err := readStream(reader(t, name), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return s.init
}

func TestParseInit(t *testing.T) {
	video := TrackInit{
		ID: 1, Type: "video", Timescale: 10000000, Language: "und", Codec: "avc1.42c00b", SampleEntry: "avc1",
		Width: 160, Height: 90, DisplayWidth: 160, DisplayHeight: 90, NALLengthSize: 4,
		CodecPrivate: unhex(t, "00000001 6742c00bda0a37e4c044000003000400000300c83c50aa80 00000001 68ce3c80"),
		Config:       unhex(t, "0142c00bffe10018 6742c00bda0a37e4c044000003000400000300c83c50aa80 010004 68ce3c80"),
	}
	audio := TrackInit{
		ID: 2, Type: "audio", Timescale: 10000000, Language: "und", Codec: "mp4a.40.2", SampleEntry: "mp4a",
		SamplingRate: 48000, Channels: 2, BitsPerSample: 16, Bitrate: 32000,
		CodecPrivate: unhex(t, "1190"), Config: unhex(t, "119056e500"),
	}
	for name, want := range map[string]*Init{
		"av-isml.ismv": {Brand: "isml", Tracks: []TrackInit{video, audio}},
		"av-cmaf.mp4": {Brand: "iso6", Tracks: []TrackInit{
			with(video, func(t *TrackInit) { t.Timescale, t.Bitrate = 12800, 60000 }),
			with(audio, func(t *TrackInit) { t.Timescale = 48000 }),
		}},
		"v-2audio-lang-isml.ismv": {Brand: "isml", Tracks: []TrackInit{
			video,
			with(audio, func(t *TrackInit) { t.Language = "eng" }),
			with(audio, func(t *TrackInit) { t.ID, t.Language = 3, "fra" }),
		}},
		"av-ac3-delaymoov-isml.ismv": {Brand: "isml", Tracks: []TrackInit{
			video,
			{ID: 2, Type: "audio", Timescale: 10000000, Language: "und", Codec: "ac-3", SampleEntry: "ac-3",
				SamplingRate: 48000, Channels: 1, BitsPerSample: 16, Bitrate: 48000, Config: unhex(t, "100840")},
		}},
	} {
		got := initOf(t, name)
		for i := range got.Tracks {
			takeEntry(t, &got.Tracks[i])
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, want)
		}
	}
}

func with(t TrackInit, change func(*TrackInit)) TrackInit {
	change(&t)
	return t
}

func TestParseInitHEVC(t *testing.T) {
	for name, entry := range map[string]string{"hevc-hvc1-isml.ismv": "hvc1", "hevc-hev1-opengop-isml.ismv": "hev1"} {
		v := initOf(t, name).Tracks[0]
		if v.SampleEntry != entry || v.Codec != "hvc1.1.6.L30.90" || v.NALLengthSize != 4 {
			t.Errorf("%s: %s %s %d", name, v.SampleEntry, v.Codec, v.NALLengthSize)
		}
		// The first byte of a NAL unit holds its type: VPS 32, SPS 33, PPS 34, and no
		// message of x265 among them.
		units := bytes.Split(v.CodecPrivate, []byte{0, 0, 0, 1})
		if len(units) != 4 || units[1][0]>>1 != 32 || units[2][0]>>1 != 33 || units[3][0]>>1 != 34 {
			t.Errorf("%s: %x", name, v.CodecPrivate)
		}
	}
}

func TestSame(t *testing.T) {
	a := initOf(t, "redundant-a-wallclock-isml.ismv")
	if b := initOf(t, "redundant-b-wallclock-isml.ismv"); !a.Same(b) || !b.Same(a) {
		t.Error("two encoders with the same settings do not agree")
	}
	if !initOf(t, "av-isml.ismv").Same(initOf(t, "av-plain.ismv")) {
		t.Error("a header is not itself without the server manifest")
	}
	for name, change := range map[string]func(*TrackInit){
		"ID":        func(t *TrackInit) { t.ID = 9 },
		"type":      func(t *TrackInit) { t.Type = "text" },
		"timescale": func(t *TrackInit) { t.Timescale = 90000 },
		"language":  func(t *TrackInit) { t.Language = "eng" },
		"codec":     func(t *TrackInit) { t.CodecPrivate = []byte{1} },
		"width":     func(t *TrackInit) { t.Width++ },
		"rate":      func(t *TrackInit) { t.SamplingRate++ },
		"channels":  func(t *TrackInit) { t.Channels++ },
	} {
		b := initOf(t, "redundant-b-wallclock-isml.ismv")
		change(&b.Tracks[1])
		if a.Same(b) {
			t.Errorf("another %s makes no difference", name)
		}
	}
	b := initOf(t, "redundant-b-wallclock-isml.ismv")
	b.Tracks[1].Bitrate = 1
	b.Brand = "iso6"
	if !a.Same(b) {
		t.Error("a stated bit rate makes a difference")
	}
	b.Tracks[0], b.Tracks[1] = b.Tracks[1], b.Tracks[0]
	if a.Same(b) || a.Same(&Init{Tracks: a.Tracks[:1]}) || a.Same(nil) {
		t.Error("order and count make no difference")
	}
}

func videoEntry(name string, boxes ...[]byte) []byte {
	fixed := make([]byte, 78)
	fixed[24], fixed[25], fixed[26], fixed[27] = 2, 208, 2, 64 // 720 by 576
	return box(name, fixed, bytes.Join(boxes, nil))
}

func audioEntry(name string, boxes ...[]byte) []byte {
	fixed := make([]byte, 28)
	fixed[17], fixed[19], fixed[24], fixed[25] = 2, 16, 0xac, 0x44
	return box(name, fixed, bytes.Join(boxes, nil))
}

// esds holds an AudioSpecificConfig for the given object type indication.
func esds(objectType byte, config ...byte) []byte {
	n := byte(len(config))
	b := []byte{0, 0, 0, 0, 3, 23 + n, 0, 1, 0, 4, 15 + n, objectType, 0x15, 0, 0, 0, 0, 0, 0xfa, 0, 0, 0, 0xbb, 0x80, 5, n}
	return box("esds", append(append(b, config...), 6, 1, 2))
}

// moovOf builds a header of one track around a sample entry.
func moovOf(handler string, entry []byte) []byte {
	tkhd := box("tkhd", appendUint32s(nil, 0, 0, 0, 1), make([]byte, 68))
	mdhd := box("mdhd", appendUint32s(nil, 0, 0, 0, 90000, 0), []byte{0, 0, 0, 0})
	hdlr := box("hdlr", make([]byte, 8), []byte(handler), make([]byte, 13))
	stbl := box("stbl", box("stsd", appendUint32s(nil, 0, 1), entry))
	return box("moov", box("trak", tkhd, box("mdia", mdhd, hdlr, box("minf", stbl))), box("mvex"))
}

func TestSampleEntries(t *testing.T) {
	avcC := unhex(t, "0164001fffe1 0004 67640001 01 0002 68ee fdf8f800")
	hvcC := unhex(t, "01 22 20000000 b00000000000 5d f000fc fdf8f8 0000 0f 03 a00001 0002 4001 a10001 0003 420101 a20001 0002 4401")
	pasp := box("pasp", appendUint32s(nil, 16, 11))
	btrt := box("btrt", appendUint32s(nil, 1, 2, 777))
	for name, c := range map[string]struct {
		handler string
		entry   []byte
		want    TrackInit
	}{
		"H.264 with aspect and rate": {"vide", videoEntry("avc1", box("avcC", avcC), pasp, btrt),
			TrackInit{Type: "video", Codec: "avc1.64001f", Width: 720, Height: 576, DisplayWidth: 1047, DisplayHeight: 576,
				NALLengthSize: 4, Bitrate: 777, CodecPrivate: unhex(t, "0000000167640001 0000000168ee"), Config: avcC}},
		"HEVC main 10 high tier": {"vide", videoEntry("hev1", box("hvcC", hvcC)),
			TrackInit{Type: "video", Codec: "hvc1.2.4.H93.B0", Width: 720, Height: 576, DisplayWidth: 720, DisplayHeight: 576,
				NALLengthSize: 4, CodecPrivate: unhex(t, "000000014001 00000001420101 000000014401"), Config: hvcC}},
		"AAC 44.1 kHz": {"soun", audioEntry("mp4a", esds(0x40, 0x12, 0x10)),
			TrackInit{Type: "audio", Codec: "mp4a.40.2", SamplingRate: 44100, Channels: 2, BitsPerSample: 16,
				Bitrate: 48000, CodecPrivate: []byte{0x12, 0x10}, Config: []byte{0x12, 0x10}}},
		"HE-AAC keeps its extension": {"soun", audioEntry("mp4a", esds(0x40, 0x29, 0x88, 0x56, 0xe5, 0x00), btrt),
			TrackInit{Type: "audio", Codec: "mp4a.40.5", SamplingRate: 48000, Channels: 1, BitsPerSample: 16,
				Bitrate: 777, CodecPrivate: unhex(t, "298856e500"), Config: unhex(t, "298856e500")}},
		"E-AC-3 5.1": {"soun", audioEntry("ec-3", box("dec3", unhex(t, "0c00 200f00"))),
			TrackInit{Type: "audio", Codec: "ec-3", SamplingRate: 48000, Channels: 6, BitsPerSample: 16,
				Bitrate: 384000, Config: unhex(t, "0c00200f00")}},
		"TTML":             {"subt", box("stpp", make([]byte, 12)), TrackInit{Type: "text", Codec: "stpp"}},
		"WebVTT":           {"text", box("wvtt", make([]byte, 8)), TrackInit{Type: "text", Codec: "wvtt"}},
		"TTML of Smooth":   {"subt", box("dfxp", make([]byte, 8)), TrackInit{Type: "text", Codec: "dfxp"}},
		"TTML in capitals": {"text", box("TTML", make([]byte, 8)), TrackInit{Type: "text", Codec: "dfxp"}},
		"SCTE 35":          {"meta", box("scte", make([]byte, 8)), TrackInit{Type: "text", Codec: "scte", Scheme: SchemeSCTE35}},
		"URI metadata": {"meta", box("urim", make([]byte, 8), box("uri ", make([]byte, 4), []byte("urn:x:y\x00"))),
			TrackInit{Type: "text", Codec: "urim", Scheme: "urn:x:y"}},
		"URI metadata without":  {"meta", box("urim", make([]byte, 3)), TrackInit{Type: "text", Codec: "urim"}},
		"text metadata":         {"meta", box("mett", make([]byte, 8), []byte("\x00application/x-ad\x00")), TrackInit{Type: "text", Codec: "mett", Scheme: "application/x-ad"}},
		"text metadata garbled": {"meta", box("mett", make([]byte, 8), []byte("\x00\x01")), TrackInit{Type: "text", Codec: "mett"}},
	} {
		got, err := ParseInit(nil, moovOf(c.handler, c.entry), DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c.want.ID, c.want.Timescale, c.want.Language, c.want.SampleEntry = 1, 90000, "und", string(c.entry[4:8])
		if entry := takeEntry(t, &got.Tracks[0]); !bytes.Equal(entry, c.entry) {
			t.Errorf("%s: the sample entry is kept as %x, want %x", name, entry, c.entry)
		}
		if !reflect.DeepEqual(got.Tracks[0], c.want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, got.Tracks[0], c.want)
		}
	}
}

func TestSampleEntriesRefused(t *testing.T) {
	for name, c := range map[string]struct {
		handler string
		entry   []byte
		kind    Kind
		says    string
	}{
		"VP9":                {"vide", videoEntry("vp09"), Unsupported, `"vp09" video, which cannot be delivered: encode it as H.264 with -c:v libx264`},
		"Opus":               {"soun", audioEntry("Opus"), Unsupported, `"Opus" audio, which cannot be delivered: encode it as AAC with -c:a aac`},
		"MP3 in mp4a":        {"soun", audioEntry("mp4a", esds(0x6b, 0x11, 0x90)), Unsupported, "0x6b"},
		"AAC Main":           {"soun", audioEntry("mp4a", esds(0x40, 0x09, 0x90)), Unsupported, "-c:a aac"},
		"AAC cut":            {"soun", audioEntry("mp4a", esds(0x40, 0x11)), Malformed, "AudioSpecificConfig"},
		"AAC without":        {"soun", audioEntry("mp4a"), Malformed, "codec-setup-missing"},
		"encrypted video":    {"vide", videoEntry("encv"), Unsupported, "encrypted"},
		"encrypted audio":    {"soun", audioEntry("enca"), Unsupported, "encrypted"},
		"mov_text":           {"sbtl", box("tx3g", make([]byte, 20)), Unsupported, "-sn"},
		"timecode":           {"tmcd", box("tmcd", make([]byte, 20)), Unsupported, "-dn"},
		"action camera":      {"meta", box("gpmd", make([]byte, 20)), Unsupported, "-dn"},
		"no avcC":            {"vide", videoEntry("avc1"), Malformed, "codec-setup-missing: has no parameter sets in its header; add -flags +global_header"},
		"no parameter sets":  {"vide", videoEntry("avc1", box("avcC", unhex(t, "0164001fffe000"))), Malformed, "codec-setup-missing"},
		"avcC cut in SPS":    {"vide", videoEntry("avc1", box("avcC", unhex(t, "0164001fffe1000467"))), Malformed, "ends inside"},
		"avcC cut in PPS":    {"vide", videoEntry("avc1", box("avcC", unhex(t, "0164001fffe1000167 01 0009"))), Malformed, "ends inside"},
		"2-byte NAL lengths": {"vide", videoEntry("avc1", box("avcC", unhex(t, "0164001ffde1000167 01 000168"))), Unsupported, "2-byte NAL"},
		"hvcC short":         {"vide", videoEntry("hvc1", box("hvcC", make([]byte, 22))), Malformed, "codec-setup-missing"},
		"hvcC many arrays":   {"vide", videoEntry("hvc1", box("hvcC", append(bytes.Repeat([]byte{0xff}, 22), 255))), Malformed, "ends inside"},
		"hvcC many units":    {"vide", videoEntry("hvc1", box("hvcC", append(bytes.Repeat([]byte{0xff}, 22), 1, 32, 255, 255))), Malformed, "ends inside"},
		"no dac3":            {"soun", audioEntry("ac-3"), Malformed, "delay_moov"},
		"dec3 cut":           {"soun", audioEntry("ec-3", box("dec3", []byte{1, 2, 3, 4})), Malformed, "delay_moov"},
		"video entry cut":    {"vide", box("avc1", make([]byte, 77)), BadSize, "85"},
		"audio entry cut":    {"soun", box("mp4a", make([]byte, 27)), BadSize, "35"},
		"entry box beyond":   {"vide", videoEntry("avc1", raw(9, "avcC")), BadSize, "beyond"},
	} {
		_, err := ParseInit(nil, moovOf(c.handler, c.entry), DefaultLimits())
		var fault *FormatError
		if !errors.As(err, &fault) || fault.Kind != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want kind %v saying %q", name, err, c.kind, c.says)
		}
	}
}

func TestParseInitRefuses(t *testing.T) {
	good := moovOf("vide", videoEntry("avc1", box("avcC", unhex(t, "0164001fffe1000167 01 000168"))))
	trak, mvex := find(good, "trak"), box("mvex")
	l := DefaultLimits()
	few := l
	few.Tracks = 1
	other := bytes.Replace(trak, []byte("tkhd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"),
		[]byte("tkhd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"), 1)
	noID := bytes.Replace(other, []byte("\x00\x00\x00\x02"), make([]byte, 4), 1)
	noScale := bytes.Replace(trak, []byte{0, 1, 0x5f, 0x90}, make([]byte, 4), 1)
	stsz := box("stsz", appendUint32s(nil, 0, 0, 25))
	full := bytes.Replace(good, []byte("stbl"), []byte("stbl"), 1)
	stbl := find(full, "trak", "mdia", "minf", "stbl")
	withSamples := box("moov", box("trak", find(good, "trak", "tkhd"), box("mdia",
		find(good, "trak", "mdia", "mdhd"), find(good, "trak", "mdia", "hdlr"),
		box("minf", box("stbl", stbl[8:], stsz)))), mvex)
	for name, c := range map[string]struct {
		ftyp, moov []byte
		limits     Limits
		kind       Kind
		says       string
	}{
		"ftyp cut":         {box("ftyp", []byte("isml")), good, l, Malformed, "file type"},
		"no moov":          {nil, box("moof"), l, BadOrder, "moov is needed"},
		"no fragments":     {nil, box("moov", trak), l, Malformed, "frag_keyframe+empty_moov"},
		"no track":         {nil, box("moov", mvex), l, Malformed, "no track"},
		"too many tracks":  {nil, box("moov", trak, other, mvex), few, TooLarge, "more than 1 tracks"},
		"ID used twice":    {nil, box("moov", trak, trak, mvex), l, Malformed, "used twice"},
		"ID 0":             {nil, box("moov", noID, mvex), l, Malformed, "track ID 0"},
		"timescale 0":      {nil, box("moov", noScale, mvex), l, Malformed, "timescale 0"},
		"track of nothing": {nil, box("moov", box("trak"), mvex), l, Malformed, "tkhd"},
		"tkhd cut":         {nil, box("moov", box("trak", box("tkhd", []byte{0, 0})), mvex), l, Malformed, "tkhd"},
		"trex cut":         {nil, box("moov", trak, box("mvex", box("trex", []byte{0}))), l, Malformed, "trex"},
		"samples in moov":  {nil, withSamples, l, Unsupported, "+empty_moov"},
	} {
		_, err := ParseInit(c.ftyp, c.moov, c.limits)
		var fault *FormatError
		if !errors.As(err, &fault) || fault.Kind != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want kind %v saying %q", name, err, c.kind, c.says)
		}
	}
	two, err := ParseInit(nil, box("moov", trak, other, mvex), l)
	if err != nil || len(two.Tracks) != 2 || two.Track(2) == nil || two.Track(3) != nil {
		t.Errorf("%+v %v", two, err)
	}
}

func TestCodecNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{AVCCodec(unhex(t, "014d4028")), "avc1.4d4028"},
		{AVCCodec(nil), ""},
		{HEVCCodec(unhex(t, "0101600000009000000000001e")), "hvc1.1.6.L30.90"},
		{HEVCCodec(unhex(t, "010160000000900000000000")), ""},
		{HEVCCodec(unhex(t, "01c160000000000000000000 78")), "hvc1.C1.6.L120"},
		{AACCodec([]byte{0x11, 0x90}), "mp4a.40.2"},
		{AACCodec([]byte{0xf9, 0x40}), "mp4a.40.42"},
		{AACCodec([]byte{0x11}), ""},
		{language(0x15c7), "eng"},
		{language(0), "und"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// takeEntry takes the sample entry out of a track, whose name it must have.
func takeEntry(t *testing.T, track *TrackInit) []byte {
	t.Helper()
	entry := track.Entry
	if len(entry) < 8 || string(entry[4:8]) != track.SampleEntry {
		t.Errorf("track %d: the sample entry %s is kept as %x", track.ID, track.SampleEntry, entry)
	}
	track.Entry = nil
	return entry
}
