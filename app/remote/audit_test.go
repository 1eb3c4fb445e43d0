package remote

import (
	"slices"
	"testing"

	"pubpoint/engine"
)

// What was ordered is told as it was written down over there, the orders of this window among it.
func TestActions(t *testing.T) {
	r := newRack(t)
	for _, what := range []string{"stop point", "start point"} {
		r.Record(engine.Action{Who: "window", What: what, Point: "oceans", Encoder: "one", Detail: "by hand", Outcome: "conflict", Reason: "It ends."})
	}
	e := connect(t, r.server.URL)
	until(t, e, "up", up)
	got, want := e.Actions(1000, 0), r.Actions(1000, 0)
	for i := range got { // the times of the two differ in their zones
		if !got[i].At.Equal(want[i].At) {
			t.Errorf("the time is %v, want %v", got[i].At, want[i].At)
		}
		got[i].At = want[i].At
	}
	if !slices.Equal(got, want) || len(got) != 2 {
		t.Fatalf("the orders are %+v, want %+v", got, want)
	}
	if err := e.CreatePoint(t.Context(), "sea", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	got = e.Actions(1000, want[1].Seq)
	if len(got) != 1 || got[0].What != "create point" || got[0].Point != "sea" || got[0].Outcome != engine.Done {
		t.Errorf("after an order of ours there is %+v", got)
	}
	if got := e.Actions(0, 0); len(got) > 0 {
		t.Errorf("none was asked for, and there is %+v", got)
	}
}
