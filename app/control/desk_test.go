package control

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// record is a Store in memory that can be told to fail.
type record struct {
	mu   sync.Mutex
	all  []remembered
	fail error
}

type remembered struct {
	spec  engine.EncoderSpec
	order engine.Order
}

func (r *record) Encoders() (iter.Seq2[engine.EncoderSpec, engine.Order], error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := slices.Clone(r.all)
	return func(yield func(engine.EncoderSpec, engine.Order) bool) {
		for _, e := range all {
			if !yield(e.spec, e.order) {
				return
			}
		}
	}, nil
}

func (r *record) SaveEncoder(spec engine.EncoderSpec, order engine.Order) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.drop(spec.ID)
	r.all = append(r.all, remembered{spec, order})
	slices.SortFunc(r.all, func(a, b remembered) int { return cmp.Compare(a.spec.ID, b.spec.ID) })
	return nil
}

func (r *record) ForgetEncoder(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.drop(id)
	return nil
}

func (r *record) drop(id string) {
	r.all = slices.DeleteFunc(r.all, func(e remembered) bool { return e.spec.ID == id })
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, e := range r.all {
		all = append(all, e.spec.ID+":"+string(e.order))
	}
	return strings.Join(all, " ")
}

func desk(t *testing.T) (*Desk, *enginetest.Fake, *record) {
	t.Helper()
	fake, rec := enginetest.New(), &record{}
	fake.SetPoint(engine.PointStatus{Name: "oceans"})
	return New(Config{Engine: fake, Store: rec, Admin: "http://127.0.0.1:9"}), fake, rec
}

func pattern(id string) engine.EncoderSpec {
	return engine.EncoderSpec{ID: id, Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.Ladder(1)}
}

func noFFmpeg(fake *enginetest.Fake) {
	fake.SetTool(engine.ToolStatus{Reason: "No ffmpeg was found; install it or name it in the settings."})
}

func TestPointOrders(t *testing.T) {
	d, fake, _ := desk(t)
	for _, c := range []struct {
		order func(context.Context, string) error
		want  engine.State
	}{{d.StartPoint, engine.StateStarted}, {d.StopPoint, engine.StateStopped}, {d.ShutDownPoint, engine.StateIdle}} {
		if err := c.order(t.Context(), "oceans"); err != nil {
			t.Errorf("%s: %v", c.want, err)
		}
		calls := fake.CallsOf("SetPointState")
		if got := fmt.Sprint(calls[len(calls)-1].Args); got != "[oceans "+string(c.want)+"]" {
			t.Errorf("the engine was told %s, want %s", got, c.want)
		}
		if err := c.order(t.Context(), "ocean"); engine.KindOf(err) != engine.NotFound {
			t.Errorf("%s of an unknown point: %v", c.want, err)
		}
	}
	if err := d.SetPointState(t.Context(), "oceans", engine.StateError); engine.KindOf(err) != engine.BadInput {
		t.Errorf("state error: %v", err)
	}
}

