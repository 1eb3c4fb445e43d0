package enginetest

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// deadline is how long Promises waits for what must happen; busy machines are slow.
const deadline = 30 * time.Second

// Promises tests what any engine must keep. Every call of fresh gives an engine without
// points and encoders that works until the test is over; it need have no ffmpeg.
func Promises(t *testing.T, fresh func() engine.Service) {
	t.Helper()
	for name, promise := range map[string]func(*testing.T, engine.Service){
		"points are ordered by name":             pointsOrdered,
		"a new point has its settings":           pointSettings,
		"bad names are bad input":                badNames,
		"creating twice conflicts":               createTwice,
		"unknown points are not found":           unknownPoints,
		"only three states can be asked for":     settableStates,
		"an idle point is armed and shut down":   armAndShutDown,
		"settings can be changed":                settingsChange,
		"a deleted point is gone":                deletedPoint,
		"nothing recorded is an empty archive":   emptyArchive,
		"links are absolute":                     linksAbsolute,
		"addresses have no final slash":          addresses,
		"point snapshots are copies":             pointCopies,
		"encoders are ordered by id":             encodersOrdered,
		"unknown encoders are not found":         unknownEncoders,
		"bad encoders are bad input":             badEncoders,
		"an encoder is forgotten":                removeEncoder,
		"every kind of input has a command":      everyInput,
		"an encoder can be changed":              updateEncoder,
		"bad inputs are not looked into":         badProbes,
		"encoder snapshots are copies":           encoderCopies,
		"series know what they are asked":        seriesAnswers,
		"the channel of events ends":             eventsEnd,
		"the past is no longer than asked":       recentEvents,
		"a cancelled context is not a new point": cancelledCreate,
		"there is no clip of nothing":            clipOfNothing,
		"an archive can be checked":              verifyAnswers,
		"a timeline of nothing is empty":         timelineOfNothing,
		"nothing on air has no picture":          pictureOfNothing,
		"unknown alarms are not found":           unknownAlarms,
		"a note is an event":                     notes,
		"the machine is told at once":            machineTold,
	} {
		t.Run(name, func(t *testing.T) { promise(t, fresh()) })
	}
}

func pointsOrdered(t *testing.T, s engine.Service) {
	names := []string{"oceans", "arena", "sports/arena", "sports-2", "Zoo"}
	for _, name := range names {
		create(t, s, name)
	}
	slices.Sort(names)
	var got []string
	for _, p := range s.Points() {
		got = append(got, p.Name)
	}
	if !slices.Equal(got, names) {
		t.Errorf("Points() are %q, want %q", got, names)
	}
}

func pointSettings(t *testing.T, s engine.Service) {
	cfg := engine.DefaultPointConfig()
	cfg.Title, cfg.DVRWindow, cfg.Archive, cfg.LookAhead = "The sea", 30*time.Minute, false, 1
	if err := s.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatalf("CreatePoint: %v", err)
	}
	p, err := s.Point("oceans")
	if err != nil {
		t.Fatalf("Point: %v", err)
	}
	if !p.Config.Equal(cfg) || p.Title != "The sea" || p.State != engine.StateIdle || p.Since.IsZero() {
		t.Errorf("new point is %+v, want idle with %+v", p, cfg)
	}
	create(t, s, "untitled")
	if p, err = s.Point("untitled"); err != nil || p.Title != "untitled" {
		t.Errorf("title of a point without one is %q (%v), want its name", p.Title, err)
	}
}

func badNames(t *testing.T, s engine.Service) {
	for _, name := range []string{"", ".", "..", "a/../b", "/a", "a/", "a//b", "-a", "a b", `a\b`, "a\x00", "CON", "é", strings.Repeat("a", 65)} {
		wantKind(t, "CreatePoint "+name, s.CreatePoint(t.Context(), name, engine.DefaultPointConfig()), engine.BadInput)
	}
	if points := s.Points(); len(points) != 0 {
		t.Errorf("%d points were made of bad names", len(points))
	}
}

func createTwice(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	wantKind(t, "CreatePoint again", s.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()), engine.Conflict)
}

func cancelledCreate(t *testing.T, s engine.Service) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.CreatePoint(ctx, "oceans", engine.DefaultPointConfig())
	_, found := s.Point("oceans")
	if (err == nil) != (found == nil) {
		t.Errorf("CreatePoint says %v, Point says %v", err, found)
	}
}

