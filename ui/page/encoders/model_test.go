package encoders

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/page"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// operatorOf answers what a model asks for; the rest is not asked.
type operatorOf struct {
	Operator
	asked []string
	fail  error
}

func (o *operatorOf) EncoderLog(id string, after int64) ([]engine.LogLine, error) {
	o.asked = append(o.asked, fmt.Sprintf("%s after %d", id, after))
	return []engine.LogLine{{Seq: after + 1}}, o.fail
}

func (o *operatorOf) EncoderCommand(s engine.EncoderSpec) (string, error) {
	return "ffmpeg to " + s.Point, o.fail
}

func (o *operatorOf) StopEncoder(context.Context, string) error { return nil }

func snapshot(n int) page.Snapshot {
	s := page.Snapshot{Now: noon(), Tool: engine.ToolStatus{Path: "ffmpeg"}}
	for i := range n {
		name := fmt.Sprintf("p%03d", i)
		began := noon().Add(-time.Hour)
		s.Points = append(s.Points, engine.PointStatus{Name: name, State: engine.StateStarted, Sources: []engine.SourceStatus{{Stream: name, Connected: true, LastByte: noon()}}})
		s.Encoders = append(s.Encoders, engine.EncoderStatus{Spec: engine.EncoderSpec{ID: name + "-1", Point: name}, Stream: name, Order: engine.OrderRun,
			State: engine.EncoderRunning, PID: 1, Began: began, Progress: engine.EncoderProgress{At: noon(), Speed: 1}})
	}
	return s
}

func TestModelPutsTroubleFirst(t *testing.T) {
	s := snapshot(4)
	s.Encoders[2].Progress.Speed = 0.5
	s.Encoders[3].State = engine.EncoderFailed
	op := &operatorOf{}
	m := newModel(s, op, ask{})
	if got := strings.Join(m.ids, " "); got != "p003-1 p002-1 p000-1 p001-1" {
		t.Errorf("trouble first: %s", got)
	}
	if m.detail.id != "p003-1" || strings.Join(op.asked, " ") != "p003-1 after 0" {
		t.Errorf("%s is shown, of %v", m.detail.id, op.asked)
	}
	m = newModel(s, op, ask{byPoint: true, id: "p001-1", seq: 7, filter: " P00"})
	if got := strings.Join(m.ids, " "); got != "p000-1 p001-1 p002-1 p003-1" || m.detail.id != "p001-1" || m.lines[0].Seq != 8 {
		t.Errorf("by point: %s, with %s and %v", got, m.detail.id, m.lines)
	}
	if m = newModel(s, op, ask{filter: "nobody"}); len(m.ids) != 0 || m.detail.id != "" || m.note == "" {
		t.Errorf("nobody is %+v", m)
	}
	op.fail = errors.New("gone")
	if m = newModel(s, op, ask{id: "p001-1"}); m.lines != nil || m.detail.id != "p001-1" {
		t.Error("a log that cannot be had hides its encoder")
	}
}

func TestModelOfNothing(t *testing.T) {
	op := &operatorOf{}
	if m := newModel(page.Snapshot{}, op, ask{}); m.stock != "ffmpeg to oceans" || m.tool.Sentence == "" {
		t.Errorf("nothing is %+v", m)
	}
	s := snapshot(1)
	s.Encoders = nil
	if m := newModel(s, op, ask{}); m.stock != "ffmpeg to p000" || m.tool.Sentence != "" {
		t.Errorf("a point alone is %+v", m)
	}
}

func TestTextInput(t *testing.T) {
	for want, in := range map[string]engine.EncoderInput{
		"Test pattern":          {Kind: engine.InputTestPattern},
		"a.mp4, looped":         {Kind: engine.InputFile, Path: "/srv/a.mp4", Loop: true},
		"a.mp4":                 {Kind: engine.InputFile, Path: "/srv/a.mp4"},
		"/dev/video0 + default": {Kind: engine.InputDevice, Device: "/dev/video0", Sound: "default"},
		"default":               {Kind: engine.InputDevice, Sound: "default"},
		"Screen :0.0":           {Kind: engine.InputScreen, Device: ":0.0"},
		"srt://a:1":             {Kind: engine.InputNetwork, URL: "srt://a:1"},
		"Own arguments":         {Kind: engine.InputCustom},
	} {
		if got := textInput(in); got != want {
			t.Errorf("%+v is %q, want %q", in, got, want)
		}
	}
}

// An update of hundreds of encoders is computed off Fyne's goroutine, and still should cost little.
func BenchmarkModelOfHundreds(b *testing.B) {
	s, op := snapshot(200), &operatorOf{}
	for b.Loop() {
		op.asked = nil
		newModel(s, op, ask{})
	}
}
