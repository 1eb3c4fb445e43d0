package control

import (
	"fmt"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestUpdatePoint(t *testing.T) {
	d, fake, _ := desk(t)
	cfg := engine.DefaultPointConfig()
	cfg.DVRWindow = time.Minute
	if err := d.UpdatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	if p, err := d.Point("oceans"); err != nil || !p.Config.Equal(cfg) {
		t.Errorf("%+v %v", p.Config, err)
	}
	if err := d.UpdatePoint(t.Context(), "ocean", cfg); engine.KindOf(err) != engine.NotFound {
		t.Errorf("unknown point: %v", err)
	}
	for what, change := range map[string]func(*engine.PointConfig){
		"look-ahead": func(c *engine.PointConfig) { c.LookAhead = -1 },
		"window":     func(c *engine.PointConfig) { c.DVRWindow = -1 },
		"timeout":    func(c *engine.PointConfig) { c.SourceTimeout = -1 },
		"segment":    func(c *engine.PointConfig) { c.ArchiveSegment = -1 },
		"keep":       func(c *engine.PointConfig) { c.ArchiveKeep = -1 },
		"bytes":      func(c *engine.PointConfig) { c.ArchiveKeepBytes = -1 },
	} {
		bad := cfg
		change(&bad)
		if err := d.UpdatePoint(t.Context(), "oceans", bad); engine.KindOf(err) != engine.BadInput {
			t.Errorf("bad %s: %v", what, err)
		}
	}
	if calls := fake.CallsOf("UpdatePoint"); len(calls) != 2 {
		t.Errorf("the engine was asked %d times", len(calls))
	}
}

// A point takes its encoders with it, unless it is on air and stays.
func TestDeletePoint(t *testing.T) {
	d, fake, rec := desk(t)
	fake.SetPoint(engine.PointStatus{Name: "other"})
	other := pattern("c")
	other.Point = "other"
	for _, spec := range []engine.EncoderSpec{pattern("a"), pattern("b"), other} {
		if _, err := d.AddEncoder(t.Context(), spec, false); err != nil {
			t.Fatal(err)
		}
	}
	fake.ChangePoint("oceans", func(p *engine.PointStatus) { p.State = engine.StateStarted })
	if err := d.DeletePoint(t.Context(), "oceans", engine.Deletion{}); engine.KindOf(err) != engine.Conflict {
		t.Fatalf("on air: %v", err)
	}
	if got := rec.String(); got != "a:stop b:stop c:stop" {
		t.Errorf("encoders are %s", got)
	}
	how := engine.Deletion{Force: true, KeepFiles: true}
	if err := d.DeletePoint(t.Context(), "oceans", how); err != nil {
		t.Fatal(err)
	}
	if got := rec.String(); got != "c:stop" || len(d.Encoders()) != 1 {
		t.Errorf("encoders left are %s, %+v", got, d.Encoders())
	}
	if calls := fake.CallsOf("DeletePoint"); len(calls) != 1 || fmt.Sprint(calls[0].Args) != fmt.Sprint([]any{"oceans", how}) {
		t.Errorf("the engine was told %+v", calls)
	}
	if err := d.DeletePoint(t.Context(), "oceans", how); engine.KindOf(err) != engine.NotFound {
		t.Errorf("again: %v", err)
	}
}

func TestArchiveOfAPoint(t *testing.T) {
	d, fake, _ := desk(t)
	fake.SetArchive("oceans", []engine.ArchivedEvent{{ID: "b", Current: true}, {ID: "a"}})
	if events, err := d.ArchivedEvents(t.Context(), "oceans"); err != nil || len(events) != 2 {
		t.Errorf("%+v %v", events, err)
	}
	if purged, err := d.PurgeArchive(t.Context(), "oceans", engine.Purge{Event: "a"}); err != nil || len(purged.Events) != 1 {
		t.Errorf("%+v %v", purged, err)
	}
	if _, err := d.PurgeArchive(t.Context(), "oceans", engine.Purge{Event: "b"}); engine.KindOf(err) != engine.Conflict {
		t.Errorf("the current event: %v", err)
	}
}
