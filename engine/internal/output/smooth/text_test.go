package smooth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// withText is an event with captions and markers.
func withText(s outputtest.Synthetic) outputtest.Presentation {
	return outputtest.Presentation{Name: s.Name, Whole: outputtest.WithText(s.View())}
}

func TestMarkersAreFetchedAsFarAsTheirParentHasCome(t *testing.T) {
	const s = 10_000_000
	p := withText(outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 9})
	v := live(p, 4, 2, 0)
	scte := v.Stream("scte")
	ahead := *scte.Tracks[0] // the next marker has arrived, and its parent has not
	ahead.Fragments = p.Whole.Stream("scte").Tracks[0].Fragments
	scte.Tracks = []*presentation.Track{&ahead}
	for _, test := range []struct {
		name string
		view *presentation.View
		at   engine.Ticks
		want output.Kind
	}{
		{"listed", v, 0, 0},
		{"a tick later", v, 1, 0},
		{"newest, without look-ahead", v, s, 0},
		{"none there", v, s / 2, output.Never},
		{"arrived too early", v, 4 * s, output.Precondition},
		{"may come", v, 3 * s, output.Precondition},
		{"after the end", p.Whole, 4 * s, 0},
		{"never came", p.Whole, 3 * s, output.Never},
		{"behind the end", p.Whole, 100 * s, output.Never},
	} {
		_, _, err := fetch(one(whole, 1000, "scte", test.at), test.view)
		var refused *output.Error
		if test.want == 0 && err != nil || test.want != 0 && (!errors.As(err, &refused) || refused.Kind != test.want) {
			t.Errorf("%s: %v, want kind %d", test.name, err, test.want)
		}
	}
	first, _, err := fetch(one(payload, 1000, "scte", 0), v)
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := fetch(one(payload, 1000, "scte", 1), v)
	if err != nil || first == second || !strings.HasPrefix(first, second) {
		t.Errorf("the markers of one time are %x and %x, %v", first, second, err)
	}
}

func TestManifestCarriesPayloads(t *testing.T) {
	v := withText(outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 9}).Whole
	p, err := parse(clientManifest(v))
	if err != nil {
		t.Fatal(err)
	}
	scte := p.StreamIndex[2]
	if scte.Subtype != "DATA" || scte.ParentStreamIndex != "video" || scte.ManifestOutput != "TRUE" || len(scte.C) != 4 {
		t.Fatalf("markers are listed as %+v", scte)
	}
	if a := scte.QualityLevel[0].Attribute; len(a) != 1 || a[0].Name != "Scheme" || a[0].Value != "urn:scte:scte35:2013:bin" {
		t.Errorf("custom attributes %+v", a)
	}
	for i, c := range scte.C {
		want, _, err := fetch(one(payload, 1000, "scte", engine.Ticks(*c.T)), v)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.F) != 1 || c.F[0].I != 0 || c.F[0].Payload != base64.StdEncoding.EncodeToString([]byte(want)) {
			t.Errorf("fragment %d carries %+v, want %x", i, c.F, want)
		}
	}
	if captions := p.StreamIndex[1]; captions.ManifestOutput != "" || captions.C[0].F != nil || captions.QualityLevel[0].FourCC != "DFXP" {
		t.Errorf("captions are listed as %+v", captions)
	}
}

// repeated is Media of one moof with a large payload.
type repeated struct {
	presentation.Media
	size int64
}

func (r repeated) PayloadSize() int64 { return r.size }

func (r repeated) WritePayload(w io.Writer, _, n int64) (int64, error) {
	return io.Copy(w, bytes.NewReader(make([]byte, n)))
}

// TestPayloadsInAManifestAreBounded keeps the newest when there are too many, and leaves out
// what is too large.
func TestPayloadsInAManifestAreBounded(t *testing.T) {
	v := withText(outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 300}).Whole
	captions := v.Stream("captions")
	captions.Text = &presentation.Text{Subtype: "CAPT", InManifest: true}
	track := captions.Tracks[0]
	for i := range track.Fragments {
		f := &track.Fragments[i]
		moof, err := f.Media.Moof()
		if err != nil {
			t.Fatal(err)
		}
		size := int64(4000)
		if i == 290 {
			size = maxInline + 1
		}
		large := bytes.Clone(moof)
		at := bytes.Index(large, []byte("trun")) + 20 // the size of the one sample
		large[at], large[at+1], large[at+2], large[at+3] = 0, 0, byte(size>>8), byte(size)
		f.Media, f.Size = repeated{Media: headed(large), size: size}, size
	}
	text := clientManifest(v)
	p, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	carried := 0
	for i, c := range p.StreamIndex[1].C {
		carried += len(c.F)
		if i == 290 && len(c.F) > 0 || i == 299 && len(c.F) != 1 || i == 0 && len(c.F) > 0 {
			t.Errorf("fragment %d carries %d payloads", i, len(c.F))
		}
	}
	if carried != maxInlineInAll/4000 {
		t.Errorf("%d payloads of 4000 bytes are carried, want %d", carried, maxInlineInAll/4000)
	}
	if limit := 2*maxInlineInAll + 300*200; len(text) > limit {
		t.Errorf("the manifest has %d bytes, more than %d", len(text), limit)
	}
}

func TestThousandsOfMarkersDoNotAllStandInAManifest(t *testing.T) {
	v := withText(outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 9}).Whole
	track := v.Stream("scte").Tracks[0]
	f := track.Fragments[3]
	for range 3000 {
		f.Start++
		track.Fragments = append(track.Fragments, f)
		v.Stream("scte").Spans = append(v.Stream("scte").Spans, presentation.Span{Start: f.Start, Duration: f.Duration})
	}
	text := clientManifest(v)
	if n := bytes.Count(text, []byte("<f ")); n != maxInlineInAll/minInline {
		t.Errorf("%d payloads are carried, want %d", n, maxInlineInAll/minInline)
	}
	if last := bytes.LastIndex(text, []byte("<c t=")); !bytes.Contains(text[last:], []byte("<f ")) {
		t.Error("the newest marker is without its payload")
	}
}

// headed is Media that has a moof alone.
type headed []byte

func (h headed) Moof() ([]byte, error)                               { return h, nil }
func (h headed) PayloadSize() int64                                  { return 0 }
func (h headed) WritePayload(io.Writer, int64, int64) (int64, error) { return 0, io.ErrUnexpectedEOF }

func TestTextAloneIsNoPresentation(t *testing.T) {
	v := withText(outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 9}).Whole
	v.Streams = v.Streams[1:]
	if Playable(v) {
		t.Error("captions and markers alone can be played")
	}
	live := *v
	live.Live = true
	if got := clientManifest(&live); got != nil {
		t.Errorf("they have a manifest while live:\n%s", got)
	}
}

func TestMarkersHaveTheirPlaceBeforeTheFirst(t *testing.T) {
	p := withText(outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 9})
	v := live(p, 4, 2, 0)
	v.Stream("scte").Spans = nil
	m, err := parse(clientManifest(v))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(m.StreamIndex); n != 3 || m.StreamIndex[2].Name != "scte" || m.StreamIndex[2].Chunks != 0 {
		t.Errorf("%d streams are listed", n)
	}
}
