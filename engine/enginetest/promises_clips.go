package enginetest

import (
	"testing"
	"time"

	"pubpoint/engine"
)

func clipOfNothing(t *testing.T, s engine.Service) {
	ctx := t.Context()
	_, err := s.Clip(ctx, engine.ClipRequest{Point: "none", Name: "best"})
	wantKind(t, "Clip of no point", err, engine.NotFound)
	_, err = s.OpenExport(ctx, engine.ExportRequest{Point: "none"})
	wantKind(t, "OpenExport of no point", err, engine.NotFound)
	create(t, s, "oceans")
	_, err = s.Clip(ctx, engine.ClipRequest{Point: "oceans", Name: "best"})
	wantKind(t, "Clip of a point without media", err, engine.NotFound)
	_, err = s.OpenExport(ctx, engine.ExportRequest{Point: "oceans", Range: engine.Range{From: engine.MediaMoment(time.Hour)}})
	wantKind(t, "OpenExport of a point without media", err, engine.NotFound)
	for _, name := range []string{"", "..", "/best", "a b", "best.ism"} {
		_, err = s.Clip(ctx, engine.ClipRequest{Point: "oceans", Name: name})
		wantKind(t, "Clip called "+name, err, engine.BadInput)
	}
	for _, name := range []string{"none", "oceans", "..", ""} {
		wantKind(t, "DeleteRecording of "+name, s.DeleteRecording(ctx, name), engine.NotFound)
	}
	if all := s.Recordings(); len(all) != 0 {
		t.Errorf("recordings were made of nothing: %+v", all)
	}
}
