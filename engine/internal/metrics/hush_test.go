package metrics

import (
	"testing"
	"time"
)

func TestHush(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	h := Hush{Most: 2, Every: time.Minute}
	for i, want := range []bool{true, true, false, false} {
		if ok, _ := h.Pass(now); ok != want {
			t.Errorf("message %d: %v", i, ok)
		}
	}
	if ok, kept := h.Pass(now.Add(time.Minute)); !ok || kept != 2 {
		t.Errorf("%v, %d were kept", ok, kept)
	}
	if ok, kept := h.Pass(now.Add(time.Minute)); !ok || kept != 0 {
		t.Errorf("%v, %d were kept", ok, kept)
	}
}
