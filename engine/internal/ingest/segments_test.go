package ingest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pubpoint/engine"
)

// put sends one body with its length, by a method of choice.
func (d *desk) put(method, target string, body []byte) (int, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+target, bytes.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer closing(d.t, resp.Body)
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// styp is the box in front of a segment.
func styp(brands string) []byte { return box("styp", 16+len(brands), "msdh\x00\x00\x00\x00"+brands) }

// lmsg is in front of the last one.
var plainSegment, lastOfAll = styp("msdhmsix"), styp("msdhlmsg")

// TestOnePostPerSegment sends the header, and each segment, in a POST of its own: one source
// is shown, it is there between its posts, and what comes out is what one POST gives.
func TestOnePostPerSegment(t *testing.T) {
	for _, file := range []string{"av-cmaf.mp4", "av-isml.ismv", "1s-fragments-midgop-isml.ismv"} {
		header, fragments, mark := split(t, vector(t, file))
		whole := newDesk(t, engine.DefaultPointConfig())
		if status, text := whole.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, file))); status != 200 {
			t.Fatal(status, text)
		}
		whole.await(engine.StateStopped)
		for name, way := range map[string]struct{ first, before, last []byte }{
			"header first":          {first: header, last: mark},
			"segment types":         {first: header, before: plainSegment, last: lastOfAll},
			"header in front":       {before: header, last: mark},
			"end mark with segment": {first: header, last: slices.Concat(lastOfAll, fragments[len(fragments)-1])},
		} {
			t.Run(file+" "+name, func(t *testing.T) {
				d := newDesk(t, engine.DefaultPointConfig())
				send := func(method string, body []byte) {
					t.Helper()
					if status, text := d.put(method, "/oceans.isml/Streams(x)", body); status != 200 {
						t.Fatal(status, text)
					}
				}
				if way.first != nil {
					send(http.MethodPost, way.first)
				}
				for i, f := range fragments {
					send([]string{http.MethodPost, http.MethodPut}[i%2], slices.Concat(way.before, f))
					st := d.point.Status()
					if st.State != engine.StateStarted || st.SourceLost || len(st.Sources) != 1 || !st.Sources[0].Connected || st.Sources[0].Fragments != int64(i+1) {
						t.Fatalf("after segment %d: %s, lost %v, sources %+v", i, st.State, st.SourceLost, st.Sources)
					}
				}
				send(http.MethodPost, way.last)
				st := d.await(engine.StateStopped)
				for _, s := range whole.point.Source().View().Streams {
					if got, want := timeline(d.point.Source().View(), s.Name), timeline(whole.point.Source().View(), s.Name); got != want {
						t.Errorf("%s\n got %s\nwant %s", s.Name, got, want)
					}
				}
				if len(st.Sources) != 1 {
					t.Errorf("%d sources in the books", len(st.Sources))
				}
				if back := strings.Count(strings.Join(d.told, "\n"), "is back"); back != 0 {
					t.Errorf("the ledger tells %d times that the stream is back", back)
				}
			})
		}
	}
}

