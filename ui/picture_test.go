package ui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// house is a wall with a point in every state.
func house() *enginetest.Fake {
	fake := enginetest.New()
	fake.SetClock(noon)
	fake.SetTool(engine.ToolStatus{Path: "/usr/bin/ffmpeg", Version: "5.1.6-0+deb12u1"})
	add := func(p engine.PointStatus, e *engine.EncoderStatus) {
		fake.SetPoint(p)
		rates(fake, p)
		if e != nil {
			fake.SetEncoder(*e)
		}
	}
	now := noon()
	p, e := onAir("arena-main")
	p.Title = "Arena, main camera"
	add(p, &e)
	p, e = onAir("oceans")
	p.Viewers, p.Arriving = 88, 5_300_000
	add(p, &e)
	p, e = onAir("news-hd")
	e.State, e.Reason, e.PID, e.Restarts = engine.EncoderFailed, "ffmpeg ended with exit code 1: Connection refused", 0, 5
	p.SourceLost, p.Arriving = true, 0
	for i := range p.Tracks {
		p.Tracks[i].Arriving, p.Tracks[i].LastArrival = 0, now.Add(-42*time.Second)
	}
	p.Sources[0].Connected, p.Sources[0].LastByte = false, now.Add(-42*time.Second)
	add(p, &e)
	p, e = onAir("sports/stadium")
	p.Archive.Reason = "The archive could not be written: no space left on the disk."
	add(p, &e)
	add(engine.PointStatus{Name: "concert-a", State: engine.StateStarting, Since: now.Add(-4 * time.Second)}, nil)
	add(engine.PointStatus{Name: "concert-b"}, nil)
	add(engine.PointStatus{Name: "morning-show", State: engine.StateStopped, Viewers: 14, Event: engine.EventStatus{ID: "3", Began: now.Add(-9 * time.Hour), Ended: now.Add(-6 * time.Hour), Duration: 3 * time.Hour}, Archive: engine.ArchiveStatus{Sealed: true, Bytes: 5_120_000_000}}, nil)
	add(engine.PointStatus{Name: "readonly", State: engine.StateError, Reason: "The directory /srv/www/readonly.isml cannot be written.", Action: "Give it to the user that runs Pubpoint."}, nil)
	for i := range 60 {
		fake.Print("arena-main-1", "[info] frame="+strconv.Itoa(93000+25*i)+" fps=25 q=23.0 bitrate=3802.4kbits/s speed=1.00x")
	}
	fake.SetSystem(engine.SystemStatus{Began: now.Add(-9 * time.Hour), CPU: 0.31, Cores: 8, Memory: 231_000_000, DiskFree: 412_000_000_000, DiskSize: 960_000_000_000,
		Recording: 9_800_000, DiskLasts: 11*time.Hour + 40*time.Minute, Encoders: 3.05})
	fake.SetAlarms(
		engine.Alarm{ID: "a1", Code: "encoder-failed", Severity: engine.Failure, Point: "news-hd", Encoder: "news-hd-1", Text: "Encoder news-hd-1 has failed: ffmpeg ended with exit code 1: Connection refused.",
			Action: "Correct the cause and start the encoder.", Raised: now.Add(-42 * time.Second), Last: now},
		engine.Alarm{ID: "a2", Code: "archive-failed", Severity: engine.Warning, Point: "sports/stadium", Text: "The archive could not be written: no space left on the disk.",
			Action: "Make room on the disk.", Raised: now.Add(-4 * time.Minute), Last: now},
		engine.Alarm{ID: "a3", Code: "gop-long", Severity: engine.Warning, Point: "oceans", Text: "Fragments of 1.2 to 4.8 s.", Raised: now.Add(-time.Hour), Last: now, Acked: now.Add(-time.Minute)})
	fake.Print("arena-main-1", "[warning] Past duration 0.999 too large", "[error] av_interleaved_write_frame(): Broken pipe", "[info] Opening the output again")
	return fake
}

// settle brings the window up to date until nothing that was begun is left to be shown.
func (b *bench) settle() {
	b.t.Helper()
	for range 3 {
		b.tick()
		b.drain()
	}
}

// The masters were looked at by people before they were kept: the wall with a point in every
// state, the page of a point on air and of one whose source is lost, the dialog and the empty wall.
func TestPictures(t *testing.T) {
	b := open(t, house(), Options{}, 1280, 800)
	b.until("the wall", func() bool { return b.has("tile-readonly") })
	b.settle()
	b.master("wall")
	b.win.ShowPoint("arena-main")
	b.until("the page", func() bool { return b.has("encoder-arena-main-1") })
	b.settle()
	b.master("point")
	b.win.ShowPoint("news-hd")
	b.until("the page", func() bool { return b.has("encoder-news-hd-1") })
	b.settle()
	b.master("lost")
	b.win.NewPoint()
	b.typeInto("dialog-name", "oceans2")
	b.until("the command", func() bool { return strings.Contains(b.find("dialog-command").Text, "oceans2") })
	b.win.win.Canvas().Unfocus() // the cursor blinks
	b.master("dialog")
}

func TestPictureOfNothing(t *testing.T) {
	b := open(t, enginetest.New(), Options{}, 1280, 800)
	b.until("the command", func() bool { return strings.HasPrefix(b.find("command-send").Text, "ffmpeg ") })
	b.settle()
	b.master("empty")
}

// Every page lays out without a part outside of the window, from a small screen to a large one.
func TestSizes(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1280, Height: 720}, {Width: 1920, Height: 1080}, {Width: 3840, Height: 2160}} {
		t.Run(strconv.Itoa(int(size.Width)), func(t *testing.T) {
			b := open(t, house(), Options{Program: newProgram()}, size.Width, size.Height)
			name := "-" + strconv.Itoa(int(size.Width))
			turns := map[string]func(){
				"wall":     b.win.ShowWall,
				"point":    func() { b.win.ShowPoint("arena-main") },
				"lost":     func() { b.win.ShowPoint("news-hd") },
				"ended":    func() { b.win.ShowPoint("morning-show") },
				"bare":     func() { b.win.ShowPoint("concert-b") },
				"alarms":   b.win.ShowAlarms,
				"archive":  func() { b.win.ShowArchive("") },
				"log":      b.win.ShowLog,
				"settings": b.win.ShowSettings,
				"dialog":   b.win.NewPoint,
				"close":    b.win.AskClose,
			}
			for page, turn := range turns {
				b.win.closeModal()
				turn()
				b.settle()
				if least := b.win.win.Content().MinSize(); least.Width > size.Width || least.Height > size.Height {
					t.Errorf("%s needs %v", page, least)
				}
				for _, p := range b.win.places() {
					if p.X < 0 || p.X+p.W > int(size.Width)+1 || p.Y < 0 {
						t.Errorf("%s: %s stands outside of the window: %+v", page, p.Name, p)
					}
				}
				b.look(page + name)
			}
		})
	}
}
