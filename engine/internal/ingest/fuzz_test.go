package ingest

import (
	"bytes"
	"net/url"
	"testing"

	"pubpoint/engine"
)

// FuzzHasBrand reads brands from any bytes: a brand that is found stands in the box.
func FuzzHasBrand(f *testing.F) {
	for _, b := range [][]byte{styp("msdhlmsg"), styp("msdhmsix"), styp(""), vector(f, "av-cmaf.mp4")[:28], {0, 0, 0, 1}} {
		f.Add(b, lastSegment)
	}
	f.Fuzz(func(t *testing.T, b []byte, brand string) {
		if len(brand) == 4 && hasBrand(b, brand) && !bytes.Contains(b[8:], []byte(brand)) {
			t.Fatalf("%q is not in %q", brand, b)
		}
	})
}

// FuzzParseTarget makes sure that no name leaves its directory, whatever the URL.
func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{
		"/oceans.isml/Streams(a)", "/a/b.isml/Events(e)/Streams(x)", "/oceans.isml/oceans.ism?stream_id=oceans-400k-64k.ismv",
		"/oceans.isml/Switching(v)/Streams(x.cmfv)", "/x.isml/Streams%28..%29", "/..%2f.isml/Streams(CON)", "/.isml", "/a.isml/Streams(%00)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.ParseRequestURI(s)
		if err != nil {
			return
		}
		target, err := ParseTarget(u)
		if target.Point != "" && !engine.ValidName(target.Point) {
			t.Fatalf("point %q", target.Point)
		}
		if err != nil {
			if engine.KindOf(err) != engine.BadInput || target.Stream != "" || target.Event != "" {
				t.Fatalf("%+v %v", target, err)
			}
			return
		}
		if target.Stream != "" && !engine.ValidElement(target.Stream) || target.Event != "" && !engine.ValidElement(target.Event) {
			t.Fatalf("%+v", target)
		}
	})
}
