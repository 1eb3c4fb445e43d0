package point

import (
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
)

// segment posts one fragment without a header, as a POST of its own.
func (s *stage) segment(remote string, start engine.Ticks) error {
	s.t.Helper()
	session, _, err := s.Open(s.t.Context(), SessionInfo{Stream: "x-200k", Remote: remote})
	if err != nil {
		return err
	}
	e := &source{Session: session, t: s.t}
	if h, err := e.Resume(s.t.Context()); err != nil || h == nil {
		e.Close("refused")
		s.t.Fatalf("header %v, %v", h, err)
	}
	err = e.try(start, gop*second)
	e.Rest()
	return err
}

// TestSourceBetweenItsPosts posts a segment every two seconds, pauses for a while, and stays
// away.
func TestSourceBetweenItsPosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, func(cfg *Config) { cfg.Stale = 10 * time.Second; cfg.Settings.SourceTimeout = 30 * time.Second })
		s.connectFrom("192.0.2.1:1", "x-200k", engine.Video, scale).Rest()
		if st := s.Status(); st.State != engine.StateStarting || !st.Sources[0].Connected {
			t.Fatalf("after the header: %s, %+v", st.State, st.Sources)
		}
		pass(20 * time.Second) // its first segment is long
		for i := range engine.Ticks(100) {
			if err := s.segment("192.0.2.1:"+string(rune('1'+i%9)), i*gop*second); err != nil {
				t.Fatal(err)
			}
			st := s.Status()
			if st.SourceLost || len(st.Sources) != 1 || st.Sources[0].Fragments != int64(i+1) && i > 0 {
				t.Fatalf("segment %d: lost %v, %+v", i, st.SourceLost, st.Sources)
			}
			pass(gop * time.Second)
			if i == 50 {
				pass(7 * time.Second) // late, but there
			}
		}
		pass(8*time.Second - time.Millisecond)
		if st := s.Status(); !st.Sources[0].Connected || st.SourceLost {
			t.Fatalf("before its time: %+v", st.Sources)
		}
		pass(2 * time.Millisecond)
		if st := s.Status(); st.Sources[0].Connected || !st.SourceLost {
			t.Fatalf("after its time: %+v", st.Sources)
		}
		pass(20*time.Second - 3*time.Millisecond) // counted from its last post
		if st := s.Status(); st.State != engine.StateStarted {
			t.Fatalf("state %s before the source timeout", st.State)
		}
		pass(4 * time.Millisecond)
		if st := s.Status(); st.State != engine.StateStopped {
			t.Fatalf("state %s after the source timeout", st.State)
		}
	})
}

// TestSourceTimeoutIsShorterThanAPause ends the event when it is due, not when the session
// leaves the books.
func TestSourceTimeoutIsShorterThanAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, func(cfg *Config) { cfg.Stale = time.Minute; cfg.Settings.SourceTimeout = 5 * time.Second })
		e := s.connect("x-200k", engine.Video, scale)
		e.send(0, gop*second)
		e.Rest()
		s.stoppedAfter(5 * time.Second)
		if st := s.Status(); st.Sources[0].Connected {
			t.Fatalf("%+v", st.Sources)
		}
	})
}

// TestHeaderThatIsFollowedByNothing lets the point go back to where it was.
func TestHeaderThatIsFollowedByNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.connect("x-200k", engine.Video, scale).Rest()
		pass(headerRest - time.Millisecond)
		if st := s.Status(); st.State != engine.StateStarting {
			t.Fatalf("state %s", st.State)
		}
		pass(2 * time.Millisecond)
		if st := s.Status(); st.State != engine.StateIdle {
			t.Fatalf("state %s", st.State)
		}
	})
}

// TestRestingSessionsOfTwoMachines are two sources, and their fragments one stream.
func TestRestingSessionsOfTwoMachines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.connect("x-200k", engine.Video, scale).Rest()
		for i := range engine.Ticks(10) {
			for _, remote := range []string{"192.0.2.1:1", "192.0.2.2:1"} {
				if err := s.segment(remote, i*gop*second); err != nil {
					t.Fatal(err)
				}
			}
			pass(gop * time.Second)
		}
		onGrid(t, s.view(), "video", gop*second, 10)
		connected := 0
		for _, src := range s.Status().Sources {
			if src.Connected && src.Fragments+src.Dropped >= 10 {
				connected++
			}
		}
		if connected != 2 {
			t.Fatalf("%+v", s.Status().Sources)
		}
		if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
			t.Fatal(err)
		}
		for _, src := range s.Status().Sources {
			if src.Connected {
				t.Fatalf("after the stop: %+v", src)
			}
		}
	})
}

// TestLiveEdgeWaitsBetweenPosts has one rung come in one POST and the other in one for each
// segment: the timeline waits for the second while it rests, and no longer once it has left.
func TestLiveEdgeWaitsBetweenPosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		low := s.connect("low-100k", engine.Video, scale)
		s.connectFrom("192.0.2.1:1", "x-200k", engine.Video, scale).Rest()
		for i := range engine.Ticks(5) {
			low.send(i*gop*second, gop*second)
			if n := len(s.view().Stream("video").Spans); n != int(i) {
				t.Fatalf("%d spans before segment %d has come on both rungs", n, i)
			}
			pass(time.Second)
			if err := s.segment("192.0.2.1:1", i*gop*second); err != nil {
				t.Fatal(err)
			}
			if n := len(s.view().Stream("video").Spans); n != int(i)+1 {
				t.Fatalf("%d spans once segment %d has come", n, i)
			}
			pass(time.Second)
		}
		low.send(5*gop*second, gop*second)
		pass(11 * time.Second)
		if n := len(s.view().Stream("video").Spans); n != 6 {
			t.Fatalf("%d spans once the other has left", n)
		}
	})
}
