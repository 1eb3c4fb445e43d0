package point

import (
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive/archivetest"
)

// TestCrashAtTheVeryBeginning has the program die when the first fragment is still open, complete
// but not listed, or listed: the event goes on as if it had not, and is divided like any other.
func TestCrashAtTheVeryBeginning(t *testing.T) {
	for pieces := 1; pieces <= 9; pieces++ {
		r := newRolled(t, archivetest.New(), keeping)
		c := r.camera("s0-100k", engine.Video, second/2)
		for range pieces {
			c.piece(c.sent%4 == 0)
			r.clock.advance(time.Second / 2)
		}
		before := r.view()
		again := newRolled(t, r.disk.Kill(), keeping)
		v, st := again.view(), again.Status()
		if v.Origin != before.Origin || !v.ZeroTime.Equal(before.ZeroTime) || r.Status().Event.Began.Sub(st.Event.Began).Abs() > 2*time.Second {
			t.Errorf("%d pieces: origin %v, zero %v, began %v, were %v, %v, %v", pieces, v.Origin, v.ZeroTime, st.Event.Began,
				before.Origin, before.ZeroTime, r.Status().Event.Began)
		}
		again.clock.advance(r.clock.Now().Sub(again.clock.Now()))
		d := again.camera("s0-100k", engine.Video, second/2)
		d.next, d.sent = c.next, c.sent
		for d.next < 45*second {
			d.piece(d.sent%4 == 0)
			again.clock.advance(time.Second / 2)
		}
		if again.view().Origin != 0 || again.disk.Bytes("s0-100k.0004.ismv") == nil {
			t.Errorf("%d pieces: origin %v, files %v", pieces, again.view().Origin, again.disk.Names())
		}
	}
}