// TestSegmentWithoutAHeaderIsRefused posts a segment, and an end mark, to a stream that has
// no header: to an idle point, beside another stream, and behind the end of an event.
func TestSegmentWithoutAHeaderIsRefused(t *testing.T) {
	header, fragments, mark := split(t, vector(t, "av-cmaf.mp4"))
	d := newDesk(t, engine.DefaultPointConfig())
	refused := func(when string, state engine.State) {
		t.Helper()
		for _, body := range [][]byte{fragments[0], slices.Concat(plainSegment, fragments[1]), mark, slices.Concat(lastOfAll, fragments[0])} {
			if status, text := d.put(http.MethodPost, "/oceans.isml/Streams(x)", body); status != http.StatusPreconditionFailed || !strings.Contains(text, "header") {
				t.Fatalf("%s: %d %s", when, status, text)
			}
		}
		if st := d.point.Status(); st.State != state {
			t.Fatalf("%s: state %s", when, st.State)
		}
	}
	refused("idle", engine.StateIdle)
	for _, body := range [][]byte{header, fragments[0]} {
		if status, text := d.put(http.MethodPost, "/oceans.isml/Streams(other)", body); status != 200 {
			t.Fatal(status, text)
		}
	}
	refused("beside another", engine.StateStarted)
	if status, text := d.put(http.MethodPost, "/oceans.isml/Streams(other)", mark); status != 200 {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	refused("behind the end", engine.StateStopped)
}

// TestSegmentsGoOnAfterACrash posts on to a program that was started again: the header is in
// the archive.
func TestSegmentsGoOnAfterACrash(t *testing.T) {
	header, fragments, mark := split(t, vector(t, "av-cmaf.mp4"))
	d := newDesk(t, engine.DefaultPointConfig())
	for _, body := range [][]byte{header, fragments[0], fragments[1]} {
		if status, text := d.put(http.MethodPost, "/oceans.isml/Streams(x)", body); status != 200 {
			t.Fatal(status, text)
		}
	}
	d.crash()
	d.open(engine.DefaultPointConfig())
	d.await(engine.StateStarted)
	for _, body := range [][]byte{fragments[1], fragments[2], mark} {
		if status, text := d.put(http.MethodPost, "/oceans.isml/Streams(x)", body); status != 200 {
			t.Fatal(status, text)
		}
	}
	d.await(engine.StateStopped)
	if got := timeline(d.point.Source().View(), "video"); got != "0+25600 25600+25600 51200+12800" {
		t.Fatal(got)
	}
}

// TestFormsOfTheURL posts in every form that encoders use.
func TestFormsOfTheURL(t *testing.T) {
	body := vector(t, "av-isml.ismv")
	for target, stream := range map[string]string{
		"/oceans.isml/oceans.ism?stream_id=a-400k-64k.ismv": "a-400k-64k",
		"/oceans.isml/Streams(a)":                           "a",
		"/oceans.isml/streams(a)":                           "a",
		"/oceans.isml/Streams%28a%29":                       "a",
		"/oceans.isml/Events(first)/Streams(a)":             "a",
		"/oceans.isml/events%28first%29/streams%28a%29":     "a",
		"/oceans.isml/Switching(video)/Streams(a.cmfv)":     "a",
		"/oceans.isml?stream_id=a.ismv":                     "a",
		"/OCEANS.ISML/Streams(a)":                           "", // names of points are told apart by case
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut} {
			t.Run(method+" "+target, func(t *testing.T) {
				d := newDesk(t, engine.DefaultPointConfig())
				status, text := d.put(method, target, nil)
				if want := map[bool]int{true: 404, false: 200}[stream == ""]; status != want {
					t.Fatalf("the empty probe got %d %s", status, text)
				}
				if stream == "" {
					return
				}
				if status, text := d.put(method, target, body); status != 200 {
					t.Fatal(status, text)
				}
				st := d.await(engine.StateStopped)
				if st.Sources[0].Stream != stream {
					t.Fatalf("stream %q", st.Sources[0].Stream)
				}
				if strings.Contains(strings.ToLower(target), "first") != (st.Event.ID == "first") {
					t.Fatalf("event %q", st.Event.ID)
				}
			})
		}
	}
}

// TestEventsAreCalledWhatEncodersCallThem begins events of one name and of others.
func TestEventsAreCalledWhatEncodersCallThem(t *testing.T) {
	body := vector(t, "av-isml.ismv")
	d := newDesk(t, engine.DefaultPointConfig())
	long := strings.Repeat("n", 64)
	for i, c := range []struct{ name, id string }{
		{"final", "final"}, {"final", "final-2"}, {"FINAL", "FINAL-3"}, {"final-2", "final-2-2"}, {long, long}, {long, long[:62] + "-2"}, {"other", "other"},
	} {
		if status, text := d.post("/oceans.isml/Events("+c.name+")/Streams(x)", bytes.NewReader(body)); status != 200 {
			t.Fatal(status, text)
		}
		if st := d.await(engine.StateStopped); st.Event.ID != c.id {
			t.Fatalf("event %d is %s, want %s", i, st.Event.ID, c.id)
		}
		if i == 2 { // names survive a restart
			d.stop()
			d.open(engine.DefaultPointConfig())
			d.await(engine.StateStopped)
		}
	}
	if dirs, err := os.ReadDir(filepath.Join(d.dir, "events")); err != nil || len(dirs) != 6 {
		t.Fatalf("%v, %v", dirs, err)
	}
}

