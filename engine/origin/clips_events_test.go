package origin_test

import (
	"bytes"
	"testing"

	"pubpoint/engine"
)

func TestClipOfAnEarlierEvent(t *testing.T) {
	r := recorded(t, "oceans-400k-64k", "av-isml.ismv")
	if status := r.post("/oceans.isml/oceans.ism?stream_id=oceans-400k-64k.ismv", bytes.NewReader(vector(t, "av-plain.ismv"))); status != 200 {
		t.Fatal(status)
	}
	r.awaitState("oceans", engine.StateStopped)
	var earlier string
	r.await("the earlier event", func() bool {
		events, err := r.ArchivedEvents(t.Context(), "oceans")
		for _, e := range events {
			if !e.Current {
				earlier = e.ID
			}
		}
		return err == nil && earlier != ""
	})
	if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Event: earlier, Range: span(20_000_000, 30_000_000), Name: "first"}); err != nil {
		t.Fatal(err)
	}
	r.sameMedia("first.ism", "oceans.isml/Events("+earlier+")")
	x, err := r.OpenExport(t.Context(), engine.ExportRequest{Point: "oceans", Event: earlier})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	var b bytes.Buffer
	if n, err := x.Body.WriteTo(&b); err != nil || n != x.Size {
		t.Fatal(n, err)
	}
}
