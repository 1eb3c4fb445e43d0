package ui

import (
	"strconv"
	"testing"
	"time"

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
	fake.Print("arena-main-1", "[warning] Past duration 0.999 too large", "[error] av_interleaved_write_frame(): Broken pipe", "[info] Opening the output again")
	return fake
}

func TestLook(t *testing.T) {
	for _, size := range []struct{ w, h float32 }{{1280, 720}, {1280, 800}, {1920, 1080}} {
		name := strconv.Itoa(int(size.w)) + "x" + strconv.Itoa(int(size.h))
		b := open(t, house(), Options{}, size.w, size.h)
		b.tick()
		b.look("wall-" + name)
		b.win.ShowPoint("arena-main")
		b.tick()
		b.tick()
		b.look("point-" + name)
		b.win.ShowPoint("news-hd")
		b.tick()
		b.tick()
		b.look("lost-" + name)
		b.win.ShowPoint("concert-b")
		b.tick()
		b.tick()
		b.tick()
		b.look("bare-" + name)
		b.win.ShowLog()
		b.fake.Emit(engine.Event{Severity: engine.Failure, Point: "news-hd", Encoder: "news-hd-1", Text: "ffmpeg ended with exit code 1: Connection refused."})
		b.fake.Emit(engine.Event{Severity: engine.Info, Point: "oceans", Text: "The point is on air."})
		b.fake.Emit(engine.Event{Severity: engine.Warning, Point: "sports/stadium", Text: "The archive could not be written: no space left on the disk."})
		b.tick()
		b.look("log-" + name)
		b.win.ShowSettings()
		b.tick()
		b.look("settings-" + name)
		b.win.NewPoint()
		b.tick()
		b.tick()
		b.look("new-" + name)
		b.win.closeModal()
		b.win.AskClose()
		b.tick()
		b.look("close-" + name)
		b.win.finish()
	}
	b := open(t, enginetest.New(), Options{}, 1280, 800)
	b.tick()
	b.tick()
	b.look("empty-1280x800")
}
