package servermanifest

import (
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func example() *Document {
	return &Document{
		ClientManifest: "oceans.ismc",
		Title:          `Oceans "live" <1> & more`,
		Meta:           []Pair{{"formats", "smooth,hls"}, {"note", "line 1\nline 2\ttab"}},
		Sources: []Source{
			{Type: "video", Src: "oceans-400k-64k.ismv", SystemBitrate: 400000, TrackID: 1, TrackName: "video"},
			{Type: "audio", Src: "oceans-400k-64k.ismv", SystemBitrate: 64000, SystemLanguage: "eng", TrackID: 2, TrackName: "audio_eng"},
			{Type: "text", Src: "captions.ismv", TrackID: 1, Params: []Pair{{"Subtype", "CAPT"}, {"timescale", "90000"}}},
		},
	}
}

func TestWriteGolden(t *testing.T) {
	const golden = "testdata/oceans.ism.golden"
	got := Write(example())
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRoundTrip(t *testing.T) {
	for name, d := range map[string]*Document{
		"full":  example(),
		"empty": {},
		"live":  {Sources: []Source{{Type: "video", Src: "a.ismv", SystemBitrate: 4294967295, TrackID: 4294967295}}},
	} {
		got, err := ParseDocument(Write(d))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got, d) {
			t.Errorf("%s: %+v, want %+v", name, got, d)
		}
	}
}

// A live event names no client manifest: readers take its presence for a sealed archive.
func TestWriteLive(t *testing.T) {
	d := example()
	d.ClientManifest = ""
	if s := string(Write(d)); strings.Contains(s, "clientManifestRelativePath") {
		t.Error(s)
	}
}

func TestWriteLeavesOutUnknownTypes(t *testing.T) {
	d := &Document{Sources: []Source{{Type: `video"><script`, Src: "a"}, {Type: "audio", Src: "b"}}}
	got, err := ParseDocument(Write(d))
	if err != nil || len(got.Sources) != 1 || got.Sources[0].Src != "b" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestParseDocumentOfOthers(t *testing.T) {
	const ism = `<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head><meta name="clientManifestRelativePath" content="o.ismc"/></head>
<body><switch><video src="o.ismv" systemBitrate="400000"><param name="systemBitrate" value="1" valuetype="data"/><param name="trackID" value="1" valuetype="data"/></video></switch></body></smil>`
	got, err := ParseDocument([]byte(ism))
	want := &Document{ClientManifest: "o.ismc", Sources: []Source{{Type: "video", Src: "o.ismv", SystemBitrate: 400000, TrackID: 1}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v, want %+v", got, err, want)
	}
	for _, bad := range []string{`<smil><video systemBitrate="x"/></smil>`, `<smil><video><param name="trackID" value="-1"/></video></smil>`, "<a/>"} {
		if d, err := ParseDocument([]byte(bad)); err == nil {
			t.Errorf("%s accepted as %+v", bad, d)
		}
	}
}
