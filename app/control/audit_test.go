package control

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// TestEveryOrderIsWrittenDown gives each order that changes something, and looks for it in the audit log.
func TestEveryOrderIsWrittenDown(t *testing.T) {
	fake := enginetest.New()
	fake.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStarted, Config: engine.DefaultPointConfig()})
	fake.SetEncoder(engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "one", Point: "oceans"}})
	d := New(Config{Engine: fake, Store: &record{}})
	ctx := By(t.Context(), "api 192.0.2.7")
	wider := engine.DefaultPointConfig()
	wider.DVRWindow, wider.Title = time.Hour, "Oceans"
	for _, c := range []struct {
		what, point, encoder string
		detail               string
		order                func() error
	}{
		{"create point", "rivers", "", "", func() error { return d.CreatePoint(ctx, "rivers", wider) }},
		{"change settings", "oceans", "", "Title, DVRWindow 0s to 1h0m0s", func() error { return d.UpdatePoint(ctx, "oceans", wider) }},
		{"set state", "rivers", "", "started", func() error { return d.StartPoint(ctx, "rivers") }},
		{"delete point", "rivers", "", "by force, files kept in .deleted", func() error {
			return d.DeletePoint(ctx, "rivers", engine.Deletion{Force: true, KeepFiles: true})
		}},
		{"add encoder", "oceans", "two", "test-pattern", func() error {
			_, err := d.AddEncoder(ctx, engine.EncoderSpec{ID: "two", Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}}, true)
			return err
		}},
		{"change encoder", "oceans", "one", "", func() error {
			return d.UpdateEncoder(ctx, engine.EncoderSpec{ID: "one", Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}})
		}},
		{"start encoder", "oceans", "one", "", func() error { return d.StartEncoder(ctx, "one") }},
		{"restart encoder", "oceans", "one", "", func() error { return d.RestartEncoder(ctx, "one") }},
		{"stop encoder", "oceans", "one", "", func() error { return d.StopEncoder(ctx, "one") }},
		{"remove encoder", "oceans", "one", "", func() error { return d.RemoveEncoder(ctx, "one") }},
		{"purge archive", "oceans", "", "event 7", func() error { _, err := d.PurgeArchive(ctx, "oceans", engine.Purge{Event: "7"}); return err }},
		{"clip archive", "oceans", "", "clip goal", func() error {
			_, err := d.ClipArchive(ctx, engine.ClipRequest{Point: "oceans", Name: "goal"})
			return err
		}},
		{"delete recording", "", "", "goal", func() error { return d.DeleteRecording(ctx, "goal") }},
		{"acknowledge alarm", "", "", "alarm 9", func() error { return d.AckAlarm(ctx, "9") }},
		{"shelve alarm", "", "", "alarm 9 for 1h0m0s: rain", func() error { return d.ShelveAlarm(ctx, "9", time.Hour, "rain") }},
		{"add note", "oceans", "", "kick-off", func() error { return d.AddNote(ctx, "oceans", "kick-off") }},
	} {
		before := len(d.Actions(1000, 0))
		err := c.order()
		all := d.Actions(1000, 0)
		if len(all) <= before {
			t.Errorf("%s is not written down", c.what)
			continue
		}
		got := all[len(all)-1]
		outcome := engine.Done
		if err != nil {
			outcome = engine.KindOf(err).String()
		}
		want := engine.Action{Seq: got.Seq, At: got.At, Who: "api 192.0.2.7", What: c.what, Point: c.point, Encoder: c.encoder, Detail: c.detail, Outcome: outcome, Reason: engine.Sentence(err)}
		if got != want {
			t.Errorf("%s: written down is\n%+v, want\n%+v", c.what, got, want)
		}
	}
}

func TestWhoOrdered(t *testing.T) {
	fake := enginetest.New()
	d := New(Config{Engine: fake, Store: &record{}})
	for _, ctx := range []context.Context{t.Context(), By(t.Context(), Program)} {
		if err := d.Demo(ctx); err != nil {
			t.Fatal(err)
		}
	}
	all := d.Actions(100, 0)
	if len(all) != 3 || all[0].Who != Window || all[2].Who != Program || all[2].What != "start encoder" {
		t.Errorf("written down is %+v", all)
	}
}

func TestSecretsAreNotWrittenDown(t *testing.T) {
	fake := enginetest.New()
	d := New(Config{Engine: fake, Store: &record{}})
	secret := "the address https://me:hunter2@host/live?token=hunter2 and rtmp://hunter2@x fails"
	d.Audit(t.Context(), engine.Action{What: "x", Detail: secret}, &engine.Error{Text: secret, Err: errors.New("hunter2")})
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	if err := d.UpdatePoint(t.Context(), "oceans", engine.PointConfig{Title: "hunter2", Fsync: "hunter2"}); err != nil {
		t.Fatal(err)
	}
	spec := engine.EncoderSpec{ID: "hunt", Point: "oceans", AudioBitrate: 64_000, Input: engine.EncoderInput{Kind: engine.InputTestPattern, URL: "rtsp://a:hunter2@b"}}
	if _, err := d.AddEncoder(t.Context(), spec, false); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(d.Actions(100, 0))
	if err != nil || strings.Contains(string(text), "hunter2") {
		t.Errorf("written down is %s, %v", text, err)
	}
}
