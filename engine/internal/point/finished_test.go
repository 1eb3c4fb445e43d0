package point

import (
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/servermanifest"
)

// TestClipsBeginWhereTheyWerePublished has a fragment that the one before it had shortened.
func TestClipsBeginWhereTheyWerePublished(t *testing.T) {
	init := &fmp4.TrackInit{ID: 3, Type: "video", Timescale: scale, Language: "und"}
	v := &presentation.View{Event: "cut", LookAhead: 1, ZeroTime: time.Unix(1_800_000_000, 0), Streams: []*presentation.Stream{{
		Name: "video", Type: engine.Video, Timescale: scale,
		Tracks: []*presentation.Track{{Bitrate: 200_000, Source: "oceans", Init: init, Fragments: []presentation.Fragment{{Start: 2*second + 50, Duration: 2*second - 50}}}},
	}}}
	doc, err := servermanifest.ParseDocument(FinishedManifest(v, "best", "The \"best\"", "event", time.Unix(1_800_000_100, 0), []byte("client")))
	if err != nil {
		t.Fatal(err)
	}
	if doc.ClientManifest != "best.ismc" || doc.Title != `The "best"` || metaText(doc, metaClip) != "event" || metaText(doc, metaEvent) != "cut" || metaNumber(doc, metaLookAhead) != 1 {
		t.Fatalf("%+v", doc)
	}
	s := doc.Sources[0]
	if s.Src != "oceans.ismv" || s.TrackID != 3 || s.TrackName != "video" || s.SystemBitrate != 200_000 {
		t.Fatalf("%+v", s)
	}
	own := &track{init: init, from: cutFrom(s)}
	sent := &fmp4.Fragment{TrackID: 3, Start: int64(2 * second), Duration: int64(2 * second), DecodeStart: int64(2 * second)}
	if start, length := own.place(sent, 0); start != 2*second+50 || length != 2*second-50 {
		t.Fatalf("it is published at %d for %d", start, length)
	}
	for _, from := range []engine.Ticks{0, second, 2 * second, 4 * second} {
		own.from = from // says nothing of this fragment
		if start, length := own.place(sent, 0); start != 2*second || length != 2*second {
			t.Fatalf("from %d it is published at %d for %d", from, start, length)
		}
	}
	for _, text := range []string{"", "x", "1e9", "99999999999999999999"} {
		if got := cutFrom(servermanifest.Source{Params: []servermanifest.Pair{{Name: paramFrom, Value: text}}}); got != 0 {
			t.Fatalf("%q is read as %d", text, got)
		}
	}
}
