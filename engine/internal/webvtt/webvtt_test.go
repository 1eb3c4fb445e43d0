package webvtt

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"
)

const ms = time.Millisecond

func TestTTML(t *testing.T) {
	for name, c := range map[string]struct {
		document string
		want     []Cue
	}{
		"offsets": {`<tt><body><div><p begin="0.5s" end="1500ms">One</p><p begin="2s" dur="1s">Two</p></div></body></tt>`,
			[]Cue{{500 * ms, 1500 * ms, "One"}, {2000 * ms, 3000 * ms, "Two"}}},
		"clock readings": {`<tt xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25"><body><p begin="01:00:00.25" end="01:00:01:05">x</p></body></tt>`,
			[]Cue{{3600250 * ms, 3601200 * ms, "x"}}},
		"ticks": {`<tt ttp:tickRate="10000000" xmlns:ttp="p"><body><p begin="10000000t" end="25000000t">x</p></body></tt>`,
			[]Cue{{1000 * ms, 2500 * ms, "x"}}},
		"lines and styles": {"<tt><body><p begin=\"0s\" end=\"1s\">One <span>and\n   two</span><br/>three &amp; &lt;four&gt;</p></body></tt>",
			[]Cue{{0, 1000 * ms, "One and two\nthree & <four>"}}},
		"times count from those around": {`<tt><body begin="10s"><div begin="5s"><p begin="1s" end="2s">x</p></div></body></tt>`,
			[]Cue{{16000 * ms, 17000 * ms, "x"}}},
		"spans of their own": {`<tt><body><p><span begin="1s" end="2s">a</span><span begin="2s" end="3s">b</span></p></body></tt>`,
			[]Cue{{0, 60000 * ms, ""}, {1000 * ms, 2000 * ms, "a"}, {2000 * ms, 3000 * ms, "b"}}},
		"without an end": {`<tt><head><metadata>not shown</metadata></head><body><p begin="1s">x</p></body></tt>`,
			[]Cue{{1000 * ms, 60000 * ms, "x"}}},
		"nonsense times": {`<tt><body><p begin="soon" end="99999999999999999h">x</p></body></tt>`, []Cue{{0, 60000 * ms, "x"}}},
		"empty":          {``, nil},
	} {
		got, err := TTML([]byte(c.document), time.Minute)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
			continue
		}
		for i := range got {
			if got[i].Start != c.want[i].Start || got[i].End != c.want[i].End || lines(got[i].Text) != c.want[i].Text {
				t.Errorf("%s: %+v, want %+v", name, got[i], c.want[i])
			}
		}
	}
	if _, err := TTML([]byte(strings.Repeat("<p>", 10_000)), 0); err == nil {
		t.Error("no end of nesting, and no error")
	}
	if _, err := TTML([]byte("<tt><p"), 0); err == nil {
		t.Error("half a document, and no error")
	}
}

func vttBox(kind string, contents ...[]byte) []byte {
	b := append(make([]byte, 4), kind...)
	for _, c := range contents {
		b = append(b, c...)
	}
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

func TestSamples(t *testing.T) {
	cue := func(text string) []byte {
		return vttBox("vttc", vttBox("iden", []byte("1")), vttBox("sttg", []byte("line:1")), vttBox("payl", []byte(text)))
	}
	var s Samples
	s.Add(cue("<b>One</b> &amp; two"), 0, 1000*ms)
	s.Add(append(cue("<b>One</b> &amp; two"), cue("three")...), 1000*ms, 1500*ms)
	s.Add(vttBox("vtte"), 1500*ms, 2000*ms)
	s.Add(cue("three"), 2000*ms, 2500*ms)
	s.Add([]byte{0, 0, 0, 1, 'v', 't', 't', 'c', 9}, 2500*ms, 3000*ms)
	got := string(Append(nil, 900_000, append(s.Cues, Cue{End: -1, Text: "x"}, Cue{End: 1, Text: "\n \n"})))
	const want = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n" +
		"\n00:00:00.000 --> 00:00:01.500\nOne &amp; two\n" +
		"\n00:00:01.000 --> 00:00:01.500\nthree\n" +
		"\n00:00:02.000 --> 00:00:02.500\nthree\n"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzTTML(f *testing.F) {
	f.Add([]byte(`<tt ttp:frameRate="25" xmlns:ttp="p"><body begin="1s"><p begin="00:00:01:05" end="2s">a<br/>b</p></body></tt>`))
	f.Fuzz(func(t *testing.T, document []byte) {
		cues, _ := TTML(document, time.Minute) // whatever was read is to be well-formed
		text := string(Append(nil, 0, cues))
		for _, block := range strings.Split(text, "\n\n")[1:] {
			if strings.Count(block, "-->") != 1 {
				t.Errorf("a cue that is none: %q", block)
			}
		}
	})
}

func FuzzSamples(f *testing.F) {
	f.Add(vttBox("vttc", vttBox("payl", []byte("x"))))
	f.Fuzz(func(_ *testing.T, sample []byte) {
		var s Samples
		s.Add(sample, 0, time.Second)
		Append(nil, 0, s.Cues)
	})
}
