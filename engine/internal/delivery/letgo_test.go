package delivery

import (
	"runtime"
	"testing"
	"time"

	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// Once an event is over, the manifest that was rendered of it last must not keep its media in memory.
func TestCacheLetsMediaGo(t *testing.T) {
	h := newHouse(t, nil)
	defer runtime.KeepAlive(h)
	freed := make(chan struct{})
	func() {
		p := outputtest.Presentation{Whole: outputtest.Synthetic{Name: "event", Video: []int{200_000, 400_000}, Audio: []string{"und"}, Fragments: 8}.View()}
		v := p.Live(7)
		runtime.AddCleanup(v, func(c chan struct{}) { close(c) }, freed)
		h.live.Show(v)
		res := h.ask(t, "GET", "/oceans.isml/Manifest")
		bodyOf(t, res)
		t.Log(res.StatusCode)
	}()
	h.live.Show((*presentation.View)(nil))
	over := time.After(deadline)
	for {
		runtime.GC()
		select {
		case <-freed:
			return
		case <-over:
			t.Fatal("the view of the event that is over, with all its media, is still reachable")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
