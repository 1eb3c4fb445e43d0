package origin

import (
	"context"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/encoder"
)

// start orders all processes to run. Those of a ladder of which one runs go on with its timeline.
func (s *supervised) start() {
	if !s.onTheAir() {
		s.began = time.Now()
	}
	for _, p := range s.parts {
		p.run.Start(s.began)
	}
}

// restart orders all processes to run anew.
func (s *supervised) restart() {
	s.began = time.Now()
	for _, p := range s.parts {
		p.run.Restart(s.began)
	}
}

func (s *supervised) stop() {
	for _, p := range s.parts {
		p.run.Stop()
	}
}

// ordered reports whether a process is ordered to run.
func (s *supervised) ordered() bool {
	for _, p := range s.parts {
		if p.run.Status().Ordered {
			return true
		}
	}
	return false
}

// onTheAir reports whether a process runs.
func (s *supervised) onTheAir() bool {
	for _, p := range s.parts {
		if st := p.run.Status(); st.Ordered && (st.State == encoder.Running || st.State == encoder.Starting) {
			return true
		}
	}
	return false
}

// stop orders an encoder not to run. One that was never launched does not run: that needs
// no ffmpeg.
func (f *fleet) stop(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.encoders[id]
	if s == nil {
		return noEncoder(id)
	}
	s.stop()
	return nil
}

// update replaces what an encoder is. The one that is there is ended; the new one waits for that,
// and runs when it did.
func (f *fleet) update(spec engine.EncoderSpec) error {
	const op = "change encoder"
	if err := usable(op, spec); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	old := f.encoders[spec.ID]
	if old == nil {
		return noEncoder(spec.ID)
	}
	s := &supervised{spec: cloneSpec(spec), log: old.log, before: old.done}
	if f.missing == "" {
		if err := f.launch(s); err != nil {
			return err
		}
	}
	f.encoders[spec.ID] = s
	ordered := old.ordered()
	if old.cancel != nil {
		old.cancel()
	}
	if ordered {
		s.start()
	}
	return nil
}

// UpdateEncoder implements engine.Encoders.
func (o *Origin) UpdateEncoder(_ context.Context, spec engine.EncoderSpec) error {
	if o.fleet.has(spec.ID) && o.points.Point(spec.Point) == nil {
		return noPointFor("change encoder", spec.Point)
	}
	return o.fleet.update(spec)
}

func noPointFor(op, name string) error {
	return &engine.Error{Op: op, Point: name, Kind: engine.NotFound, Text: "There is no publishing point " + name + "; create it first."}
}

func (f *fleet) has(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.encoders[id] != nil
}

// announcer tells people about the states of one process.
type announcer struct {
	tell                 func(engine.Event)
	point, encoder, name string
	stalled              bool
	state                encoder.State
}

// changed is called from one goroutine.
func (t *announcer) changed(st encoder.Status) {
	e := engine.Event{Severity: engine.Info, Point: t.point, Encoder: t.encoder}
	before, stalled := t.state, t.stalled
	t.state, t.stalled = st.State, st.Stalled
	if st.State == before {
		if !st.Stalled || stalled {
			return
		}
		e.Severity, e.Text = engine.Warning, "Encoder "+t.name+" hangs: nothing arrives from it; it is started again if that lasts."
		t.tell(e)
		return
	}
	switch st.State {
	case encoder.Running:
		e.Text = "Encoder " + t.name + " runs."
	case encoder.Waiting:
		if st.Failed {
			e.Severity = engine.Warning
		}
		e.Text = "Encoder " + t.name + " ended (" + st.LastExit + ") and is started again."
	case encoder.Failed:
		e.Severity, e.Text = engine.Failure, "Encoder "+t.name+" was given up: "+st.Failure
	case encoder.Idle:
		if st.Failed {
			e.Severity = engine.Warning
		}
		e.Text = "Encoder " + t.name + " has stopped: " + st.LastExit + "."
	default:
		return
	}
	t.tell(e)
}

// refusedSince tells a process why its stream was refused; nil where nobody knows.
func (f *fleet) refusedSince(point, stream string) func(time.Time) string {
	if f.no == nil {
		return nil
	}
	return func(since time.Time) string { return f.no(point, stream, since) }
}

// refusal tells why a stream of a point was refused since an instant; empty when it was not.
func (o *Origin) refusal(name, stream string, since time.Time) string {
	p := o.points.Point(name)
	if p == nil {
		return ""
	}
	why, newest := "", since
	for _, r := range p.Status().Refusals {
		if r.Stream == stream && !r.At.Before(newest) {
			why, newest = strings.TrimSuffix(r.Reason, "."), r.At
		}
	}
	return why
}