func TestCreatePoint(t *testing.T) {
	d, fake, _ := desk(t)
	if err := d.CreatePoint(t.Context(), "sports/arena", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	wrong := engine.DefaultPointConfig()
	wrong.LookAhead = 4
	for _, c := range []struct {
		name string
		cfg  engine.PointConfig
		kind engine.Kind
	}{
		{"../up", engine.DefaultPointConfig(), engine.BadInput},
		{"other", wrong, engine.BadInput},
		{"sports/arena", engine.DefaultPointConfig(), engine.Conflict},
	} {
		err := d.CreatePoint(t.Context(), c.name, c.cfg)
		if engine.KindOf(err) != c.kind || !strings.HasSuffix(engine.Sentence(err), ".") {
			t.Errorf("%q: %v, want %v with a sentence", c.name, err, c.kind)
		}
	}
	if n := len(fake.CallsOf("CreatePoint")); n != 2 {
		t.Errorf("the engine was asked %d times, want 2: bad input does not reach it", n)
	}
}

func TestAddEncoder(t *testing.T) {
	d, fake, rec := desk(t)
	id, err := d.AddEncoder(t.Context(), pattern(""), true)
	if err != nil || id == "" {
		t.Fatalf("id %q, %v", id, err)
	}
	if rec.String() != id+":run" || fake.Encoders()[0].Order != engine.OrderRun {
		t.Errorf("on record is %s, the engine has %+v", rec, fake.Encoders())
	}
	if _, err := d.AddEncoder(t.Context(), pattern("quiet"), false); err != nil || rec.String() != id+":run quiet:stop" {
		t.Errorf("on record is %s, %v", rec, err)
	}
	if _, err := d.AddEncoder(t.Context(), pattern("quiet"), true); engine.KindOf(err) != engine.Conflict || rec.String() != id+":run quiet:stop" {
		t.Errorf("a second one of the same id: %v, on record is %s", err, rec)
	}
}

func TestAddEncoderWithoutAPointMakesNothing(t *testing.T) {
	d, fake, rec := desk(t)
	spec := pattern("one")
	spec.Point = "nowhere"
	_, err := d.AddEncoder(t.Context(), spec, true)
	if engine.KindOf(err) != engine.NotFound || !strings.Contains(engine.Sentence(err), "nowhere") {
		t.Errorf("error is %v", err)
	}
	if len(fake.Encoders()) != 0 || rec.String() != "" || len(fake.Points()) != 1 {
		t.Errorf("something was made: %v, %s", fake.Encoders(), rec)
	}
}

// The admin API has something else under this name.
func TestAddEncoderOfATakenName(t *testing.T) {
	d, fake, rec := desk(t)
	if _, err := d.AddEncoder(t.Context(), pattern("devices"), true); engine.KindOf(err) != engine.BadInput || len(fake.Encoders()) != 0 || rec.String() != "" {
		t.Errorf("%v; the engine has %v, on record is %s", err, fake.Encoders(), rec)
	}
}

func TestAddEncoderThatCannotBeWrittenDown(t *testing.T) {
	d, fake, rec := desk(t)
	rec.fail = errors.New("no space")
	_, err := d.AddEncoder(t.Context(), pattern("one"), true)
	if engine.KindOf(err) != engine.Storage || !strings.Contains(engine.Sentence(err), "no space") || len(fake.Encoders()) != 0 {
		t.Errorf("error is %v, the engine has %v", err, fake.Encoders())
	}
}

func TestEncoderOrders(t *testing.T) {
	d, fake, rec := desk(t)
	if _, err := d.AddEncoder(t.Context(), pattern("one"), false); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name   string
		do     func(context.Context, string) error
		record string
	}{{"start", d.StartEncoder, "one:run"}, {"restart", d.RestartEncoder, "one:run"}, {"stop", d.StopEncoder, "one:stop"}, {"restart", d.RestartEncoder, "one:run"}} {
		if err := step.do(t.Context(), "one"); err != nil || rec.String() != step.record {
			t.Errorf("%s: %v, on record is %s", step.name, err, rec)
		}
		if err := step.do(t.Context(), "none"); engine.KindOf(err) != engine.NotFound || rec.String() != step.record {
			t.Errorf("%s of an unknown encoder: %v, on record is %s", step.name, err, rec)
		}
	}
	if err := d.RemoveEncoder(t.Context(), "one"); err != nil || rec.String() != "" || len(fake.Encoders()) != 0 {
		t.Errorf("remove: %v, on record is %s", err, rec)
	}
	if err := d.RemoveEncoder(t.Context(), "one"); engine.KindOf(err) != engine.NotFound {
		t.Errorf("remove again: %v", err)
	}
}

func TestRefusedOrderIsTakenBack(t *testing.T) {
	d, fake, rec := desk(t)
	noFFmpeg(fake)
	id, err := d.AddEncoder(t.Context(), pattern("one"), true)
	if id != "one" || engine.KindOf(err) != engine.Unavailable || !strings.Contains(engine.Sentence(err), "ffmpeg") {
		t.Errorf("add gives %q, %v", id, err)
	}
	if rec.String() != "one:stop" {
		t.Errorf("on record is %s", rec)
	}
	// One that the engine knows and the record does not.
	two := pattern("two")
	fake.SetEncoder(engine.EncoderStatus{Spec: two})
	if err := d.StartEncoder(t.Context(), "two"); engine.KindOf(err) != engine.Unavailable || rec.String() != "one:stop" {
		t.Errorf("start: %v, on record is %s", err, rec)
	}
	rec.fail = errors.New("no space")
	calls := len(fake.CallsOf("OrderEncoder"))
	if err := d.StopEncoder(t.Context(), "one"); engine.KindOf(err) != engine.Storage || len(fake.CallsOf("OrderEncoder")) != calls {
		t.Errorf("an order that could not be written down was given: %v", err)
	}
}

