package origin

import (
	"fmt"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestLedgerAddsUpWhatComes(t *testing.T) {
	l := newLedger()
	see := func(event string, gaps int64, sources ...engine.SourceStatus) {
		l.observe([]engine.PointStatus{{Name: "oceans", Event: engine.EventStatus{ID: event}, Sources: sources,
			Tracks: []engine.TrackStatus{{Stream: "video", Bitrate: 1, Gaps: gaps}}}})
	}
	see("1", 0, engine.SourceStatus{ID: "a", Bytes: 100, Fragments: 1})
	see("1", 2, engine.SourceStatus{ID: "a", Bytes: 150, Fragments: 2, Dropped: 1}, engine.SourceStatus{ID: "b", Bytes: 5})
	see("1", 2, engine.SourceStatus{ID: "b", Bytes: 6}) // the first has been forgotten
	see("2", 1, engine.SourceStatus{ID: "c", Bytes: 10, Fragments: 1})
	l.refused("oceans", 409)
	l.refused("oceans", 409)
	got := engine.PointTraffic{Point: "oceans"}
	l.add(&got)
	if got.BytesIn != 166 || got.Fragments != 3 || got.Dropped != 1 || got.Gaps != 3 || got.Refused[409] != 2 {
		t.Errorf("added up is %+v", got)
	}
	for status := range 1000 {
		l.refused("oceans", status)
	}
	l.add(&got)
	if len(got.Refused) != maxCodes {
		t.Errorf("%d codes are told apart", len(got.Refused))
	}
	l.observe(nil)
	if len(l.points) != 0 {
		t.Error("a point that has gone is remembered")
	}
}

func TestAnswersAreCountedWithoutAllocating(t *testing.T) {
	tr := newTraffic()
	tr.observe("oceans", "hls", 200, 3*time.Millisecond)
	if n := testing.AllocsPerRun(100, func() { tr.observe("oceans", "hls", 206, time.Millisecond) }); n != 0 {
		t.Errorf("counting an answer allocates %v times", n)
	}
	tr.observe("oceans", "hls", 404, time.Hour)
	for i := range 100 { // nothing that is asked for adds a format or a class
		tr.observe("oceans", fmt.Sprint("hls", i), 200, 0)
		tr.observe("oceans", "hls", i*1000, 0)
	}
	told := tr.of("oceans").tell("oceans", tr.answers.names)
	if len(told.Answers) != 2 || told.Answers[1] != (engine.AnswerCount{Format: "hls", Class: 4, Count: 1}) {
		t.Errorf("counted are %+v", told.Answers)
	}
	for _, times := range tr.answers.tell() {
		n := times.Slower
		for _, c := range times.Counts {
			n += c
		}
		if times.Format == "hls" && (times.Slower != 1 || n < 103 || times.Sum < time.Hour) || times.Format != "hls" && n != 0 {
			t.Errorf("times are %+v", times)
		}
	}
}
