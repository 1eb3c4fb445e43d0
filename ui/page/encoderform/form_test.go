package encoderform

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// operatorOf answers at once; what it was asked is written down.
type operatorOf struct {
	fail     map[string]error
	commands []engine.EncoderSpec
	added    []engine.EncoderSpec
	updated  []engine.EncoderSpec
	started  []string
	probe    engine.InputProbe
	devices  []engine.CaptureDevice
	trial    engine.EncoderTrial
	wait     bool // a question is answered only once it is cancelled
}

func (o *operatorOf) hold(ctx context.Context) error {
	if !o.wait {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func (o *operatorOf) EncoderCommand(s engine.EncoderSpec) (string, error) {
	o.commands = append(o.commands, s)
	return "ffmpeg -i " + s.Input.Path, o.fail["EncoderCommand"]
}

func (o *operatorOf) ProbeInput(ctx context.Context, _ engine.EncoderInput) (engine.InputProbe, error) {
	return o.probe, errors.Join(o.hold(ctx), o.fail["ProbeInput"])
}

func (o *operatorOf) CaptureDevices(context.Context) ([]engine.CaptureDevice, error) {
	return o.devices, o.fail["CaptureDevices"]
}

func (o *operatorOf) TryEncoder(ctx context.Context, _ engine.EncoderSpec, _ time.Duration) (engine.EncoderTrial, error) {
	return o.trial, errors.Join(o.hold(ctx), o.fail["TryEncoder"])
}

func (o *operatorOf) AddEncoder(_ context.Context, s engine.EncoderSpec, _ bool) (string, error) {
	o.added = append(o.added, s)
	return "kept-1", o.fail["AddEncoder"]
}

func (o *operatorOf) UpdateEncoder(_ context.Context, s engine.EncoderSpec) error {
	o.updated = append(o.updated, s)
	return o.fail["UpdateEncoder"]
}

func (o *operatorOf) StartEncoder(_ context.Context, id string) error {
	o.started = append(o.started, id)
	return o.fail["StartEncoder"]
}

// desk is a form whose work is done when the test says so.
type desk struct {
	t     *testing.T
	op    *operatorOf
	form  *Form
	work  []func()
	waits []func()
	saved []string
	copied, reported,
	closed int
}

func openForm(t *testing.T, config Config) *desk {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.NewTheme(look.Dark()))
	d := &desk{t: t, op: &operatorOf{fail: map[string]error{}}}
	host := page.Host{
		Do: func(work func(context.Context) error, done func(error)) {
			d.work = append(d.work, func() { done(work(t.Context())) })
		},
		Report: func(error) { d.reported++ }, Copy: func(string) { d.copied++ },
		Later: func(_ time.Duration, f func()) func() {
			d.waits = append(d.waits, f)
			return func() {}
		},
		ChooseFile: func(chosen func(string)) { chosen("/srv/chosen.mp4") },
	}
	config.Close, config.Saved = func() { d.closed++ }, func(id string) { d.saved = append(d.saved, id) }
	if config.Points == nil {
		config.Points = []string{"oceans", "news"}
	}
	d.form = New(host, d.op, config)
	w := test.NewTempWindow(t, d.form.Object())
	w.Resize(fyne.NewSize(1200, 640))
	d.settle()
	return d
}

// settle does all the work there is.
func (d *desk) settle() {
	for len(d.work) > 0 {
		next := d.work[0]
		d.work = d.work[1:]
		next()
	}
}

func (d *desk) find(name string) page.Control {
	d.t.Helper()
	for _, c := range d.form.Controls() {
		if c.Name == name {
			return c
		}
	}
	d.t.Fatalf("there is no %s", name)
	return page.Control{}
}

func (d *desk) has(name string) bool {
	return slices.ContainsFunc(d.form.Controls(), func(c page.Control) bool { return c.Name == name })
}

func (d *desk) tap(name string) {
	d.t.Helper()
	test.Tap(d.find(name).Object.(fyne.Tappable))
}

func (d *desk) fill(name, text string) {
	d.t.Helper()
	d.find(name).Object.(interface{ SetText(string) }).SetText(text)
}

func TestSaveAndStart(t *testing.T) {
	d := openForm(t, Config{Spec: engine.EncoderSpec{Point: "news"}})
	d.tap("form-rungs-5")
	d.tap("form-audio-64k")
	d.tap("form-method-1")
	d.tap("form-restart-never")
	d.fill("form-fps", "50")
	d.fill("form-id", "cam")
	d.tap("form-save-start")
	if !d.find("form-save-start").Disabled {
		t.Error("it can be saved twice")
	}
	d.settle()
	s := d.op.added[0]
	if s.ID != "cam" || s.Point != "news" || len(s.Video) != 5 || s.AudioBitrate != 64_000 || s.Method != 1 || s.FPS != 50 || s.Restart != engine.RestartNever {
		t.Errorf("added %+v", s)
	}
	if len(d.saved) != 1 || d.saved[0] != "kept-1" {
		t.Errorf("saved %v", d.saved)
	}
}

func TestEnterIsTheNextStep(t *testing.T) {
	d := openForm(t, Config{})
	d.find("form-id").Object.(fyne.Focusable).TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.settle()
	if len(d.op.added) != 1 {
		t.Error("Enter does not save")
	}
	d.find("form-id").Object.(fyne.Focusable).TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.closed != 1 {
		t.Error("Esc does not leave the form")
	}
}

// Who saves changes of an encoder on air is asked first.
func TestSavingARunningEncoderAsks(t *testing.T) {
	spec := engine.EncoderSpec{ID: "cam", Point: "news", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.Ladder(1)}
	d := openForm(t, Config{Spec: spec, Editing: true, Running: true})
	d.tap("form-rungs-3")
	if d.has("form-save") {
		t.Error("it can be saved without a question")
	}
	d.tap("form-save-restart")
	d.settle()
	if len(d.op.updated) > 0 {
		t.Fatal("one click took it off air")
	}
	d.waits[len(d.waits)-1]()
	d.tap("form-save-restart")
	d.settle()
	if len(d.op.updated) != 1 || len(d.op.updated[0].Video) != 3 || d.op.updated[0].ID != "cam" || len(d.op.started) > 0 {
		t.Errorf("updated %+v, started %v", d.op.updated, d.op.started)
	}
	d.form.SetRunning(false)
	d.tap("form-save-start")
	d.settle()
	if len(d.op.started) != 1 {
		t.Error("it was not started")
	}
}

// An encoder that was saved although it does not start is not made again.
func TestSavedHalfWay(t *testing.T) {
	d := openForm(t, Config{})
	d.op.fail["AddEncoder"] = &engine.Error{Kind: engine.Unavailable, Text: "No ffmpeg was found; install it."}
	d.tap("form-save-start")
	d.settle()
	if !strings.Contains(d.find("form-failure").Text, "was saved, but it does not start: No ffmpeg") {
		t.Errorf("it says %q", d.find("form-failure").Text)
	}
	d.tap("form-save-start")
	d.settle()
	if len(d.op.added) != 1 || len(d.op.updated) != 1 || len(d.op.started) != 1 || len(d.saved) != 1 {
		t.Errorf("added %d, updated %d, started %d, saved %d", len(d.op.added), len(d.op.updated), len(d.op.started), len(d.saved))
	}
}

// Nobody is asked to drop a file of this machine for an engine elsewhere.
func TestFilesOfAnEngineElsewhere(t *testing.T) {
	d := openForm(t, Config{})
	d.form.input.host.Elsewhere = "rack-1"
	d.tap("form-file")
	for _, c := range d.form.Controls() {
		if c.Text == textFileHint {
			t.Errorf("%s says %q", c.Name, c.Text)
		}
	}
}

func TestWhatIsWrongIsSaidBesideItsField(t *testing.T) {
	d := openForm(t, Config{})
	d.tap("form-file")
	if note := d.find("form-note").Text; note != textFileHint {
		t.Errorf("before anything was asked it says %q", note)
	}
	d.tap("form-save")
	if d.find("form-note").Text != textNoPath || !d.has("form-failure") || len(d.op.added) > 0 {
		t.Errorf("an encoder without a file was saved, or it says %q", d.find("form-note").Text)
	}
	d.tap("form-choose")
	if d.find("form-path").Text != "/srv/chosen.mp4" || d.has("form-failure") {
		t.Error("the chosen file is not taken")
	}
	d.fill("form-rung-0-width", "321")
	if d.find("form-rung-0-note").Text != textBadSide {
		t.Errorf("it says %q", d.find("form-rung-0-note").Text)
	}
	if d.find("form-video-note").Text != textBadSide { // a row cuts it off
		t.Errorf("the whole sentence is nowhere: %q", d.find("form-video-note").Text)
	}
	d.fill("form-gop", "99")
	if d.find("form-rate-note").Text != textBadGOP {
		t.Errorf("it says %q", d.find("form-rate-note").Text)
	}
	d.tap("form-network")
	d.tap("form-listen")
	for scheme, want := range map[string]string{"srt": "srt://0.0.0.0:9000", "rtmp": "rtmp://0.0.0.0:1935/live/key", "udp": "udp://239.0.0.1:1234"} {
		d.tap("form-example-" + scheme)
		if got := d.find("form-url").Text; got != want {
			t.Errorf("the example of %s is %q", scheme, got)
		}
	}
}

func TestRungsCanBeEdited(t *testing.T) {
	d := openForm(t, Config{})
	d.tap("form-add-rung")
	d.fill("form-rung-3-kbit", "4500")
	d.tap("form-rung-0-remove")
	if d.has("form-rung-3-width") || d.find("form-rung-2-kbit").Text != "4500" {
		t.Error("the rungs are not what was edited")
	}
	if d.form.draft.Video != VideoOwn || d.find("form-rung-2-width").Text != "1280" {
		t.Errorf("the draft is %+v", d.form.draft)
	}
	d.tap("form-no-video")
	if d.has("form-rung-0-width") || d.has("form-add-rung") || !d.find("form-fps").Disabled {
		t.Error("sound alone has rungs")
	}
	d.tap("form-audio-none")
	d.tap("form-save")
	if !strings.Contains(d.find("form-failure").Text, "nothing to send") {
		t.Error("nothing can be sent")
	}
}

func TestProbeTellsWhetherItFits(t *testing.T) {
	d := openForm(t, Config{})
	d.tap("form-file")
	d.tap("form-probe")
	if d.find("form-note").Text != textNoPath {
		t.Error("it looks into nothing")
	}
	d.fill("form-path", "/a.mp4")
	d.op.probe = engine.InputProbe{Format: "MOV", Copies: true, Streams: []engine.InputStream{{Type: engine.Video, Codec: "h264", Width: 1920, Height: 1080, Bitrate: 4_000_000}}}
	d.tap("form-probe")
	if d.find("form-probe").Text != textProbing {
		t.Errorf("while it looks the button says %q", d.find("form-probe").Text)
	}
	d.settle()
	if got := d.find("form-probe-result").Text; got != textFits+" MOV. Video: h264, 1920×1080, 4.00 Mbit/s." {
		t.Errorf("found: %q", got)
	}
	d.tap("form-copy")
	if d.find("form-rung-0-kbit").Text != "4000" || d.find("form-rung-0-width").Text != "1920" || d.find("form-video-note").Text != textFits {
		t.Error("the copy does not take what was found")
	}
	d.op.probe = engine.InputProbe{Format: "AVI", Why: "its pictures are MPEG-2", Streams: []engine.InputStream{{Type: engine.Video, Codec: "mpeg2video"}}}
	d.tap("form-probe")
	d.settle()
	if d.find("form-video-note").Text != textDoesNotFitNow || !strings.HasPrefix(d.find("form-probe-result").Text, "Its pictures are MPEG-2.") {
		t.Errorf("it says %q and %q", d.find("form-video-note").Text, d.find("form-probe-result").Text)
	}
	d.fill("form-path", "/b.mp4")
	if d.form.input.Probe.Found() != nil {
		t.Error("what was found is taken for another file's")
	}
	d.op.fail["ProbeInput"] = &engine.Error{Text: "There is no such file; choose another."}
	d.tap("form-probe")
	d.settle()
	if got := d.find("form-probe-result").Text; got != "There is no such file; choose another." {
		t.Errorf("it failed with %q", got)
	}
}

func TestProbeAndTestCanBeCancelled(t *testing.T) {
	d := openForm(t, Config{})
	d.op.wait = true
	d.tap("form-test")
	if d.find("form-test").Text != textTrying || !d.has("form-test-progress") {
		t.Fatal("no progress is shown")
	}
	d.waits[len(d.waits)-1]()
	d.waits[len(d.waits)-1]()
	if got := d.find("form-test-progress").Text; got != "Testing: 1 of 10 s" {
		t.Errorf("the progress is %q", got)
	}
	d.tap("form-test")
	if d.find("form-test-result").Text != textTrialDropped || d.has("form-test-progress") {
		t.Error("the test goes on")
	}
	d.settle() // it returns only because it was cancelled
	if d.find("form-test-result").Text != textTrialDropped {
		t.Errorf("it ends with %q", d.find("form-test-result").Text)
	}
	d.tap("form-file")
	d.fill("form-path", "/a.mp4")
	d.tap("form-probe")
	d.tap("form-probe")
	d.settle()
	if d.find("form-probe").Text != textProbe {
		t.Error("the look goes on")
	}
}

func TestTestTellsHowItWent(t *testing.T) {
	d := openForm(t, Config{})
	d.op.trial = engine.EncoderTrial{OK: true, Text: "It ran at real time"}
	d.tap("form-test")
	d.settle()
	if got := d.find("form-test-result").Text; got != "It ran at real time." {
		t.Errorf("it says %q", got)
	}
	d.op.trial = engine.EncoderTrial{Text: "It ran at 0.6x", Action: "choose a faster preset", Log: []string{"x"}}
	d.tap("form-test")
	d.settle()
	if got := d.find("form-test-result").Text; got != "It ran at 0.6x. Choose a faster preset." {
		t.Errorf("it says %q", got)
	}
	d.op.fail["TryEncoder"] = &engine.Error{Text: "No ffmpeg was found; install it."}
	d.tap("form-test")
	d.settle()
	if got := d.find("form-test-result").Text; got != "No ffmpeg was found; install it." {
		t.Errorf("it says %q", got)
	}
}

func TestDevicesAreListed(t *testing.T) {
	d := openForm(t, Config{})
	d.tap("form-device")
	if d.find("form-note").Text != textLooking {
		t.Errorf("while it looks it says %q", d.find("form-note").Text)
	}
	d.settle()
	if d.find("form-note").Text != textNoneFound {
		t.Errorf("without devices it says %q", d.find("form-note").Text)
	}
	d.op.fail["CaptureDevices"] = &engine.Error{Text: "The devices cannot be listed."}
	d.tap("form-refresh")
	d.settle()
	if d.find("form-note").Text != "The devices cannot be listed." {
		t.Errorf("it says %q", d.find("form-note").Text)
	}
	delete(d.op.fail, "CaptureDevices")
	d.op.devices = []engine.CaptureDevice{{Kind: engine.DeviceCamera, ID: "/dev/video0", Label: "Webcam"}, {Kind: engine.DeviceCamera, ID: "/dev/video2", Label: "Webcam"},
		{Kind: engine.DeviceMicrophone, ID: "hw:1", Label: "Mic"}, {Kind: engine.DeviceScreen, ID: ":0.0"}}
	d.tap("form-refresh")
	d.settle()
	if d.find("form-camera").Text != "Webcam" || d.find("form-microphone").Text != "Mic" {
		t.Error("the first camera and microphone are not taken")
	}
	d.find("form-camera").Object.(interface{ SetSelected(string) }).SetSelected("Webcam (/dev/video2)")
	d.settle()
	if in := d.form.draft.Input(); in.Device != "/dev/video2" || in.Sound != "hw:1" {
		t.Errorf("it reads %+v", in)
	}
	d.tap("form-screen")
	d.find("form-screen-which").Object.(interface{ SetSelected(string) }).SetSelected(":0.0")
	if in := d.form.draft.Input(); in.Device != ":0.0" || in.Sound != "" {
		t.Errorf("it reads %+v", in)
	}
}

// While one command is made, only the newest of those that follow is asked for.
func TestTheNewestCommandIsShown(t *testing.T) {
	d := openForm(t, Config{})
	d.tap("form-file")
	asked := len(d.op.commands)
	for _, path := range []string{"/a", "/ab", "/abc"} {
		d.fill("form-path", path)
	}
	d.settle()
	if got := d.find("form-command").Text; got != "ffmpeg -i /abc" || len(d.op.commands) > asked+2 {
		t.Errorf("the command is %q after %d questions", got, len(d.op.commands)-asked)
	}
	d.op.fail["EncoderCommand"] = &engine.Error{Text: "No file was chosen."}
	d.fill("form-path", "")
	d.settle()
	if got := d.find("form-command").Text; got != "# No file was chosen." {
		t.Errorf("the command is %q", got)
	}
}

// Everything that can be used by name can be reached with Tab.
func TestTabReachesEverything(t *testing.T) {
	for _, kind := range []string{"pattern", "file", "device", "network", "arguments"} {
		d := openForm(t, Config{})
		d.tap("form-" + kind)
		d.settle()
		c := fyne.CurrentApp().Driver().CanvasForObject(d.form.Object())
		reached := map[fyne.Focusable]bool{}
		for range 120 {
			c.FocusNext()
			reached[c.Focused()] = true
		}
		for _, control := range d.form.Controls() {
			f, is := control.Object.(fyne.Focusable)
			if is && !control.Disabled && control.Object.Visible() && !reached[f] {
				t.Errorf("%s: Tab does not reach %s", kind, control.Name)
			}
		}
	}
}