// TestAnotherEventWhileOneIsOnAir is refused, or begins another one.
func TestAnotherEventWhileOneIsOnAir(t *testing.T) {
	header, fragments, mark := split(t, vector(t, "av-isml.ismv"))
	for policy, want := range map[engine.ReconnectPolicy]int{engine.ReconnectContinue: 409, engine.ReconnectReject: 409, engine.ReconnectNewEvent: 200} {
		t.Run(string(policy), func(t *testing.T) {
			settings := engine.DefaultPointConfig()
			settings.OnReconnect = policy
			d := newDesk(t, settings)
			first := slices.Concat(header, fragments[0], fragments[1])
			if status, text := d.post("/oceans.isml/Events(one)/Streams(x)", bytes.NewReader(first)); status != 200 {
				t.Fatal(status, text)
			}
			d.crash() // what the event is called is known afterwards
			d.open(settings)
			d.await(engine.StateStarted)
			// The same event, and no event, go on with it.
			for _, target := range []string{"/oceans.isml/Events(one)/Streams(x)", "/oceans.isml/Streams(x)"} {
				if status, text := d.post(target, bytes.NewReader(first)); status != 200 {
					t.Fatal(status, text)
				}
			}
			if id := d.point.Status().Event.ID; id != "one" {
				t.Fatalf("event %s", id)
			}
			status, text := d.post("/oceans.isml/Events(two)/Streams(x)", bytes.NewReader(slices.Concat(first, fragments[2])))
			if status != want || status == 409 && (!strings.Contains(text, "one") || !strings.Contains(text, "two")) {
				t.Fatalf("%d %s", status, text)
			}
			if status, _ := d.put(http.MethodPost, "/oceans.isml/Events(three)/Streams(x)", nil); status != want {
				t.Fatalf("the empty probe got %d", status)
			}
			id := map[int]string{409: "one", 200: "two"}[want]
			if st := d.point.Status(); st.Event.ID != id || st.State != engine.StateStarted {
				t.Fatalf("event %s, %s", st.Event.ID, st.State)
			}
			if want == 200 {
				// The encoder of the event that is over does not bring it back.
				if status, text := d.post("/oceans.isml/Events(one)/Streams(x)", bytes.NewReader(first)); status != 409 {
					t.Fatal(status, text)
				}
			}
			if status, text := d.post("/oceans.isml/Events("+id+")/Streams(x)", bytes.NewReader(slices.Concat(header, fragments[2], mark))); status != 200 {
				t.Fatal(status, text)
			}
			d.await(engine.StateStopped)
		})
	}
}

// TestMarksInsideABody tells last segments from others.
func TestMarksInsideABody(t *testing.T) {
	for _, c := range []struct {
		box  []byte
		want bool
	}{
		{plainSegment, false}, {lastOfAll, true}, {styp(""), false}, {box("styp", 8, ""), false}, {box("styp", 15, "lmsg\x00\x00\x00"), false},
		{box("styp", 16, "lmsg\x00\x00\x00\x00"), true}, {styp("lms"), false}, {slices.Concat([]byte{0, 0, 0, 1}, []byte("styp"), make([]byte, 7), []byte{28}, []byte("msdh\x00\x00\x00\x00lmsg")), true},
	} {
		if got := hasBrand(c.box, lastSegment); got != c.want {
			t.Errorf("%q: %v", c.box, got)
		}
	}
	header, fragments, _ := split(t, vector(t, "av-cmaf.mp4"))
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(slices.Concat(header, lastOfAll, fragments[0], plainSegment, fragments[1]))); status != 200 {
		t.Fatal(status, text)
	}
	if st := d.point.Status(); st.State != engine.StateStarted || st.Tracks[0].Ended {
		t.Fatal(fmt.Sprint(st.State, st.Tracks[0].Ended), "though a segment followed")
	}
}
