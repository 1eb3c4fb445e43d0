package ui

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// fleet is a control room with an encoder in every state.
func fleet() *enginetest.Fake {
	fake := enginetest.New()
	fake.SetClock(noon)
	fake.SetTool(engine.ToolStatus{Path: "/usr/bin/ffmpeg", Version: "5.1.6-0+deb12u1"})
	fake.SetSystem(engine.SystemStatus{DiskFree: 412_000_000_000, DiskSize: 1_000_000_000_000})
	add := func(name string, change func(*engine.PointStatus, *engine.EncoderStatus)) {
		p, e := onAir(name)
		for i := range p.Tracks {
			p.Tracks[i].Source = e.Stream
		}
		e.CPU, e.Memory = 0.42, 118_000_000
		if change != nil {
			change(&p, &e)
		}
		fake.SetPoint(p)
		fake.SetEncoder(e)
	}
	add("arena", func(_ *engine.PointStatus, e *engine.EncoderStatus) {
		e.Spec.Input = engine.EncoderInput{Kind: engine.InputNetwork, URL: "srt://10.0.0.5:9000"}
	})
	add("oceans", func(p *engine.PointStatus, e *engine.EncoderStatus) {
		p.Sources, p.Tracks, p.SourceLost = nil, nil, true
	})
	add("news", func(p *engine.PointStatus, e *engine.EncoderStatus) {
		p.Sources[0].Connected, p.SourceLost, p.Tracks = false, true, nil
		e.State, e.Reason, e.PID, e.Restarts = engine.EncoderFailed, "ffmpeg ended with exit code 1: Connection refused", 0, 10
	})
	add("stadium", func(_ *engine.PointStatus, e *engine.EncoderStatus) {
		e.Progress.Speed, e.Progress.Dropped, e.CPU = 0.84, 212, 1.93
	})
	add("choir", func(p *engine.PointStatus, e *engine.EncoderStatus) {
		e.State, e.Reason, e.PID, e.Restarts = engine.EncoderWaiting, "ffmpeg ended with exit code 1: No route to host", 0, 3
		p.Sources[0].Connected, p.Tracks = false, nil
	})
	add("loop", func(p *engine.PointStatus, e *engine.EncoderStatus) {
		e.State, e.Order, e.PID, e.Reason = engine.EncoderIdle, engine.OrderStop, 0, "ffmpeg ended in order"
		e.Spec.Input = engine.EncoderInput{Kind: engine.InputFile, Path: "/srv/films/intro.mp4", Loop: true}
		p.Sources, p.Tracks, p.State = nil, nil, engine.StateStopped
	})
	add("desk", func(p *engine.PointStatus, e *engine.EncoderStatus) {
		e.Spec.Method, e.Spec.Input = 1, engine.EncoderInput{Kind: engine.InputDevice, Device: "/dev/video0", Sound: "default"}
		for i, r := range []string{"300k-128k", "800k", "2500k"} {
			s := "desk-" + r
			e.Processes = append(e.Processes, engine.EncoderProcess{Stream: s, State: engine.EncoderRunning, PID: 5001 + i, Progress: e.Progress,
				Command: "/usr/bin/ffmpeg -f v4l2 -i /dev/video0 -f ismv 'http://127.0.0.1:8088/desk.isml/desk.ism?stream_id=" + s + ".ismv'"})
		}
	})
	for i := range 60 {
		fake.Print("oceans-1", "[info] frame="+strconv.Itoa(93000+25*i)+" fps=25 q=23.0 bitrate=3802.4kbits/s speed=1.00x")
		fake.Print("desk-1", "[info] frame="+strconv.Itoa(93000+25*i)+" fps=25 q=23.0 bitrate=3802.4kbits/s speed=1.00x")
	}
	fake.Print("oceans-1", "[warning] Past duration 0.999 too large", "[error] av_interleaved_write_frame(): Broken pipe", "[info] Opening the output again")
	fake.SetDevices(engine.CaptureDevice{Kind: engine.DeviceCamera, ID: "/dev/video0", Label: "HD Pro Webcam C920"},
		engine.CaptureDevice{Kind: engine.DeviceMicrophone, ID: "default", Label: "Built-in microphone"},
		engine.CaptureDevice{Kind: engine.DeviceScreen, ID: ":0.0", Label: "Screen 1, 1920×1080"})
	fake.SetProbe("/srv/films/oceans.mp4", engine.InputProbe{Format: "QuickTime / MOV", Duration: 62*time.Minute + 33*time.Second, Bitrate: 4_500_000, Copies: true,
		Streams: []engine.InputStream{{Type: engine.Video, Codec: "h264", Profile: "High", Width: 1920, Height: 1080, FPS: 25, Bitrate: 4_200_000},
			{Type: engine.Audio, Codec: "aac", SamplingRate: 48000, Channels: 2, Bitrate: 128_000, Language: "eng"}}})
	return fake
}

