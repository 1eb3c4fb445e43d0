package control

import (
	"errors"
	"strings"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// returned is a desk of a program that was on air with the encoders a and b, and not with c.
func returned(t *testing.T, policy ResumePolicy) (*Desk, *enginetest.Fake, *record) {
	t.Helper()
	fake, rec := enginetest.New(), &record{}
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	for id, order := range map[string]engine.Order{"a": engine.OrderRun, "b": engine.OrderRun, "c": engine.OrderStop} {
		if err := rec.SaveEncoder(pattern(id), order); err != nil {
			t.Fatal(err)
		}
	}
	d := New(Config{Engine: fake, Store: rec, Resume: policy})
	if err := d.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d, fake, rec
}

func unresumed(d *Desk) string {
	var ids []string
	for _, s := range d.Unresumed() {
		ids = append(ids, s.ID)
	}
	return strings.Join(ids, " ")
}

func ran(fake *enginetest.Fake) string {
	var ids []string
	for _, e := range fake.Encoders() {
		if e.Order == engine.OrderRun {
			ids = append(ids, e.Spec.ID)
		}
	}
	return strings.Join(ids, " ")
}

func TestResumePolicies(t *testing.T) {
	for _, c := range []struct {
		policy                     ResumePolicy
		running, waiting, onRecord string
	}{
		{"", "a b", "", "a:run b:run c:stop"},
		{ResumeAlways, "a b", "", "a:run b:run c:stop"},
		{ResumeAsk, "", "a b", "a:run b:run c:stop"},
		{ResumeNever, "", "", "a:stop b:stop c:stop"},
	} {
		d, fake, rec := returned(t, c.policy)
		if ran(fake) != c.running || unresumed(d) != c.waiting || rec.String() != c.onRecord {
			t.Errorf("%q: %q run, %q wait, on record %q", c.policy, ran(fake), unresumed(d), rec)
		}
	}
}

func TestResume(t *testing.T) {
	d, fake, rec := returned(t, ResumeAsk)
	if err := d.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ran(fake) != "a b" || unresumed(d) != "" || rec.String() != "a:run b:run c:stop" {
		t.Errorf("%q run, %q wait, on record %q", ran(fake), unresumed(d), rec)
	}
	if p, err := d.Point("oceans"); err != nil || p.State != engine.StateStarted && p.State != engine.StateStarting {
		t.Errorf("the point is %s (%v)", p.State, err)
	}
}

func TestDeclineResume(t *testing.T) {
	d, fake, rec := returned(t, ResumeAsk)
	if err := d.DeclineResume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ran(fake) != "" || unresumed(d) != "" || rec.String() != "a:stop b:stop c:stop" {
		t.Errorf("%q run, %q wait, on record %q", ran(fake), unresumed(d), rec)
	}
}

// TestOrdersDecide: who was given an order by other means waits no longer.
func TestOrdersDecide(t *testing.T) {
	d, _, rec := returned(t, ResumeAsk)
	if err := d.StartEncoder(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := d.StopEncoder(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	if unresumed(d) != "" || rec.String() != "a:run b:stop c:stop" {
		t.Errorf("%q wait, on record %q", unresumed(d), rec)
	}
}

func TestRemovedIsNotResumed(t *testing.T) {
	d, fake, _ := returned(t, ResumeAsk)
	if err := d.RemoveEncoder(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := d.Resume(t.Context()); err != nil || ran(fake) != "b" {
		t.Errorf("%q run (%v)", ran(fake), err)
	}
}

// TestResumeFails: what cannot be started waits on, and all sentences are told.
func TestResumeFails(t *testing.T) {
	d, fake, rec := returned(t, ResumeAsk)
	noFFmpeg(fake)
	err := d.Resume(t.Context())
	if engine.KindOf(err) != engine.Unavailable || !strings.Contains(engine.Sentence(err), "Encoder a: No ffmpeg") || !strings.Contains(engine.Sentence(err), "Encoder b: No ffmpeg") {
		t.Errorf("Resume says %v", err)
	}
	if unresumed(d) != "a b" {
		t.Errorf("%q wait", unresumed(d))
	}
	fake.SetTool(engine.ToolStatus{})
	rec.fail = errors.New("disk is full")
	if err := d.DeclineResume(t.Context()); engine.KindOf(err) != engine.Storage || unresumed(d) != "a b" {
		t.Errorf("DeclineResume says %v; %q wait", err, unresumed(d))
	}
}
