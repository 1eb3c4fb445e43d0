package ingest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
)

// second is in ticks of 100 ns.
const second = 10_000_000

// marker is one fragment of SCTE 35: a splice out of 30 s, 4 s after the given time.
func marker(id uint32, start int64) []byte {
	message := sender.Message(id, 4*second, sender.Splice{ID: id, Out: true, Duration: 30 * time.Second}.Section())
	return sender.Markers("scte", "video").Fragment(id, start, 0, message)
}

// mark posts markers as their senders do: the header, the fragments, the end of the body.
func (d *desk) mark(fragments ...[]byte) {
	d.t.Helper()
	d.postBody("scte", sender.Markers("scte", "video").Body(fragments...))
}

func (d *desk) postBody(stream string, body []byte) {
	d.t.Helper()
	if status, err := sender.Post(d.t.Context(), d.url+"/oceans.isml/Streams("+stream+")", nil, body); err != nil || status != http.StatusOK {
		d.t.Fatal(status, err)
	}
}

// av is an encoder with a capture of 5 s, connected.
func (d *desk) av(change ...func(*sender.Options)) *sender.Encoder {
	d.t.Helper()
	c, err := sender.Cut(vector(d.t, "av-isml.ismv"))
	if err != nil {
		d.t.Fatal(err)
	}
	o := sender.Options{Point: d.url + "/oceans.isml", Stream: "x"}
	for _, f := range change {
		f(&o)
	}
	e, err := sender.New(c, o)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := e.Connect(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	return e
}

// step sends so many fragments and waits until they have arrived.
func (d *desk) step(e *sender.Encoder, n int) {
	d.t.Helper()
	for range n {
		if _, err := e.Step(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
	}
	d.until(fmt.Sprint(e.Sent(), " fragments"), func(st engine.PointStatus) bool {
		var n int64
		for _, t := range st.Tracks {
			if t.Type != engine.Text && t.Source == "x" {
				n += t.Fragments
			}
		}
		return n == int64(e.Sent())
	})
}

func (d *desk) finish(e *sender.Encoder) {
	d.t.Helper()
	if status, err := e.Finish(); err != nil || status != http.StatusOK {
		d.t.Fatal(status, err)
	}
}

// shows makes sure of a stream's timeline.
func (d *desk) shows(when, stream, want string) {
	d.t.Helper()
	if got := timeline(d.point.Source().View(), stream); got != want {
		d.t.Errorf("%s: timeline of %s is %q, want %q", when, stream, got, want)
	}
}

// said returns what was told that contains a text.
func (d *desk) said(text string) (all []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.told {
		if strings.Contains(s, text) {
			all = append(all, s)
		}
	}
	return all
}

func TestMarkersAreShownWhenTheirParentHasComeSoFar(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.av()
	d.step(e, 2) // video and audio from 0 on
	d.mark(marker(1, 0))
	d.shows("on the parent's first tick", "scte", "0+1")
	d.mark(marker(2, 1.5*second))
	d.mark(marker(3, 2*second))
	d.shows("ahead of the parent", "scte", "0+1")
	d.step(e, 2) // video from 2 s on
	d.shows("reached", "scte", "0+1 15000000+1 20000000+1")
	d.mark(marker(3, 2*second), marker(2, 1.5*second)) // as after a reconnect
	d.mark(marker(4, 1*second))
	d.shows("one came late", "scte", "0+1 10000000+1 15000000+1 20000000+1")
	d.shows("nobody else minds", "video", "0+20000000 20000000+20000000")
	d.step(e, 2)
	d.mark(marker(5, 60*second))
	d.shows("not reached", "scte", "0+1 10000000+1 15000000+1 20000000+1")
	d.finish(e)
	st := d.await(engine.StateStopped)
	d.shows("after the end", "scte", "0+1 10000000+1 15000000+1 20000000+1 600000000+1")
	if st.Findings != nil {
		t.Errorf("findings %+v", st.Findings)
	}
	s := d.point.Source().View().Stream("scte")
	want := presentation.Text{Subtype: "DATA", Scheme: "urn:scte:scte35:2013:bin", Parent: "video", InManifest: true}
	if s.Text == nil || *s.Text != want || s.Type != engine.Text {
		t.Errorf("text is %+v", s.Text)
	}
	if got := d.said("Splice out announced for "); len(got) != 5 || !strings.HasSuffix(got[0], " UTC, 30 s (event 1).") {
		t.Errorf("told %q", got)
	}
	for _, text := range []string{"is back", "lost", "missing", "refused", "Stream scte has ended"} {
		if got := d.said(text); len(got) != 0 {
			t.Errorf("told %q", got)
		}
	}
}

func TestMarkersBeforeTheirParentAreHeld(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	d.mark(marker(1, 1*second), marker(1, 1*second))
	d.mark(marker(1, 1*second))
	if st := d.point.Status(); st.State != engine.StateStarting || st.SourceLost {
		t.Fatalf("with a marker alone the point is %s, source lost %t", st.State, st.SourceLost)
	}
	e := d.av()
	d.step(e, 2)
	d.shows("not reached", "scte", "")
	d.step(e, 2)
	d.shows("reached", "scte", "10000000+1")
	d.finish(e)
	d.await(engine.StateStopped)
	if got := d.said("Splice out"); len(got) != 1 {
		t.Errorf("told %q", got)
	}
}

// TestMarkersOfASecondEvent brings the marker first, whose place the parent's clock decides.
func TestMarkersOfASecondEvent(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.av()
	d.step(e, 6)
	d.finish(e)
	d.await(engine.StateStopped)
	url := d.url + "/oceans.isml/Streams(scte)"
	if status, err := sender.Post(t.Context(), url, nil, sender.Markers("scte", "video").Body(marker(9, 0))); err != nil || status != http.StatusConflict {
		t.Fatalf("a marker after the end: %d, %v", status, err)
	}
	if st := d.await(engine.StateStopped); st.Event.ID == "" || timeline(d.point.Source().View(), "video") == "no stream" {
		t.Fatal("a marker took the event away")
	}
	if err := d.point.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	d.mark(marker(1, 1*second))
	e = d.av()
	d.step(e, 4)
	v := d.point.Source().View()
	video, scte := v.Stream("video"), v.Stream("scte")
	if video.Spans[0].Start == 0 || len(scte.Spans) != 1 || scte.Spans[0].Start != video.Spans[0].Start+second {
		t.Errorf("video %v, markers %v", video.Spans, scte.Spans)
	}
	d.finish(e)
	d.await(engine.StateStopped)
	// The event is sealed, and none of a marker's POSTs begins another.
	if status, err := sender.Post(t.Context(), url, nil, sender.Markers("scte", "video").Body(marker(2, 3*second))); err != nil || status != http.StatusConflict {
		t.Errorf("a marker after the end: %d, %v", status, err)
	}
}

func TestSeveralMarkersAtOneTime(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.av()
	d.step(e, 4)
	first, update := marker(1, second), sender.Markers("scte", "video").Fragment(2, second, 30*second, sender.Message(1, 2*second, sender.SpliceNull()))
	d.mark(first, update, first, update)
	d.mark(update)
	d.shows("two messages at one time", "scte", "10000000+1 10000001+300000000")
	d.mark(marker(7, second+1)) // the tick is taken, and one lasts
	d.shows("a third", "scte", "10000000+1 10000001+300000000 10000002+1")
	track := d.point.Source().View().Stream("scte").Tracks[0]
	var b bytes.Buffer
	if _, err := track.Fragments[0].Media.WritePayload(&b, 0, track.Fragments[0].Media.PayloadSize()); err != nil || !bytes.HasSuffix(first, b.Bytes()) {
		t.Errorf("the first has other bytes now (%v)", err)
	}
	d.finish(e)
	d.await(engine.StateStopped)
}

func TestMarkersWithSenselessTimes(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.av()
	d.step(e, 4)
	d.mark(marker(1, -second), marker(2, 3600*second), marker(3, second))
	d.shows("all but two", "scte", "10000000+1")
	status, err := sender.Post(t.Context(), d.url+"/oceans.isml/Streams(scte)", nil, sender.Markers("scte", "video").Body(marker(4, 1<<62)))
	if err != nil || status != http.StatusBadRequest {
		t.Errorf("a time beyond all: %d, %v", status, err)
	}
	d.finish(e)
	d.await(engine.StateStopped)
}

// TestMarkersDoNotMakeASource has the encoder leave while markers go on.
func TestMarkersDoNotMakeASource(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.av(func(o *sender.Options) { o.NoEnd = true })
	d.step(e, 4)
	if err := e.Break(); err != nil {
		t.Fatal(err)
	}
	d.until("source lost", func(st engine.PointStatus) bool { return st.SourceLost })
	lost := len(d.said("The source is lost"))
	for i := range uint32(30) {
		d.mark(marker(i+1, int64(i)*second/10))
	}
	st := d.point.Status()
	if !st.SourceLost || st.State != engine.StateStarted || len(d.said("The source is lost")) != lost {
		t.Errorf("state %s, source lost %t, told %d times", st.State, st.SourceLost, len(d.said("The source is lost")))
	}
	sparse := slices.DeleteFunc(st.Sources, func(s engine.SourceStatus) bool { return s.Stream != "scte" })
	if len(sparse) != 1 {
		t.Errorf("%d of 30 short connections are listed", len(sparse))
	}
}

// TestEndMarkOfMarkers ends neither the event nor the stream of markers.
func TestEndMarkOfMarkers(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	body := slices.Concat(sender.Markers("scte", "video").Body(marker(1, second)), []byte("\x00\x00\x00\x08mfra"))
	d.postBody("scte", body)
	e := d.av()
	d.step(e, 4)
	d.postBody("scte", body)
	d.mark(marker(2, 1.1*second))
	d.shows("after end marks", "scte", "10000000+1 11000000+1")
	d.step(e, 2)
	d.finish(e)
	d.await(engine.StateStopped)
}

func TestMarkersSurvive(t *testing.T) {
	for name, end := range map[string]func(*desk, *sender.Encoder){
		"the end":     func(d *desk, e *sender.Encoder) { d.finish(e); d.await(engine.StateStopped); d.stop() },
		"a shut down": func(d *desk, _ *sender.Encoder) { d.stop() },
		"a crash":     func(d *desk, _ *sender.Encoder) { d.crash() },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			e := d.av()
			d.step(e, 6)
			d.mark(marker(2, 2*second), marker(1, second))
			d.mark(marker(3, 2*second), marker(4, 50*second))
			before := d.point.Source().View().Stream("scte")
			end(d, e)
			d.open(engine.DefaultPointConfig())
			<-d.point.Loaded()
			v := d.point.Source().View()
			after := v.Stream("scte")
			if *after.Text != *before.Text || after.Timescale != before.Timescale {
				t.Errorf("text is %+v, was %+v", after.Text, before.Text)
			}
			if len(after.Tracks) != 1 || len(after.Tracks[0].Fragments) != 4 {
				t.Fatalf("%d tracks", len(after.Tracks))
			}
			for i, was := range before.Tracks[0].Fragments {
				is := after.Tracks[0].Fragments[i]
				if is.Start != was.Start || is.Duration != was.Duration || is.Size != was.Size || !sameBytes(t, is.Media, was.Media) {
					t.Errorf("fragment %d is %+v, was %+v", i, is, was)
				}
			}
			if d.point.Status().State == engine.StateStarted {
				d.goesOn()
			}
		})
	}
}