func TestRestore(t *testing.T) {
	d, fake, rec := desk(t)
	lost := pattern("lost")
	lost.Point = "gone"
	rec.all = []remembered{{lost, engine.OrderRun}, {pattern("runs"), engine.OrderRun}, {pattern("stands"), engine.OrderStop}}
	if err := d.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range fake.Encoders() {
		got = append(got, e.Spec.ID+":"+string(e.Order))
	}
	if strings.Join(got, " ") != "runs:run stands:stop" {
		t.Errorf("the engine has %q", got)
	}
	if rec.String() != "lost:run runs:run stands:stop" {
		t.Errorf("on record is %s", rec)
	}
	if err := d.RemoveEncoder(t.Context(), "lost"); err != nil || rec.String() != "runs:run stands:stop" {
		t.Errorf("forgetting the lost one: %v, on record is %s", err, rec)
	}
}

func TestRestoreWithoutFFmpegKeepsTheOrder(t *testing.T) {
	d, fake, rec := desk(t)
	noFFmpeg(fake)
	rec.all = []remembered{{pattern("one"), engine.OrderRun}}
	if err := d.Restore(t.Context()); engine.KindOf(err) != engine.Unavailable || rec.String() != "one:run" || len(fake.Encoders()) != 1 {
		t.Errorf("%v, on record is %s, the engine has %v", err, rec, fake.Encoders())
	}
	fake.SetTool(engine.ToolStatus{Path: "/usr/bin/ffmpeg"})
	for range 2 { // the second time nothing is left to do
		if err := d.Restore(t.Context()); err != nil || fake.Encoders()[0].Order != engine.OrderRun {
			t.Errorf("%v, the engine has %+v", err, fake.Encoders())
		}
	}
	if n := len(fake.CallsOf("OrderEncoder")); n != 2 {
		t.Errorf("ordered %d times, want 2", n)
	}
}

