package enginetest

import (
	"context"
	"testing"

	"pubpoint/engine"
)

// SetVerification sets the answer of VerifyArchive for an event of a point; without one it is
// complete.
func (f *Fake) SetVerification(point, event string, v engine.Verification) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checks[point+" "+event] = v
}

// VerifyArchive implements engine.Verifier.
func (f *Fake) VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (engine.Verification, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse("VerifyArchive"); err != nil {
		return engine.Verification{}, err
	}
	_, isPoint := f.points[point]
	if _, isRecording := f.recordings[point]; !isPoint && !isRecording {
		return engine.Verification{}, noPoint("verify archive", point)
	}
	if err := ctx.Err(); err != nil {
		return engine.Verification{}, &engine.Error{Op: "verify archive", Point: point, Kind: engine.Unavailable, Err: err}
	}
	v, ok := f.checks[point+" "+event]
	if !ok && event != "" {
		return engine.Verification{}, &engine.Error{Op: "verify archive", Point: point, Kind: engine.NotFound,
			Text: "The publishing point " + point + " has no event " + event + "; list its archive again."}
	}
	if !ok {
		v = engine.Verification{Verdict: engine.VerdictComplete}
	}
	if progress != nil {
		progress(v.Bytes, v.Bytes)
	}
	return v, nil
}

func verifyAnswers(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	if v, err := s.VerifyArchive(t.Context(), "oceans", "", nil); err != nil || v.Verdict != engine.VerdictComplete || len(v.Flaws) != 0 {
		t.Errorf("a point without a recording: %+v, %v", v, err)
	}
	for _, c := range []struct{ point, event string }{{"nowhere", ""}, {"oceans", "20200101T000000.000Z"}, {"oceans", ".."}} {
		if _, err := s.VerifyArchive(t.Context(), c.point, c.event, nil); engine.KindOf(err) != engine.NotFound {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
