package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// fill gives every field of v a value of its own that is not the zero one.
func fill(v reflect.Value, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 5, 4, 12, 0, *n, 123456789, time.UTC)))
		return
	case v.Type() == reflect.TypeFor[time.Duration]():
		v.SetInt(int64(*n)*int64(time.Second) + 250_000_000)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint32:
		v.SetUint(uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	default:
		panic("no value for " + v.Type().String())
	}
}

func filled[T any]() T {
	var v T
	n := 0
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}

// Whatever the engine tells arrives at a client as it was: a field that is in one half of the API and
// not in the other would be a page that is empty at a distance.
func TestEverythingToldCanBeRead(t *testing.T) {
	point, recordings := filled[engine.PointStatus](), []engine.Recording{filled[engine.Recording]()}
	for i := range point.Config.IngestAuth {
		point.Config.IngestAuth[i].Secret = "" // never told
	}
	encoder1 := filled[engine.EncoderStatus]()
	point.AsOf, encoder1.AsOf = time.Time{}, time.Time{} // a client's own
	here := func(s string) string { return s }
	links, level := []engine.Link{filled[engine.Link]()}, filled[engine.AudioLevel]()
	one := snapshotPoint{point: pointOf(point, links), Statistics: statisticsOf(point), Findings: findingsOf(point.Findings)}
	one.Statistics.Level = levelOf(level, nil)
	want := Snapshot{Version: "1.2.3", Points: []engine.PointStatus{point}, Links: map[string][]engine.Link{point.Name: links},
		Levels:   map[string]engine.AudioLevel{point.Name: level},
		Encoders: []engine.EncoderStatus{encoder1}, Unresumed: []engine.EncoderSpec{filled[engine.EncoderSpec]()},
		Tool: filled[engine.ToolStatus](), Alarms: []engine.Alarm{filled[engine.Alarm]()}, System: filled[engine.SystemStatus](),
		Recordings: recordings, Addresses: filled[engine.Addresses]()}
	told := snapshot{Version: want.Version, Points: []snapshotPoint{one}, Encoders: []encoder{encoderOf(want.Encoders[0])},
		Unresumed: []encoderSpec{encoderSpecOf(want.Unresumed[0])}, Tool: tool(want.Tool), Alarms: []alarm{alarmOf(want.Alarms[0], time.Now())},
		System: systemOf(want.System, want.System.Limits), Recordings: recordingsOf(recordings, here), Addresses: addresses(want.Addresses)}
	got, err := ReadSnapshot(jsonOf(t, told))
	same(t, "snapshot", got, want, err)

	event := filled[engine.Event]()
	gotEvent, err := ReadEvent(jsonOf(t, happeningOf(event)))
	same(t, "event", gotEvent, event, err)

	archived := filled[engine.ArchivedEvent]()
	gotArchive, err := ReadArchive(jsonOf(t, map[string]any{"events": []archivedEvent{archivedEventOf(archived, here)}}))
	same(t, "archive", gotArchive, []engine.ArchivedEvent{archived}, err)

	checked := filled[engine.Verification]()
	checked.Dir = "" // the server's own
	check := VerificationOf(checked)
	line, err := ReadVerifyLine(jsonOf(t, verifyProgress{Verification: &check}))
	same(t, "verification", line.Result, checked, err)

	fragments := filled[engine.FragmentMap]()
	gotMap, err := ReadTimeline(jsonOf(t, timelineOf(fragments)))
	same(t, "timeline", gotMap, fragments, err)

	program := filled[engine.Setup]()
	gotSetup, err := ReadSetup(jsonOf(t, setupOf(program)))
	same(t, "settings", gotSetup, program, err)
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func same(t *testing.T, what string, got, want any, err error) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s read is\n%+v, want\n%+v (%v)", what, got, want, err)
	}
}

func TestProblemsAreRead(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   engine.Kind
		text   string
	}{
		{409, `{"detail":"There is one already.","kind":"conflict","status":409}`, engine.Conflict, "There is one already."},
		{404, `{"detail":"Gone.","kind":"of another time","status":404}`, engine.NotFound, "Gone."},
		{502, `<html>`, engine.Unavailable, "502 Bad Gateway"},
		{200, ``, engine.Unavailable, "address"},
	} {
		err := ReadProblem("x", c.status, []byte(c.body))
		if engine.KindOf(err) != c.kind || !strings.Contains(engine.Sentence(err), c.text) {
			t.Errorf("%d %s is %v of kind %v", c.status, c.body, err, engine.KindOf(err))
		}
	}
}