func unknownPoints(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	_, err := s.Point("ocean")
	wantKind(t, "Point", err, engine.NotFound)
	wantKind(t, "SetPointState", s.SetPointState(t.Context(), "ocean", engine.StateStarted), engine.NotFound)
	wantKind(t, "UpdatePoint", s.UpdatePoint(t.Context(), "ocean", engine.DefaultPointConfig()), engine.NotFound)
	wantKind(t, "DeletePoint", s.DeletePoint(t.Context(), "ocean", engine.Deletion{Force: true}), engine.NotFound)
	_, err = s.ArchivedEvents(t.Context(), "ocean")
	wantKind(t, "ArchivedEvents", err, engine.NotFound)
	_, err = s.PurgeArchive(t.Context(), "ocean", engine.Purge{Event: "x"})
	wantKind(t, "PurgeArchive", err, engine.NotFound)
	_, err = s.Series(engine.Query{Metric: engine.MetricArriving, Point: "ocean"})
	wantKind(t, "Series", err, engine.NotFound)
	_, err = s.AddEncoder(t.Context(), pattern("ocean", "one"))
	wantKind(t, "AddEncoder", err, engine.NotFound)
	if encoders := s.Encoders(); len(encoders) != 0 {
		t.Errorf("an encoder for no point was made: %+v", encoders)
	}
}

func settableStates(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	for _, state := range []engine.State{engine.StateStarting, engine.StateStopping, engine.StateError, "", "running"} {
		wantKind(t, "SetPointState "+string(state), s.SetPointState(t.Context(), "oceans", state), engine.BadInput)
	}
}

func armAndShutDown(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	if err := s.SetPointState(t.Context(), "oceans", engine.StateStarted); err != nil {
		t.Fatalf("start: %v", err)
	}
	if p, err := s.Point("oceans"); err != nil || p.State != engine.StateStarting {
		t.Errorf("after start the point is %s (%v), want starting: nothing has arrived", p.State, err)
	}
	if err := s.SetPointState(t.Context(), "oceans", engine.StateIdle); err != nil {
		t.Fatalf("shut down: %v", err)
	}
	if p, err := s.Point("oceans"); err != nil || p.State != engine.StateIdle {
		t.Errorf("after shut down the point is %s (%v), want idle", p.State, err)
	}
}

func linksAbsolute(t *testing.T, s engine.Service) {
	media := s.Addresses().Media
	for _, point := range []string{"oceans", "sports/arena"} {
		links := s.Links(point)
		if len(links) < 3 {
			t.Fatalf("%s has %d links, want where to post, the preview and a manifest", point, len(links))
		}
		for _, l := range links {
			u, err := url.Parse(l.URL)
			if err != nil || !u.IsAbs() || l.Label == "" || !strings.HasPrefix(l.URL, media+"/"+point+".isml/") {
				t.Errorf("link %+v is not an absolute URL below %s of %s (%v)", l, media, point, err)
			}
		}
		if !links[1].Browse {
			t.Errorf("the second link of %s is %+v, want the preview page", point, links[1])
		}
	}
}

func addresses(t *testing.T, s engine.Service) {
	a := s.Addresses()
	if !strings.HasPrefix(a.Media, "http") || strings.HasSuffix(a.Media, "/") || strings.HasSuffix(a.Admin, "/") {
		t.Errorf("addresses are %+v", a)
	}
}

func pointCopies(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	first := s.Points()
	first[0].Name, first[0].State = "changed", engine.StateError
	for i := range first[0].Tracks {
		first[0].Tracks[i].Stream = "changed"
	}
	if again := s.Points(); again[0].Name != "oceans" || again[0].State != engine.StateIdle {
		t.Errorf("a receiver changed the engine's own points: %+v", again[0])
	}
}

func create(t *testing.T, s engine.Service, name string) {
	t.Helper()
	if err := s.CreatePoint(t.Context(), name, engine.DefaultPointConfig()); err != nil {
		t.Fatalf("CreatePoint %s: %v", name, err)
	}
}

func pattern(point, id string) engine.EncoderSpec {
	return engine.EncoderSpec{ID: id, Point: point, Input: engine.EncoderInput{Kind: engine.InputTestPattern},
		Video: engine.DemoLadder(), AudioBitrate: 64000}
}

func wantKind(t *testing.T, what string, err error, kind engine.Kind) {
	t.Helper()
	var ours *engine.Error
	switch {
	case err == nil:
		t.Errorf("%s: no error, want %v", what, kind)
	case !errors.As(err, &ours):
		t.Errorf("%s: %v is no *engine.Error", what, err)
	case ours.Kind != kind:
		t.Errorf("%s: %v is of kind %v, want %v", what, err, ours.Kind, kind)
	case engine.Sentence(err) == "":
		t.Errorf("%s: %v has no words for people", what, err)
	}
}
