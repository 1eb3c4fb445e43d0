package ingest

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"pubpoint/engine"
)

// TestFindingsOfCaptures sends what real encoders have sent, up to the end mark, and tells
// what is wrong with it.
func TestFindingsOfCaptures(t *testing.T) {
	for _, c := range []struct{ file, id, codes string }{
		{"av-isml.ismv", "oceans-400k-64k", ""},
		{"2v1a-isml.ismv", "oceans-200k-64k-400k", ""},
		{"av-cmaf.mp4", "x", ""},
		{"bframes-isml.ismv", "x", ""},
		{"av-plain.ismv", "x", ""},
		{"hevc-hev1-opengop-isml.ismv", "x", ""},
		{"redundant-a-wallclock-isml.ismv", "x", ""},
		{"v-2audio-lang-isml.ismv", "x", ""},
		{"audio-only-2s-isml.ismv", "x", ""},
		{"2v1a-isml.ismv", "oceans-200k", "name-mismatch"},
		{"1s-fragments-midgop-isml.ismv", "x", "no-key-start"},
		{"2v1a-mixed-bframes-isml.ismv", "x", "gop-misaligned no-key-start"},
		{"av-reconnect-second-request-isml.ismv", "x", ""}, // what comes before it was not sent
	} {
		t.Run(c.file+" "+c.id, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			header, fragments, _ := split(t, vector(t, c.file))
			if status, text := d.post("/oceans.isml/Streams("+c.id+")", bytes.NewReader(slices.Concat(header, slices.Concat(fragments...)))); status != 200 {
				t.Fatal(status, text)
			}
			var codes []string
			for _, f := range d.point.Status().Findings {
				if f.Severity != engine.Info {
					codes = append(codes, f.Code)
				}
				if f.Text == "" || f.Action == "" || f.First.IsZero() || f.Count == 0 {
					t.Errorf("%+v", f)
				}
			}
			if got := strings.Join(codes, " "); got != c.codes {
				t.Errorf("got %q, want %q: %+v", got, c.codes, d.point.Status().Findings)
			}
		})
	}
}

// TestHeaderWithoutEndIsFound has an encoder that sends its header slowly and then nothing.
func TestHeaderWithoutEndIsFound(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	r, w := io.Pipe()
	answered := make(chan int)
	go func() {
		status, _ := d.post("/oceans.isml/Streams(x)", r)
		answered <- status
	}()
	header, fragments, mark := split(t, vector(t, "audio-only-2s-isml.ismv"))
	for _, b := range header {
		if _, err := w.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	d.until("an encoder whose header has come", func(st engine.PointStatus) bool {
		return len(st.Sources) == 1 && st.Sources[0].Bytes == int64(len(header)) && len(st.Findings) == 0
	})
	if _, err := w.Write(slices.Concat(fragments[0], mark)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != 200 {
		t.Fatal(status)
	}
}
