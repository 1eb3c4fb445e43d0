package point

import (
	"testing"

	"pubpoint/engine"
)

// TestEncoderOfAnEndedEventChangesNothing has an encoder that was told to go, or has sent its end
// mark, send more when its event has ended and the point waits for the next one.
func TestEncoderOfAnEndedEventChangesNothing(t *testing.T) {
	for what, c := range map[string]struct{ ended, other bool }{
		"told to go": {}, "after its end mark": {ended: true},
		"told to go, another event is on air": {other: true}, "after its end mark, another event is on air": {true, true},
	} {
		t.Run(what, func(t *testing.T) {
			s := newStage(t)
			e := s.connect("x-200k", engine.Video, scale)
			for i := range engine.Ticks(3) {
				e.send(i*gop*second, gop*second)
			}
			if c.ended {
				if err := e.End(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			for _, state := range []engine.State{engine.StateStopped, engine.StateStarted} {
				if err := s.SetState(t.Context(), state); err != nil {
					t.Fatal(err)
				}
			}
			want := 3
			if c.other {
				s.connect("y-200k", engine.Video, scale).send(0, gop*second)
				want = 1
			}
			before := s.view()
			if err := e.try(3*gop*second, gop*second); engine.KindOf(err) != engine.Conflict {
				t.Errorf("the fragment was taken: %v", err)
			}
			if v := s.view(); v.Event != before.Event || v.Live != c.other || len(v.Stream("video").Spans) != want || len(v.Stream("video").Tracks) != 1 {
				t.Errorf("event %s after %s: %v", v.Event, before.Event, v.Stream("video").Spans)
			}
			if st := s.Status(); !c.other && st.State != engine.StateStarting {
				t.Errorf("state %s", st.State)
			}
			if err := e.End(t.Context()); err == nil {
				t.Error("the end mark was taken")
			}
		})
	}
}
