package origin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
)

// What a real encoder sent is on the timeline as the status counts it, fragment by fragment.
func TestTimelineOfACapture(t *testing.T) {
	r := recorded(t, "oceans-200k-64k-400k", "2v1a-isml.ismv")
	p, err := r.Point("oceans")
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.Fragments(engine.FragmentQuery{Point: "oceans"})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Lanes) != len(p.Tracks) || m.Event != p.Event.ID || m.Zero.IsZero() {
		t.Fatalf("%d lanes of %d tracks, event %q, zero %v", len(m.Lanes), len(p.Tracks), m.Event, m.Zero)
	}
	if d := m.To.Sub(m.From); d < p.Event.Duration || d > p.Event.Duration+3*time.Second {
		t.Errorf("it is %v long and the event %v", d, p.Event.Duration)
	}
	for i, track := range p.Tracks {
		l := m.Lanes[i]
		if l.Track != engine.TrackKey(track.Stream, track.Bitrate) || l.Label != track.Label() || int64(len(l.Marks)) != track.Fragments {
			t.Fatalf("lane %d is %s, %q with %d marks; the track %+v", i, l.Track, l.Label, len(l.Marks), track)
		}
		for j, k := range l.Marks {
			if k.Gap || k.Jump || k.NoKey || k.Count != 1 || k.Bytes <= 0 || k.Length <= 0 || k.Arrived.IsZero() || k.Peak < int(k.Rate())-1 ||
				!k.At.Equal(m.Zero.Add(k.Start)) || !strings.HasPrefix(k.Source, track.Source+"#") {
				t.Errorf("%s, mark %d: %+v", l.Label, j, k)
			}
			if j > 0 && k.Start-l.Marks[j-1].End() > 50*time.Millisecond {
				t.Errorf("%s, mark %d begins %v after the one before", l.Label, j, k.Start-l.Marks[j-1].End())
			}
		}
	}
	half, err := r.Fragments(engine.FragmentQuery{Point: "oceans", From: m.From.Add(m.To.Sub(m.From) / 2), MaxMarks: 1})
	if err != nil || len(half.Lanes[0].Marks) != 1 || half.Lanes[0].Marks[0].Bytes >= total(m.Lanes[0]) {
		t.Errorf("half of it: %+v, %v", half, err)
	}
	if err := r.SetPointState(t.Context(), "oceans", engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	// It has become an earlier event, which is opened for whoever asks.
	if err := r.SetPointState(t.Context(), "oceans", engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	earlier, err := r.Fragments(engine.FragmentQuery{Point: "oceans", Event: m.Event})
	if err != nil || len(earlier.Lanes) != len(m.Lanes) || total(earlier.Lanes[0]) != total(m.Lanes[0]) {
		t.Errorf("the earlier event: %+v, %v", earlier, err)
	}
}

func total(l engine.FragmentLane) (bytes int64) {
	for _, k := range l.Marks {
		bytes += k.Bytes
	}
	return bytes
}

// Markers of an encoder, and what went wrong, are notes.
func TestTimelineHasNotes(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	base := r.Addresses().Media + "/oceans.isml"
	markers := sender.Markers("scte", "video")
	one := markers.Fragment(1, 2*tick, tick, sender.Message(7, 2*tick, sender.Splice{ID: 7, Out: true, Duration: 30 * time.Second}.Section()))
	if status, err := sender.Post(t.Context(), base+"/Events(show)/Streams(scte)", nil, markers.Body(one)); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	if status, err := sender.Post(t.Context(), base+"/Events(show)/Streams(x-200k-64k)", nil, vector(t, "av-isml.ismv")); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	r.awaitState("oceans", engine.StateStopped)
	if err := r.SetPointState(t.Context(), "oceans", engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	// A point that its operator has stopped turns encoders away; the connection may break off first.
	if status, err := sender.Post(t.Context(), base+"/oceans.ism?stream_id=late.ismv", nil, vector(t, "av-isml.ismv")); err == nil && status < 400 {
		t.Fatal("a late encoder was let in")
	}
	r.await("the refusal", func() bool {
		m, err := r.Fragments(engine.FragmentQuery{Point: "oceans"})
		return err == nil && slices.ContainsFunc(m.Notes, func(n engine.TimelineNote) bool {
			return n.Kind == engine.NoteEvent && n.Severity == engine.Warning && strings.Contains(n.Text, "refused")
		})
	})
	m, err := r.Fragments(engine.FragmentQuery{Point: "oceans"})
	if err != nil {
		t.Fatal(err)
	}
	var splice *engine.TimelineNote
	for i, n := range m.Notes {
		if n.Kind == engine.NoteSplice {
			splice = &m.Notes[i]
		}
	}
	if splice == nil || splice.Length != 30*time.Second || !strings.HasPrefix(splice.Text, "Splice out, event 7") {
		t.Fatalf("notes: %+v", m.Notes)
	}
	if d := splice.At.Sub(m.Zero); d < 2*time.Second-time.Millisecond || d > 5*time.Second {
		t.Errorf("the splice is %v after the beginning", d)
	}
	behind, err := r.Fragments(engine.FragmentQuery{Point: "oceans", To: m.Zero.Add(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range behind.Notes {
		if n.Kind == engine.NoteSplice {
			t.Errorf("a stretch before it has %+v", n)
		}
	}
}