// openFleet opens the Encoders page over fleet.
func openFleet(t *testing.T, options Options, width, height float32) *bench {
	t.Helper()
	b := open(t, fleet(), options, width, height)
	b.win.ShowEncoders("")
	b.until("the table", func() bool { return b.has("encoders-row-oceans-1") })
	return b
}

// The masters were looked at by people before they were kept.
func TestPicturesOfEncoders(t *testing.T) {
	b := openFleet(t, Options{}, 1280, 720)
	b.win.ShowEncoders("oceans-1")
	b.until("the log", func() bool { return strings.Contains(b.find("encoder-log").Text, "63 lines") })
	b.settle()
	b.master("encoders")
	b.win.NewEncoder("oceans")
	b.tap("form-file")
	b.typeInto("form-path", "/srv/films/oceans.mp4")
	b.tap("form-probe")
	b.until("what is in it", func() bool { return strings.Contains(b.find("form-probe-result").Text, "It fits") })
	b.until("the command", func() bool { return strings.Contains(b.find("form-command").Text, "oceans.mp4") })
	b.win.win.Canvas().Unfocus() // the cursor blinks
	b.settle()
	b.master("encoderform")
}

func TestPictureOfEncodersInTheLight(t *testing.T) {
	b := openFleet(t, Options{Light: true}, 1600, 900)
	b.win.ShowEncoders("desk-1")
	b.until("the processes", func() bool { return b.has("encoder-processes") })
	b.settle()
	b.master("encoders-light")
}

// views are all that the page, the form and the dialog can show.
func (b *bench) views() map[string]func() {
	kind := func(k string) func() {
		return func() { b.win.NewEncoder("oceans"); b.tap("form-" + k) }
	}
	point := func(k string) func() {
		return func() {
			b.win.NewPoint()
			b.typeInto("dialog-name", "harbour")
			b.tap("dialog-" + k)
		}
	}
	shown := func(id string) func() { return func() { b.win.ShowEncoders(id) } }
	return map[string]func(){
		"unseen": shown("oceans-1"), "failed": shown("news-1"), "slow": shown("stadium-1"), "several": shown("desk-1"), "idle": shown("loop-1"),
		"form-pattern": kind("pattern"), "form-file": kind("file"), "form-device": kind("device"), "form-screen": kind("screen"),
		"form-network": kind("network"), "form-arguments": kind("arguments"), "form-five": kind("rungs-5"), "form-edit": func() { b.win.EditEncoder("arena-1") },
		"point-pattern": point("pattern"), "point-file": point("file"), "point-device": point("device"), "point-network": point("network"),
		"point-arguments": point("arguments"), "point-external": point("external"),
		"files": func() { kind("file")(); b.win.filesDir = "testdata"; b.tap("form-choose") },
	}
}

// Every view lays out without a part outside of the window at its least size. The pictures are for
// people, who ask for the others with LOOK, too.
func TestEncodersSizes(t *testing.T) {
	sizes := []fyne.Size{{Width: 1280, Height: 720}}
	if os.Getenv("LOOK") != "" {
		sizes = append(sizes, fyne.Size{Width: 1600, Height: 900})
	}
	for _, size := range sizes {
		for _, light := range []bool{false, true}[:len(sizes)] {
			name := strconv.Itoa(int(size.Width)) + map[bool]string{true: "-light"}[light]
			t.Run(name, func(t *testing.T) {
				b := openFleet(t, Options{Light: light}, size.Width, size.Height)
				for view, turn := range b.views() {
					b.win.closeModal()
					b.win.closeFiles()
					turn()
					b.settle()
					if least := b.win.win.Content().MinSize(); least.Width > size.Width || least.Height > size.Height {
						t.Errorf("%s needs %v", view, least)
					}
					for _, p := range b.win.places() {
						if p.X < 0 || p.X+p.W > int(size.Width)+1 || p.Y < 0 {
							t.Errorf("%s: %s stands outside of the window: %+v", view, p.Name, p)
						}
					}
					b.look("encoders-" + view + "-" + name)
				}
			})
		}
	}
}