// goesOn sends more to an event that a crash left open.
func (d *desk) goesOn() {
	d.t.Helper()
	d.shows("what the parent has reached", "scte", "10000000+1 20000000+1 20000001+1")
	d.mark(marker(4, 50*second), marker(1, second), marker(5, 3*second))
	d.shows("after the crash", "scte", "10000000+1 20000000+1 20000001+1 30000000+1")
	if err := d.point.SetState(d.t.Context(), engine.StateStopped); err != nil {
		d.t.Fatal(err)
	}
	d.shows("after the end", "scte", "10000000+1 20000000+1 20000001+1 30000000+1 500000000+1")
}

func sameBytes(t *testing.T, a, b presentation.Media) bool {
	t.Helper()
	var x, y bytes.Buffer
	if _, err := a.WritePayload(&x, 0, a.PayloadSize()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.WritePayload(&y, 0, b.PayloadSize()); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x.Bytes(), y.Bytes())
}

// TestServerManifestTellsText reads the .ism of an event with markers, and an event whose
// archive file tells nothing.
func TestServerManifestTellsText(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.av()
	d.step(e, 4)
	track := sender.SparseTrack{Name: "ads", Handler: "meta", Entry: "urim", NoManifest: true, NoRun: true}
	d.postBody("ads", track.Body(track.Fragment(1, second, 0, []byte("anything"))))
	d.shows("markers without a manifest", "text", "10000000+1")
	d.finish(e)
	d.await(engine.StateStopped)
	d.stop()
	name := filepath.Join(d.dir, "oceans.ism")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<textstream src="ads.ismv" systemBitrate="1000"`, `name="Subtype" value="DATA"`,
		`name="parentTrackName" value="video"`, `name="manifestOutput" value="TRUE"`, `name="trackName" value="text"`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the .ism has no %s:\n%s", want, b)
		}
	}
	b = bytes.Replace(b, []byte(`"DATA"`), []byte(`"ADVT"`), 1)
	b = bytes.Replace(b, []byte(`value="video" valuetype="data"/>
        <param name="manifestOutput" value="TRUE"`), []byte(`value="audio" valuetype="data"/>
        <param name="manifestOutput" value="0"`), 1)
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
	d.open(engine.DefaultPointConfig())
	<-d.point.Loaded()
	if got := d.point.Source().View().Stream("text").Text; got.Subtype != "ADVT" || got.Parent != "audio" || got.InManifest {
		t.Errorf("text is %+v", got)
	}
}

// TestCaptionsAreAStream has captions with a fragment for each of the video's.
func TestCaptionsAreAStream(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	track := sender.SparseTrack{Name: "captions", Subtype: "CAPT", Language: "eng", Handler: "subt", Entry: "dfxp"}
	e := d.av()
	d.step(e, 4)
	captions := func(n int64) []byte {
		return track.Fragment(uint32(n+1), n*2*second, 2*second, sender.TTML(fmt.Sprint("Line ", n), time.Second))
	}
	d.postBody("captions", track.Body(captions(0), captions(1), captions(0), captions(1)))
	d.postBody("captions", track.Body(captions(1), captions(2)))
	d.shows("live", "captions", "0+20000000 20000000+20000000 40000000+20000000")
	if s := d.point.Source().View().Stream("captions"); s.Language != "eng" || s.Sparse() || s.Text.Subtype != "CAPT" {
		t.Errorf("language %s, text %+v", s.Language, s.Text)
	}
	d.step(e, 2)
	d.finish(e)
	d.await(engine.StateStopped)
	d.shows("ended", "captions", "0+20000000 20000000+20000000 40000000+20000000")
}

// TestTooManyEarlyMarkers drops the oldest of those that wait.
func TestTooManyEarlyMarkers(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	var all [][]byte
	for i := range uint32(300) {
		all = append(all, marker(i+1, int64(i)*second/1000))
	}
	d.mark(all...)
	e := d.av()
	d.step(e, 2)
	d.step(e, 2)
	if n := len(d.point.Source().View().Stream("scte").Spans); n != 256 {
		t.Errorf("%d of 300 early markers are shown, want the newest 256", n)
	}
	d.finish(e)
	d.await(engine.StateStopped)
}

// TestMarkersWithoutAVideo lie on the timeline of what there is.
func TestMarkersWithoutAVideo(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	d.stop()
	d.open(engine.DefaultPointConfig(), func(c *point.Config) { c.HotBytes = 1 }) // all is read from disk
	d.mark(marker(1, second))
	if status, text := d.post("/oceans.isml/Streams(radio)", bytes.NewReader(vector(t, "audio-only-2s-isml.ismv"))); status != http.StatusOK {
		t.Fatal(status, text)
	}
	d.await(engine.StateStopped)
	d.shows("with audio", "scte", "10000000+1")
}

// TestMarkersFollowAClockThatBeganAgain has the encoder of the parent come back at zero.
func TestMarkersFollowAClockThatBeganAgain(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	e := d.av(func(o *sender.Options) { o.NoEnd = true })
	d.step(e, 4)
	d.mark(marker(1, second))
	d.finish(e)
	again := d.av(func(o *sender.Options) { o.SkipTo, o.Offset, o.NoResend = 2, -2*time.Second, true })
	for range 4 {
		if _, err := again.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d.until("the rest", func(engine.PointStatus) bool { return len(d.point.Source().View().Stream("video").Spans) == 3 })
	d.mark(marker(2, 0))
	v := d.point.Source().View()
	video, scte := v.Stream("video").Spans, v.Stream("scte").Spans
	if !video[2].Discontinuity || len(scte) != 2 || scte[1].Start != video[2].Start {
		t.Errorf("video %v, markers %v", video, scte)
	}
	d.crash()
	d.open(engine.DefaultPointConfig())
	<-d.point.Loaded()
	if got := d.point.Source().View().Stream("scte").Spans; !slices.Equal(got, scte) {
		t.Errorf("after a crash markers are %v, were %v", got, scte)
	}
	d.mark(marker(3, second/2)) // not reached yet
	if err := d.point.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if got := d.point.Source().View().Stream("scte").Spans; len(got) != 3 || got[2].Start != video[2].Start+second/2 {
		t.Errorf("after a crash the clock is another: %v", got)
	}
}

// TestSendersOfTextMayBeSilent has an encoder of video cut off for its silence while one of
// markers stays connected.
func TestSendersOfTextMayBeSilent(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	server := httptest.NewServer(New(Config{Points: d, Idle: 300 * time.Millisecond}))
	t.Cleanup(server.Close)
	d.url = server.URL
	track := sender.Markers("scte", "video")
	conn, err := sender.Dial(t.Context(), d.url+"/oceans.isml/Streams(scte)", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(track.Header()); err != nil {
		t.Fatal(err)
	}
	e := d.av()
	d.step(e, 4)
	d.until("the video cut off", func(st engine.PointStatus) bool {
		return st.SourceLost && slices.ContainsFunc(st.Sources, func(s engine.SourceStatus) bool { return strings.HasPrefix(s.Ending, "silent") })
	})
	if _, err := conn.Write(marker(1, second)); err != nil {
		t.Fatal(err)
	}
	if status, err := conn.Finish(); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	d.shows("sent after a silence", "scte", "10000000+1")
	if err := e.Break(); err != nil {
		t.Fatal(err)
	}
}