func TestDemo(t *testing.T) {
	d, fake, rec := desk(t)
	for range 2 { // the second time everything is there
		if err := d.Demo(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	encoders := fake.Encoders()
	if len(encoders) != 1 || len(encoders[0].Spec.Video) != 2 || encoders[0].Order != engine.OrderRun || rec.String() != "demo:run" {
		t.Errorf("encoders are %+v, on record is %s", encoders, rec)
	}
	fake.ChangePoint("demo", func(p *engine.PointStatus) { p.State = engine.StateStopped })
	if err := d.Demo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p, err := fake.Point("demo"); err != nil || p.State != engine.StateStarting {
		t.Errorf("an ended demonstration is %s (%v), want starting", p.State, err)
	}
}

func TestOpenPreview(t *testing.T) {
	d, _, _ := desk(t)
	if err := d.OpenPreview(t.Context(), "oceans"); engine.KindOf(err) != engine.Unavailable || !strings.Contains(engine.Sentence(err), "/oceans.isml/") {
		t.Errorf("without a browser: %v", err)
	}
	var opened string
	d.openURL = func(u string) error { opened = u; return nil }
	if err := d.OpenPreview(t.Context(), "oceans"); err != nil || opened != "http://127.0.0.1:8088/oceans.isml/" {
		t.Errorf("opened %q, %v", opened, err)
	}
	if err := d.OpenPreview(t.Context(), "ocean"); engine.KindOf(err) != engine.NotFound {
		t.Errorf("of an unknown point: %v", err)
	}
	d.openURL = func(string) error { return errors.New("no display") }
	if err := d.OpenPreview(t.Context(), "oceans"); engine.KindOf(err) != engine.Unavailable {
		t.Errorf("with a broken browser: %v", err)
	}
}

func TestEveryFailureHasASentence(t *testing.T) {
	for kind := engine.Internal; kind <= engine.Unauthorized; kind++ {
		err := explain("try", "oceans", &engine.Error{Op: "try", Kind: kind, Err: errors.New("EIO")})
		if s := engine.Sentence(err); engine.KindOf(err) != kind || !strings.HasSuffix(s, ".") || strings.Contains(s, "EIO") {
			t.Errorf("%v is told as %q of kind %v", kind, s, engine.KindOf(err))
		}
	}
	for _, c := range []struct {
		err  error
		kind engine.Kind
		want string
	}{
		{context.Canceled, engine.Unavailable, "given up"},
		{errors.New("odd"), engine.Internal, "log"},
		{fmt.Errorf("outer: %w", &engine.Error{Kind: engine.Storage, Text: "The disk is full; make room."}), engine.Storage, "make room"},
		{&engine.Error{Kind: engine.Storage, Err: &engine.Error{Text: "The disk is full; make room."}}, engine.Storage, "make room"},
	} {
		if err := explain("try", "", c.err); engine.KindOf(err) != c.kind || !strings.Contains(engine.Sentence(err), c.want) {
			t.Errorf("%v is told as %q of kind %v", c.err, engine.Sentence(err), engine.KindOf(err))
		}
	}
	if explain("try", "", nil) != nil {
		t.Error("success was explained")
	}
}

func TestSnapshotsPassThrough(t *testing.T) {
	d, fake, _ := desk(t)
	fake.SetEncoder(engine.EncoderStatus{Spec: pattern("one")})
	fake.Print("one", "hello")
	if got := d.Addresses(); got.Admin != "http://127.0.0.1:9" || got.Media != "http://127.0.0.1:8088" {
		t.Errorf("addresses are %+v", got)
	}
	if lines, err := d.EncoderLog("one", 0); err != nil || len(lines) != 1 {
		t.Errorf("log is %v, %v", lines, err)
	}
	if _, err := d.EncoderLog("none", 0); engine.KindOf(err) != engine.NotFound {
		t.Errorf("log of none: %v", err)
	}
	if _, err := d.EncoderCommand(engine.EncoderSpec{}); engine.KindOf(err) != engine.BadInput {
		t.Errorf("command of nothing: %v", err)
	}
	if s, err := d.Series(engine.Query{Metric: engine.MetricArriving, Point: "oceans"}); err != nil || len(s.Samples) == 0 {
		t.Errorf("series is %v, %v", s, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	events := d.Events(ctx)
	fake.Emit(engine.Event{Text: "It rains."})
	if e := <-events; e.Text != "It rains." || len(d.RecentEvents(9)) != 1 || d.Tool().Version == "" || len(d.Links("oceans")) == 0 {
		t.Errorf("event is %+v", e)
	}
	cancel()
	for range events { // ends with the context
	}
}

// names are the calls that change something, in order.
func names(f *enginetest.Fake) string {
	var out []string
	for _, c := range f.Calls() {
		if c.Method == "OrderEncoder" || c.Method == "SetPointState" || c.Method == "RestartEncoder" {
			out = append(out, fmt.Sprint(c.Method, c.Args))
		}
	}
	return strings.Join(out, " ")
}

func TestEncodersGoWithTheirPoint(t *testing.T) {
	d, f, _ := desk(t)
	ctx := t.Context()
	f.SetPoint(engine.PointStatus{Name: "oceans", State: engine.StateStopped})
	id, err := d.AddEncoder(ctx, engine.EncoderSpec{Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.Ladder(1)}, true)
	if err != nil {
		t.Fatal(err)
	}
	f.ChangePoint("oceans", func(p *engine.PointStatus) { p.State = engine.StateStarted })
	f.ChangeEncoder(id, func(e *engine.EncoderStatus) { e.Order, e.State = engine.OrderRun, engine.EncoderIdle })
	if err := d.StopPoint(ctx, "oceans"); err != nil {
		t.Fatal(err)
	}
	f.ChangePoint("oceans", func(p *engine.PointStatus) { p.State = engine.StateStopped })
	if err := d.StartPoint(ctx, "oceans"); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("SetPointState[oceans started] OrderEncoder[%[1]s run] OrderEncoder[%[1]s stop] SetPointState[oceans stopped] SetPointState[oceans started] OrderEncoder[%[1]s run]", id)
	if got := names(f); got != want {
		t.Fatalf("\n got %s\nwant %s", got, want)
	}
}
